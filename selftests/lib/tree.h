/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Test tasks, and a model of what each of them must share.
 *
 * A tree is a root process and the tasks that it and they clone. Each task
 * waits for orders to make a system call, one at a time, so that the test
 * decides when something happens. The model says which object of each kind a
 * task must hold, by the flags of clone(2) alone.
 */
#ifndef TASKSHARE_SELFTESTS_TREE_H
#define TASKSHARE_SELFTESTS_TREE_H

#include <linux/types.h>
#include <stdbool.h>
#include <sys/types.h>

#include "taskshare.h"

#define TREE_MAX	64

/* The flags that make a new namespace, CLONE_NEWTIME too. */
#define TREE_NEWNS_FLAGS (CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS |	\
			  CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWCGROUP | \
			  CLONE_NEWUSER | CLONE_NEWTIME)

/**
 * struct tree_task - a task in the model
 * @pid: its PID in the test's PID namespace, as are @tgid and @ppid
 * @tgid: PID of its process
 * @ppid: PID of its parent process
 * @exit_signal: as in struct taskshare_record
 * @creator: index of the task that created it, -1 for the root
 * @nested: it is in a PID or user namespace of its own, and creates no tasks
 * @gone: it was ordered to exit or to execute a program
 * @object: its objects by kind; equal numbers are one object, 0 is none
 */
struct tree_task {
	pid_t pid;
	pid_t tgid;
	pid_t ppid;
	int exit_signal;
	int creator;
	bool nested;
	bool gone;
	unsigned int object[TASKSHARE_NR_KINDS];
};

extern struct tree_task tree[TREE_MAX];
extern int tree_size;

int tree_start(void);
void tree_stop(void);

bool tree_legal(__u64 flags);
int tree_clone(int creator, __u64 flags);
int tree_clone_fails(int creator, __u64 flags);

long tree_call(int task, long nr, long a, long b, long c, long d);
long tree_call_path(int task, long nr, long a, const char *path, long c,
		    long d);
bool tree_post(int task, long nr, long a, long b, long c);
bool tree_post_exec(int task, char *const argv[]);
bool tree_exit(int task);
bool tree_make_io(int task);
bool tree_make_semundo(int task);
unsigned int tree_new_object(void);

#endif
