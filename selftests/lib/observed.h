/* SPDX-License-Identifier: GPL-2.0-only */
/* A process that does something while readers look at it. */
#ifndef TASKSHARE_SELFTESTS_OBSERVED_H
#define TASKSHARE_SELFTESTS_OBSERVED_H

#include <stdbool.h>
#include <sys/types.h>

#include "readers.h"

/**
 * struct observed - a process that does something while readers look at it
 * @pid: the process, 0 if there is none
 * @go: a pipe; a byte lets the process begin
 * @enough: a pipe; once it is readable the process may end. Not closed by exec.
 * @rounds: least number of times that the process does it
 */
struct observed {
	pid_t pid;
	int go[2];
	int enough[2];
	long rounds;
};

bool observed_prepare(struct observed *o, long rounds);
bool observed_start(struct observed *o, void (*work)(struct observed *o),
		    readers_check_t check);
bool observed_enough(struct observed *o, unsigned long times);
bool observed_end(struct observed *o);
void observed_stop(struct observed *o);

void observed_begin(const struct observed *o);
bool observed_goes_on(const struct observed *o, long done);

#endif
