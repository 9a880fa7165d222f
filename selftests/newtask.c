// SPDX-License-Identifier: GPL-2.0-only
/* A task that is just being made: what it does not hold yet, it does not share. */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "lib/cgroup.h"
#include "lib/raw.h"
#include "lib/snapshot.h"
#include "lib/util.h"

#define NR_MAKERS	2
#define STACK_SIZE	4096
#define NEW_COMM	"ts-new"

/* Processes in a cgroup of their own that make one thread after the other. */
FIXTURE(newtask) {
	pid_t maker[NR_MAKERS];
	bool group;
};

static void end(void *unused)
{
	(void)unused;
	raw_syscall(SYS_exit, 0, 0, 0, 0, 0, 0);
}

static void make_threads(void *ready)
{
	static char stack[STACK_SIZE] __attribute__((aligned(16)));
	pid_t tid;
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			 CLONE_THREAD | CLONE_SYSVSEM | CLONE_CHILD_CLEARTID,
		.child_tid = (uintptr_t)&tid,
		.stack = (uintptr_t)stack, .stack_size = sizeof(stack),
	};

	if (!cgroup_enter() || prctl(PR_SET_NAME, NEW_COMM) ||
	    write(*(int *)ready, "", 1) != 1)
		_exit(EXIT_FAILURE);
	for (;;) {
		tid = 1;
		if (raw_clone3(&args, end, NULL) < 0)
			_exit(EXIT_FAILURE);
		/* the stack is the next one's */
		while (__atomic_load_n(&tid, __ATOMIC_ACQUIRE))
			sched_yield();
	}
}

FIXTURE_SETUP(newtask)
{
	int ready[2], i;
	char byte;

	NEEDS_TASKSHARE();
	self->group = cgroup_make();
	if (!self->group)
		SKIP(return, "no memory controller in cgroup version 2");
	ASSERT_EQ(0, pipe(ready));
	die_with_parent();
	for (i = 0; i < NR_MAKERS; i++)
		self->maker[i] = spawn(make_threads, &ready[1]);
	close(ready[1]);
	for (i = 0; i < NR_MAKERS; i++)
		ASSERT_EQ(1, read(ready[0], &byte, 1));
}

FIXTURE_TEARDOWN(newtask)
{
	int i;

	for (i = 0; i < NR_MAKERS; i++)
		kill_and_reap(self->maker[i]);
	if (self->group)
		cgroup_remove();
}

/*
 * From cgroup_fork() to cgroup_post_fork() a task has the initial css_set, that
 * of the root cgroup, without holding it; it can be found before that is over.
 */
TEST_F_TIMEOUT(newtask, cgroups, 120)
{
	long looks, want = env_number("TASKSHARE_NEWTASKS", 10000);
	unsigned long threads = 0, unborn = 0, wrong = 0;
	const struct taskshare_record *r;
	struct taskshare_record leader;
	struct snapshot s;

	ASSERT_EQ(0, snapshot_one(&leader, self->maker[0]));
	ASSERT_NE(0, leader.id[TASKSHARE_CGROUPS]);
	/* and until one has been met that is just being made */
	for (looks = 0; looks < want || (!unborn && looks < 10 * want); looks++) {
		ASSERT_EQ(0, snapshot_pid(&s, self->maker[looks % NR_MAKERS]));
		for (r = s.rec; r < s.rec + s.nr; r++) {
			threads += r->pid != r->tgid;
			unborn += r->moving >> TASKSHARE_CGROUPS & 1;
			wrong += r->id[TASKSHARE_CGROUPS] &&
				 r->id[TASKSHARE_CGROUPS] !=
				 leader.id[TASKSHARE_CGROUPS];
		}
		snapshot_free(&s);
	}
	TH_LOG("%ld looks: %lu threads, %lu of them just being made", looks,
	       threads, unborn);
	EXPECT_EQ(0, wrong);
	EXPECT_LT(0, unborn);
}

TEST_HARNESS_MAIN
