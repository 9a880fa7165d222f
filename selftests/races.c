// SPDX-License-Identifier: GPL-2.0-only
/* Exec from a thread, zombie leaders and vfork, while readers look on. */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/observed.h"
#include "lib/tree.h"
#include "lib/util.h"

FIXTURE(race) {
	struct observed o;
};

FIXTURE_SETUP(race)
{
	NEEDS_TASKSHARE();
	ASSERT_TRUE(observed_prepare(&self->o,
				     env_number("TASKSHARE_RACES", 300)));
	die_with_parent();
}

FIXTURE_TEARDOWN(race)
{
	observed_stop(&self->o);
	tree_stop();
}

static void threads_exec(struct observed *o)
{
	char rounds[16], enough[16];

	snprintf(rounds, sizeof(rounds), "%ld", o->rounds);
	snprintf(enough, sizeof(enough), "%d", o->enough[0]);
	observed_begin(o);
	execl(sibling("child"), "child", "threadexec", rounds, enough, NULL);
	_exit(EXIT_FAILURE);
}

static bool has_ended(pid_t pid)
{
	siginfo_t ended = {};

	return waitid(P_PID, pid, &ended, WEXITED | WNOHANG | WNOWAIT) ||
	       ended.si_pid;
}

/*
 * The process's number always has a task: the thread that executes takes it
 * over from the leader at once. So its file is there at any time, and not
 * empty. race_windows stops the reader at each place where that matters.
 */
TEST_F_TIMEOUT(race, exec_of_a_thread, 300)
{
	unsigned long looked = 0, faults = 0;
	struct snapshot s;
	int ret;

	ASSERT_TRUE(observed_start(&self->o, threads_exec,
				   shares_of_strangers));
	while (!has_ended(self->o.pid)) {
		ret = snapshot_pid(&s, self->o.pid);
		if (ret) {
			complain("look %lu: error %d", looked, ret);
			faults++;
		}
		snapshot_free(&s);
		if (++looked == 100)
			ASSERT_TRUE(observed_enough(&self->o, 1));
	}
	EXPECT_TRUE(observed_end(&self->o));
	TH_LOG("%ld execs or more, looked at %lu times", self->o.rounds,
	       looked);
	EXPECT_EQ(0, faults);
}

/* A leader that exits while its thread lives on: the thread is not lost. */
TEST_F_TIMEOUT(race, zombie_leader, 300)
{
	const struct taskshare_record *thread;
	struct snapshot s;
	long i, lost = 0;
	uint64_t end;

	ASSERT_TRUE(readers_start(getpid(), shares_of_strangers));
	for (i = 0; i < self->o.rounds / 3; i++) {
		ASSERT_EQ(0, tree_start());
		ASSERT_EQ(1, tree_clone(0, CLONE_VM | CLONE_SIGHAND |
					   CLONE_THREAD));
		ASSERT_TRUE(tree_post(0, SYS_exit, 0, 0, 0));
		end = now_ms() + DEADLINE_MS;
		do {
			ASSERT_GT(end, now_ms()) {
				TH_LOG("the leader does not become a zombie");
			}
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

static void vforks(struct observed *o)
{
	const char *child = sibling("child");
	pid_t pid;
	long i;

	observed_begin(o);
	for (i = 0; observed_goes_on(o, 3 * i); i++) {
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
	ASSERT_TRUE(observed_start(&self->o, vforks, shares_of_strangers));
	ASSERT_TRUE(observed_enough(&self->o, 1));
	ASSERT_TRUE(observed_end(&self->o));
}

TEST_HARNESS_MAIN
