// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many tasks that do nothing, with next to no memory of their own: all of them
 * share the address space of their maker, and sleep in it until it is killed.
 */
#define _GNU_SOURCE
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"

#define STACK 4096

static int sleeper(void *arg)
{
	/* Threads end with their group; processes, when their maker dies. */
	if (arg)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		pause();
	return 0;
}

/* In a process of its own, so that the crowd's address space is small. */
static void make(struct crowd *crowd, int report)
{
	int process = !(crowd->flags & CLONE_THREAD);
	unsigned int i;
	char *stacks;
	pid_t pid;

	stacks = mmap(NULL, (size_t)crowd->nr * STACK, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (stacks == MAP_FAILED)
		err(1, "stacks for %u tasks", crowd->nr);
	for (i = 0; i < crowd->nr; i++) {
		pid = clone(sleeper, stacks + (size_t)(i + 1) * STACK,
			    crowd->flags | (process ? SIGCHLD : 0),
			    process ? crowd : NULL);
		if (pid < 0)
			err(1, "task %u of %u (threads-max, pid_max?)", i,
			    crowd->nr);
		if (write(report, &pid, sizeof(pid)) != sizeof(pid))
			err(1, "report");
	}
	close(report);
	for (;;)
		pause();
}

void crowd_start(struct crowd *crowd)
{
	unsigned int i;
	int report[2];

	crowd->pid = calloc(crowd->nr, sizeof(*crowd->pid));
	if (!crowd->pid || pipe(report))
		err(1, "crowd");
	crowd->maker = fork();
	if (crowd->maker < 0)
		err(1, "fork");
	if (!crowd->maker) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(report[0]);
		make(crowd, report[1]);
	}
	close(report[1]);
	for (i = 0; i < crowd->nr; i++)
		if (read(report[0], &crowd->pid[i], sizeof(pid_t)) !=
		    sizeof(pid_t))
			errx(1, "only %u of %u tasks were made", i, crowd->nr);
	close(report[0]);
}

void crowd_stop(struct crowd *crowd)
{
	unsigned int i;

	kill(crowd->maker, SIGKILL);
	waitpid(crowd->maker, NULL, 0);
	/* A task that is no child has gone when its PID is free. */
	for (i = 0; i < crowd->nr; i++)
		while (!kill(crowd->pid[i], 0))
			usleep(1000);
	free(crowd->pid);
}
