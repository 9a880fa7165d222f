// SPDX-License-Identifier: GPL-2.0-only
/* Processes that fork, exec, unshare and exit as fast as they can. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "forkstorm.h"
#include "raw.h"
#include "util.h"

/*
 * The memory of a freed mm_struct is used for the next fork or exec. The old
 * and the new holder seem to share it if the one is read before it releases it
 * and the other after it has got it. Snapshots go by PID: so some tasks have
 * low PIDs, some have high PIDs, and those of the idle threads lie between. A
 * reader that finds all tasks before it reads the first can only be misled by
 * tasks that get a new object while they live, by exec or unshare.
 */
#define LOW_PIDS	20000
#define IDLE_PIDS	22000
#define HIGH_PIDS	24000
#define PIDS_EACH	2000

/* Even ones have low PIDs, odd ones high PIDs. */
#define END(i)		((i) & 1 ? HIGH_PIDS : LOW_PIDS)

#define PTHREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_THREAD | CLONE_SYSVSEM)

static void child_exits(void *unused)
{
	(void)unused;
	for (;;)
		raw_syscall(SYS_exit_group, 0, 0, 0, 0, 0, 0);
}

/* Shares files and fs with its parent for a while. */
static void child_unshares(void *unused)
{
	int i;

	for (i = 0; i < 20; i++)
		raw_syscall(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
	raw_syscall(SYS_unshare, CLONE_FILES | CLONE_FS, 0, 0, 0, 0, 0);
	for (i = 0; i < 20; i++)
		raw_syscall(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
	child_exits(unused);
}

static void thread_idles(void *unused)
{
	(void)unused;
	for (;;)
		raw_syscall(SYS_ppoll, 0, 0, 0, 0, 0, 0);
}

/* A fork with a chosen PID; the next one if that is taken. */
static pid_t fork_as(pid_t *next, pid_t first, __u64 flags, void (*fn)(void *),
		     void *arg)
{
	struct clone_args args = {
		.flags = flags, .exit_signal = SIGCHLD,
		.set_tid = (uintptr_t)next, .set_tid_size = 1,
	};
	long pid;

	do {
		if (++*next >= first + PIDS_EACH)
			*next = first;
		pid = raw_clone3(&args, fn, arg);
	} while (pid == -EEXIST);
	return pid;
}

struct forker {
	unsigned long *forks;
	pid_t first;
};

static void fork_forever(void *arg)
{
	const struct forker *forker = arg;
	pid_t next = forker->first, pid;

	prctl(PR_SET_NAME, STORM_COMM);
	for (;;) {
		pid = fork_as(&next, forker->first, 0, child_exits, NULL);
		if (pid < 0)
			_exit(EXIT_FAILURE);
		waitpid(pid, NULL, 0);
		__atomic_add_fetch(forker->forks, 1, __ATOMIC_RELAXED);
	}
}

static void share_for_a_while(void *arg)
{
	const struct forker *forker = arg;
	pid_t next = forker->first, pid;

	prctl(PR_SET_NAME, LATE_COMM);
	for (;;) {
		pid = fork_as(&next, forker->first, CLONE_FILES | CLONE_FS,
			      child_unshares, NULL);
		if (pid < 0)
			_exit(EXIT_FAILURE);
		waitpid(pid, NULL, 0);
		/* leaves the processor to those that only fork */
		nap_ms(2);
	}
}

static void exec_forever(void *arg)
{
	char fd[16];

	snprintf(fd, sizeof(fd), "%d", *(int *)arg);
	execl(sibling("child"), "child", "storm", fd, EXEC_COMM, NULL);
	_exit(EXIT_FAILURE);
}

struct idle {
	long nr;
	int ready;
};

static void idle_threads(void *arg)
{
	const struct idle *idle = arg;
	size_t size = 16 << 10;
	pid_t tid = IDLE_PIDS;
	struct clone_args args = {
		.flags = PTHREAD_FLAGS, .stack_size = size,
		.set_tid = (uintptr_t)&tid, .set_tid_size = 1,
	};
	char *stacks;
	long i;

	prctl(PR_SET_NAME, STORM_COMM);
	stacks = mmap(NULL, idle->nr * size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	for (i = 0; i < idle->nr; tid++) {
		args.stack = (uintptr_t)(stacks + i * size);
		if (raw_clone3(&args, thread_idles, NULL) > 0)
			i++;
		else if (tid > HIGH_PIDS)
			_exit(EXIT_FAILURE);
	}
	if (write(idle->ready, "", 1) != 1)
		_exit(EXIT_FAILURE);
	thread_idles(NULL);
}

/**
 * forkstorm_begin() - start the storm
 * @storm: to be ended by forkstorm_end(), even if this fails
 *
 * Return: true once all idle threads are there and the others have begun.
 */
bool forkstorm_begin(struct forkstorm *storm)
{
	int ready[2], i;
	pid_t next, first;
	char byte;

	storm->forks = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	storm->execs = eventfd(0, EFD_NONBLOCK);
	storm->nr_idle = env_number("TASKSHARE_IDLE", 400);
	if (storm->forks == MAP_FAILED || storm->execs < 0 || pipe(ready) ||
	    storm->nr_idle >= HIGH_PIDS - IDLE_PIDS)
		return false;
	storm->idle = spawn(idle_threads,
			    &(struct idle){ storm->nr_idle, ready[1] });
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		return false;
	for (i = 0; i < NR_FORKERS; i++)
		storm->forker[i] = spawn(fork_forever, &(struct forker){
			&storm->forks[i], END(i) });
	for (i = 0; i < NR_LATE; i++)
		storm->late[i] = spawn(share_for_a_while, &(struct forker){
			NULL, END(i) });
	for (i = 0; i < NR_EXECERS; i++) {
		first = END(i);
		next = first;
		storm->execer[i] = fork_as(&next, first, 0, exec_forever,
					   &storm->execs);
		if (storm->execer[i] < 0)
			return false;
	}
	return true;
}

/** forkstorm_end() - end the storm; may be called twice */
void forkstorm_end(struct forkstorm *storm)
{
	int i;

	for (i = 0; i < NR_FORKERS; i++)
		kill_and_reap(storm->forker[i]);
	for (i = 0; i < NR_LATE; i++)
		kill_and_reap(storm->late[i]);
	for (i = 0; i < NR_EXECERS; i++)
		kill_and_reap(storm->execer[i]);
	kill_and_reap(storm->idle);
	*storm = (struct forkstorm){ };
}

/** forkstorm_forks() - number of forks so far */
unsigned long forkstorm_forks(const struct forkstorm *storm)
{
	unsigned long sum = 0;
	int i;

	for (i = 0; i < NR_FORKERS; i++)
		sum += __atomic_load_n(&storm->forks[i], __ATOMIC_RELAXED);
	return sum;
}
