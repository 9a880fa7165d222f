// SPDX-License-Identifier: GPL-2.0-only
/* The program that tests execute: small, static, one job by its first word. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/raw.h"

#define NOBODY	65534

/*
 * Execute this again, by the path that it was executed by, so that the
 * process keeps its name. Returns only on failure.
 */
static int again(char *argv[])
{
	execv((char *)getauxval(AT_EXECFN), argv);
	return 2;
}

/* Is this the last round? If not, take one off the argument. */
static int last_round(char **arg)
{
	static char left[24];
	long rounds = atol(*arg);

	snprintf(left, sizeof(left), "%ld", rounds - 1);
	*arg = left;
	return rounds <= 1;
}

/* Tell a descriptor that exec is over, then wait to be killed. */
static int wait_here(char *argv[])
{
	if (write(atoi(argv[2]), "", 1) != 1)
		return EXIT_FAILURE;
	for (;;)
		pause();
}

/*
 * Execute this until killed, and count it in an eventfd. Not as fast as it
 * can: the processes that fork need the processor, too.
 */
static int storm(char *argv[])
{
	const uint64_t one = 1;

	usleep(5000);
	prctl(PR_SET_NAME, argv[3]);
	if (write(atoi(argv[2]), &one, sizeof(one)) != sizeof(one))
		return EXIT_FAILURE;
	return again(argv);
}

static void thread_main(void *argv)
{
	raw_syscall(SYS_execve, getauxval(AT_EXECFN), (long)argv,
		    (long)environ, 0, 0, 0);
	raw_syscall(SYS_exit_group, EXIT_FAILURE, 0, 0, 0, 0, 0);
}

/* Let a thread execute this again, so many times, while the leader waits. */
static int from_thread(char *argv[])
{
	static char stack[16384] __attribute__((aligned(16)));
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			 CLONE_THREAD | CLONE_SYSVSEM,
		.stack = (uintptr_t)stack, .stack_size = sizeof(stack),
	};

	if (last_round(&argv[2]))
		return EXIT_SUCCESS;
	if (raw_clone3(&args, thread_main, argv) < 0)
		return EXIT_FAILURE;
	for (;;)
		pause();
}

/*
 * Is a POSIX lock on a file held after so many times of exec, and by us? It
 * belongs to the table of files, so it is in the way of the open file's own
 * locks, and not in the way of ours.
 */
static int locked(char *argv[])
{
	struct flock other = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct flock ours = other;
	int fd = atoi(argv[2]);

	if (fcntl(fd, F_OFD_GETLK, &other) || other.l_type == F_UNLCK ||
	    fcntl(fd, F_GETLK, &ours) || ours.l_type != F_UNLCK)
		return EXIT_FAILURE;
	return last_round(&argv[3]) ? EXIT_SUCCESS : again(argv);
}

/* Does the set-user-id bit of this file work, so many times? */
static int privileged(char *argv[])
{
	if (geteuid())
		return EXIT_FAILURE;
	if (last_round(&argv[2]))
		return EXIT_SUCCESS;
	if (setresuid(NOBODY, NOBODY, NOBODY))
		return 2;
	return again(argv);
}

static int nothing(char *argv[])
{
	return !!argv[2];
}

static const struct {
	const char *name;
	const char *arguments;
	int nr;
	int (*run)(char *argv[]);
} jobs[] = {
	{ "nothing", "", 0, nothing },
	{ "wait", " FD", 1, wait_here },
	{ "storm", " FD NAME", 2, storm },
	{ "threadexec", " ROUNDS", 1, from_thread },
	{ "locked", " FD ROUNDS", 2, locked },
	{ "privileged", " ROUNDS", 1, privileged },
};

int main(int argc, char *argv[])
{
	size_t i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 0; i < sizeof(jobs) / sizeof(*jobs); i++)
		if (argc == jobs[i].nr + 2 && !strcmp(argv[1], jobs[i].name))
			return jobs[i].run(argv);
	for (i = 0; i < sizeof(jobs) / sizeof(*jobs); i++)
		fprintf(stderr, "usage: child %s%s\n", jobs[i].name,
			jobs[i].arguments);
	return 2;
}
