/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VERIFY_EXPECT_H
#define VERIFY_EXPECT_H

#include <stdbool.h>
#include <sys/types.h>

#include <taskshare.h>

#include "util/error.h"
#include "testtask/testtask.h"
#include "clone/rules.h"

/* An object of which nothing can be said in advance */
#define ANY_OBJECT	(~0u)

/* Flags of a record that say how the task was made */
#define CLONE_MARKS	(TASKSHARE_F_VFORK | TASKSHARE_F_SET_TID | \
			 TASKSHARE_F_CLEAR_TID)

/**
 * struct expected - the expected state of a task
 * @pid: its number
 * @tgid: its process
 * @ppid: its parent
 * @exit_signal: see struct taskshare_record
 * @marks: those of CLONE_MARKS that it has
 * @marks_known: those of @marks that are known
 * @creator: index of the task that made it, -1 for us
 * @clone_flags: of the call that made it
 * @nested: it lives in a pid namespace of its own
 * @foreign: its user namespace is not the caller's
 * @powerless: it has no capabilities
 * @gone: it is no more
 * @ignored: it should not be there, and of what it holds nothing is expected
 * @did: its last action, in a few words that last, NULL for nothing
 * @object: its objects, by kind: 0 for none, equal numbers for one object
 */
struct expected {
	pid_t pid;
	pid_t tgid;
	pid_t ppid;
	int exit_signal;
	__u32 marks;
	__u32 marks_known;
	int creator;
	__u64 clone_flags;
	bool nested;
	bool foreign;
	bool powerless;
	bool gone;
	bool ignored;
	const char *did;
	unsigned int object[TASKSHARE_NR_KINDS];
};

/* By index of the task */
extern struct expected expected[MAX_TESTTASKS];

bool expect_type(__u64 flag);
int expect_open(struct error *error);
void expect_facts(int task, struct facts *facts);
void expect_fork(int task);
void expect_clone(int creator, int child, __u64 flags, int exit_signal);
void expect_io(int task);
void expect_semundo(int task);
void expect_unshare(int task, __u64 flags);
void expect_setns(int task, int host, __u64 flags);
void expect_close_range(int task);
void expect_exec(int task);
void expect_exit(int task);

#endif /* VERIFY_EXPECT_H */
