// SPDX-License-Identifier: GPL-2.0-only
/* What readers must not disturb: exec's and unshare's counts of holders. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/readers.h"
#include "lib/util.h"

/*
 * The process that readers look at and that does it all, again and again: all
 * counts that a reader could raise are its own.
 */
FIXTURE(observed) {
	pid_t worker;
	int go[2];
	char dir[64];
	char helper[PATH_MAX];
	long rounds;
};

FIXTURE_SETUP(observed)
{
	struct statvfs fs;

	NEEDS_TASKSHARE();
	self->rounds = env_number("TASKSHARE_ROUNDS", 600);
	strcpy(self->dir, "/run/taskshare-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	ASSERT_EQ(0, chmod(self->dir, 0755));
	ASSERT_EQ(0, statvfs(self->dir, &fs));
	if (fs.f_flag & (ST_NOSUID | ST_NOEXEC))
		SKIP(return, "/run is mounted nosuid or noexec");
	snprintf(self->helper, sizeof(self->helper), "%s/child", self->dir);
	ASSERT_TRUE(copy_file(sibling("child"), self->helper, 04755));
	ASSERT_TRUE(readers_prepare(READERS_USUAL));
	ASSERT_EQ(0, pipe2(self->go, O_CLOEXEC));
	die_with_parent();
}

FIXTURE_TEARDOWN(observed)
{
	char path[PATH_MAX];

	readers_stop();
	kill_and_reap(self->worker);
	unlink(self->helper);
	snprintf(path, sizeof(path), "%s/lock", self->dir);
	unlink(path);
	rmdir(self->dir);
}

/* Start the worker, readers that look at it, and only then its work. */
static bool observe(FIXTURE_DATA(observed) *self, void (*work)(void *))
{
	char byte = 0;
	bool done;

	self->worker = spawn(work, self);
	if (!readers_start(self->worker, NULL) ||
	    write(self->go[1], &byte, 1) != 1)
		return false;
	done = exited_with(self->worker, 0);
	self->worker = 0;
	readers_stop();
	/* each of them has seen it at work, the slowest one, too */
	return done && !readers_faults() && readers_rounds() > 0;
}

static void wait_for_go(FIXTURE_DATA(observed) *self)
{
	char byte;

	if (read(self->go[0], &byte, 1) != 1)
		_exit(2);
}

/* exec drops the privilege if anybody else holds fs, files or sighand. */
static void exec_setuid(void *arg)
{
	FIXTURE_DATA(observed) *self = arg;
	char rounds[16];

	snprintf(rounds, sizeof(rounds), "%ld", self->rounds);
	wait_for_go(self);
	become_nobody();
	execl(self->helper, "child", "privileged", rounds, NULL);
	_exit(2);
}

TEST_F_TIMEOUT(observed, setuid_exec_keeps_its_privilege, 600)
{
	ASSERT_TRUE(observe(self, exec_setuid));
	TH_LOG("%ld execs, %lu rounds of the slowest reader", self->rounds,
	       readers_rounds());
}

/* unshare fails if anybody else holds sighand or mm. */
static void unshare_nothing(void *arg)
{
	FIXTURE_DATA(observed) *self = arg;
	long i;

	wait_for_go(self);
	/* cheap: often, and as long as the readers look, too */
	for (i = 0; i < 20 * self->rounds ||
	     readers_rounds() < (unsigned long)self->rounds / 5; i++)
		if (unshare(CLONE_SIGHAND | CLONE_VM))
			_exit(EXIT_FAILURE);
}

TEST_F_TIMEOUT(observed, unshare_of_a_single_task, 600)
{
	ASSERT_TRUE(observe(self, unshare_nothing));
	TH_LOG("%ld times or more, %lu rounds of the slowest reader",
	       20 * self->rounds, readers_rounds());
}

/* User namespaces nest only so deep: one each for many children. */
static void unshare_user(void *arg)
{
	FIXTURE_DATA(observed) *self = arg;
	int status;
	pid_t pid;
	long i;

	wait_for_go(self);
	for (i = 0; i < self->rounds || !readers_rounds(); i++) {
		pid = fork();
		if (!pid)
			_exit(unshare(CLONE_NEWUSER) ? EXIT_FAILURE : 0);
		if (waitpid(pid, &status, 0) != pid || status)
			_exit(EXIT_FAILURE);
	}
}

TEST_F_TIMEOUT(observed, unshare_of_the_user_namespace, 600)
{
	ASSERT_TRUE(observe(self, unshare_user));
	TH_LOG("%ld times, %lu rounds of the slowest reader", self->rounds,
	       readers_rounds());
}

/* exec copies the table, and loses the locks, if anybody else holds it. */
static void exec_locked(void *arg)
{
	FIXTURE_DATA(observed) *self = arg;
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[PATH_MAX], rounds[16], number[16];
	int fd;

	snprintf(path, sizeof(path), "%s/lock", self->dir);
	snprintf(rounds, sizeof(rounds), "%ld", self->rounds);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	snprintf(number, sizeof(number), "%d", fd);
	if (fd < 0 || fcntl(fd, F_SETLK, &lock))
		_exit(2);
	wait_for_go(self);
	execl(sibling("child"), "child", "locked", number, rounds, NULL);
	_exit(2);
}

TEST_F_TIMEOUT(observed, a_lock_survives_exec, 600)
{
	ASSERT_TRUE(observe(self, exec_locked));
	TH_LOG("%ld execs, %lu rounds of the slowest reader", self->rounds,
	       readers_rounds());
}

TEST_HARNESS_MAIN
