// SPDX-License-Identifier: GPL-2.0-only
/* Tasks that leave while they are compared, a mount that does not wait. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/raw.h"
#include "lib/snapshot.h"
#include "lib/util.h"

#define NR_PAIRERS	6
#define NR_SNAPSHOTS	50
#define NR_LEAVERS	8
#define NR_STAYERS	120
#define PAIR_COMM	"ts-pair"

static void exit_now(void *unused)
{
	(void)unused;
	for (;;)
		raw_syscall(SYS_exit_group, 0, 0, 0, 0, 0, 0);
}

/* Two tasks that share nothing but a semaphore undo list, and end. */
static void pair(void *unused)
{
	struct clone_args args = {
		.flags = CLONE_SYSVSEM, .exit_signal = SIGCHLD,
	};

	if (raw_clone3(&args, exit_now, NULL) < 0)
		_exit(EXIT_FAILURE);
	sched_yield();
	exit_now(unused);
}

static void pair_forever(void *unused)
{
	(void)unused;
	prctl(PR_SET_NAME, PAIR_COMM);
	for (;;)
		if (!exited_with(spawn(pair, NULL), 0))
			_exit(EXIT_FAILURE);
}

/* With a module that gives others time where they may come between. */
FIXTURE(slow) {
	pid_t pairer[NR_PAIRERS];
};

FIXTURE_VARIANT(slow) {
	const char *parameters;
};

/* The places of enum ts_place; 30 ms are longer than an idle mount lives. */
FIXTURE_VARIANT_ADD(slow, settle) {
	.parameters = "slow_ms=30 slow_at=1",
};

FIXTURE_VARIANT_ADD(slow, compare_again) {
	.parameters = "slow_ms=30 slow_at=2",
};

FIXTURE_VARIANT_ADD(slow, automount) {
	.parameters = "slow_ms=30 slow_at=3",
};

FIXTURE_SETUP(slow)
{
	const char *path = ko_find("TASKSHARE_KO_FAULTS",
				   "taskshare-faults.ko");

	if (!path)
		SKIP(return, "set TASKSHARE_KO_FAULTS to a taskshare.ko built with -DTASKSHARE_FAULTS");
	if (ko_loaded()) {
		ASSERT_TRUE(ko_unload_soon());
	}
	die_with_parent();
	ASSERT_EQ(0, ko_load(path, variant->parameters));
}

FIXTURE_TEARDOWN(slow)
{
	int i;

	for (i = 0; i < NR_PAIRERS; i++)
		kill_and_reap(self->pairer[i]);
	EXPECT_TRUE(ko_usual());
}

/* Rows with an undo list of theirs: the same one, or one that went meanwhile. */
static int pairs_compared(const struct snapshot *s)
{
	const struct taskshare_record *r;
	int nr = 0;

	for (r = s->rec; r < s->rec + s->nr; r++)
		nr += !strcmp(r->comm, PAIR_COMM) &&
		      (r->id[TASKSHARE_SEMUNDO] ||
		       r->moving & 1u << TASKSHARE_SEMUNDO);
	return nr;
}

/*
 * An undo list has no lock: the representative is looked at twice, and may be
 * gone at the second look, with all others gone before it.
 */
TEST_F_TIMEOUT(slow, pairs_that_leave, 170)
{
	int i, compared = 0;
	struct snapshot s;

	for (i = 0; i < NR_PAIRERS; i++) {
		self->pairer[i] = spawn(pair_forever, NULL);
		ASSERT_GT(self->pairer[i], 0);
	}
	for (i = 0; i < NR_SNAPSHOTS; i++) {
		ASSERT_EQ(0, snapshot_all(&s));
		compared += pairs_compared(&s);
		snapshot_free(&s);
	}
	for (i = 0; i < NR_PAIRERS; i++)
		EXPECT_EQ(0, waitpid(self->pairer[i], NULL, WNOHANG));
	TH_LOG("%d rows of pairs in %d snapshots", compared, NR_SNAPSHOTS);
	/* or there was nothing to compare */
	EXPECT_GT(compared, 0);
}

static int leave[2];

static void *leaver(void *unused)
{
	char byte;

	while (read(leave[0], &byte, 1) > 0)
		;
	return unused;
}

static void *stayer(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* Threads that end when the test says so, with lower numbers than the rest. */
static void threads(void *arg)
{
	int i, *ready = arg;
	pthread_t thread;

	close(leave[1]);
	for (i = 0; i < NR_LEAVERS + NR_STAYERS; i++)
		if (pthread_create(&thread, NULL,
				   i < NR_LEAVERS ? leaver : stayer, NULL))
			_exit(EXIT_FAILURE);
	if (write(ready[1], "", 1) != 1)
		_exit(EXIT_FAILURE);
	stayer(NULL);
}

struct opening {
	int *ready;
	pid_t pid;
};

static void tell_and_open(void *arg)
{
	const struct opening *opening = arg;

	close(leave[1]);
	if (write(opening->ready[1], "", 1) != 1)
		_exit(EXIT_FAILURE);
	taskshare_open("records/%d", opening->pid);
	_exit(EXIT_SUCCESS);
}

/* Has it come to the slow place, where it sleeps, before it is through? */
static bool comes_there(pid_t reader)
{
	uint64_t end = now_ms() + DEADLINE_MS;
	char state;

	do {
		sched_yield();
		state = proc_state(reader, reader);
	} while (state != 'D' && state != 'Z' && now_ms() < end);
	return state == 'D';
}

/* Tasks go, and so does the reader that has pinned them, somewhere there. */
static bool reader_dies(struct opening *opening, unsigned int delay)
{
	pid_t reader;
	bool came;
	char byte;

	if (pipe(leave))
		return false;
	opening->pid = spawn(threads, opening->ready);
	if (read(opening->ready[0], &byte, 1) != 1)
		return false;
	close(leave[0]);
	reader = spawn(tell_and_open, opening);
	if (read(opening->ready[0], &byte, 1) != 1)
		return false;
	came = comes_there(reader);
	nap_ms(delay);
	close(leave[1]);
	nap_ms(2);
	kill_and_reap(reader);
	kill_and_reap(opening->pid);
	return came;
}

TEST_F_TIMEOUT(slow, reader_that_is_killed, 120)
{
	unsigned int delay, came = 0;
	struct opening opening;
	struct snapshot s;
	int ready[2];

	ASSERT_EQ(0, pipe(ready));
	opening.ready = ready;
	/* when it sleeps for 30 ms, and after that */
	for (delay = 1; delay < 40; delay += 2)
		came += reader_dies(&opening, delay);
	TH_LOG("%u times in the slow place", came);
	EXPECT_LT(0, came);
	/* and the next one is served */
	ASSERT_EQ(0, snapshot_pid(&s, getpid()));
	EXPECT_EQ(1, s.nr);
	snapshot_free(&s);
}

/* Its expiry is due before whoever mounted it has walked into it. */
TEST_F_TIMEOUT(slow, mount_that_expires_at_once, 60)
{
	struct snapshot s;
	int i;

	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, snapshot_pid(&s, getpid()));
		EXPECT_EQ(1, s.nr);
		snapshot_free(&s);
		/* gone, so that the next one mounts it anew */
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

/* The mount of a pid namespace outlives the tasks in it. */
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
