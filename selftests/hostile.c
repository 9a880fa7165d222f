// SPDX-License-Identifier: GPL-2.0-only
/*
 * Readers without permission, without resources, or killed:
 * docs/hostile-readers.md.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/cgroup.h"
#include "lib/idle_tasks.h"
#include "lib/slab.h"
#include "lib/util.h"

#define NR_IDLE	8000	/* 2.5 MiB of records */
#define MIB		(1L << 20)

/* Opens a descriptor's file again, through /proc; 0 or the errno. */
static int reopen_errno(int fd)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", fd);
	return open_errno("/proc/self/fd", name);
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

/* Takes the descriptors without any privilege; sends back what it reads. */
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
	/* it cannot get a newer content */
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
	/* the descriptor that it was given lists PIDs */
	if (!readdir(fdopendir(fd[GIFT_DIR])))
		_exit(8);
}

TEST(passed_to_the_unprivileged)
{
	char path[PATH_MAX], received[1 << 16], *expected;
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
	len = read_all(fd[GIFT_FILE], &expected);
	ASSERT_LT(100, len);
	ASSERT_GT((ssize_t)sizeof(received), len);
	ASSERT_EQ(0, lseek(fd[GIFT_FILE], 0, SEEK_SET));

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, socket));
	pid = spawn(unprivileged, &socket[1]);
	close(socket[1]);
	ASSERT_TRUE(give(socket[0], fd));
	ASSERT_EQ(len, recv(socket[0], received, len, MSG_WAITALL));
	EXPECT_EQ(0, memcmp(expected, received, len));
	EXPECT_TRUE(exited_with(pid, 0));
	/* a process with permission can */
	EXPECT_EQ(0, reopen_errno(fd[GIFT_FILE]));
	EXPECT_EQ(0, reopen_errno(fd[GIFT_PATH]));
	free(expected);
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

/* In strict mode: only read(2), write(2) and exit(2) are allowed. */
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
	char *expected, *received;
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
	len = read_all(socket[0], &received);
	ASSERT_TRUE(exited_with(pid, 0));
	ASSERT_EQ(0, lseek(fd[0], 0, SEEK_SET));
	ASSERT_EQ(len, read_all(fd[0], &expected));
	ASSERT_LT(100, len);
	EXPECT_EQ(0, memcmp(expected, received, len));
	free(expected);
	free(received);
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
 * Readers of many tasks, with little memory, or killed.
 */
FIXTURE(idle) {
	pid_t idle;
	pid_t reader;
	pid_t innocent;
	bool group;
	int orders[2];
	int said[2];		/* only the reader has one end */
};

FIXTURE_SETUP(idle)
{
	NEEDS_TASKSHARE();
	if (!idle_tasks_fit(NR_IDLE))
		SKIP(return, "no room for %d tasks", NR_IDLE);
	die_with_parent();
	self->idle = idle_threads(NR_IDLE);
	ASSERT_LT(0, self->idle);
	self->group = cgroup_make();
}

FIXTURE_TEARDOWN(idle)
{
	kill_and_reap(self->reader);
	kill_and_reap(self->innocent);
	kill_and_reap(self->idle);
	if (self->group)
		cgroup_remove();
}

/* Holds more memory than the reader, so that the OOM killer would choose it. */
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

static bool start_innocent(FIXTURE_DATA(idle) *self)
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

/* On a byte, opens files, and writes their number and the last error. */
static void reads(void *arg)
{
	FIXTURE_DATA(idle) *self = arg;
	int fd[1024], nr, last, i;
	char ask, byte;

	if (!cgroup_enter())
		_exit(1);
	while (read(self->orders[0], &ask, 1) == 1) {
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
		    read(self->orders[0], &ask, 1) != 1)
			_exit(3);
		for (i = 0; i < nr; i++)
			close(fd[i]);
		if (write(self->said[1], "", 1) != 1)
			_exit(4);
	}
}

static bool start_reader(FIXTURE_DATA(idle) *self)
{
	if (pipe2(self->orders, O_CLOEXEC) || pipe2(self->said, O_CLOEXEC))
		return false;
	self->reader = spawn(reads, self);
	close(self->said[1]);
	return true;
}

/* Lets the reader open 'o'ne or 'm'any; returns their number, and the error. */
static int reader_opens(FIXTURE_DATA(idle) *self, const char *ask, int *err)
{
	int nr = -1;

	if (write(self->orders[1], ask, 1) != 1 ||
	    read(self->said[0], &nr, sizeof(nr)) != sizeof(nr) ||
	    read(self->said[0], err, sizeof(*err)) != sizeof(*err))
		return -1;
	return nr;
}

static bool reader_closes(FIXTURE_DATA(idle) *self)
{
	char byte;

	return write(self->orders[1], "c", 1) == 1 &&
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

/* At the limit of a memory cgroup: ENOMEM, and no process is killed. */
TEST_F_TIMEOUT(idle, little_memory, 200)
{
	int err, nr;
	long before;

	if (!self->group)
		SKIP(return, "no memory controller in /sys/fs/cgroup");
	ASSERT_TRUE(start_innocent(self));
	ASSERT_TRUE(start_reader(self));
	/* once without a limit, so that later only the content is charged */
	ASSERT_EQ(1, reader_opens(self, "o", &err));
	ASSERT_TRUE(reader_closes(self));
	before = memory();

	ASSERT_TRUE(cgroup_limit(before + MIB));
	EXPECT_EQ(0, reader_opens(self, "o", &err));
	EXPECT_EQ(-ENOMEM, err);
	ASSERT_TRUE(reader_closes(self));
	/* some fit, one more does not */
	ASSERT_TRUE(cgroup_limit(before + 64 * MIB));
	nr = reader_opens(self, "m", &err);
	TH_LOG("%d files of %d tasks in 64 MiB, %ld bytes a task", nr, NR_IDLE,
	       nr > 0 ? (memory() - before) / nr / NR_IDLE : 0);
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

#define NR_KILLS	40

static void opens_all(void *unused)
{
	(void)unused;
	for (;;)
		close(taskshare_open("all"));
}

/*
 * A reader that is killed unpins every task. When it is killed is up to chance;
 * exit_races does the same at each place that matters.
 */
TEST_F_TIMEOUT(idle, killed_in_the_middle, 200)
{
	uint64_t seed = random_seed();
	long besides;
	int i;

	besides = slab_spare_tasks();
	if (besides < 0)
		SKIP(return, "no task_struct in /proc/slabinfo");
	ASSERT_LT(NR_IDLE, slab_objects("task_struct"));
	for (i = 0; i < NR_KILLS; i++) {
		kill_and_reap(self->idle);
		self->idle = idle_threads(NR_IDLE / 8);
		ASSERT_LT(0, self->idle);
		self->reader = spawn(opens_all, NULL);
		nap_ms(1 + random_below(&seed, 100));
		kill_and_reap(self->reader);
		self->reader = 0;
	}
	/* a leak would keep a task for each kill; some others come and go */
	EXPECT_TRUE(eventually(slab_tasks_freed(besides, NR_KILLS / 2)));
}

TEST_HARNESS_MAIN
