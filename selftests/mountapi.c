// SPDX-License-Identifier: GPL-2.0-only
/*
 * The new mount system calls, used by an unprivileged user in namespaces of
 * its own: docs/hostile-readers.md.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/util.h"

/* These system calls have the same numbers on all architectures. */
#define NR_OPEN_TREE		428
#define NR_MOVE_MOUNT		429
#define NR_FSOPEN		430
#define NR_FSCONFIG		431
#define NR_FSMOUNT		432
#define NR_FSPICK		433
#define NR_MOUNT_SETATTR	442
#define NR_STATMOUNT		457
#define NR_LISTMOUNT		458

#define TREE_CLONE		1		/* OPEN_TREE_CLONE */
#define RECURSIVE		0x8000		/* AT_RECURSIVE */
#define FROM_EMPTY_PATH		4		/* MOVE_MOUNT_F_EMPTY_PATH */
#define CMD_CREATE		6		/* FSCONFIG_CMD_CREATE */
#define ATTR_READ_ONLY		1		/* MOUNT_ATTR_RDONLY */
#define ATTR_IDMAP		0x100000	/* MOUNT_ATTR_IDMAP */

#define MAGIC		0x54534852
#define BY_HAND		"/run/mountapi"
#define MOVED		"/run/mountapi-moved"

struct attr {
	uint64_t set, clear, propagation, userns_fd;
};

/* An unprivileged child with mounts of its own, which calls and then waits. */
struct user {
	int (*call)(void);	/* 0 or a negative errno */
	int orders[2], said[2];
	pid_t pid;
};

static int result(long ret)
{
	return ret < 0 ? -errno : 0;
}

static void unprivileged(void *arg)
{
	struct user *user = arg;
	int ret;
	char byte;

	become_nobody();
	die_with_parent();
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		_exit(1);
	ret = user->call();
	if (write(user->said[1], &ret, sizeof(ret)) != sizeof(ret) ||
	    read(user->orders[0], &byte, 1) != 1)
		_exit(2);
}

/* Start a user; the call's result, -1000 if it could not even make it. */
static int user_calls(struct user *user, int (*call)(void))
{
	int ret = -1000;

	user->call = call;
	if (pipe2(user->orders, O_CLOEXEC) || pipe2(user->said, O_CLOEXEC))
		return ret;
	user->pid = spawn(unprivileged, user);
	close(user->said[1]);
	if (read(user->said[0], &ret, sizeof(ret)) != sizeof(ret))
		complain("the user's process gave no answer");
	return ret;
}

/* It sleeps until it gets an order, once it has given its answer. */
static bool user_is_there(struct user *user)
{
	return eventually(proc_state(user->pid, user->pid) == 'S');
}

/*
 * All in a mount namespace of the test's own whose mounts reach the copies
 * that users make, so that what is unmounted here is unmounted there.
 */
FIXTURE(mountapi) {
	struct user user;
};

FIXTURE_SETUP(mountapi)
{
	NEEDS_TASKSHARE();
	NEEDS_KO("TASKSHARE_KO", "taskshare.ko");
	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_SHARED, NULL));
	mkdir(BY_HAND, 0755);
	mkdir(MOVED, 0755);
	ASSERT_EQ(0, mount("none", BY_HAND, "taskshare", 0, NULL));
}

FIXTURE_TEARDOWN(mountapi)
{
	kill_and_reap(self->user.pid);
	umount2(BY_HAND, MNT_DETACH);
	rmdir(BY_HAND);
	rmdir(MOVED);
	EXPECT_TRUE(ko_usual());
}

static int calls_fsopen(void)
{
	return result(syscall(NR_FSOPEN, "taskshare", 0));
}

static int calls_fspick(void)
{
	return result(syscall(NR_FSPICK, AT_FDCWD, BY_HAND, 0));
}

/* A context would keep the module loaded, and no mountinfo would show it. */
TEST_F_TIMEOUT(mountapi, no_context, 60)
{
	EXPECT_EQ(-EPERM, user_calls(&self->user, calls_fsopen));
	ASSERT_EQ(0, umount(BY_HAND));
	EXPECT_TRUE(ko_unload_soon());
	EXPECT_TRUE(user_is_there(&self->user));
}

