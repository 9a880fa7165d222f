// SPDX-License-Identifier: GPL-2.0-only
/* Tasks that leave while they are compared, a mount that does not wait. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "ko.h"
#include "raw.h"
#include "snapshot.h"
#include "util.h"

#define NR_PAIRERS	6
#define NR_SNAPSHOTS	50

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
	for (;;)
		if (!exited_with(spawn(pair, NULL), 0))
			_exit(EXIT_FAILURE);
}

/* With a module that gives others time where they may come between. */
FIXTURE(slow) {
	pid_t pairer[NR_PAIRERS];
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
	/* longer than an idle mount lives */
	ASSERT_EQ(0, ko_load(path, "slow_ms=30"));
}

FIXTURE_TEARDOWN(slow)
{
	int i;

	for (i = 0; i < NR_PAIRERS; i++)
		kill_and_reap(self->pairer[i]);
	if (ko_loaded() && !ko_unload_soon())
		complain("the slow module stays loaded");
	ko_restore();
}

/*
 * An undo list has no lock: the representative is looked at twice, and may be
 * gone at the second look, with all others gone before it.
 */
TEST_F_TIMEOUT(slow, pairs_that_leave, 170)
{
	int i, shared = 0;
	struct snapshot s;
	size_t row;

	for (i = 0; i < NR_PAIRERS; i++) {
		self->pairer[i] = spawn(pair_forever, NULL);
		ASSERT_GT(self->pairer[i], 0);
	}
	for (i = 0; i < NR_SNAPSHOTS; i++) {
		ASSERT_EQ(0, snapshot_all(&s));
		for (row = 0; row < s.nr; row++)
			shared += s.rec[row].moving >> TASKSHARE_SEMUNDO & 1 ||
				s.rec[row].id[TASKSHARE_SEMUNDO];
		snapshot_free(&s);
	}
	for (i = 0; i < NR_PAIRERS; i++)
		EXPECT_EQ(0, waitpid(self->pairer[i], NULL, WNOHANG));
	TH_LOG("%d rows of %d snapshots with an undo list", shared, NR_SNAPSHOTS);
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

static int open_errno(const char *dir, const char *name)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* The mount of a pid namespace outlives the tasks in it. */
TEST(namespace_without_tasks)
{
	char dir[] = "/tmp/departures-XXXXXX";

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
