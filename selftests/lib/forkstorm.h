/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that fork, exec, unshare and exit as fast as they can. */
#ifndef TASKSHARE_SELFTESTS_FORKSTORM_H
#define TASKSHARE_SELFTESTS_FORKSTORM_H

#include <stdbool.h>
#include <sys/types.h>

#define NR_FORKERS	4
#define NR_EXECERS	2
#define NR_LATE		2

/*
 * Names of tasks: those that share with their parent, that execute, all others.
 */
#define STORM_COMM	"ts-storm"
#define LATE_COMM	"ts-late"
#define EXEC_COMM	"ts-exec"

/**
 * struct forkstorm - a storm
 * @forks: in shared memory, how many forks each forker has made
 * @forker: processes that fork, and wait for the child to exit
 * @execer: processes that execute themselves
 * @late: processes whose children share files and fs for a while
 * @idle: a process of @nr_idle threads and the first one, which do nothing
 * @execs: an eventfd that counts
 */
struct forkstorm {
	unsigned long *forks;
	pid_t forker[NR_FORKERS];
	pid_t execer[NR_EXECERS];
	pid_t late[NR_LATE];
	pid_t idle;
	long nr_idle;
	int execs;
};

bool forkstorm_begin(struct forkstorm *storm);
void forkstorm_end(struct forkstorm *storm);
unsigned long forkstorm_forks(const struct forkstorm *storm);

#endif
