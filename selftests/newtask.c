// SPDX-License-Identifier: GPL-2.0-only
/* A task that is just being made does not share what it does not hold yet. */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "lib/cgroup.h"
#include "lib/cpu.h"
#include "lib/raw.h"
#include "lib/snapshot.h"
#include "lib/util.h"

#define NR_MAKERS	2
#define STACK_SIZE	4096
#define NEW_COMM	"ts-new"

/*
 * Processes in a cgroup of their own that make one thread after the other, on
 * one processor. The reader has another one, so that it looks meanwhile.
 */
FIXTURE(newtask) {
	pid_t maker[NR_MAKERS];
	bool group;
	int cpu[2];
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
	if (!cpu_two(self->cpu))
		SKIP(return, "one processor: no thread is seen while it is made");
	self->group = cgroup_make();
	if (!self->group)
		SKIP(return, "no memory controller in cgroup version 2");
	ASSERT_EQ(0, pipe(ready));
	die_with_parent();
	ASSERT_TRUE(cpu_use(0, self->cpu[0]));
	for (i = 0; i < NR_MAKERS; i++) {
		self->maker[i] = spawn(make_threads, &ready[1]);
		ASSERT_TRUE(cpu_use(self->maker[i], self->cpu[1]));
	}
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
 * of the root cgroup, without holding it; readers can find it before that is
 * over. Nothing in user space makes the kernel wait there, so the reader looks
 * until it has met a thread in that state.
 */
TEST_F_TIMEOUT(newtask, cgroups, 120)
{
	long looks, want = env_number("TASKSHARE_NEWTASKS", 10000);
	unsigned long threads = 0, unfinished = 0, wrong = 0;
	const struct taskshare_record *r;
	struct taskshare_record leader;
	struct snapshot s;
	uint64_t end;

	ASSERT_EQ(0, snapshot_one(&leader, self->maker[0]));
	ASSERT_NE(0, leader.id[TASKSHARE_CGROUPS]);
	end = now_ms() + DEADLINE_MS;
	for (looks = 0; looks < want || (!unfinished && now_ms() < end);
	     looks++) {
		ASSERT_EQ(0, snapshot_pid(&s, self->maker[looks % NR_MAKERS]));
		for (r = s.rec; r < s.rec + s.nr; r++) {
			threads += r->pid != r->tgid;
			unfinished += r->moving >> TASKSHARE_CGROUPS & 1;
			wrong += r->id[TASKSHARE_CGROUPS] &&
				 r->id[TASKSHARE_CGROUPS] !=
				 leader.id[TASKSHARE_CGROUPS];
		}
		snapshot_free(&s);
	}
	TH_LOG("%ld looks: %lu threads, %lu of them just being made", looks,
	       threads, unfinished);
	EXPECT_EQ(0, wrong);
	EXPECT_LT(0, unfinished) {
		TH_LOG("no thread was met while it was being made");
	}
}

TEST_HARNESS_MAIN
