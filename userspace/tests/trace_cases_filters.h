/* SPDX-License-Identifier: GPL-2.0-only */
/* Situations for trace: seccomp filters that answer calls */
#ifndef TESTS_TRACE_CASES_FILTERS_H
#define TESTS_TRACE_CASES_FILTERS_H

#include "tests/trace_cases.h"

static void ignore_signal(int signal)
{
	(void)signal;
}

/* A filter answers calls of every class, in each of its ways. */
static void refused(void)
{
	static const struct answer answer[] = {
		{ SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS },
		{ SYS_unshare, SECCOMP_RET_ERRNO | EPERM },
		{ SYS_setns, SECCOMP_RET_ERRNO | EPERM },
		{ SYS_execve, SECCOMP_RET_ERRNO | EACCES },
		{ SYS_execveat, SECCOMP_RET_TRACE },
		{ SYS_setgid, SECCOMP_RET_ERRNO | EAGAIN },
		{ SYS_setuid, SECCOMP_RET_ERRNO | 0 },
		{ SYS_capset, SECCOMP_RET_TRAP },
	};
	char *const argv[] = { "true", NULL };
	struct clone_args args = { .exit_signal = SIGCHLD };

	signal(SIGSYS, ignore_signal);
	must("filter", filter(answer, ARRAY_SIZE(answer), 0));
	failed("clone3", syscall(SYS_clone3, &args, sizeof(args)));
	failed("unshare", unshare(CLONE_NEWUSER));
	failed("setns", setns(0, CLONE_NEWNET));
	failed("execve", execve("/bin/true", argv, environ));
	failed("execveat", syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv,
				   environ, 0));
	failed("setgid", syscall(SYS_setgid, 0));
	must("setuid", syscall(SYS_setuid, 12345));
	printf("%d setuid 0\n", gettid_now());
	syscall(SYS_capset, NULL, NULL);
	printf("%d capset SIGSYS\n", gettid_now());
	/* This gets through, and fails in the kernel proper. */
	must("setresuid", syscall(SYS_setresuid, 1000, 1000, 1000));
	failed("setresuid", syscall(SYS_setresuid, 0, 0, 0));
}

/*
 * Two refused calls, the first of a task that tracing finds in the middle of
 * another call
 */
static void refused_later(void)
{
	static const struct answer answer[] = {
		{ SYS_setns, SECCOMP_RET_ERRNO | EPERM },
		{ SYS_unshare, SECCOMP_RET_ERRNO | EPERM },
	};
	char byte;

	must("filter", filter(answer, ARRAY_SIZE(answer), 0));
	printf("%d reads\n", gettid_now());
	fflush(stdout);
	must("read", read(STDIN_FILENO, &byte, 1));
	failed("setns", setns(0, CLONE_NEWNET));
	failed("unshare", unshare(CLONE_NEWUSER));
}

/* Nothing that a task without filters does is refused by one. */
static void unfiltered(void)
{
	failed("unshare", unshare(CLONE_IO));
	failed("setns", setns(-1, 0));
}

static void *filter_itself(void *unused)
{
	static const struct answer answer = { SYS_uname, SECCOMP_RET_ALLOW };

	must("filter", filter(&answer, 1, 0));
	meet();
	return rest(unused);
}

/* One thread has a filter: TSYNC returns its number, until it is gone. */
static void tsync(void)
{
	static const struct answer answer = { SYS_uname, SECCOMP_RET_ALLOW };
	int thread;

	pthread_barrier_init(&barrier, NULL, 3);
	start(idle, NULL);
	start(filter_itself, NULL);
	meet();
	thread = filter(&answer, 1, SECCOMP_FILTER_FLAG_TSYNC);
	if (thread <= 0)
		errx(1, "TSYNC returned %d", thread);
	printf("%d in the way\n", thread);
}

static void tsync_works(void)
{
	static const struct answer answer = { SYS_uname, SECCOMP_RET_ALLOW };

	pthread_barrier_init(&barrier, NULL, 3);
	start(idle, NULL);
	start(idle, NULL);
	meet();
	must("TSYNC", filter(&answer, 1, SECCOMP_FILTER_FLAG_TSYNC));
}

#endif /* TESTS_TRACE_CASES_FILTERS_H */
