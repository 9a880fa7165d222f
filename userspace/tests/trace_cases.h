/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts that the situations for trace share */
#ifndef TESTS_TRACE_CASES_H
#define TESTS_TRACE_CASES_H

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clone/compat.h"
#include "testtask/raw_clone.h"
#include "util/array.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static int gettid_now(void)
{
	return syscall(SYS_gettid);
}

/* A failed call, as the test finds it in the output */
static void failed(const char *call, long ret)
{
	if (ret >= 0)
		errx(1, "%s did not fail", call);
	printf("%d %s %s\n", gettid_now(), call, strerrorname_np(errno));
	fflush(stdout);
}

static void must(const char *what, long ret)
{
	if (ret < 0)
		err(1, "%s", what);
}

/* Threads wait here for each other, as many as there are to be. */
static pthread_barrier_t barrier;

static void meet(void)
{
	pthread_barrier_wait(&barrier);
}

static pthread_t start(void *(*run)(void *), void *arg)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, run, arg);
	if (errno)
		err(1, "pthread_create");
	return thread;
}

/* A signal interrupts pause(2): setuid(3) sends one to each thread. */
static void *rest(void *unused)
{
	for (;;)
		pause();
	return unused;
}

static void *idle(void *unused)
{
	meet();
	return rest(unused);
}

/* The answer of a filter to a call */
struct answer {
	int nr;
	__u32 action;
};

static int filter(const struct answer *answer, size_t nr, unsigned int flags)
{
	struct sock_filter code[2 * 16 + 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog program = { .len = 1, .filter = code };
	size_t i;

	for (i = 0; i < nr; i++) {
		code[program.len++] = (struct sock_filter)
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, answer[i].nr, 0, 1);
		code[program.len++] = (struct sock_filter)
			BPF_STMT(BPF_RET | BPF_K, answer[i].action);
	}
	code[program.len++] = (struct sock_filter)
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	must("no_new_privs", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

#endif /* TESTS_TRACE_CASES_H */
