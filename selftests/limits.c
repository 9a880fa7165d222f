// SPDX-License-Identifier: GPL-2.0-only
/* A task that dies while a reader has it pinned, and a limit that it counts in. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/slow.h"
#include "lib/snapshot.h"
#include "lib/util.h"

#define LIMIT	"/proc/sys/user/max_user_namespaces"

FIXTURE(limits) {
	char limit[32];		/* as it was */
	pid_t pid;
};

FIXTURE_SETUP(limits)
{
	NEEDS_KO("TASKSHARE_KO_FAULTS", "taskshare-faults.ko");
	if (read_file(LIMIT, self->limit, sizeof(self->limit)) <= 0)
		SKIP(return, "no " LIMIT);
	ASSERT_TRUE(write_file(LIMIT, "1"));
	ASSERT_TRUE(slow_load(SLOW_COLLECT));
}

FIXTURE_TEARDOWN(limits)
{
	kill_and_reap(self->pid);
	EXPECT_TRUE(write_file(LIMIT, self->limit));
	EXPECT_TRUE(ko_usual());
}

static void makes_namespace(void *arg)
{
	const int *pipe = arg;
	int err;

	become_nobody();
	die_with_parent();
	err = unshare(CLONE_NEWUSER) ? errno : 0;
	if (write(pipe[1], &err, sizeof(err)) != sizeof(err))
		_exit(EXIT_FAILURE);
	for (;;)
		pause();
}

/* A process that tries to make a user namespace; its errno, or 0. */
static int namespace_errno(pid_t *pid)
{
	int pipe[2], err = -1;

	if (pipe2(pipe, O_CLOEXEC))
		return -1;
	*pid = spawn(makes_namespace, pipe);
	close(pipe[1]);
	if (read(pipe[0], &err, sizeof(err)) != sizeof(err))
		err = -1;
	close(pipe[0]);
	return err;
}

/* As often as it is tried; a process that could make none is gone again. */
static bool namespace_held(pid_t *pid)
{
	if (!namespace_errno(pid))
		return true;
	kill_and_reap(*pid);
	*pid = 0;
	return false;
}

static bool namespace_made(void)
{
	pid_t pid;
	int err = namespace_errno(&pid);

	kill_and_reap(pid);
	return !err;
}

static void *reads(void *fd)
{
	*(int *)fd = taskshare_open("records/all");
	return NULL;
}

/*
 * The dead task's credentials, and the user namespace that they count, go when
 * it is unpinned: before the snapshot is verified, not when it is done.
 */
TEST_F_TIMEOUT(limits, user_namespaces, 60)
{
	pthread_t reader;
	int fd = -1;

	/* that of a test before may be about to be freed by a work queue */
	ASSERT_TRUE(eventually(namespace_held(&self->pid)));
	ASSERT_FALSE(namespace_made());
	ASSERT_EQ(0, pthread_create(&reader, NULL, reads, &fd));
	ASSERT_TRUE(slow_reached(SLOW_COLLECT));
	kill_and_reap(self->pid);
	self->pid = 0;
	/* it is pinned: this is what the reader can be noticed by */
	EXPECT_FALSE(namespace_made());
	ASSERT_TRUE(slow_go(SLOW_VERIFY));
	ASSERT_TRUE(slow_reached(SLOW_VERIFY));
	EXPECT_TRUE(eventually(namespace_made()));
	EXPECT_TRUE(slow_holds(SLOW_VERIFY));
	ASSERT_TRUE(slow_go(SLOW_NOWHERE));
	pthread_join(reader, NULL);
	EXPECT_LE(0, fd);
	close(fd);
}

TEST_HARNESS_MAIN
