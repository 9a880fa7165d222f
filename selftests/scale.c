// SPDX-License-Identifier: GPL-2.0-only
/* A process of ten thousand threads, a system of twenty thousand tasks. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/klog.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/cgroup.h"
#include "lib/idle_tasks.h"
#include "lib/ko.h"
#include "lib/snapshot.h"
#include "lib/textfile.h"
#include "lib/util.h"

#define GROUPS_MAX	128

/*
 * Processes of one task, then of a thousand threads, at last one of
 * TASKSHARE_THREADS; TASKSHARE_TASKS in all.
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
static bool add_idle(FIXTURE_DATA(scale) *self, long nr, bool processes)
{
	pid_t pid;

	if (self->groups == GROUPS_MAX)
		return false;
	pid = processes ? idle_processes(nr) : idle_threads(nr);
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
	if (!idle_tasks_fit(self->tasks))
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
	/* their children die with them, and become children of this process */
	while (waitpid(-1, NULL, 0) > 0)
		;
}

/* The number of tasks of a process that hold the same objects as its leader. */
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

/* The number of tasks outside of a process that hold its memory. */
static long strangers(const struct snapshot *s, pid_t tgid)
{
	const struct taskshare_record *leader = snapshot_find(s, tgid), *r;
	long nr = 0;

	for (r = s->rec; r < s->rec + s->nr; r++)
		nr += r->tgid != (__u32)tgid &&
		      r->id[TASKSHARE_MM] == leader->id[TASKSHARE_MM];
	return nr;
}

/* splats.sh judges the reports of KCSAN, some of which are about the kernel. */
static bool log_has(const char *log, const char *bad)
{
	while ((log = strstr(log, bad)) && !strncmp(log, "BUG: KCSAN", 10))
		log++;
	return log;
}

/* Returns true if the kernel's log has a complaint since boot. */
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
		if (!log_has(log, bad[i]))
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

	ASSERT_TRUE(add_idle(self, self->threads, false));
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

/* Measures the cost of opening records/all at this number of tasks. */
struct cost {
	size_t nr;
	long us;
	long held;		/* bytes; 0 if not known */
	long peak;		/* while it is opened; since Linux 5.19 */
};

struct measuring {
	struct cost *cost;
	int result;
	bool group;
};

/* In a new memory cgroup, as its highest use is that since it was made. */
static void opens_measured(void *arg)
{
	const struct measuring *m = arg;
	struct cost cost = *m->cost;
	long before = 0, peak, us;
	int fd, i;

	if (m->group && !cgroup_enter())
		_exit(1);
	/* the first time costs more than the file itself */
	for (i = 0; i < 3; i++) {
		before = m->group ? cgroup_value("memory.current", "") : 0;
		us = now_us();
		fd = taskshare_open("records/all");
		us = now_us() - us;
		if (fd < 0)
			_exit(2);
		cost.us = !i || us < cost.us ? us : cost.us;
		if (m->group)
			cost.held = cgroup_value("memory.current", "") - before;
		close(fd);
	}
	peak = m->group ? cgroup_value("memory.peak", "") : 0;
	cost.peak = peak > before ? peak - before : 0;
	if (write(m->result, &cost, sizeof(cost)) != sizeof(cost))
		_exit(3);
}

static bool measure(struct cost *cost)
{
	struct measuring m = { .cost = cost, .group = cgroup_make() };
	int result[2];
	bool well;
	pid_t pid;

	if (pipe(result))
		return false;
	m.result = result[1];
	pid = spawn(opens_measured, &m);
	close(result[1]);
	well = read(result[0], cost, sizeof(*cost)) == sizeof(*cost);
	close(result[0]);
	well &= exited_with(pid, 0);
	if (m.group)
		cgroup_remove();
	return well;
}

static void print_costs(const struct cost *cost, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		printf("# %7zu tasks: open %8ld us, %6.2f us a task; %4ld bytes a task held, %4ld at the highest\n",
		       cost[i].nr, cost[i].us, (double)cost[i].us / cost[i].nr,
		       cost[i].held / (long)cost[i].nr,
		       cost[i].peak / (long)cost[i].nr);
	fflush(stdout);
}

/*
 * Large blocks come from vmalloc(), which needs no contiguous pages and rounds
 * nothing up. kmalloc() would take 4 MiB for the records of 10,000 tasks. The
 * kernel charges in steps of up to 256 KiB.
 */
static bool rounded_up(const struct cost *cost)
{
	long size = cost->nr * sizeof(struct taskshare_record);

	return size > 2 << 20 && cost->held > size + size / 6;
}

/* The number of idle tasks that taskshare lists; -1 if it is not there. */
static long listed_by_reader(void)
{
	FILE *out = popen("command -v taskshare >/dev/null || exit 127; "
			  "exec taskshare --engine module --all -J", "re");
	char *line = NULL;
	size_t size = 0;
	long nr = 0;
	int status;

	while (out && getline(&line, &size, out) > 0)
		nr += !!strstr(line, "\"comm\": \"" IDLE_COMM "\"");
	free(line);
	status = out ? pclose(out) : -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return -1;
	return status ? -2 : nr;
}

