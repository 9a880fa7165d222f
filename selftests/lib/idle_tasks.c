// SPDX-License-Identifier: GPL-2.0-only
/* Many idle tasks that need little memory. */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "idle_tasks.h"
#include "raw.h"
#include "util.h"

#define PTHREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_THREAD | CLONE_SYSVSEM)
#define STACK_SIZE	4096	/* an idle thread needs a few words of it */
#define TASK_KB		64	/* kernel memory for a task, at most */
#define OTHERS		5000	/* tasks that are there besides */

struct gathering {
	long nr;
	int ready;
	bool processes;
};

static void idles(void *unused)
{
	(void)unused;
	for (;;)
		raw_syscall(SYS_ppoll, 0, 0, 0, 0, 0, 0);
}

static void make_threads(long nr)
{
	struct clone_args args = {
		.flags = PTHREAD_FLAGS, .stack_size = STACK_SIZE,
	};
	char *stacks = mmap(NULL, nr * STACK_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	long i;

	for (i = 1; i < nr; i++) {
		args.stack = (uintptr_t)(stacks + i * STACK_SIZE);
		if (raw_clone3(&args, idles, NULL) < 0)
			_exit(EXIT_FAILURE);
	}
}

static void make_processes(long nr)
{
	long i;

	for (i = 1; i < nr; i++)
		spawn(idles, NULL);
}

static void gather(void *arg)
{
	const struct gathering *g = arg;

	prctl(PR_SET_NAME, IDLE_COMM);
	if (g->processes)
		make_processes(g->nr);
	else
		make_threads(g->nr);
	if (write(g->ready, "", 1) != 1)
		_exit(EXIT_FAILURE);
	idles(NULL);
}

static pid_t start(long nr, bool processes)
{
	bool all_there;
	int ready[2];
	pid_t pid;
	char byte;

	if (pipe(ready))
		return -1;
	pid = spawn(gather, &(struct gathering){ nr, ready[1], processes });
	close(ready[1]);
	all_there = read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	if (all_there)
		return pid;
	kill_and_reap(pid);
	return -1;
}

/**
 * idle_threads() - make a process of @nr idle threads
 *
 * Return: its pid, for kill_and_reap(), or -1 if they could not be made.
 */
pid_t idle_threads(long nr)
{
	return start(nr, false);
}

/**
 * idle_processes() - make an idle process and its children, @nr in all
 *
 * The children die with it; the next subreaper has to reap them.
 *
 * Return: as idle_threads().
 */
pid_t idle_processes(long nr)
{
	return start(nr, true);
}

/**
 * idle_tasks_fit() - raise limits until @tasks tasks are possible
 *
 * Return: false, with a complaint, if a limit or a lack of memory is in the
 * way.
 */
bool idle_tasks_fit(long tasks)
{
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	const long nr = tasks + OTHERS;
	char number[24];

	setrlimit(RLIMIT_NPROC, &all);
	snprintf(number, sizeof(number), "%ld", nr);
	if (proc_field("/proc/sys/kernel/threads-max", "") < nr)
		write_file("/proc/sys/kernel/threads-max", number);
	if (proc_field("/proc/sys/kernel/pid_max", "") < nr)
		write_file("/proc/sys/kernel/pid_max", number);
	if (proc_field("/proc/sys/kernel/threads-max", "") >= nr &&
	    proc_field("/proc/sys/kernel/pid_max", "") >= nr &&
	    proc_field("/proc/meminfo", "MemAvailable:") >= tasks * TASK_KB)
		return true;
	complain("%ld tasks need %ld MiB of memory, and threads-max and pid_max",
		 tasks, tasks * TASK_KB / 1024);
	return false;
}
