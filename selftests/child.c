// SPDX-License-Identifier: GPL-2.0-only
/*
 * The program that tests execute: small and static, its first argument is a
 * job.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
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
 * Executes this again, by the same path, so that the process keeps its name.
 * Returns only on failure.
 */
static int again(char *argv[])
{
	execv((char *)getauxval(AT_EXECFN), argv);
	return 2;
}

/*
 * Returns true after that many rounds, once the descriptor @enough is readable.
 * Takes one off the number of rounds that are left.
 */
static int last_round(char **rounds, const char *enough)
{
	struct pollfd until = { .fd = atoi(enough), .events = POLLIN };
	static char left[24];
	long nr = atol(*rounds);

	if (nr > 1) {
		snprintf(left, sizeof(left), "%ld", nr - 1);
		*rounds = left;
	}
	return nr <= 1 && poll(&until, 1, 0) == 1;
}

/* Writes a byte when exec is over, then waits to be killed. */
static int wait_here(char *argv[])
{
	if (write(atoi(argv[2]), "", 1) != 1)
		return EXIT_FAILURE;
	for (;;)
		pause();
}

/*
 * Executes this until killed, and counts that in an eventfd. The pause leaves
 * the processor to the processes that fork.
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

/* Executes this again. */
static void thread_main(void *argv)
{
	raw_syscall(SYS_execve, getauxval(AT_EXECFN), (long)argv,
		    (long)environ, 0, 0, 0);
	raw_syscall(SYS_exit_group, EXIT_FAILURE, 0, 0, 0, 0, 0);
}

/* Writes a byte and reads one before it executes this again. */
static void turn_main(void *arg)
{
	char **argv = arg;
	char byte;

	if (raw_syscall(SYS_write, atoi(argv[3]), (long)"", 1, 0, 0, 0) != 1 ||
	    raw_syscall(SYS_read, atoi(argv[2]), (long)&byte, 1, 0, 0, 0) != 1)
		raw_syscall(SYS_exit_group, EXIT_FAILURE, 0, 0, 0, 0, 0);
	thread_main(arg);
}

/* Lets a thread run @main; the leader waits for its end. */
static int by_thread(void (*main)(void *), char *argv[])
{
	static char stack[16384] __attribute__((aligned(16)));
	struct clone_args args = {
		.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			 CLONE_THREAD | CLONE_SYSVSEM,
		.stack = (uintptr_t)stack, .stack_size = sizeof(stack),
	};

	if (raw_clone3(&args, main, argv) < 0)
		return EXIT_FAILURE;
	for (;;)
		pause();
}

/* Executes this again and again, each time by a thread. */
static int thread_exec(char *argv[])
{
	return last_round(&argv[2], argv[3]) ? EXIT_SUCCESS :
		by_thread(thread_main, argv);
}

/* The same without an end, each time only after a byte has come. */
static int turns(char *argv[])
{
	return by_thread(turn_main, argv);
}

/*
 * Checks, each time it is executed, that this process still holds a POSIX lock.
 * The lock belongs to the table of files: it conflicts with a lock of the open
 * file, and not with another one of this process.
 */
static int locked(char *argv[])
{
	struct flock other = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct flock lock = other;
	int fd = atoi(argv[2]);

	if (fcntl(fd, F_OFD_GETLK, &other) || other.l_type == F_UNLCK ||
	    fcntl(fd, F_GETLK, &lock) || lock.l_type != F_UNLCK)
		return EXIT_FAILURE;
	return last_round(&argv[3], argv[4]) ? EXIT_SUCCESS : again(argv);
}

/* Checks, each time it is executed, that the file's set-user-ID bit works. */
static int privileged(char *argv[])
{
	if (geteuid())
		return EXIT_FAILURE;
	if (last_round(&argv[2], argv[3]))
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
	{ "threadexec", " ROUNDS ENOUGH", 2, thread_exec },
	{ "turns", " IN OUT", 2, turns },
	{ "locked", " FD ROUNDS ENOUGH", 3, locked },
	{ "privileged", " ROUNDS ENOUGH", 2, privileged },
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
