/* SPDX-License-Identifier: GPL-2.0-only */
/* Tasks with open files of every type, some of them shared on each level */
#ifndef TESTS_FILES_SCENE_H
#define TESTS_FILES_SCENE_H

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/kcmp.h>

#include "../../selftests/lib/raw.h"

/* Descriptors of the first task, by what they lead to */
enum {
	FIRST = 100,		/* a memfd */
	COPY,			/* made of it by dup() */
	AGAIN,			/* opened a second time */
	PIPE_READ, PIPE_WRITE,
	SOCKET, PEER,
	DELETED,		/* a file with a hostile name */
	EVENT, OTHER_EVENT, EPOLL,
	DIRECTORY,		/* by O_PATH */
	DEVICE,
	LINK,			/* a symbolic link itself */
	LAST = LINK,
	HIGH = 1000,		/* a copy of DEVICE */
};

/* The tasks */
enum { PARENT, FORKED, SHARES, RECEIVES, THREAD, NR_TASKS };

#define HOSTILE	"a\n\033[31m\\ \377\"<b> (deleted)"

/* With what the kernel adds to a path without a file */
#define HOSTILE_ESCAPED	\
	"a\\x0a\\x1b[31m\\\\\\x20\\xff\"<b>\\x20(deleted)\\x20(deleted)"

static volatile pid_t *pids;
static volatile int *step;
static char dir[64] = "/tmp/taskshare-files-XXXXXX";

/* Fails at once, in whichever task. */
static void must(bool right, const char *what)
{
	if (!right)
		err(1, "%s", what);
}

static void wait_for(int value)
{
	while (*step < value)
		usleep(500);
}

static void put(int from, int to)
{
	must(from >= 0 && dup2(from, to) == to, "dup2");
	if (from != to)
		close(from);
}

static void open_files(void)
{
	char path[64];
	int two[2], fd;

	put(memfd_create("taskshare test", 0), FIRST);
	must(!ftruncate(FIRST, 100) && lseek(FIRST, 10, SEEK_SET) == 10,
	     "memfd");
	must(dup3(FIRST, COPY, O_CLOEXEC) == COPY, "dup3");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", FIRST);
	put(open(path, O_RDWR | O_APPEND | O_NONBLOCK), AGAIN);
	must(!pipe(two), "pipe");
	put(two[0], PIPE_READ);
	put(two[1], PIPE_WRITE);
	must(!socketpair(AF_UNIX, SOCK_DGRAM, 0, two), "socketpair");
	put(two[0], SOCKET);
	put(two[1], PEER);
	must(!chdir(dir), dir);
	put(open(HOSTILE, O_RDWR | O_CREAT | O_EXCL, 0600), DELETED);
	must(!unlink(HOSTILE), "unlink");
	put(eventfd(0, 0), EVENT);
	put(eventfd(0, 0), OTHER_EVENT);
	put(epoll_create1(0), EPOLL);
	put(open("/", O_PATH | O_DIRECTORY), DIRECTORY);
	put(open("/dev/null", O_WRONLY), DEVICE);
	must(!symlink("/", "link"), "symlink");
	put(open("link", O_PATH | O_NOFOLLOW), LINK);
	must(!unlink("link"), "unlink");
	must(dup2(DEVICE, HIGH) == HIGH, "dup2");
	/* The offsets of inherited descriptors move while the test prints. */
	for (fd = 0; fd < 3; fd++)
		must(dup2(DEVICE, fd) == fd, "dup2");
}

static void send_fd(int socket, int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	must(sendmsg(socket, &msg, 0) == 1, "sendmsg");
}

static int receive_fd(int socket)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	int fd;

	must(recvmsg(socket, &msg, 0) == 1 && CMSG_FIRSTHDR(&msg), "recvmsg");
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

static void forked(void)
{
	char buf[5];

	must(read(FIRST, buf, sizeof(buf)) == sizeof(buf), "read");
	close(COPY);
}

static void receives(void)
{
	int fd = receive_fd(PEER);

	must(dup2(fd, 7) == 7, "dup2");
	must(!syscall(SYS_close_range, 0, 6, 0) &&
	     !syscall(SYS_close_range, 8, ~0u, 0), "close_range");
}

/* A task that does something and waits to be killed */
static void start(int task, int flags, void (*act)(void))
{
	pid_t pid = raw_fork(flags | SIGCHLD);

	must(pid >= 0, "clone");
	if (pid) {
		wait_for(task);
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pids[task] = getpid();
	if (act)
		act();
	*step = task;
	for (;;)
		pause();
}

/* Has a table of its own, in a process that has another one. */
static void *thread(void *unused)
{
	must(!unshare(CLONE_FILES), "unshare");
	close(AGAIN);
	pids[THREAD] = syscall(SYS_gettid);
	*step = THREAD;
	for (;;)
		pause();
	return unused;
}

static void build(void)
{
	pthread_t handle;

	open_files();
	start(FORKED, 0, forked);
	start(SHARES, CLONE_FILES, NULL);
	send_fd(SOCKET, FIRST);
	start(RECEIVES, 0, receives);
	/* A reference that is no descriptor */
	send_fd(SOCKET, AGAIN);
	must(!pthread_create(&handle, NULL, thread, NULL), "pthread_create");
	wait_for(THREAD);
	*step = NR_TASKS;
}

#endif /* TESTS_FILES_SCENE_H */
