// SPDX-License-Identifier: GPL-2.0-only
/* Tasks, readers and mounts that end while a reader is at a certain place. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/raw.h"
#include "lib/slab.h"
#include "lib/slow.h"
#include "lib/snapshot.h"
#include "lib/tree.h"
#include "lib/util.h"

#define NR_SHARERS	3
#define NR_LEAVERS	8
#define NR_STAYERS	120

/* Opens a file, and dies with the test. */
static void open_records(void *arg)
{
	int fd = taskshare_open("records/%s", (const char *)arg);

	_exit(fd < 0 ? -fd : 0);
}

/*
 * Processes that share nothing but a semaphore undo list. No lock keeps that:
 * the reader looks at the first of them, the representative, compares the
 * others with it, and looks at it again. They exit before the first look or
 * between the two; a bit each, in the order of their PIDs.
 */
FIXTURE(undo_list) {
	struct snapshot s;
	int by_pid[NR_SHARERS];		/* indices in the tree */
	pid_t reader;
};

FIXTURE_VARIANT(undo_list) {
	unsigned int before;		/* exit before the first look */
	unsigned int between;		/* exit between the two looks */
	unsigned int share;		/* are found to share the list */
};

FIXTURE_VARIANT_ADD(undo_list, representative) {
	.between = 1, .share = 6,
};

FIXTURE_VARIANT_ADD(undo_list, representative_before) {
	.before = 1, .share = 6,
};

FIXTURE_VARIANT_ADD(undo_list, all) {
	.between = 7,
};

/* After the first look there is nothing to compare the representative with. */
FIXTURE_VARIANT_ADD(undo_list, others_before_it) {
	.before = 6, .between = 1,
};

FIXTURE_VARIANT_ADD(undo_list, one_before_it) {
	.before = 2, .between = 1,
};

/* All of them shared it at the first look. */
FIXTURE_VARIANT_ADD(undo_list, others) {
	.between = 6, .share = 7,
};

static void sort_by_pid(int index[NR_SHARERS])
{
	int i, j, other;

	for (i = 0; i < NR_SHARERS; i++) {
		index[i] = i;
		for (j = i; j && tree[index[j]].pid < tree[index[j - 1]].pid;
		     j--) {
			other = index[j];
			index[j] = index[j - 1];
			index[j - 1] = other;
		}
	}
}

FIXTURE_SETUP(undo_list)
{
	int i;

	NEEDS_KO("TASKSHARE_KO_FAULTS", "taskshare-faults.ko");
	ASSERT_TRUE(slow_load(SLOW_VERIFY));
	ASSERT_EQ(0, tree_start());
	ASSERT_TRUE(tree_make_semundo(0));
	/* siblings: a child of the first one would die with it */
	for (i = 1; i < NR_SHARERS; i++) {
		ASSERT_EQ(i, tree_clone(0, CLONE_SYSVSEM | CLONE_PARENT));
	}
	sort_by_pid(self->by_pid);
}

FIXTURE_TEARDOWN(undo_list)
{
	snapshot_free(&self->s);
	kill_and_reap(self->reader);
	tree_stop();
	EXPECT_TRUE(ko_usual());
}

static bool let_exit(FIXTURE_DATA(undo_list) *self, unsigned int who)
{
	bool gone = true;
	int i;

	for (i = 0; i < NR_SHARERS; i++)
		if (who & 1u << i)
			gone &= tree_exit(self->by_pid[i]);
	return gone;
}

/* Exits with the number of the descriptor, which this process has, too. */
static void open_all(void *unused)
{
	(void)unused;
	_exit(taskshare_open("records/all"));
}

/* A thread would make undo lists of its own shared: see copy_semundo(). */
static pid_t start_opening(void)
{
	struct clone_args args = {
		.flags = CLONE_FILES, .exit_signal = SIGCHLD,
	};

	return raw_clone3(&args, open_all, NULL);
}

