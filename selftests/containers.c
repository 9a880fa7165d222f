// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readers in containers, which are pid and mount namespaces, with a user
 * namespace or without: docs/hostile-readers.md.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/snapshot.h"
#include "lib/util.h"

#define DEBUGFS	"/sys/kernel/debug"
#define BOUND	"/run/containers-debugfs"
#define BY_HAND	"/run/containers-by-hand"
#define AGAIN	"/run/containers-again"

/* The first process of a container, and what it checks. */
struct container {
	int flags;		/* more namespaces than PIDs and mounts */
	const char *map;	/* of its users, for CLONE_NEWUSER */
	int (*run)(void);	/* 0, or the number of a failed check */
	int socket[2];
};

static void contained(void *arg)
{
	struct container *c = arg;
	int status;
	char byte;
	pid_t pid;

	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		_exit(240);
	/* A bind mount of debugfs leaves mounts in it behind. */
	if (mount(DEBUGFS, BOUND, NULL, MS_BIND, NULL))
		_exit(241);
	if (unshare(c->flags | CLONE_NEWPID))
		_exit(242);
	if (write(c->socket[1], "", 1) != 1 || read(c->socket[1], &byte, 1) != 1)
		_exit(243);
	if (c->map && (setgid(0) || setuid(0)))
		_exit(244);
	pid = fork();
	if (!pid) {
		die_with_parent();
		_exit(getpid() == 1 ? c->run() : 245);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		_exit(246);
	_exit(WEXITSTATUS(status));
}

static bool write_proc(pid_t pid, const char *name, const char *what)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return write_file(path, what);
}

/* Runs a check as the first process of a container; true if it passed. */
static bool all_well_in(int flags, const char *map, int (*run)(void))
{
	struct container c = { flags, map, run, {} };
	char byte;
	bool well;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, c.socket) ||
	    (mkdir(BOUND, 0755) && errno != EEXIST) ||
	    (mkdir(BY_HAND, 0755) && errno != EEXIST) ||
	    (mkdir(AGAIN, 0755) && errno != EEXIST))
		return false;
	pid = spawn(contained, &c);
	close(c.socket[1]);
	well = read(c.socket[0], &byte, 1) == 1 &&
	       (!map || (write_proc(pid, "uid_map", map) &&
			 write_proc(pid, "gid_map", map))) &&
	       write(c.socket[0], "", 1) == 1;
	close(c.socket[0]);
	well &= exited_with(pid, 0);
	rmdir(AGAIN);
	rmdir(BY_HAND);
	rmdir(BOUND);
	return well;
}

static int mount_errno(const char *where)
{
	return mount("none", where, "taskshare", 0, NULL) ? errno : 0;
}

/* Root mapped to another user may not even look into debugfs. */
static int root_of_other_users(void)
{
	if (open_errno(BOUND, "taskshare") != EACCES)
		return 1;
	if (mount_errno(BY_HAND) != EPERM)
		return 2;
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) ||
	    mount_errno(BY_HAND) != EPERM)
		return 3;
	return 0;
}

TEST(with_other_users)
{
	NEEDS_TASKSHARE();
	ASSERT_TRUE(all_well_in(CLONE_NEWUSER, "0 100000 65536",
				root_of_other_users));
}

/* debugfs admits this user; the module's filesystem refuses. */
static int root_let_into_debugfs(void)
{
	struct stat st;
	int fd;

	if (stat(BOUND "/taskshare/", &st) || st.st_mode != (S_IFDIR | 0500))
		return 1;
	/* Such a descriptor needs no permission, and is one of the filesystem. */
	fd = open(BOUND "/taskshare/", O_PATH | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) || st.st_mode != (S_IFDIR | 0500))
		return 4;
	close(fd);
	if (open_errno(BOUND, "taskshare") != EACCES)
		return 2;
	if (open_errno(BOUND, "taskshare/all") != EACCES ||
	    open_errno(BOUND, "taskshare/records/all") != EACCES ||
	    open_errno(BOUND, "taskshare/self") != EACCES)
		return 3;
	return 0;
}

