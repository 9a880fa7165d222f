// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups the rows that hold the same object: one pass and one hash table for
 * each kind.
 */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/rcupdate.h>

#include "taskshare.h"

/**
 * ts_groups_init() - memory for grouping
 * @g: to be initialised
 * @rec: the records, which may change between two ts_groups_find()
 * @nr: their number, at least 1
 *
 * Context: may sleep.
 *
 * Return: 0 or -ENOMEM; ts_groups_free() in both cases.
 */
int ts_groups_init(struct ts_groups *g, const struct taskshare_record *rec,
		   u32 nr)
{
	g->rec = rec;
	g->nr = nr;
	g->bits = order_base_2(2 * nr);
	g->head = ts_alloc(nr, sizeof(*g->head));
	g->next = ts_alloc(nr, sizeof(*g->next));
	g->slot = ts_alloc(1UL << g->bits, sizeof(*g->slot));
	return g->head && g->next && g->slot ? 0 : -ENOMEM;
}

/**
 * ts_groups_free() - free the memory
 * @g: after ts_groups_init(), whether that succeeded or not
 *
 * Context: may sleep.
 */
void ts_groups_free(struct ts_groups *g)
{
	kvfree(g->slot);
	kvfree(g->next);
	kvfree(g->head);
}

/* Returns the head of @row's group: @row itself if the group is new. */
static u32 find_head(struct ts_groups *g, enum taskshare_kind kind, u32 row)
{
	u32 mask = (1U << g->bits) - 1;
	u64 id = g->rec[row].id[kind];
	u32 at = hash_64(id, g->bits);

	/* A slot holds a head plus one; half of the slots stay empty. */
	while (g->slot[at] && g->rec[g->slot[at] - 1].id[kind] != id)
		at = (at + 1) & mask;
	if (!g->slot[at])
		g->slot[at] = row + 1;
	return g->slot[at] - 1;
}

/**
 * ts_groups_find() - group the rows by the object they hold
 * @g: the groups; the result is in its @head and @next
 * @kind: the kind of object
 *
 * Context: may sleep.
 *
 * Return: 0, or -EINTR for a reader that is being killed.
 */
int ts_groups_find(struct ts_groups *g, enum taskshare_kind kind)
{
	u32 row, head = TS_NONE;
	u64 id, last = 0;
	int err;

	ts_zero(g->slot, sizeof(*g->slot) << g->bits);
	for (row = 0; row < g->nr; row++) {
		id = g->rec[row].id[kind];
		g->next[row] = TS_NONE;
		g->head[row] = TS_NONE;
		err = ts_breathe(row);
		if (err)
			return err;
		if (!id)
			continue;
		if (id != last)
			head = find_head(g, kind, row);
		last = id;
		g->head[row] = head;
		if (head != row) {
			g->next[row] = g->next[head];
			g->next[head] = row;
		}
	}
	return 0;
}
