// SPDX-License-Identifier: GPL-2.0-only
/* Readers that may not, are kept short, or die: docs/hostile-readers.md. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "cgroup.h"
#include "crowd.h"
#include "ko.h"
#include "snapshot.h"
#include "util.h"

#define NOBODY		65534
#define NR_CROWD	8000	/* 2.5 MiB of records */
#define MIB		(1L << 20)

/* Open something under a directory; 0 or the errno. */
static int open_errno(const char *dir, const char *name)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

/* The same through a descriptor, as a magic link of /proc. */
static int reopen_errno(int fd)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", fd);
	return open_errno("/proc/self/fd", name);
}

static void become_nobody(void)
{
	if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
		_exit(255);
}

/*
 * Descriptors that a privileged process gives to an unprivileged one.
 */

enum { GIFT_FILE, GIFT_PATH, GIFT_DIR, NR_GIFTS };

union gifts {
	char buf[CMSG_SPACE(NR_GIFTS * sizeof(int))];
	struct cmsghdr align;
};

static bool give(int socket, const int *fd)
{
	union gifts control = {};
	char byte = 0;
	struct iovec vec = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &vec, .msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&msg);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(NR_GIFTS * sizeof(int));
	memcpy(CMSG_DATA(header), fd, NR_GIFTS * sizeof(int));
	return sendmsg(socket, &msg, 0) == 1;
}

static bool take(int socket, int *fd)
{
	union gifts control;
	char byte;
	struct iovec vec = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &vec, .msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};

	if (recvmsg(socket, &msg, 0) != 1 || !CMSG_FIRSTHDR(&msg))
		return false;
	memcpy(fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), NR_GIFTS * sizeof(int));
	return true;
}

/* Gets the gifts when it is nobody already; what it read goes back. */
static void unprivileged(void *arg)
{
	int socket = *(int *)arg, fd[NR_GIFTS];
	char *content;
	ssize_t len;

	become_nobody();
	if (!take(socket, fd))
		_exit(1);
	len = read_all(fd[GIFT_FILE], &content);
	if (len <= 0 || write(socket, content, len) != len)
		_exit(2);
	/* what it was given is all that there is: no newer one */
	if (reopen_errno(fd[GIFT_FILE]) != EACCES)
		_exit(3);
	if (reopen_errno(fd[GIFT_PATH]) != EACCES)
		_exit(4);
	if (reopen_errno(fd[GIFT_DIR]) != EACCES)
		_exit(5);
	if (openat(fd[GIFT_DIR], "self", O_RDONLY) >= 0 || errno != EACCES)
		_exit(6);
	if (openat(fd[GIFT_DIR], "records", O_PATH) >= 0 || errno != EACCES)
		_exit(7);
	/* the list of numbers, which it was given */
	if (!readdir(fdopendir(fd[GIFT_DIR])))
		_exit(8);
}

TEST(passed_to_the_unprivileged)
{
	char path[PATH_MAX], theirs[1 << 16], *ours;
	int socket[2], fd[NR_GIFTS];
	ssize_t len;
	pid_t pid;

	NEEDS_TASKSHARE();
	fd[GIFT_FILE] = taskshare_open("1");
	snprintf(path, sizeof(path), "%s/all", taskshare_dir());
	fd[GIFT_PATH] = open(path, O_PATH | O_CLOEXEC);
	fd[GIFT_DIR] = taskshare_open(".");
	ASSERT_LE(0, fd[GIFT_FILE]);
	ASSERT_LE(0, fd[GIFT_PATH]);
	ASSERT_LE(0, fd[GIFT_DIR]);
	len = read_all(fd[GIFT_FILE], &ours);
	ASSERT_LT(100, len);
	ASSERT_GT((ssize_t)sizeof(theirs), len);
	ASSERT_EQ(0, lseek(fd[GIFT_FILE], 0, SEEK_SET));

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, socket));
	pid = spawn(unprivileged, &socket[1]);
	close(socket[1]);
	ASSERT_TRUE(give(socket[0], fd));
	ASSERT_EQ(len, recv(socket[0], theirs, len, MSG_WAITALL));
	EXPECT_EQ(0, memcmp(ours, theirs, len));
	EXPECT_TRUE(exited_with(pid, 0));
	/* who may, gets a new one in the same way */
	EXPECT_EQ(0, reopen_errno(fd[GIFT_FILE]));
	EXPECT_EQ(0, reopen_errno(fd[GIFT_PATH]));
	free(ours);
}

/*
 * Containers: pid and mount namespaces, with a user namespace or without.
 */

#define DEBUGFS	"/sys/kernel/debug"
#define BOUND	"/run/hostile-debugfs"
#define BY_HAND	"/run/hostile-by-hand"
#define AGAIN	"/run/hostile-again"