TEST(let_into_debugfs)
{
	bool well;

	NEEDS_TASKSHARE();
	ASSERT_EQ(0, mount(NULL, DEBUGFS, NULL, MS_REMOUNT, "mode=755"));
	well = all_well_in(CLONE_NEWUSER, "0 100000 65536",
			   root_let_into_debugfs);
	EXPECT_EQ(0, mount(NULL, DEBUGFS, NULL, MS_REMOUNT, "mode=700"));
	ASSERT_TRUE(well);
}

/* User 0 without capabilities outside sees names and opens no file. */
static int root_without_capabilities(void)
{
	if (open_errno(BOUND, "taskshare"))
		return 1;
	if (open_errno(BOUND, "taskshare/all") != EACCES ||
	    open_errno(BOUND, "taskshare/records/1") != EACCES ||
	    open_errno(BOUND, "taskshare/self") != EACCES)
		return 2;
	return mount_errno(BY_HAND) == EPERM ? 0 : 3;
}

TEST(with_our_root_mapped)
{
	NEEDS_TASKSHARE();
	ASSERT_TRUE(all_well_in(CLONE_NEWUSER, "0 0 1",
				root_without_capabilities));
}

static dev_t device(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_dev;
}

/* The number that a taskshare filesystem's "self" gives the reader, or 0. */
static int number_in(const char *dir)
{
	char path[PATH_MAX], number[16];
	ssize_t len;

	snprintf(path, sizeof(path), "%s/self", dir);
	len = readlink(path, number, sizeof(number) - 1);
	number[len > 0 ? len : 0] = 0;
	return atoi(number);
}

static int snapshot_of(const char *dir, struct snapshot *s)
{
	setenv("TASKSHARE_DIR", dir, 1);
	return snapshot_all(s);
}

static dev_t tests_device;	/* of the automount that the tests use */
static pid_t tests_pid;

/* Root with all capabilities, in a PID namespace of its own. */
static int root_of_a_pid_namespace(void)
{
	struct snapshot s;
	int host;
	char link[16] = "";

	/* this /proc is that of the host as well */
	if (readlink("/proc/self", link, sizeof(link) - 1) < 0)
		return 1;
	host = atoi(link);
	if (host <= 1 || number_in(BOUND "/taskshare") != host)
		return 2;
	if (device(BOUND "/taskshare/.") != tests_device)
		return 3;
	if (snapshot_of(BOUND "/taskshare", &s) || !snapshot_find(&s, host) ||
	    !snapshot_find(&s, tests_pid))
		return 4;
	snapshot_free(&s);

	if (mount_errno(BY_HAND) || device(BY_HAND) == tests_device)
		return 5;
	if (snapshot_of(BY_HAND, &s) || s.nr != 1 || s.rec->pid != 1)
		return 6;
	snapshot_free(&s);
	if (open_errno(BY_HAND, link) != ENOENT || number_in(BY_HAND) != 1)
		return 7;
	/* one superblock for one namespace, however often it is mounted */
	if (mount_errno(AGAIN) || device(AGAIN) != device(BY_HAND))
		return 8;
	return 0;
}

TEST(with_our_users)
{
	int fd;

	NEEDS_TASKSHARE();
	/* keeps the device's number from being used again */
	fd = taskshare_open("all");
	ASSERT_LE(0, fd);
	tests_device = device(taskshare_dir());
	tests_pid = getpid();
	ASSERT_NE(0, tests_device);
	ASSERT_TRUE(all_well_in(0, NULL, root_of_a_pid_namespace));
	/* a mount of the initial namespace has the automount's superblock */
	ASSERT_EQ(0, mkdir(BY_HAND, 0700));
	EXPECT_EQ(0, mount_errno(BY_HAND));
	EXPECT_EQ(tests_device, device(BY_HAND));
	EXPECT_EQ(0, umount(BY_HAND));
	rmdir(BY_HAND);
	close(fd);
}