TEST_F_TIMEOUT(mountapi, no_context_of_a_mount, 60)
{
	EXPECT_EQ(-EPERM, user_calls(&self->user, calls_fspick));
	ASSERT_EQ(0, umount(BY_HAND));
	EXPECT_TRUE(ko_unload_soon());
	EXPECT_TRUE(user_is_there(&self->user));
}

/* Nor does asking for one load an installed module. */
TEST(no_alias)
{
	const char *path = ko_find("TASKSHARE_KO", "taskshare.ko");
	static const char alias[] = "alias=fs-taskshare";
	char *image;
	ssize_t len;
	int fd;

	NEEDS_KO("TASKSHARE_KO", "taskshare.ko");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	len = read_all(fd, &image);
	close(fd);
	ASSERT_LT(0, len);
	ASSERT_NE(NULL, memmem(image, len, "license=GPL", 12));
	EXPECT_NULL(memmem(image, len, alias, sizeof(alias)));
	free(image);
}

/* With the capability these calls mount it as mount(2) does. */
TEST_F(mountapi, contexts_for_root)
{
	int fs, mount, pick;

	fs = syscall(NR_FSOPEN, "taskshare", 0);
	ASSERT_LE(0, fs);
	ASSERT_EQ(0, syscall(NR_FSCONFIG, fs, CMD_CREATE, NULL, NULL, 0));
	mount = syscall(NR_FSMOUNT, fs, 0, 0);
	ASSERT_LE(0, mount);
	ASSERT_EQ(0, syscall(NR_MOVE_MOUNT, mount, "", AT_FDCWD, MOVED,
			     FROM_EMPTY_PATH));
	close(mount);
	close(fs);
	EXPECT_EQ(0, open_errno(MOVED, "all"));
	pick = syscall(NR_FSPICK, AT_FDCWD, MOVED, 0);
	EXPECT_LE(0, pick);
	close(pick);
	EXPECT_EQ(0, umount(MOVED));
}

static int tree = -1;

/* A private copy: nothing that is unmounted elsewhere is unmounted in it. */
static int copies_tree(void)
{
	struct attr attr = { .propagation = MS_PRIVATE };

	tree = syscall(NR_OPEN_TREE, AT_FDCWD, "/", TREE_CLONE | RECURSIVE);
	if (tree < 0)
		return -errno;
	return result(syscall(NR_MOUNT_SETATTR, tree, "",
			      AT_EMPTY_PATH | RECURSIVE, &attr, sizeof(attr)));
}

static bool user_lists(struct user *user, const char *type)
{
	static char mounts[1 << 16];
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", user->pid);
	return read_file(path, mounts, sizeof(mounts)) > 0 &&
	       strstr(mounts, type);
}

/* The copy in a tree that open_tree(2) has made, as root finds it. */
static bool user_has_copy(struct user *user)
{
	struct statfs fs;
	char path[64];
	int fd;

	for (fd = 3; fd < 32; fd++) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%d" BY_HAND,
			 user->pid, fd);
		if (!statfs(path, &fs) && fs.f_type == MAGIC)
			return true;
	}
	return false;
}

/*
 * The kernel lets every user copy all mounts, and asks no filesystem. A copy in a
 * tree that is mounted nowhere keeps the module loaded until its descriptor
 * is closed; root finds it below /proc/PID/fd.
 */
TEST_F_TIMEOUT(mountapi, copied_tree, 60)
{
	int ret = user_calls(&self->user, copies_tree);

	if (ret == -ENOSYS)
		SKIP(return, "this kernel has no mount_setattr(2)");
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, umount(BY_HAND));
	EXPECT_FALSE(user_lists(&self->user, " - taskshare "));
	EXPECT_TRUE(user_has_copy(&self->user));
	/* it is the copy that keeps it, not what RCU has yet to free */
	ASSERT_TRUE(wait_for_rcu());
	EXPECT_EQ(-EBUSY, ko_unload());
	kill_and_reap(self->user.pid);
	self->user.pid = 0;
	EXPECT_TRUE(ko_unload_soon());
}

