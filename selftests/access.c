// SPDX-License-Identifier: GPL-2.0-only
/*
 * Permissions, and files that never show another process than the one opened.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/snapshot.h"
#include "lib/tree.h"
#include "lib/util.h"

FIXTURE(access) {
	struct snapshot s;
	char dir[PATH_MAX];
	int fd;			/* of the module's directory */
};

FIXTURE_SETUP(access)
{
	NEEDS_TASKSHARE();
	self->fd = taskshare_open(".");
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, tree_start());
}

FIXTURE_TEARDOWN(access)
{
	snapshot_free(&self->s);
	close(self->fd);
	tree_stop();
}

/* Opens a file in a child that has called @become; 0 or the errno. */
static int open_as(FIXTURE_DATA(access) *self, void (*become)(void),
		   const char *name)
{
	int status, fd;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		become();
		fd = openat(self->fd, name, O_RDONLY);
		_exit(fd < 0 ? errno : 0);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void root(void)
{
}

static void drop(int capability)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		_exit(255);
	data[capability / 32].effective &= ~(1u << capability % 32);
	if (syscall(SYS_capset, &header, data))
		_exit(255);
}

static void root_without_ptrace(void)
{
	drop(CAP_SYS_PTRACE);
}

/* The files belong to root: the capability alone does not open them. */
static void nobody_with_ptrace(void)
{
	if (setfsuid(NOBODY), setfsuid(-1) != NOBODY)
		_exit(255);
	drop(CAP_DAC_OVERRIDE);
	drop(CAP_DAC_READ_SEARCH);
}

/* All capabilities, but over a new user namespace only. */
static void root_of_a_namespace(void)
{
	if (unshare(CLONE_NEWUSER))
		_exit(255);
}

TEST_F(access, who_may_open)
{
	static const char *const files[] = { "all", "1", "self" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		EXPECT_EQ(0, open_as(self, root, files[i]));
		EXPECT_EQ(EACCES, open_as(self, become_nobody, files[i]));
		EXPECT_EQ(EACCES, open_as(self, root_without_ptrace, files[i]));
		EXPECT_EQ(EACCES, open_as(self, nobody_with_ptrace, files[i]));
		EXPECT_EQ(EACCES, open_as(self, root_of_a_namespace, files[i]));
	}
	EXPECT_EQ(0, open_as(self, root, "records/all"));
	EXPECT_EQ(EACCES, open_as(self, become_nobody, "records/all"));
	EXPECT_EQ(EACCES, open_as(self, root_without_ptrace, "records/all"));
	EXPECT_EQ(EACCES, open_as(self, root_of_a_namespace, "records/1"));
	EXPECT_EQ(EACCES, open_as(self, become_nobody, "."));
	EXPECT_EQ(EACCES, open_as(self, become_nobody, "records"));
}

/*
 * A file that was opened with privilege can be read without: it is a snapshot.
 */
TEST_F(access, permission_is_checked_at_open)
{
	int fd = taskshare_open("all"), status;
	pid_t pid;
	char byte;

	ASSERT_LE(0, fd);
	pid = fork();
	if (!pid) {
		become_nobody();
		_exit(pread(fd, &byte, 1, 0) != 1);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, status);
}

/* A file does not change after open(2), whatever the process does. */
TEST_F(access, snapshot_does_not_change)
{
	char *before, *after;
	ssize_t len;
	int fd, i;

	for (i = 0; i < 2; i++) {
		fd = taskshare_open(i ? "records/%d" : "%d", tree[0].pid);
		ASSERT_LE(0, fd);
		len = read_all(fd, &before);
		ASSERT_LT(100, len);
		ASSERT_EQ(0, tree_call_path(0, SYS_prctl, PR_SET_NAME,
					    i ? "second" : "first", 0, 0));
		ASSERT_EQ(0, lseek(fd, 0, SEEK_SET));
		ASSERT_EQ(len, read_all(fd, &after));
		EXPECT_EQ(0, memcmp(before, after, len));
		free(before);
		free(after);
		close(fd);
	}
}