/* In a PID namespace inside that of the container; both have a mount. */
static int inner(void)
{
	struct snapshot s;

	if (mount_errno(AGAIN) || device(AGAIN) == device(BY_HAND))
		return 11;
	if (snapshot_of(AGAIN, &s) || s.nr != 1 || s.rec->pid != 1 ||
	    number_in(AGAIN) != 1)
		return 12;
	snapshot_free(&s);
	/* the outer one has both processes, with its own PIDs */
	if (snapshot_of(BY_HAND, &s) || s.nr != 2 || s.rec[0].pid != 1 ||
	    s.rec[1].ppid != 1 || number_in(BY_HAND) != (int)s.rec[1].pid)
		return 13;
	snapshot_free(&s);
	return 0;
}

static int outer(void)
{
	pid_t pid;

	if (mount_errno(BY_HAND) || unshare(CLONE_NEWPID))
		return 1;
	pid = fork();
	if (!pid)
		_exit(inner());
	if (!exited_with(pid, 0))
		return 2;
	/* this process has no PID in there, and no other process is left */
	if (open_errno(AGAIN, "self") != ENOENT ||
	    open_errno(AGAIN, "all") != ENOENT)
		return 3;
	return 0;
}

TEST(in_a_container)
{
	NEEDS_TASKSHARE();
	ASSERT_TRUE(all_well_in(0, NULL, outer));
}

static void copies_mounts(void *arg)
{
	const int *ready = arg;

	/* or this descriptor would hold the mount */
	close(ready[2]);
	become_nobody();
	die_with_parent();
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) ||
	    write(ready[1], "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* Any user can copy all mounts; a copy keeps no mount. */
TEST(copied_by_the_unprivileged)
{
	int ready[3];		/* a pipe, and the file that keeps it mounted */
	pid_t pid;
	char byte;

	NEEDS_TASKSHARE();
	NEEDS_KO("TASKSHARE_KO", "taskshare.ko");
	/* so that it is mounted when it is copied */
	ready[2] = taskshare_open("all");
	ASSERT_LE(0, ready[2]);
	ASSERT_EQ(0, pipe2(ready, O_CLOEXEC));
	pid = spawn(copies_mounts, ready);
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	EXPECT_EQ(-EBUSY, ko_unload());
	close(ready[2]);
	EXPECT_TRUE(ko_unload_soon());
	EXPECT_EQ(0, waitpid(pid, NULL, WNOHANG));
	kill_and_reap(pid);
	ko_restore();
}

static bool mounts_have(pid_t pid, const char *type)
{
	static char mounts[1 << 16];
	char path[32], word[32];

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", pid);
	snprintf(word, sizeof(word), " - %s ", type);
	return read_file(path, mounts, sizeof(mounts)) > 0 &&
	       strstr(mounts, word);
}

/*
 * Writes a byte when it is ready; on a byte it keeps the mount, and writes
 * another.
 */
static void keeps_mount(void *arg)
{
	const int *pipes = arg;
	char byte;

	become_nobody();
	die_with_parent();
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) ||
	    write(pipes[1], "", 1) != 1 || read(pipes[2], &byte, 1) != 1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    write(pipes[1], "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* Where mounts propagate, a user can keep one: mountinfo shows it. */
TEST(kept_by_the_unprivileged)
{
	int pipes[4], fd;
	pid_t pid;
	char byte;

	NEEDS_TASKSHARE();
	NEEDS_KO("TASKSHARE_KO", "taskshare.ko");
	ASSERT_EQ(0, pipe2(pipes, O_CLOEXEC));
	ASSERT_EQ(0, pipe2(pipes + 2, O_CLOEXEC));
	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL));
	umount(taskshare_dir());
	pid = spawn(keeps_mount, pipes);
	ASSERT_EQ(1, read(pipes[0], &byte, 1));
	fd = taskshare_open("all");
	ASSERT_LE(0, fd);
	ASSERT_EQ(1, write(pipes[3], "", 1));
	ASSERT_EQ(1, read(pipes[0], &byte, 1));
	close(fd);
	EXPECT_TRUE(eventually(!mounts_have(getpid(), "taskshare")));
	EXPECT_TRUE(mounts_have(pid, "taskshare"));
	/* it is this mount that keeps it, not what RCU has yet to free */
	ASSERT_TRUE(wait_for_rcu());
	EXPECT_EQ(-EBUSY, ko_unload());
	kill_and_reap(pid);
	EXPECT_TRUE(ko_unload_soon());
	ko_restore();
}

TEST_HARNESS_MAIN
