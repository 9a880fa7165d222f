/* SPDX-License-Identifier: GPL-2.0-only */
/* The tree's model against the oracle, and against the module's records. */
#ifndef TASKSHARE_SELFTESTS_COMPARE_H
#define TASKSHARE_SELFTESTS_COMPARE_H

#include "snapshot.h"

/* The numbers of comparisons made, for a test to print, and to expect many. */
struct comparisons {
	unsigned long pairs;
	unsigned long kcmps;	/* of them, with kcmp(2) */
	unsigned long shares;
};

int compare_oracle(struct comparisons *count);
int compare_records(const struct snapshot *s, struct comparisons *count);
int compare_process(int task, const struct snapshot *all);

#endif