/* The first process of a container, and what it finds. */
struct container {
	int flags;		/* CLONE_NEW*, besides those of pids and mounts */
	const char *map;	/* of its users, for CLONE_NEWUSER */
	int (*run)(void);	/* 0, or the number of what was wrong */
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
	/* what is mounted in debugfs does not come along */
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

/* Run something as the first process of a container; did it find all well? */
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

/* Another's root: nothing here is his, not even to look into debugfs. */
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

TEST(container_with_other_users)
{
	NEEDS_TASKSHARE();
	ASSERT_TRUE(all_well_in(CLONE_NEWUSER, "0 100000 65536",
				root_of_other_users));
}

/* He is let into debugfs: it is ours that keeps him out. */
static int root_let_into_debugfs(void)
{
	struct stat st;

	if (stat(BOUND "/taskshare/", &st) || st.st_mode != (S_IFDIR | 0500))
		return 1;
	if (open_errno(BOUND, "taskshare") != EACCES)
		return 2;
	if (open_errno(BOUND, "taskshare/all") != EACCES ||
	    open_errno(BOUND, "taskshare/records/all") != EACCES ||
	    open_errno(BOUND, "taskshare/self") != EACCES)
		return 3;
	return 0;
}

TEST(container_let_into_debugfs)
{
	bool well;

	NEEDS_TASKSHARE();
	ASSERT_EQ(0, mount(NULL, DEBUGFS, NULL, MS_REMOUNT, "mode=755"));
	well = all_well_in(CLONE_NEWUSER, "0 100000 65536",
			   root_let_into_debugfs);
	EXPECT_EQ(0, mount(NULL, DEBUGFS, NULL, MS_REMOUNT, "mode=700"));
	ASSERT_TRUE(well);
}

/* The very user 0, with no capability outside: he sees names, no content. */
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

TEST(container_with_our_root_mapped)
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

/* Of the host's processes and with its capabilities, but of fewer numbers. */
static int root_of_a_pid_namespace(void)
{
	struct snapshot s;
	int host;
	char link[16] = "";

	/* this /proc is the host's, too */
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

TEST(container_with_our_users)
{
	int fd;

	NEEDS_TASKSHARE();
	/* keeps it: a device's number may be used again */
	fd = taskshare_open("all");
	ASSERT_LE(0, fd);
	tests_device = device(taskshare_dir());
	tests_pid = getpid();
	ASSERT_NE(0, tests_device);
	ASSERT_TRUE(all_well_in(0, NULL, root_of_a_pid_namespace));
	/* that of the initial namespace is the automount's, by hand or not */
	ASSERT_EQ(0, mkdir(BY_HAND, 0700));
	EXPECT_EQ(0, mount_errno(BY_HAND));
	EXPECT_EQ(tests_device, device(BY_HAND));
	EXPECT_EQ(0, umount(BY_HAND));
	rmdir(BY_HAND);
	close(fd);
}

/* In a namespace in the container's; both have a mount. */
static int inner(void)
{
	struct snapshot s;

	if (mount_errno(AGAIN) || device(AGAIN) == device(BY_HAND))
		return 11;
	if (snapshot_of(AGAIN, &s) || s.nr != 1 || s.rec->pid != 1 ||
	    number_in(AGAIN) != 1)
		return 12;
	snapshot_free(&s);
	/* the outer one has both, by its own numbers */
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
	/* it has no number in there, and nobody else has */
	if (open_errno(AGAIN, "self") != ENOENT ||
	    open_errno(AGAIN, "all") != ENOENT)
		return 3;
	return 0;
}

TEST(container_in_a_container)
{
	NEEDS_TASKSHARE();
	ASSERT_TRUE(all_well_in(0, NULL, outer));
}

static void copies_mounts(void *arg)
{
	const int *ready = arg;

	/* or it would be this that holds the mount */
	close(ready[2]);
	become_nobody();
	die_with_parent();
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) ||
	    write(ready[1], "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

/* Anybody can copy all mounts that there are: none is kept in this way. */
TEST(copied_by_the_unprivileged)
{
	int ready[3];		/* a pipe, and the file that keeps it mounted */
	pid_t pid;
	char byte;

	NEEDS_TASKSHARE();
	if (!ko_find("TASKSHARE_KO", "taskshare.ko"))
		SKIP(return, "set TASKSHARE_KO to the path of taskshare.ko");
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

/*
 * Readers that are kept short.
 */

static bool filter_out(unsigned int nr)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EXDEV),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { ARRAY_SIZE(filter), filter };

	return !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void filtered(void *arg)
{
	int fd = *(int *)arg;
	char byte;

	if (!filter_out(SYS_openat))
		_exit(1);
	if (taskshare_open("self") != -EXDEV)
		_exit(2);
	if (read(fd, &byte, 1) != 1 || lseek(fd, 0, SEEK_SET) ||
	    pread(fd, &byte, 1, 0) != 1)
		_exit(3);
}

/* It may read(2), write(2) and exit, and nothing else. */
static void strict(void *arg)
{
	const int *fd = arg;
	char buf[4096];
	ssize_t len;

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT))
		_exit(1);
	while ((len = read(fd[0], buf, sizeof(buf))) > 0)
		if (write(fd[1], buf, len) != len)
			syscall(SYS_exit, 2);
	syscall(SYS_exit, len ? 3 : 0);
}

TEST(seccomp)
{
	int fd[2], socket[2];
	char *ours, *theirs;
	ssize_t len;
	pid_t pid;

	NEEDS_TASKSHARE();
	fd[0] = taskshare_open("all");
	ASSERT_LE(0, fd[0]);
	ASSERT_TRUE(exited_with(spawn(filtered, &fd[0]), 0));

	ASSERT_EQ(0, lseek(fd[0], 0, SEEK_SET));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, socket));
	fd[1] = socket[1];
	pid = spawn(strict, fd);
	close(socket[1]);
	len = read_all(socket[0], &theirs);
	ASSERT_TRUE(exited_with(pid, 0));
	ASSERT_EQ(0, lseek(fd[0], 0, SEEK_SET));
	ASSERT_EQ(len, read_all(fd[0], &ours));
	ASSERT_LT(100, len);
	EXPECT_EQ(0, memcmp(ours, theirs, len));
	free(ours);
	free(theirs);
}

