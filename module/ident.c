// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ids: a keyed hash of an object's address, or of the number that the kernel
 * gives to a namespace (ts_ns_object()).
 *
 * The key is drawn when the module is loaded and never leaves it, so an id
 * reveals nothing about the address, and one object has one id in every file.
 * With 64 bits, two of 100,000 objects collide on one system in four billion;
 * with the 32 bits of %p, on every second one.
 *
 * Only namespaces have numbers that the kernel never uses again. A css_set is a
 * combination of cgroups and has none; the ids of cgroups do not distinguish two
 * css_sets apart. The inode numbers of pidfs identify tasks, for which a record
 * has pid and start_ns. The other kinds have an address only.
 */
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/siphash.h>

#include "taskshare.h"

static siphash_key_t ts_key __ro_after_init;

/**
 * ts_ident_init() - draw the key
 *
 * Context: module initialisation, before any file can be opened.
 */
void __init ts_ident_init(void)
{
	get_random_bytes(&ts_key, sizeof(ts_key));
}

static u64 ts_id(u64 address)
{
	/* 0 stands for a NULL pointer. */
	return siphash_1u64(address, &ts_key) ?: 1;
}

/**
 * ts_ident() - turn the addresses in records into ids
 * @rec: the records
 * @nr: number of records
 *
 * Neighbours mostly hold the same objects, so the last id of each kind is kept.
 *
 * Context: may sleep.
 *
 * Return: 0, or -EINTR for a reader that is being killed.
 */
int ts_ident(struct taskshare_record *rec, u32 nr)
{
	u64 address[TASKSHARE_NR_KINDS] = { };
	u64 id[TASKSHARE_NR_KINDS] = { };
	unsigned int kind;
	int err;
	u32 i;

	for (i = 0; i < nr; i++) {
		for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++) {
			if (rec[i].id[kind] != address[kind]) {
				address[kind] = rec[i].id[kind];
				id[kind] = address[kind] ?
					ts_id(address[kind]) : 0;
			}
			rec[i].id[kind] = id[kind];
		}
		err = ts_breathe(i);
		if (err)
			return err;
	}
	return 0;
}