static int copies_and_moves(void)
{
	int ret = copies_tree();

	if (ret)
		return ret;
	return result(syscall(NR_MOVE_MOUNT, tree, "", AT_FDCWD, MOVED,
			      FROM_EMPTY_PATH));
}

/* Once it is mounted somewhere, mountinfo shows where. */
TEST_F_TIMEOUT(mountapi, moved_tree, 60)
{
	int ret = user_calls(&self->user, copies_and_moves);

	if (ret == -ENOSYS)
		SKIP(return, "this kernel has no mount_setattr(2)");
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, umount(BY_HAND));
	EXPECT_TRUE(user_lists(&self->user, MOVED BY_HAND));
	EXPECT_EQ(-EBUSY, ko_unload());
	kill_and_reap(self->user.pid);
	self->user.pid = 0;
	EXPECT_TRUE(ko_unload_soon());
}

/* Each user's attributes are those of its own copy; ids cannot be mapped. */
static int sets_attributes(void)
{
	struct attr attr = { .set = ATTR_READ_ONLY };
	int ret, fd;

	ret = result(syscall(NR_MOUNT_SETATTR, AT_FDCWD, BY_HAND, 0, &attr,
			     sizeof(attr)));
	if (ret)
		return ret;
	fd = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
	attr = (struct attr){ .set = ATTR_IDMAP, .userns_fd = fd };
	ret = result(syscall(NR_MOUNT_SETATTR, AT_FDCWD, BY_HAND, 0, &attr,
			     sizeof(attr)));
	close(fd);
	return ret == -EINVAL ? 0 : ret ?: -EEXIST;
}

TEST_F_TIMEOUT(mountapi, attributes, 60)
{
	struct statfs fs;
	int ret = user_calls(&self->user, sets_attributes);

	if (ret == -ENOSYS)
		SKIP(return, "this kernel has no mount_setattr(2)");
	EXPECT_EQ(0, ret);
	ASSERT_EQ(0, statfs(BY_HAND, &fs));
	EXPECT_FALSE(fs.f_flags & 1 /* ST_RDONLY */);
	ASSERT_EQ(0, umount(BY_HAND));
	EXPECT_TRUE(ko_unload_soon());
	EXPECT_TRUE(user_is_there(&self->user));
}

/* Finds the mount by its magic number, among those that it may list. */
static int lists_mounts(void)
{
	struct {
		uint32_t size, spare;
		uint64_t mnt_id, param;
	} request = { sizeof(request), 0, ~0ull /* LSMT_ROOT */, 0 };
	struct {
		uint32_t size, options;
		uint64_t mask;
		uint32_t major, minor;
		uint64_t magic;
		char rest[4096];
	} mount;
	uint64_t id[256];
	long nr, i;

	nr = syscall(NR_LISTMOUNT, &request, id, ARRAY_SIZE(id), 0);
	if (nr < 0)
		return -errno;
	for (i = 0; i < nr; i++) {
		request.mnt_id = id[i];
		request.param = 1;	/* STATMOUNT_SB_BASIC */
		if (syscall(NR_STATMOUNT, &request, &mount, sizeof(mount), 0))
			return -errno;
		if (mount.magic == MAGIC)
			return 0;
	}
	return -ENOENT;
}

/* To list mounts takes no hold of them. */
TEST_F_TIMEOUT(mountapi, listed, 60)
{
	int ret = user_calls(&self->user, lists_mounts);

	if (ret == -ENOSYS)
		SKIP(return, "this kernel has no listmount(2)");
	EXPECT_EQ(0, ret);
	ASSERT_EQ(0, umount(BY_HAND));
	EXPECT_TRUE(ko_unload_soon());
	EXPECT_TRUE(user_is_there(&self->user));
}

TEST_HARNESS_MAIN
