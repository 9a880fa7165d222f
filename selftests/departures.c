// SPDX-License-Identifier: GPL-2.0-only
/* Tasks that leave while they are compared, and a namespace that they left. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "raw.h"
#include "snapshot.h"
#include "util.h"

#define NR_PAIRERS 6

/* So that the two of a pair end at any distance from each other. */
static void spin(unsigned int turns)
{
	volatile unsigned int i;

	for (i = 0; i < turns; i++)
		;
}

static void end_after(void *turns)
{
	spin((uintptr_t)turns);
	raw_syscall(SYS_exit_group, 0, 0, 0, 0, 0, 0);
}

/* Two tasks that share nothing but a semaphore undo list, and end. */
static void pair(void *arg)
{
	uint64_t *state = arg;
	uintptr_t first = random_below(state, 60000);
	struct clone_args args = {
		.flags = CLONE_SYSVSEM, .exit_signal = SIGCHLD,
	};

	if (raw_clone3(&args, end_after, (void *)first) < 0)
		_exit(EXIT_FAILURE);
	end_after((void *)(first + random_below(state, 20000)));
}

static void pair_forever(void *arg)
{
	uint64_t state = *(uint64_t *)arg;

	for (;;) {
		random_next(&state);
		if (!exited_with(spawn(pair, &state), 0))
			_exit(EXIT_FAILURE);
	}
}

/*
 * An undo list has no lock: the representative is looked at twice, and may be
 * gone at the second look, with all others gone before it.
 */
TEST(pairs_that_leave_one_after_the_other)
{
	long snapshots = env_number("TASKSHARE_DEPARTURES", 3000);
	uint64_t seed = random_seed();
	pid_t pairer[NR_PAIRERS];
	long i, shared = 0;
	struct snapshot s;
	size_t row;

	NEEDS_TASKSHARE();
	for (i = 0; i < NR_PAIRERS; i++) {
		random_next(&seed);
		pairer[i] = spawn(pair_forever, &seed);
		ASSERT_GT(pairer[i], 0);
	}
	for (i = 0; i < snapshots; i++) {
		ASSERT_EQ(0, snapshot_all(&s));
		for (row = 0; row < s.nr; row++)
			shared += s.rec[row].id[TASKSHARE_SEMUNDO] != 0;
		snapshot_free(&s);
	}
	for (i = 0; i < NR_PAIRERS; i++) {
		EXPECT_EQ(0, waitpid(pairer[i], NULL, WNOHANG));
		kill_and_reap(pairer[i]);
	}
	/* or there was nothing to compare */
	EXPECT_GT(shared, snapshots / 10);
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
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

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