TEST(few_descriptors)
{
	const struct rlimit few = { 64, 64 };
	struct rlimit before;
	int fd[64], nr = 0, i;
	char byte;

	NEEDS_TASKSHARE();
	ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &before));
	ASSERT_EQ(0, prlimit(0, RLIMIT_NOFILE, &(struct rlimit){
			     few.rlim_cur, before.rlim_max }, NULL));
	while (nr < 64 && (fd[nr] = taskshare_open("self")) >= 0)
		nr++;
	ASSERT_GT(64, nr);
	ASSERT_LT(10, nr);
	EXPECT_EQ(-EMFILE, fd[nr]);
	for (i = 0; i < nr; i++) {
		EXPECT_EQ(1, read(fd[i], &byte, 1));
		close(fd[i]);
	}
	fd[0] = taskshare_open("self");
	EXPECT_LE(0, fd[0]);
	close(fd[0]);
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &before));
}

/*
 * Readers of a crowd: with little memory, or with little time to live.
 */
FIXTURE(crowd) {
	pid_t crowd;
	pid_t reader;
	pid_t innocent;
	bool group;
	int told[2];
	int said[2];		/* its end is the reader's: closed when that dies */
};

FIXTURE_SETUP(crowd)
{
	NEEDS_TASKSHARE();
	if (!crowd_room(NR_CROWD))
		SKIP(return, "no room for %d tasks", NR_CROWD);
	die_with_parent();
	self->crowd = crowd_threads(NR_CROWD);
	ASSERT_LT(0, self->crowd);
	self->group = cgroup_make();
}

FIXTURE_TEARDOWN(crowd)
{
	kill_and_reap(self->reader);
	kill_and_reap(self->innocent);
	kill_and_reap(self->crowd);
	if (self->group)
		cgroup_remove();
}

