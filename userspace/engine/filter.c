// SPDX-License-Identifier: GPL-2.0-only
/* Keeping of a snapshot of everything only what was asked for. */
#include <errno.h>
#include <stdlib.h>

#include "engine/engine.h"

static int compare_pids(const void *a, const void *b)
{
	__u32 x = *(const __u32 *)a, y = *(const __u32 *)b;

	return x < y ? -1 : x > y;
}

/* The thread groups that the pids asked for belong to, sorted */
static size_t wanted_groups(const struct records *recs, struct selection *sel,
			    __u32 *tgid)
{
	size_t i, j, nr = 0;

	for (j = 0; j < sel->nr; j++) {
		sel->gone[j] = true;
		for (i = 0; i < recs->nr; i++) {
			if (recs->rec[i].pid != sel->pid[j] &&
			    recs->rec[i].tgid != sel->pid[j])
				continue;
			sel->gone[j] = false;
			tgid[nr++] = recs->rec[i].tgid;
			break;
		}
	}
	qsort(tgid, nr, sizeof(*tgid), compare_pids);
	return nr;
}

/**
 * selection_filter() - drop the records of processes that were not asked for
 * @sel: the selection; its @gone is set
 * @recs: the records of every task
 * @error: says what is wrong
 *
 * Return: 0 or -ENOMEM.
 */
int selection_filter(struct selection *sel, struct records *recs,
		     struct error *error)
{
	size_t i, nr, kept = 0;
	__u32 *tgid;

	if (!sel->nr)
		return 0;
	tgid = calloc(sel->nr, sizeof(*tgid));
	if (!tgid)
		return error_set(error, -ENOMEM, "no memory");
	nr = wanted_groups(recs, sel, tgid);
	for (i = 0; i < recs->nr; i++)
		if (bsearch(&recs->rec[i].tgid, tgid, nr, sizeof(*tgid),
			    compare_pids))
			recs->rec[kept++] = recs->rec[i];
	recs->nr = kept;
	free(tgid);
	return 0;
}
