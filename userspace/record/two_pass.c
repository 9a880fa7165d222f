// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two passes over the tasks; only objects that both saw count.
 *
 * The second pass starts after the first has ended. An object that a task holds
 * in both it held when the first ended, so two tasks with the same id held the
 * same object then. One pass does not prove that: an object may be freed and its
 * memory be used for a new one while the pass is under way.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record/two_pass.h"

static void set_moving(struct taskshare_record *rec, __u32 kinds)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(kinds & (1u << k)))
			continue;
		rec->seen &= ~(1u << k);
		rec->moving |= 1u << k;
		rec->id[k] = 0;
		rec->refs[k] = 0;
	}
}

/* Makes of @old what both say; the rest of it is as @new says. */
static __u32 intersect(struct taskshare_record *old,
		       const struct taskshare_record *new)
{
	__u32 differ = old->seen ^ new->seen;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (old->id[k] != new->id[k])
			differ |= 1u << k;
	*old = *new;
	set_moving(old, differ);
	return differ;
}

/**
 * passes_intersect() - keep what two passes agree on
 * @first: the records of the first pass; becomes the result
 * @second: the records of the second pass; is sorted
 * @moved: set to how many objects of tasks in both passes they disagree on
 *
 * A task that only the first pass saw is gone. One that only the second saw
 * was born in between; it is kept, but all that it holds is moving.
 *
 * Return: 0 or -ENOMEM.
 */
int passes_intersect(struct records *first, struct records *second,
		     size_t *moved)
{
	size_t i = 0, j, kept = 0, nr = first->nr;
	struct records born = { 0 };
	__u32 left;
	int err = 0;

	*moved = 0;
	records_sort(first);
	records_sort(second);
	for (j = 0; j < second->nr && !err; j++) {
		struct taskshare_record *new = &second->rec[j], *slot;

		while (i < nr && records_compare(&first->rec[i], new) < 0)
			i++;
		if (i < nr && !records_compare(&first->rec[i], new)) {
			left = intersect(&first->rec[i], new);
			*moved += __builtin_popcount(left);
			first->rec[kept++] = first->rec[i++];
			continue;
		}
		slot = records_new(&born);
		if (!slot) {
			err = -ENOMEM;
			break;
		}
		*slot = *new;
		set_moving(slot, slot->seen);
	}
	first->nr = kept;
	for (j = 0; j < born.nr && !err; j++) {
		struct taskshare_record *slot = records_new(first);

		if (slot)
			*slot = born.rec[j];
		else
			err = -ENOMEM;
	}
	records_free(&born);
	return err;
}
