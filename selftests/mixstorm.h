/* SPDX-License-Identifier: GPL-2.0-only */
/* Families of tasks that do everything a task can do to what it shares. */
#ifndef TASKSHARE_SELFTESTS_MIXSTORM_H
#define TASKSHARE_SELFTESTS_MIXSTORM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define MIX_FAMILIES	6

/* What tasks do, and how often it worked. */
enum mix_act {
	MIX_FORK,		/* a new task without CLONE_THREAD */
	MIX_VFORK,		/* one with CLONE_VFORK */
	MIX_THREAD,		/* one with CLONE_THREAD */
	MIX_UNSHARE,
	MIX_SETNS,
	MIX_EXEC,		/* about to execute, from the only task or not */
	MIX_CRED,
	MIX_SECCOMP,
	MIX_SEMUNDO,
	MIX_IO,
	MIX_URING,		/* an io_uring worker was asked for */
	MIX_KILL,		/* a whole group killed in the middle of it */
	MIX_ACTS
};

extern const char *const mix_names[MIX_ACTS];

bool mixstorm_begin(uint64_t *seed);
void mixstorm_end(void);
bool mixstorm_alive(void);
unsigned long mixstorm_count(enum mix_act act);
int mixstorm_family(const char *comm);

#endif
