// SPDX-License-Identifier: GPL-2.0-only
/* Exec from a thread, zombie leaders and vfork, while readers look on. */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/readers.h"
#include "lib/tree.h"
#include "lib/util.h"

FIXTURE(race) {
	pid_t pid;
	int go[2];
	long rounds;
};

FIXTURE_SETUP(race)
{
	NEEDS_TASKSHARE();
	self->rounds = env_number("TASKSHARE_RACES", 300);
	ASSERT_TRUE(readers_prepare(READERS_USUAL));
	ASSERT_EQ(0, pipe(self->go));
	die_with_parent();
}

FIXTURE_TEARDOWN(race)
{
	readers_stop();
	kill_and_reap(self->pid);
	tree_stop();
}

/* What is looked at begins when somebody looks. */
static bool begin(FIXTURE_DATA(race) *self, void (*work)(void *))
{
	self->pid = spawn(work, self);
	return readers_start(self->pid, shares_of_strangers) &&
	       write(self->go[1], "", 1) == 1;
}

static void wait_for_go(FIXTURE_DATA(race) *self)
{
	char byte;

	if (read(self->go[0], &byte, 1) != 1)
		_exit(2);
}

static void threads_exec(void *arg)
{
	FIXTURE_DATA(race) *self = arg;
	char rounds[16];

	snprintf(rounds, sizeof(rounds), "%ld", self->rounds);
	wait_for_go(self);
	execl(sibling("child"), "child", "threadexec", rounds, NULL);
	_exit(EXIT_FAILURE);
}

/*
 * Its number is never nobody's: the thread that executes takes it over from
 * the leader in one go. So its file is there at any time, and not empty.
 */
TEST_F_TIMEOUT(race, exec_of_a_thread, 300)
{
	unsigned long looked = 0, faults = 0;
	struct snapshot s;
	siginfo_t ended = {};
	int ret;

	ASSERT_TRUE(begin(self, threads_exec));
	while (!waitid(P_PID, self->pid, &ended,
		       WEXITED | WNOHANG | WNOWAIT) && !ended.si_pid) {
		ret = snapshot_pid(&s, self->pid);
		if (ret) {
			complain("look %lu: error %d", looked, ret);
			faults++;
		}
		snapshot_free(&s);
		looked++;
	}
	ASSERT_TRUE(exited_with(self->pid, 0));
	self->pid = 0;
	readers_stop();
	TH_LOG("%ld execs, looked at %lu times", self->rounds, looked);
	EXPECT_EQ(0, faults);
	ASSERT_LT(0, looked);
	ASSERT_EQ(0, readers_faults());
}

/* A leader that exits while its thread lives on: the thread is not lost. */
TEST_F_TIMEOUT(race, zombie_leader, 300)
{
	const struct taskshare_record *thread;
	struct snapshot s;
	long i, lost = 0;

	ASSERT_TRUE(readers_start(getpid(), shares_of_strangers));
	for (i = 0; i < self->rounds / 3; i++) {
		ASSERT_EQ(0, tree_start());
		ASSERT_EQ(1, tree_clone(0, CLONE_VM | CLONE_SIGHAND |
					   CLONE_THREAD));
		ASSERT_TRUE(tree_post(0, SYS_exit, 0, 0, 0));
		do {
			ASSERT_EQ(0, snapshot_pid(&s, tree[0].pid));
			thread = snapshot_find(&s, tree[1].pid);
			lost += !thread || !thread->id[TASKSHARE_MM];
			snapshot_free(&s);
		} while (proc_state(tree[0].pid, tree[0].pid) != 'Z');
		tree_stop();
	}
	readers_stop();
	EXPECT_EQ(0, lost);
	ASSERT_EQ(0, readers_faults());
}

static void vforks(void *arg)
{
	FIXTURE_DATA(race) *self = arg;
	const char *child = sibling("child");
	pid_t pid;
	long i;

	wait_for_go(self);
	for (i = 0; i < self->rounds / 3 || !readers_rounds(); i++) {
		pid = vfork();
		if (!pid) {
			execl(child, "child", "nothing", NULL);
			_exit(EXIT_FAILURE);
		}
		if (pid < 0 || !exited_with(pid, 0))
			_exit(EXIT_FAILURE);
	}
}

TEST_F_TIMEOUT(race, vfork_and_exec, 300)
{
	ASSERT_TRUE(begin(self, vforks));
	ASSERT_TRUE(exited_with(self->pid, 0));
	self->pid = 0;
	readers_stop();
	ASSERT_EQ(0, readers_faults());
	/* each of them has seen it at work */
	ASSERT_LT(0, readers_rounds());
}

TEST_HARNESS_MAIN
