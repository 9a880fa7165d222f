// SPDX-License-Identifier: GPL-2.0-only
/*
 * taskshare audit, many times, where nothing is wrong: on an idle system, and
 * in a storm of fork(2), vfork(2), threads, changes of users and namespaces that
 * come and go. Not one run may find anything, of any severity.
 *
 * Asked to look once and to take states of any age, it must find something in
 * the storm: then we know that there is something to be mistaken about.
 *
 *	audit_storm TASKSHARE [RUNS]
 *
 * All that is in a PID namespace of its own: what else the machine runs may
 * share as it likes.
 */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"
#include "util/array.h"

#define STACK	65536
#define USER	1000
#define THREADS	4
#define MANY_THREADS	64
/* More than a busy machine needs to see a storm */
#define TRIES	1000

/* struct counts - what the storm has done, in memory that all share */
static volatile struct counts {
	long forks;
	long vforks;
	long threads;
	long users;
	long namespaces;
} *counts;

static const char *taskshare;
static char stack[STACK] __attribute__((aligned(16)));
static pid_t worker[5];

static void *nothing(void *unused)
{
	return unused;
}

static void do_fork(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	counts->forks++;
}

/* As what runs a program for a user: the child shares its memory meanwhile. */
static int of_another_user(void *unused)
{
	(void)unused;
	syscall(SYS_setresuid, USER, USER, USER);
	execl("/bin/true", "true", NULL);
	_exit(1);
}

static void do_vfork(void)
{
	pid_t pid = clone(of_another_user, stack + STACK,
			  CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);

	if (pid > 0)
		waitpid(pid, NULL, 0);
	counts->vforks++;
}

static void do_threads(void)
{
	pthread_t thread[THREADS];
	int i, nr = 0;

	for (i = 0; i < THREADS; i++)
		nr += !pthread_create(&thread[nr], NULL, nothing, NULL);
	for (i = 0; i < nr; i++)
		pthread_join(thread[i], NULL);
	counts->threads += nr;
}

static void *stays(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* The C library changes one thread after the other. */
static void do_users(void)
{
	pid_t pid = fork();
	pthread_t thread;
	int i;

	if (!pid) {
		for (i = 0; i < MANY_THREADS; i++)
			pthread_create(&thread, NULL, stays, NULL);
		_exit(setresgid(USER, USER, USER) ||
		      setresuid(USER, USER, USER));
	}
	waitpid(pid, NULL, 0);
	counts->users++;
}

/* A container that ends while it has another process */
static int container(void *unused)
{
	(void)unused;
	fork();
	_exit(0);
}

static void do_namespaces(void)
{
	pid_t pid = clone(container, stack + STACK, CLONE_NEWPID |
			  CLONE_NEWUTS | CLONE_NEWIPC | SIGCHLD, NULL);

	if (pid > 0)
		waitpid(pid, NULL, 0);
	counts->namespaces++;
}

static void (* const storm[ARRAY_SIZE(worker)])(void) = {
	do_fork, do_vfork, do_threads, do_users, do_namespaces,
};

static void begin_storm(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(worker); i++) {
		worker[i] = fork();
		if (worker[i] < 0)
			err(1, "fork");
		if (worker[i])
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			storm[i]();
	}
}

static void end_storm(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(worker); i++)
		kill(worker[i], SIGKILL);
	for (i = 0; i < ARRAY_SIZE(worker); i++)
		waitpid(worker[i], NULL, 0);
}

/* Returns the exit status of an audit; what it prints is the test's output. */
static int audit(bool once)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
			_exit(1);
		if (once)
			execl(taskshare, "taskshare", "audit", "--interval", "0",
			      "--least", "0", "--severity", "information", NULL);
		else
			execl(taskshare, "taskshare", "audit", "--severity",
			      "information", NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid)
		err(1, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* Returns the number of runs that did not end without a finding. */
static int runs_that_fail(int runs)
{
	int i, status, bad = 0;

	for (i = 0; i < runs; i++) {
		status = audit(false);
		bad += status != 0;
		if (status)
			fprintf(stderr, "run %d: status %d\n", i + 1, status);
	}
	return bad;
}

static bool finds_something(void)
{
	int tries;

	for (tries = 0; tries < TRIES; tries++)
		if (audit(true) == 4)
			return true;
	return false;
}

static int test(int runs)
{
	int bad = runs_that_fail(runs);

	tap_ok(!bad, "idle: %d runs, %d with a finding", runs, bad);
	begin_storm();
	bad = runs_that_fail(runs);
	tap_ok(!bad, "in a storm: %d runs, %d with a finding", runs, bad);
	tap_ok(finds_something(), "looking once at states of any age finds some");
	end_storm();
	tap_ok(counts->forks && counts->vforks && counts->threads &&
	       counts->users && counts->namespaces,
	       "the storm: %ld fork, %ld vfork, %ld threads, %ld changes of users, %ld containers",
	       counts->forks, counts->vforks, counts->threads, counts->users,
	       counts->namespaces);
	return tap_end();
}

/* Runs the test as the first process of a PID namespace. */
static int test_inside(int runs)
{
	int status;
	pid_t pid;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
		tap_skip(strerror(errno), "audits in a storm");
		return tap_end();
	}
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (mount("proc", "/proc", "proc", 0, NULL))
			err(1, "/proc");
		exit(test(runs));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		err(1, "fork");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	int runs = argc > 2 ? atoi(argv[2]) : 10;

	if (argc < 2 || runs < 1)
		errx(1, "usage: audit_storm TASKSHARE [RUNS]");
	taskshare = argv[1];
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED)
		err(1, "mmap");
	return test_inside(runs);
}
