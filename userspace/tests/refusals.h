/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trials for refusals.c. Each runs in a process of its own, which gets into a
 * state in which some facts hold, and makes a call.
 */
#ifndef TESTS_REFUSALS_H
#define TESTS_REFUSALS_H

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "../../selftests/lib/raw.h"
#include "clone/compat.h"
#include "clone/flags.h"
#include "clone/namespace.h"
#include "clone/rules.h"
#include "clone/userns.h"
#include "util/array.h"

#define NOBODY		65534
#define STACK		65536
#define MAX_FACTS	6

/*
 * How a trial ends that is not possible here, or that got into another state
 * than it wanted; no errno is as large.
 */
#define NOT_HERE	200
#define BROKEN		201
#define ERRNO_NONE	(-2)

/**
 * struct trial - a call that has to fail, or to work in spite of something
 * @name: name of the trial
 * @call: the call
 * @flags: its flags
 * @exit_signal: its exit signal
 * @facts: facts that hold; others do not hold or do not matter
 * @prepare: gets into that state, NULL if it is the arguments that are wrong
 * @make: makes the call; returns 0 or the errno; NULL: as @call and @flags say
 * @arg: for these two
 * @err: errno to expect; ERRNO_NONE: success
 * @since: the first RELEASE() where it does
 * @until: the first RELEASE() where it does not
 * @works: without @prepare it works
 */
struct trial {
	const char *name;
	enum call call;
	__u64 flags;
	int exit_signal;
	enum fact facts[MAX_FACTS];
	void (*prepare)(const struct trial *trial);
	int (*make)(const struct trial *trial);
	long arg;
	int err;
	unsigned int since;
	unsigned int until;
	bool works;
};

/* Memory that processes of a trial share with the test */
static struct page {
	/* Why a trial is not possible here */
	char reason[128];
	/* A process that it has made from another one */
	pid_t host;
	/* Its cgroup, the one below, and another one there, to be removed */
	char cgroup[PATH_MAX + 32];
	char child[PATH_MAX + 64];
	char second[PATH_MAX + 64];
	/* A controller that it has enabled: the file, and what undoes it */
	char control[PATH_MAX + 32];
	char disable[16];
} *page;

static _Noreturn void give_up(int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(page->reason, sizeof(page->reason), format, args);
	va_end(args);
	_exit(status);
}

/* For what root can do everywhere: otherwise the trial is wrong. */
static void must(bool done, const char *what)
{
	if (!done)
		give_up(BROKEN, "%s: %s", what, strerror(errno));
}

/* For what not every machine has: without it the trial is not possible. */
static void needs(bool done, const char *what)
{
	if (!done)
		give_up(NOT_HERE, "%s: %s", what, strerror(errno));
}

/* Why there are no user namespaces here, as an errno; 0: there are some */
static int no_userns;

static void needs_userns(void)
{
	if (no_userns)
		give_up(NOT_HERE, "no user namespaces: %s", strerror(no_userns));
}

static int or_errno(long ret)
{
	return ret < 0 ? errno : 0;
}

static bool try_to_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) >= 0;

	close(fd);
	return done;
}

static void write_file(const char *path, const char *text)
{
	must(try_to_write(path, text), path);
}

static int wait_and_close(int *fd)
{
	char byte;

	close(fd[1]);
	must(read(fd[0], &byte, 1) >= 0, "pipe");
	return close(fd[0]);
}

/* Runs in a task that others share something with. */
static int stay(void *unused)
{
	(void)unused;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (pause() < 0)
		;
	return 0;
}

/* A task that shares something with this one, and stays */
static pid_t share(unsigned long flags)
{
	char *stack = malloc(STACK);
	pid_t pid = stack ? clone(stay, stack + STACK, flags |
				  (flags & CLONE_THREAD ? 0 : SIGCHLD), NULL) :
			    -1;

	must(pid > 0, "clone");
	return pid;
}

static void share_flags(const struct trial *trial)
{
	share(trial->arg);
}

static void unshare_arg(const struct trial *trial)
{
	if (trial->arg & CLONE_NEWUSER)
		needs_userns();
	must(!unshare(trial->arg), "unshare");
}

static void become(uid_t uid)
{
	must(!setgroups(0, NULL) && !setresgid(uid, uid, uid) &&
	     !setresuid(uid, uid, uid), "setresuid");
}

static void become_nobody(const struct trial *trial)
{
	(void)trial;
	become(NOBODY);
}

/* Without one capability */
static void drop(int cap)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	must(!syscall(SYS_capget, &head, data), "capget");
	data[cap / 32].effective &= ~(1u << cap % 32);
	must(!syscall(SYS_capset, &head, data), "capset");
}

/* A user namespace with the same IDs in it as outside */
static void enter_userns(void)
{
	char path[64];
	int go[2], done[2];
	pid_t pid;

	needs_userns();
	snprintf(path, sizeof(path), "/proc/%d/uid_map", getpid());
	must(!pipe(go) && !pipe(done), "pipe");
	pid = fork();
	if (!pid) {
		close(done[0]);
		wait_and_close(go);
		write_file(path, "0 0 4294967295");
		memcpy(strstr(path, "uid"), "gid", 3);
		write_file(path, "0 0 4294967295");
		_exit(0);
	}
	must(!unshare(CLONE_NEWUSER), "unshare");
	close(go[0]);
	close(go[1]);
	wait_and_close(done);
	waitpid(pid, NULL, 0);
}

/* A process in new namespaces, whose PID is returned; it stays. */
static pid_t host(unsigned long flags)
{
	pid_t pid;

	if (flags & CLONE_NEWUSER)
		needs_userns();
	pid = raw_fork(flags | SIGCHLD);
	must(pid >= 0, "clone");
	if (!pid)
		stay(NULL);
	return pid;
}

static int open_ns(pid_t pid, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	must(fd >= 0, path);
	return fd;
}

static int make_unshare(const struct trial *trial)
{
	__u64 flags = trial->flags;

	if (flags & CLONE_EMPTY_MNTNS)
		flags ^= CLONE_EMPTY_MNTNS | UNSHARE_EMPTY_MNTNS;
	return or_errno(unshare(flags));
}

static int end(void *unused)
{
	(void)unused;
	/* May have no thread descriptor: no function of the C library */
	syscall(SYS_exit, 0);
	return 0;
}

/* By clone(2), on a stack of its own */
static int make_clone(const struct trial *trial)
{
	static char stack[STACK];
	static int tid;

	return or_errno(clone(end, stack + STACK, trial->flags |
			      trial->exit_signal, NULL, &tid, NULL, &tid));
}

/* Arguments of clone3(2), which the child does not return from */
static int try_clone3(struct clone_args *args, size_t size)
{
	long pid = syscall(SYS_clone3, args, size);

	if (!pid)
		syscall(SYS_exit, 0);
	return or_errno(pid);
}

/* By clone3(2); with shared memory, only if it has to fail */
static int make_clone3(const struct trial *trial)
{
	struct clone_args args = {
		.flags = trial->flags,
		.exit_signal = trial->exit_signal,
	};

	return try_clone3(&args, sizeof(args));
}

#endif /* TESTS_REFUSALS_H */
