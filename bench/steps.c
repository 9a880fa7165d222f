// SPDX-License-Identifier: GPL-2.0-only
/*
 * steps TASKS CHILDREN: that many tasks wait, half of them threads, while one
 * makes children that end at once, one after the other.
 *
 * steps -f FILES: opens FILES descriptors, in as many processes as the limit of
 * one requires, prints their PIDs and waits for the end of its input.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void *idle(void *unused)
{
	pause();
	return unused;
}

static void make_tasks(int tasks)
{
	pthread_t thread;
	pid_t parent = getpid();

	while (--tasks > 0) {
		if (tasks % 2) {
			if (pthread_create(&thread, NULL, idle, NULL))
				errx(1, "no thread");
		} else if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() == parent)
				pause();
			_exit(0);
		}
	}
}

static void make_children(int children)
{
	while (children-- > 0) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			err(1, "fork");
	}
}

/* Every other descriptor is a copy of the one before it. */
static void open_files(unsigned int files)
{
	unsigned int i;

	for (i = 0; i < files; i++)
		if ((i % 2 ? dup(i + 2) : open("/dev/null", O_RDONLY)) < 0)
			err(1, "%u files", files);
}

/* As many processes as it takes, each until the end of the input */
static void hold_files(unsigned int files)
{
	struct rlimit limit;
	unsigned int most, nr;
	int ready[2];
	char byte;
	pid_t pid;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		err(1, "%u files", files);
	most = limit.rlim_max - 3;
	for (; files; files -= nr) {
		nr = files < most ? files : most;
		if (pipe(ready))
			err(1, "pipe");
		pid = fork();
		if (pid < 0)
			err(1, "fork");
		if (!pid) {
			dup2(ready[1], 1);
			close_range(3, ~0u, 0);
			open_files(nr);
			if (write(1, "", 1) != 1 || read(0, &byte, 1) < 0)
				err(1, "no pipe");
			_exit(0);
		}
		close(ready[1]);
		if (read(ready[0], &byte, 1) != 1)
			exit(1);
		close(ready[0]);
		printf("%d ", pid);
	}
	puts("");
	fflush(stdout);
	while (wait(NULL) > 0)
		;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(1, "how many tasks and children, or -f and how many files?");
	if (!strcmp(argv[1], "-f")) {
		hold_files(atoi(argv[2]));
		return 0;
	}
	make_tasks(atoi(argv[1]));
	make_children(atoi(argv[2]));
	return 0;
}
