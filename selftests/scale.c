// SPDX-License-Identifier: GPL-2.0-only
/* A process of ten thousand threads, a system of twenty thousand tasks. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/klog.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "crowd.h"
#include "snapshot.h"
#include "textfile.h"
#include "util.h"

#define GROUPS_MAX	128

/*
 * Big groups: TASKSHARE_THREADS in one process, then processes of a thousand
 * threads and single ones, until there are TASKSHARE_TASKS.
 */
FIXTURE(scale) {
	struct snapshot s;
	struct textfile t;
	long threads;
	long tasks;
	pid_t group[GROUPS_MAX];
	long size[GROUPS_MAX];
	int groups;
};

/* A process and @nr - 1 tasks of it, threads or children; false if too many. */
static bool add_crowd(FIXTURE_DATA(scale) *self, long nr, bool processes)
{
	pid_t pid;

	if (self->groups == GROUPS_MAX)
		return false;
	pid = processes ? crowd_processes(nr) : crowd_threads(nr);
	if (pid < 0)
		return false;
	self->group[self->groups] = pid;
	self->size[self->groups++] = processes ? 1 : nr;
	return true;
}

FIXTURE_SETUP(scale)
{
	NEEDS_TASKSHARE();
	self->threads = env_number("TASKSHARE_THREADS", 10000);
	self->tasks = env_number("TASKSHARE_TASKS", 20000);
	if (!crowd_room(self->tasks))
		SKIP(return, "no room for %ld tasks", self->tasks);
	die_with_parent();
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
}

FIXTURE_TEARDOWN(scale)
{
	int i;

	snapshot_free(&self->s);
	textfile_free(&self->t);
	for (i = 0; i < self->groups; i++)
		kill_and_reap(self->group[i]);
	/* their children die with them, and are ours then */
	while (waitpid(-1, NULL, 0) > 0)
		;
}

/* How many tasks of that process, all with the very same objects, are there? */
static long sharing_tasks(const struct snapshot *s, pid_t tgid)
{
	static const int kinds[] = { TASKSHARE_MM, TASKSHARE_FILES,
		TASKSHARE_FS, TASKSHARE_SIGHAND, TASKSHARE_SIGNAL,
		TASKSHARE_SEMUNDO, TASKSHARE_CRED, TASKSHARE_NSPROXY };
	const struct taskshare_record *leader = snapshot_find(s, tgid), *r;
	long nr = 0;
	size_t i;

	for (r = s->rec; leader && r < s->rec + s->nr; r++) {
		if (r->tgid != (__u32)tgid || !record_quiet(r))
			continue;
		for (i = 0; i < ARRAY_SIZE(kinds); i++)
			if (r->id[kinds[i]] != leader->id[kinds[i]])
				break;
		nr += i == ARRAY_SIZE(kinds);
	}
	return nr;
}

/* How many tasks outside of the process hold its memory? */
static long strangers(const struct snapshot *s, pid_t tgid)
{
	const struct taskshare_record *leader = snapshot_find(s, tgid), *r;
	long nr = 0;

	for (r = s->rec; r < s->rec + s->nr; r++)
		nr += r->tgid != (__u32)tgid &&
		      r->id[TASKSHARE_MM] == leader->id[TASKSHARE_MM];
	return nr;
}

/* Did the kernel complain of anything, since it was booted? */
static bool kernel_complained(void)
{
	static const char *const bad[] = { "rcu_preempt detected",
		"rcu_sched detected", "self-detected stall", "soft lockup",
		"hung_task", "blocked for more than", "WARNING: CPU",
		"BUG: ", "Call Trace:" };
	static char log[1 << 20];
	bool complained = false;
	size_t i;
	int len = klogctl(3 /* SYSLOG_ACTION_READ_ALL */, log, sizeof(log) - 1);

	for (i = 0; len > 0 && i < ARRAY_SIZE(bad); i++) {
		if (!strstr(log, bad[i]))
			continue;
		complain("the kernel's log has \"%s\"", bad[i]);
		complained = true;
	}
	return len <= 0 || complained;
}

TEST_F_TIMEOUT(scale, many_threads, 300)
{
	const struct taskshare_record *leader;
	char name[16];
	size_t i;

	ASSERT_TRUE(add_crowd(self, self->threads, false));
	ASSERT_EQ(0, snapshot_pid(&self->s, self->group[0]));
	ASSERT_EQ(self->threads, (long)self->s.nr);
	ASSERT_EQ(self->threads, sharing_tasks(&self->s, self->group[0]));
	leader = snapshot_find(&self->s, self->group[0]);
	EXPECT_EQ(self->threads, leader->refs[TASKSHARE_MM]);
	EXPECT_EQ(self->threads, leader->refs[TASKSHARE_FILES]);

	snprintf(name, sizeof(name), "%u", self->s.rec[self->s.nr / 2].pid);
	ASSERT_TRUE(textfile_read(&self->t, name));
	ASSERT_EQ(self->threads, (long)self->t.nr_rows);
	for (i = 0; i < self->t.nr_objects; i++) {
		ASSERT_STREQ("A", self->t.object[i].group);
		ASSERT_EQ(self->threads, (long)self->t.object[i].here);
	}
	ASSERT_FALSE(kernel_complained());
}

TEST_F_TIMEOUT(scale, many_tasks, 600)
{
	long singles = self->tasks / 20, left = self->tasks - singles;
	long nr, crowd = 0;
	size_t i;
	int g;

	ASSERT_TRUE(add_crowd(self, self->threads, false));
	ASSERT_TRUE(add_crowd(self, singles, true));
	for (left -= self->threads; left > 0; left -= nr) {
		nr = left < 1000 ? left : 1000;
		ASSERT_TRUE(add_crowd(self, nr, false));
	}
	ASSERT_EQ(0, snapshot_all(&self->s));
	for (i = 0; i < self->s.nr; i++)
		crowd += !strcmp(self->s.rec[i].comm, CROWD_COMM);
	ASSERT_EQ(self->tasks, crowd);
	for (g = 0; g < self->groups; g++) {
		ASSERT_EQ(self->size[g],
			  sharing_tasks(&self->s, self->group[g]));
		ASSERT_EQ(0, strangers(&self->s, self->group[g]));
	}
	ASSERT_TRUE(textfile_read(&self->t, "all"));
	ASSERT_LE(self->tasks, (long)self->t.nr_rows);
	ASSERT_FALSE(kernel_complained());
	TH_LOG("%zu tasks", self->s.nr);
}

TEST_HARNESS_MAIN
