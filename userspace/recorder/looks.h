/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_LOOKS_H
#define RECORDER_LOOKS_H

#include "recorder/run.h"

/* Content that explains objects */
#define LOOKS_PARTS	(CONTENT_NUMBERS | 1u << CONTENT_EXE)

/**
 * struct looks - a recording of processes that are only looked at
 * @run: the recording; no task of it is traced
 * @sel: the processes
 * @shot: the last look that is a step, and the next one
 * @now: which of them is the next
 */
struct looks {
	struct run *run;
	struct selection *sel;
	struct snapshot shot[2];
	int now;
};

int looks_open(struct looks *looks, struct run *run, struct selection *sel);
int looks_take(struct looks *looks, bool always);
bool looks_over(const struct looks *looks);
void looks_close(struct looks *looks);

#endif /* RECORDER_LOOKS_H */
