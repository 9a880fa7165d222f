/* SPDX-License-Identifier: GPL-2.0-only */
/* Families of tasks that do everything to shared objects that a task can do. */
#ifndef TASKSHARE_SELFTESTS_STRESS_LOAD_H
#define TASKSHARE_SELFTESTS_STRESS_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define STRESS_FAMILIES	6

/* Things that tasks do; counted if they worked. */
enum stress_act {
	STRESS_FORK,		/* a new task without CLONE_THREAD */
	STRESS_VFORK,		/* one with CLONE_VFORK */
	STRESS_THREAD,		/* one with CLONE_THREAD */
	STRESS_UNSHARE,
	STRESS_SETNS,
	STRESS_EXEC,		/* about to execute, alone or not */
	STRESS_CRED,
	STRESS_SECCOMP,
	STRESS_SEMUNDO,
	STRESS_IO,
	STRESS_URING,		/* an io_uring worker was asked for */
	STRESS_KILL,		/* a whole group killed in the middle of it */
	STRESS_ACTS
};

extern const char *const stress_names[STRESS_ACTS];

bool stress_begin(uint64_t *seed);
void stress_end(void);
bool stress_alive(void);
unsigned long stress_count(enum stress_act act);
int stress_family(const char *comm);

#endif