/* Whoever else is in there, and holds the most memory: who would be killed. */
static void is_innocent(void *arg)
{
	const int *ready = arg;
	char *memory;

	if (!cgroup_enter())
		_exit(1);
	memory = mmap(NULL, 16 * MIB, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (memory == MAP_FAILED || write(ready[1], "", 1) != 1)
		_exit(2);
	for (;;)
		pause();
}

static bool start_innocent(FIXTURE_DATA(crowd) *self)
{
	int ready[2];
	bool is_ready;
	char byte;

	if (pipe2(ready, O_CLOEXEC))
		return false;
	self->innocent = spawn(is_innocent, ready);
	close(ready[1]);
	is_ready = read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	return is_ready;
}

/* Opens one after the other; says how many and why no more; 'c': closes. */
static void reads(void *arg)
{
	FIXTURE_DATA(crowd) *self = arg;
	int fd[1024], nr, last, i;
	char ask, byte;

	if (!cgroup_enter())
		_exit(1);
	while (read(self->told[0], &ask, 1) == 1) {
		nr = 0;
		while ((last = taskshare_open("records/all")) >= 0) {
			fd[nr++] = last;
			if (ask == 'o' || nr == ARRAY_SIZE(fd))
				break;
		}
		for (i = 0; i < nr; i++)
			if (pread(fd[i], &byte, 1, 0) != 1)
				_exit(2);
		last = last < 0 ? last : 0;
		if (write(self->said[1], &nr, sizeof(nr)) != sizeof(nr) ||
		    write(self->said[1], &last, sizeof(last)) != sizeof(last) ||
		    read(self->told[0], &ask, 1) != 1)
			_exit(3);
		for (i = 0; i < nr; i++)
			close(fd[i]);
		if (write(self->said[1], "", 1) != 1)
			_exit(4);
	}
}

static bool start_reader(FIXTURE_DATA(crowd) *self)
{
	if (pipe2(self->told, O_CLOEXEC) || pipe2(self->said, O_CLOEXEC))
		return false;
	self->reader = spawn(reads, self);
	close(self->said[1]);
	return true;
}

/* Ask the reader to open 'o'ne or 'm'any: how many were it, and the errno? */
static int reader_opens(FIXTURE_DATA(crowd) *self, const char *ask, int *err)
{
	int nr = -1;

	if (write(self->told[1], ask, 1) != 1 ||
	    read(self->said[0], &nr, sizeof(nr)) != sizeof(nr) ||
	    read(self->said[0], err, sizeof(*err)) != sizeof(*err))
		return -1;
	return nr;
}

static bool reader_closes(FIXTURE_DATA(crowd) *self)
{
	char byte;

	return write(self->told[1], "c", 1) == 1 &&
	       read(self->said[0], &byte, 1) == 1;
}

static bool alive(pid_t pid)
{
	return !waitpid(pid, NULL, WNOHANG);
}

static long memory(void)
{
	return cgroup_value("memory.current", "");
}

/* The limit of a memory cgroup: ENOMEM, not a process killed for us. */
TEST_F_TIMEOUT(crowd, little_memory, 200)
{
	int err, nr;
	long before;

	if (!self->group)
		SKIP(return, "no memory controller in /sys/fs/cgroup");
	ASSERT_TRUE(start_innocent(self));
	ASSERT_TRUE(start_reader(self));
	/* once without a limit: all that it will have to load is there */
	ASSERT_EQ(1, reader_opens(self, "o", &err));
	ASSERT_TRUE(reader_closes(self));
	before = memory();

	ASSERT_TRUE(cgroup_limit(before + MIB));
	EXPECT_EQ(0, reader_opens(self, "o", &err));
	EXPECT_EQ(-ENOMEM, err);
	ASSERT_TRUE(reader_closes(self));
	/* a number of them fits, one more does not */
	ASSERT_TRUE(cgroup_limit(before + 64 * MIB));
	nr = reader_opens(self, "m", &err);
	TH_LOG("%d files of %d tasks in 64 MiB, %ld bytes a task", nr, NR_CROWD,
	       nr > 0 ? (memory() - before) / nr / NR_CROWD : 0);
	EXPECT_LE(10, nr);
	EXPECT_GE(26, nr);
	EXPECT_EQ(-ENOMEM, err);
	EXPECT_LT(before + nr * 2 * MIB, memory());
	ASSERT_TRUE(reader_closes(self));
	EXPECT_TRUE(eventually(memory() < before + MIB));
	EXPECT_EQ(1, reader_opens(self, "o", &err));
	ASSERT_TRUE(reader_closes(self));

	EXPECT_TRUE(alive(self->innocent));
	EXPECT_TRUE(alive(self->reader));
	EXPECT_EQ(0, cgroup_value("memory.events", "oom_kill "));
}

static void opens_all(void *unused)
{
	(void)unused;
	for (;;)
		close(taskshare_open("all"));
}

static long tasks(void)
{
	char text[64] = "";
	long nr = 0;

	read_file("/proc/loadavg", text, sizeof(text));
	return sscanf(text, "%*f %*f %*f %*d/%ld", &nr) == 1 ? nr : 0;
}

/* Those that are there, once those that wait to be freed have been. */
static long task_structs(void)
{
	write_file("/sys/kernel/slab/task_struct/shrink", "1");
	return proc_field("/proc/slabinfo", "task_struct ");
}

/* A reader that is killed lets go of every task that it had in hand. */
TEST_F_TIMEOUT(crowd, killed_in_the_middle, 200)
{
	uint64_t seed = random_seed();
	int i;

	if (task_structs() < 0)
		SKIP(return, "no task_struct in /proc/slabinfo");
	ASSERT_LT(NR_CROWD, task_structs());
	for (i = 0; i < 20; i++) {
		kill_and_reap(self->crowd);
		self->crowd = crowd_threads(NR_CROWD / 8);
		ASSERT_LT(0, self->crowd);
		self->reader = spawn(opens_all, NULL);
		nap_ms(1 + random_below(&seed, 100));
		kill_and_reap(self->reader);
		self->reader = 0;
	}
	EXPECT_TRUE(eventually(task_structs() < tasks() + NR_CROWD / 8));
	TH_LOG("%ld tasks, memory for %ld", tasks(), task_structs());
}

TEST_HARNESS_MAIN
