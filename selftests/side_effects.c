// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading has no side effect on exec, unshare and locks of what is read about.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/observed.h"
#include "lib/util.h"

/* Number of times that each reader reads its file meanwhile */
#define TIMES	3

/*
 * The process that readers look at does all of it, again and again: a reference
 * that a reader took would be one on an object of this process.
 */
FIXTURE(observed) {
	struct observed o;
	char dir[64];
};

static char helper[PATH_MAX];	/* a set-user-ID copy of child */
static char lock_file[PATH_MAX];

FIXTURE_SETUP(observed)
{
	struct statvfs fs;

	NEEDS_TASKSHARE();
	strcpy(self->dir, "/run/taskshare-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	ASSERT_EQ(0, chmod(self->dir, 0755));
	ASSERT_EQ(0, statvfs(self->dir, &fs));
	if (fs.f_flag & (ST_NOSUID | ST_NOEXEC))
		SKIP(return, "/run is mounted nosuid or noexec");
	snprintf(helper, sizeof(helper), "%s/child", self->dir);
	snprintf(lock_file, sizeof(lock_file), "%s/lock", self->dir);
	ASSERT_TRUE(copy_file(sibling("child"), helper, 04755));
	ASSERT_TRUE(observed_prepare(&self->o,
				     env_number("TASKSHARE_ROUNDS", 600)));
	die_with_parent();
}

FIXTURE_TEARDOWN(observed)
{
	observed_stop(&self->o);
	unlink(helper);
	unlink(lock_file);
	rmdir(self->dir);
}

static bool observe(struct observed *o, void (*work)(struct observed *o),
		    unsigned long times)
{
	return observed_start(o, work, NULL) && observed_enough(o, times) &&
	       observed_end(o);
}

/* The last arguments of child, which end its rounds. */
struct ending {
	char rounds[16];
	char enough[16];
};

static struct ending ending_of(const struct observed *o)
{
	struct ending ending;

	snprintf(ending.rounds, sizeof(ending.rounds), "%ld", o->rounds);
	snprintf(ending.enough, sizeof(ending.enough), "%d", o->enough[0]);
	return ending;
}

/* exec drops the privilege if another task holds fs, files or sighand. */
static void exec_setuid(struct observed *o)
{
	struct ending end = ending_of(o);

	observed_begin(o);
	become_nobody();
	execl(helper, "child", "privileged", end.rounds, end.enough, NULL);
	_exit(2);
}

TEST_F_TIMEOUT(observed, setuid_exec_keeps_its_privilege, 600)
{
	ASSERT_TRUE(observe(&self->o, exec_setuid, TIMES));
	TH_LOG("%ld execs or more, %lu rounds of the slowest reader",
	       self->o.rounds, readers_rounds());
}

/* unshare fails if another task holds sighand or mm. */
static void unshare_nothing(struct observed *o)
{
	long i;

	observed_begin(o);
	/* a call costs little, so there are many for each round */
	for (i = 0; observed_goes_on(o, i / 20); i++)
		if (unshare(CLONE_SIGHAND | CLONE_VM))
			_exit(EXIT_FAILURE);
}

TEST_F_TIMEOUT(observed, unshare_of_a_single_task, 600)
{
	ASSERT_TRUE(observe(&self->o, unshare_nothing, self->o.rounds / 5));
	TH_LOG("%ld calls or more, %lu rounds of the slowest reader",
	       20 * self->o.rounds, readers_rounds());
}

/* In a child for each, as user namespaces nest only 32 deep. */
static void unshare_user(struct observed *o)
{
	int status;
	pid_t pid;
	long i;

	observed_begin(o);
	for (i = 0; observed_goes_on(o, i); i++) {
		pid = fork();
		if (!pid)
			_exit(unshare(CLONE_NEWUSER) ? EXIT_FAILURE : 0);
		if (waitpid(pid, &status, 0) != pid || status)
			_exit(EXIT_FAILURE);
	}
}

TEST_F_TIMEOUT(observed, unshare_of_the_user_namespace, 600)
{
	ASSERT_TRUE(observe(&self->o, unshare_user, TIMES));
	TH_LOG("%ld calls or more, %lu rounds of the slowest reader",
	       self->o.rounds, readers_rounds());
}

/* exec copies the file table, and loses the locks, if another task holds it. */
static void exec_locked(struct observed *o)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open(lock_file, O_RDWR | O_CREAT, 0600);
	struct ending end = ending_of(o);
	char number[16];

	snprintf(number, sizeof(number), "%d", fd);
	if (fd < 0 || fcntl(fd, F_SETLK, &lock))
		_exit(2);
	observed_begin(o);
	execl(sibling("child"), "child", "locked", number, end.rounds,
	      end.enough, NULL);
	_exit(2);
}

TEST_F_TIMEOUT(observed, a_lock_survives_exec, 600)
{
	ASSERT_TRUE(observe(&self->o, exec_locked, TIMES));
	TH_LOG("%ld execs or more, %lu rounds of the slowest reader",
	       self->o.rounds, readers_rounds());
}

TEST_HARNESS_MAIN