/* A snapshot outlives its process. */
TEST_F(access, snapshot_outlives_the_process)
{
	pid_t pid = tree[0].pid;
	int fd, late;

	fd = taskshare_open("records/%d", pid);
	ASSERT_LE(0, fd);
	late = taskshare_open("%d", pid);
	ASSERT_LE(0, late);
	tree_stop();
	ASSERT_EQ(-ENOENT, taskshare_open("records/%d", pid));
	ASSERT_EQ(0, snapshot_fd(&self->s, fd));
	ASSERT_EQ(1, self->s.nr);
	ASSERT_EQ((__u32)pid, self->s.rec->pid);
	ASSERT_EQ(0, self->s.rec->flags & TASKSHARE_F_EXITING);
	ASSERT_EQ(ALL_KINDS, self->s.rec->seen);
	ASSERT_NE(0, self->s.rec->id[TASKSHARE_MM]);
	close(fd);
	close(late);
}

static void waits(void *unused)
{
	(void)unused;
	for (;;)
		pause();
}

/* Makes a child with the given PID, as soon as that is free. */
static pid_t spawn_as(pid_t number)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&number,
		.set_tid_size = 1,
	};
	long pid = -1;
	bool made;

	made = eventually(({
		pid = syscall(SYS_clone3, &args, sizeof(args));
		pid >= 0 || errno != EEXIST;
	}));
	if (!made)
		return -1;
	if (!pid) {
		die_with_parent();
		waits(NULL);
	}
	return pid;
}

static int reopen(int fd)
{
	char path[64];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC);
	return again < 0 ? -errno : again;
}

/*
 * The PID of a process that has ended is given to another one. A descriptor of
 * the old one's file opens nothing any more; the name opens the new one's file.
 */
TEST_F(access, a_number_used_again)
{
	struct taskshare_record old, new;
	pid_t pid = tree[0].pid, again;
	char name[32];
	int kept, open_file;

	ASSERT_EQ(0, snapshot_one(&old, pid));
	snprintf(name, sizeof(name), "records/%d", pid);
	kept = openat(self->fd, name, O_PATH | O_CLOEXEC);
	ASSERT_LE(0, kept);
	open_file = reopen(kept);
	ASSERT_LE(0, open_file);
	tree_stop();
	ASSERT_EQ(-ENOENT, reopen(kept));
	again = spawn_as(pid);
	ASSERT_EQ(pid, again);

	EXPECT_EQ(-ENOENT, reopen(kept));
	ASSERT_EQ(0, snapshot_fd(&self->s, open_file));
	EXPECT_EQ(old.start_ns, self->s.rec->start_ns);
	ASSERT_EQ(0, snapshot_one(&new, pid));
	EXPECT_LT(old.start_ns, new.start_ns);
	EXPECT_EQ((__u32)getpid(), new.ppid);
	EXPECT_EQ(-ENOENT, reopen(kept));
	kill_and_reap(again);
	close(kept);
	close(open_file);
}

/* The same with the TID of a thread, which becomes the PID of a process. */
TEST_F(access, a_threads_number_used_again)
{
	char name[32];
	pid_t pid, again;
	int kept, fd;

	ASSERT_EQ(1, tree_clone(0, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD));
	pid = tree[1].pid;
	snprintf(name, sizeof(name), "records/%d", pid);
	kept = openat(self->fd, name, O_PATH | O_CLOEXEC);
	ASSERT_LE(0, kept);
	ASSERT_TRUE(tree_exit(1));
	again = spawn_as(pid);
	ASSERT_EQ(pid, again);
	EXPECT_EQ(-ENOENT, reopen(kept));
	fd = openat(self->fd, name, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, snapshot_fd(&self->s, fd));
	ASSERT_EQ(1, self->s.nr);
	EXPECT_EQ((__u32)pid, self->s.rec->tgid);
	kill_and_reap(again);
	close(kept);
	close(fd);
}

TEST_HARNESS_MAIN