static int end_opening(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* Checks a record, given who is found to share the list and who has exited. */
static bool record_right(FIXTURE_DATA(undo_list) *self, int i, unsigned int who,
			 unsigned int gone)
{
	const struct taskshare_record *r, *other;
	int j;

	r = snapshot_find(&self->s, tree[self->by_pid[i]].pid);
	if (!r || r->moving & 1u << TASKSHARE_SEMUNDO)
		return false;
	if (!(gone & 1u << i) && !r->id[TASKSHARE_SEMUNDO])
		return false;
	for (j = 0; j < i; j++) {
		other = snapshot_find(&self->s, tree[self->by_pid[j]].pid);
		if ((r->id[TASKSHARE_SEMUNDO] &&
		     r->id[TASKSHARE_SEMUNDO] ==
		     other->id[TASKSHARE_SEMUNDO]) !=
		    (who & 1u << i && who & 1u << j))
			return false;
	}
	return true;
}

TEST_F_TIMEOUT(undo_list, exit_while_compared, 60)
{
	unsigned int gone = variant->before | variant->between;
	int i, fd;

	self->reader = start_opening();
	ASSERT_LT(0, self->reader);
	ASSERT_TRUE(slow_reached(SLOW_VERIFY));
	ASSERT_TRUE(let_exit(self, variant->before));
	/* with fewer than two left there is nothing to compare */
	ASSERT_TRUE(slow_go(SLOW_COMPARE_AGAIN));
	ASSERT_TRUE(slow_reached(SLOW_COMPARE_AGAIN));
	ASSERT_TRUE(let_exit(self, variant->between));
	ASSERT_TRUE(slow_holds(SLOW_COMPARE_AGAIN));
	ASSERT_TRUE(slow_go(SLOW_NOWHERE));
	fd = end_opening(self->reader);
	self->reader = 0;
	ASSERT_EQ(0, snapshot_fd(&self->s, fd));
	close(fd);
	for (i = 0; i < NR_SHARERS; i++) {
		EXPECT_TRUE(record_right(self, i, variant->share, gone)) {
			TH_LOG("the row of task %d is wrong", i);
		}
	}
}

/*
 * A reader that is killed at a certain place, when some of the tasks that it
 * has pinned are gone.
 */
FIXTURE(killed) {
	pid_t pid;
	pid_t reader;
	int leave[2];		/* a pipe; a thread that reads a byte exits */
	long task_structs;	/* more than tasks, before */
};

FIXTURE_VARIANT(killed) {
	enum slow_place exits;	/* the threads exit when the reader is there */
	enum slow_place killed;
};

FIXTURE_VARIANT_ADD(killed, before_collecting) {
	.exits = SLOW_COLLECT, .killed = SLOW_COLLECT,
};

FIXTURE_VARIANT_ADD(killed, before_settling) {
	.exits = SLOW_SETTLE, .killed = SLOW_SETTLE,
};

FIXTURE_VARIANT_ADD(killed, while_settling) {
	.exits = SLOW_SETTLE, .killed = SLOW_SETTLE_AGAIN,
};

FIXTURE_VARIANT_ADD(killed, before_verifying) {
	.exits = SLOW_COLLECT, .killed = SLOW_VERIFY,
};

FIXTURE_VARIANT_ADD(killed, while_verifying) {
	.exits = SLOW_VERIFY, .killed = SLOW_COMPARE_AGAIN,
};

struct threads {
	int ready;
	int leave;
};

static void *leaver(void *fd)
{
	char byte;

	if (read(*(const int *)fd, &byte, 1) != 1)
		_exit(EXIT_FAILURE);
	return NULL;
}

static void *stayer(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* The leavers come first, so that their PIDs are lower, as a rule. */
static void be_threads(void *arg)
{
	struct threads *threads = arg;
	pthread_t thread;
	int i;

	for (i = 0; i < NR_LEAVERS + NR_STAYERS; i++)
		if (pthread_create(&thread, NULL,
				   i < NR_LEAVERS ? leaver : stayer,
				   &threads->leave))
			_exit(EXIT_FAILURE);
	if (write(threads->ready, "", 1) != 1)
		_exit(EXIT_FAILURE);
	stayer(NULL);
}

static long threads_of(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	return proc_field(path, "Threads:");
}

FIXTURE_SETUP(killed)
{
	struct threads threads;
	int ready[2];
	char byte;

	NEEDS_KO("TASKSHARE_KO_FAULTS", "taskshare-faults.ko");
	ASSERT_TRUE(slow_load(variant->exits));
	self->task_structs = slab_spare_tasks();
	ASSERT_EQ(0, pipe(self->leave));
	ASSERT_EQ(0, pipe(ready));
	threads = (struct threads){ ready[1], self->leave[0] };
	die_with_parent();
	self->pid = spawn(be_threads, &threads);
	close(ready[1]);
	ASSERT_EQ(1, read(ready[0], &byte, 1));
}

FIXTURE_TEARDOWN(killed)
{
	kill_and_reap(self->reader);
	kill_and_reap(self->pid);
	EXPECT_TRUE(ko_usual());
}

TEST_F_TIMEOUT(killed, reader, 60)
{
	struct snapshot s;
	char name[16];
	int status;

	snprintf(name, sizeof(name), "%d", self->pid);
	self->reader = spawn(open_records, name);
	ASSERT_TRUE(slow_reached(variant->exits));
	ASSERT_EQ(NR_LEAVERS, write(self->leave[1], name, NR_LEAVERS));
	ASSERT_TRUE(eventually(threads_of(self->pid) == NR_STAYERS + 1));
	if (variant->killed != variant->exits) {
		ASSERT_TRUE(slow_go(variant->killed));
		ASSERT_TRUE(slow_reached(variant->killed));
	}
	ASSERT_EQ(0, kill(self->reader, SIGKILL));
	ASSERT_TRUE(slow_holds(variant->killed));
	ASSERT_TRUE(slow_go(SLOW_NOWHERE));
	ASSERT_EQ(self->reader, waitpid(self->reader, &status, 0));
	self->reader = 0;
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	/* the next one is served */
	ASSERT_EQ(0, snapshot_pid(&s, self->pid));
	EXPECT_EQ(NR_STAYERS + 1, s.nr);
	snapshot_free(&s);
	/* and no task stays pinned */
	kill_and_reap(self->pid);
	self->pid = 0;
	if (self->task_structs >= 0) {
		EXPECT_TRUE(eventually(slab_tasks_freed(self->task_structs,
							NR_STAYERS / 2)));
	}
}

/*
 * The mount's expiry is due before the reader that mounted it has entered it.
 */
FIXTURE(automount) {
	pid_t reader;
};

FIXTURE_SETUP(automount)
{
	NEEDS_KO("TASKSHARE_KO_FAULTS", "taskshare-faults.ko");
	ASSERT_TRUE(slow_load(SLOW_AUTOMOUNT));
	die_with_parent();
}

FIXTURE_TEARDOWN(automount)
{
	kill_and_reap(self->reader);
	EXPECT_TRUE(ko_usual());
}

/* Several times what module/automount.c waits until a mount is idle. */
#define EXPIRED_MS	100

TEST_F_TIMEOUT(automount, expires_at_once, 60)
{
	int i;

	for (i = 0; i < 5; i++) {
		ASSERT_TRUE(slow_go(SLOW_AUTOMOUNT));
		self->reader = spawn(open_records, "1");
		ASSERT_TRUE(slow_reached(SLOW_AUTOMOUNT));
		nap_ms(EXPIRED_MS);
		ASSERT_TRUE(slow_holds(SLOW_AUTOMOUNT));
		ASSERT_TRUE(slow_go(SLOW_NOWHERE));
		ASSERT_TRUE(exited_with(self->reader, 0));
		self->reader = 0;
		/* gone, so that the next reader mounts it anew */
		ASSERT_TRUE(eventually(!umount(taskshare_dir()) ||
				       errno == EINVAL));
	}
}

static void mount_and_leave(void *arg)
{
	pid_t pid;

	if (unshare(CLONE_NEWPID))
		_exit(EXIT_FAILURE);
	pid = fork();
	if (!pid)
		_exit(mount("none", arg, "taskshare", 0, NULL) ? errno : 0);
	_exit(pid > 0 && exited_with(pid, 0) ? 0 : EXIT_FAILURE);
}

/* The mount of a PID namespace outlives the tasks in it. */
TEST(namespace_without_tasks)
{
	char dir[] = "/tmp/exit_races-XXXXXX";

	NEEDS_TASKSHARE();
	ASSERT_NE(NULL, mkdtemp(dir));
	ASSERT_TRUE(exited_with(spawn(mount_and_leave, dir), 0));
	EXPECT_EQ(ENOENT, open_errno(dir, "all"));
	EXPECT_EQ(ENOENT, open_errno(dir, "records/all"));
	EXPECT_EQ(ENOENT, open_errno(dir, "self"));
	EXPECT_EQ(ENOENT, open_errno(dir, "1"));
	EXPECT_EQ(0, umount(dir));
	rmdir(dir);
}

TEST_HARNESS_MAIN
