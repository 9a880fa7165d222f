// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for the content of files: how much, and at whose expense.
 */
#include <linux/moduleparam.h>
#include <linux/overflow.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "taskshare.h"

/* vmalloc() gives 2 GiB at most, and warns of more. */
#define LIMIT_MIB_MAX 1024

/*
 * kmalloc() takes large blocks from the page allocator, which rounds their size
 * up to a power of two, and charges the reader for that. vmalloc() wastes less,
 * but gets and frees single pages: where it serves 1.6 MiB, sections of 128 us
 * with interrupts off were measured.
 */
#define KMALLOC_MAX SZ_2M

static unsigned int limit_mib = 128;
module_param(limit_mib, uint, 0400);
MODULE_PARM_DESC(limit_mib,
		 "Maximum size of one open file's content in MiB, up to 1024; opening takes a few times as much");

/**
 * ts_limit() - maximum size of a file's content
 *
 * Return: bytes.
 */
size_t ts_limit(void)
{
	return (size_t)min_t(unsigned int, limit_mib, LIMIT_MIB_MAX) * SZ_1M;
}

/**
 * ts_zero() - zero memory, and let others run meanwhile
 * @mem: the memory
 * @bytes: its size
 *
 * Context: may sleep.
 */
void ts_zero(void *mem, size_t bytes)
{
	size_t done, len;

	for (done = 0; done < bytes; done += len) {
		len = min_t(size_t, bytes - done, SZ_32K);
		memset(mem + done, 0, len);
		cond_resched_tasks_rcu_qs();
	}
}

/*
 * With __GFP_ZERO, vmalloc() would zero up to a hundred pages at a time with
 * preemption off (alloc_pages_bulk()).
 */
static void *zeroed_vmalloc(size_t bytes, gfp_t gfp)
{
	void *mem = __vmalloc(bytes, gfp);

	if (mem)
		ts_zero(mem, bytes);
	return mem;
}

/**
 * ts_alloc() - zeroed memory, charged to the reader's memory cgroup
 * @nr: number of elements
 * @size: size of an element in bytes
 *
 * A request that cannot be met fails. No process is killed for it, neither in
 * the reader's memory cgroup nor in the system. (Except for vmalloc()'s own
 * page tables, a page for each PMD, before 7.1.)
 *
 * Context: may sleep.
 *
 * Return: the memory, for kvfree(), or NULL.
 */
void *ts_alloc(size_t nr, size_t size)
{
	const gfp_t gfp = GFP_KERNEL_ACCOUNT | __GFP_NOWARN;
	size_t bytes = array_size(nr, size);
	void *mem = NULL;

	if (ts_fault())
		return NULL;
	if (bytes <= KMALLOC_MAX)
		mem = kzalloc(bytes, gfp | __GFP_NORETRY);
	return mem ?: zeroed_vmalloc(bytes, gfp | TS_GFP_VMALLOC);
}
