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
static size_t wanted_groups(const struct records *recs, struct ask *ask,
			    __u32 *tgid)
{
	size_t i, j, nr = 0;

	for (j = 0; j < ask->nr; j++) {
		ask->gone[j] = true;
		for (i = 0; i < recs->nr; i++) {
			if (recs->rec[i].pid != ask->pid[j] &&
			    recs->rec[i].tgid != ask->pid[j])
				continue;
			ask->gone[j] = false;
			tgid[nr++] = recs->rec[i].tgid;
			break;
		}
	}
	qsort(tgid, nr, sizeof(*tgid), compare_pids);
	return nr;
}

/**
 * ask_filter() - drop the records of processes that were not asked for
 * @ask: what was asked for; its @gone is set
 * @recs: the records of every task
 * @why: says what is wrong
 *
 * Return: 0 or -ENOMEM.
 */
int ask_filter(struct ask *ask, struct records *recs, struct reason *why)
{
	size_t i, nr, kept = 0;
	__u32 *tgid;

	if (!ask->nr)
		return 0;
	tgid = calloc(ask->nr, sizeof(*tgid));
	if (!tgid)
		return reason_set(why, -ENOMEM, "no memory");
	nr = wanted_groups(recs, ask, tgid);
	for (i = 0; i < recs->nr; i++)
		if (bsearch(&recs->rec[i].tgid, tgid, nr, sizeof(*tgid),
			    compare_pids))
			recs->rec[kept++] = recs->rec[i];
	recs->nr = kept;
	free(tgid);
	return 0;
}
