// SPDX-License-Identifier: GPL-2.0-only
/* Processes to look at: prints "PID ready", lives until stdin is closed. */
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_SIZE	(64 << 10)

static void ready(pid_t pid)
{
	printf("%d ready\n", pid);
	fflush(stdout);
}

/* Waits for the end of standard input. */
static void wait_for_end(void)
{
	char buf[256];

	while (read(STDIN_FILENO, buf, sizeof(buf)) > 0)
		;
}

static void *thread_main(void *arg)
{
	char name[16];

	snprintf(name, sizeof(name), "worker %d", *(int *)arg);
	pthread_setname_np(pthread_self(), name);
	free(arg);
	for (;;)
		pause();
	return NULL;
}

/* One process with @number threads besides its first. */
static void threads(const char *number)
{
	pthread_t thread;
	int nr = atoi(number), i, *arg;

	if (nr < 1)
		errx(2, "threads %s: say how many, 1 or more", number);
	for (i = 1; i <= nr; i++) {
		arg = malloc(sizeof(*arg));
		*arg = i;
		if (pthread_create(&thread, NULL, thread_main, arg))
			errx(1, "thread %d of %d cannot be made", i, nr);
	}
	ready(getpid());
	wait_for_end();
}

static int child_main(void *arg)
{
	(void)arg;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "child");
	ready(getpid());
	wait_for_end();
	_exit(0);
}

/* A child made by clone(2) with these flags; both of them live on. */
static void share(int flags)
{
	char *stack = malloc(STACK_SIZE);
	pid_t pid;

	if (!stack)
		err(1, "no memory for a stack");
	prctl(PR_SET_NAME, "parent");
	ready(getpid());
	pid = clone(child_main, stack + STACK_SIZE, flags | SIGCHLD, NULL);
	if (pid < 0)
		err(1, "clone with flags %#x", flags);
	waitpid(pid, NULL, 0);
}

int main(int argc, char *argv[])
{
	if (argc == 3 && !strcmp(argv[1], "threads"))
		threads(argv[2]);
	else if (argc == 2 && !strcmp(argv[1], "vfork"))
		share(CLONE_VM | CLONE_VFORK);
	else if (argc == 2 && !strcmp(argv[1], "files"))
		share(CLONE_FILES);
	else if (argc == 2 && !strcmp(argv[1], "fs"))
		share(CLONE_FS);
	else
		errx(2, "say what to be: threads N, vfork, files or fs");
	return 0;
}