/* The size of the next process: first single tasks, the biggest one at last. */
static long next_idle(FIXTURE_DATA(scale) *self, long made)
{
	long left = self->tasks - self->threads - made;
	long group = self->tasks / 100 > 1000 ? self->tasks / 100 : 1000;

	if (!made)
		return self->tasks / 20;
	if (left <= 0)
		return self->tasks - made;
	return left < group ? left : group;
}

/*
 * All tasks are right; prints the cost at 10, 20, 50 and 100 percent of them.
 */
TEST_F_TIMEOUT(scale, many_tasks, 1800)
{
	static const int percent[] = { 10, 20, 50, 100 };
	struct cost cost[ARRAY_SIZE(percent)] = {};
	long nr, made = 0, idle = 0;
	unsigned int step = 0;
	size_t i;
	int g;

	for (; made < self->tasks; made += nr) {
		while (made * 100 >= self->tasks * percent[step]) {
			cost[step].nr = made;
			ASSERT_TRUE(measure(&cost[step++]));
		}
		nr = next_idle(self, made);
		ASSERT_TRUE(add_idle(self, nr, !made));
	}
	cost[step].nr = made;
	ASSERT_TRUE(measure(&cost[step++]));
	print_costs(cost, step);
	for (i = 0; i < step; i++)
		EXPECT_FALSE(rounded_up(&cost[i]));

	ASSERT_EQ(0, snapshot_all(&self->s));
	for (i = 0; i < self->s.nr; i++)
		idle += !strcmp(self->s.rec[i].comm, IDLE_COMM);
	ASSERT_EQ(self->tasks, idle);
	figure("idle_tasks", idle);
	for (g = 0; g < self->groups; g++) {
		ASSERT_EQ(self->size[g],
			  sharing_tasks(&self->s, self->group[g]));
		ASSERT_EQ(0, strangers(&self->s, self->group[g]));
	}
	TH_LOG("%zu tasks", self->s.nr);
	ASSERT_TRUE(textfile_read(&self->t, "all"));
	ASSERT_LE(self->tasks, (long)self->t.nr_rows);
	nr = listed_by_reader();
	TH_LOG("%ld in the list of the program, -1 if there is none", nr);
	ASSERT_TRUE(nr == -1 || nr == self->tasks);
	ASSERT_FALSE(kernel_complained());
	/* only on a machine that does nothing else */
	if (env_number("TASKSHARE_TIMED", 0)) {
		EXPECT_GE(4 * cost[0].us * (long)cost[step - 1].nr,
			  cost[step - 1].us * (long)cost[0].nr);
	}
}

/* The last task that fits into limit_mib=, and the first that does not. */
TEST(limit)
{
	const char *path = ko_find("TASKSHARE_KO", "taskshare.ko");
	long most = (1L << 20) / sizeof(struct taskshare_record);
	struct snapshot s = {};
	pid_t pid;

	NEEDS_KO("TASKSHARE_KO", "taskshare.ko");
	if (!idle_tasks_fit(2 * most))
		SKIP(return, "no room for %ld tasks", 2 * most);
	die_with_parent();
	if (ko_loaded()) {
		ASSERT_TRUE(ko_unload_soon());
	}
	ASSERT_EQ(0, ko_load(path, "limit_mib=1"));
	pid = idle_threads(most);
	EXPECT_EQ(0, snapshot_pid(&s, pid));
	EXPECT_EQ(most, (long)s.nr);
	snapshot_free(&s);
	/* with the other tasks that there are */
	EXPECT_EQ(-EFBIG, taskshare_open("records/all"));
	kill_and_reap(pid);
	pid = idle_threads(most + 1);
	EXPECT_EQ(-EFBIG, taskshare_open("records/%d", pid));
	/* the limit is about the content: that of a few tasks is small */
	EXPECT_EQ(0, snapshot_pid(&s, getpid()));
	snapshot_free(&s);
	kill_and_reap(pid);
	EXPECT_TRUE(ko_unload_soon());
	ko_restore();
}

/* Where nothing is shared, a text is longer than the records are. */
TEST_F_TIMEOUT(scale, limit_of_a_text, 300)
{
	const char *path = ko_find("TASKSHARE_KO", "taskshare.ko");
	long most = (1L << 20) / sizeof(struct taskshare_record);
	int fd, error;

	NEEDS_KO("TASKSHARE_KO", "taskshare.ko");
	ASSERT_TRUE(ko_unload_soon());
	ASSERT_EQ(0, ko_load(path, "limit_mib=1"));
	ASSERT_TRUE(add_idle(self, most / 5 * 4, true));
	fd = taskshare_open("records/all");
	error = taskshare_open("all");
	if (fd >= 0)
		close(fd);
	EXPECT_TRUE(ko_unload_soon());
	ko_restore();
	EXPECT_LE(0, fd);
	EXPECT_EQ(-EFBIG, error);
}

TEST_HARNESS_MAIN
