// SPDX-License-Identifier: GPL-2.0-only
/* Lab 9: unshare, and why some of it fails. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/array.h"
#include "lab/lab.h"

enum { MAIN, THREAD };

/*
 * struct attempt - one flag
 * @name: of the flag
 * @flag: its value
 * @alone: the errno for a process of one task
 * @threaded: the errno for one of two
 * @why: in words
 */
static const struct attempt {
	const char *name;
	unsigned int flag;
	int alone;
	int threaded;
	const char *why;
} attempts[] = {
	{ "FS", CLONE_FS, 0, 0, "a copy is made" },
	{ "FILES", CLONE_FILES, 0, 0, "a copy is made" },
	{ "SYSVSEM", CLONE_SYSVSEM, 0, 0, "adjustments are made, as at exit" },
	{ "VM", CLONE_VM, 0, EINVAL, "not possible: nothing to do, or EINVAL" },
	{ "SIGHAND", CLONE_SIGHAND, 0, EINVAL, "likewise" },
	{ "THREAD", CLONE_THREAD, 0, EINVAL, "likewise: threads cannot leave" },
	{ "IO", CLONE_IO, EINVAL, EINVAL, "no flag of unshare()" },
	{ "NEWUTS", CLONE_NEWUTS, 0, 0, "each thread may have its own" },
	{ "NEWNS", CLONE_NEWNS, 0, 0, "likewise; copies the cwd, too" },
	{ "NEWIPC", CLONE_NEWIPC, 0, 0, "likewise; ends undo lists, too" },
	{ "NEWPID", CLONE_NEWPID, 0, 0, "for children to come only" },
	{ "NEWUSER", CLONE_NEWUSER, 0, EINVAL,
	  "implies THREAD: a process has one user namespace" },
};

/* Values: errno alone, errno with a thread, by attempt; and one more */
#define THREADED	ARRAY_SIZE(attempts)
#define NEWPID_THREAD	(2 * ARRAY_SIZE(attempts))
/* Arrivals until all are made */
#define ATTEMPTED	((int)(2 * ARRAY_SIZE(attempts)))

_Static_assert(NEWPID_THREAD < LAB_VALUES, "too few values");

static void *idle(void *unused)
{
	(void)unused;
	actor_pause();
	return NULL;
}

static int make_thread(void)
{
	pthread_t id;

	return pthread_create(&id, NULL, idle, NULL);
}

/* In a process of its own, so that nothing is left for the next one */
static void attempt(unsigned int flag, int threads, volatile long *result)
{
	pid_t pid;

	*result = -1;
	pid = fork();
	if (!pid) {
		if (threads && make_thread())
			_exit(1);
		*result = unshare(flag) ? errno : 0;
		if (flag == CLONE_NEWPID && !threads && !*result)
			shared->value[NEWPID_THREAD] = make_thread();
		_exit(0);
	}
	if (pid < 0)
		actor_fail("fork", errno);
	waitpid(pid, NULL, 0);
	actor_arrive();
}

static void *takes_back(void *unused)
{
	(void)unused;
	actor_enter(THREAD, "thread");
	actor_arrive();
	actor_await(1);
	if (unshare(CLONE_FS | CLONE_FILES | CLONE_SYSVSEM))
		actor_fail("unshare", errno);
	actor_arrive();
	actor_pause();
	return NULL;
}

static void act(void)
{
	pthread_t id;
	size_t i;
	int err;

	shared->value[NEWPID_THREAD] = -1;
	for (i = 0; i < ARRAY_SIZE(attempts); i++) {
		attempt(attempts[i].flag, 0, &shared->value[i]);
		attempt(attempts[i].flag, 1, &shared->value[THREADED + i]);
	}
	err = pthread_create(&id, NULL, takes_back, NULL);
	if (err)
		actor_fail("pthread_create", err);
}

static const char *error_name(long result)
{
	if (result < 0)
		return "?";
	return result ? strerrorname_np(result) : "ok";
}

/* Without privilege, the kernel may say no before it gets that far. */
static bool forbidden(long result, int taught)
{
	return !taught && (result == EPERM || result == ENOSPC);
}

/* A cell of the table: what came out, and whether that is as taught */
static void outcome(char *to, struct lab_run *run, long result, int taught)
{
	const char *verdict = "";

	if (forbidden(result, taught)) {
		verdict = "unseen: ";
		run->unseen++;
	} else if (!lab_count(run, result, taught)) {
		verdict = "NOT SO: ";
	}
	sprintf(to, "%s%s", verdict, error_name(result));
}

static void check_attempts(struct lab_run *run)
{
	static const struct table_column column[] = {
		{ "UNSHARE CLONE_", 0 }, { "ONE TASK", 0 }, { "TWO TASKS", 0 },
		{ "WHY", 0 },
	};
	char alone[64], threaded[64];
	struct libscols_table *table;
	size_t i;

	table = lab_table(run, column, ARRAY_SIZE(column));
	for (i = 0; i < ARRAY_SIZE(attempts); i++) {
		outcome(alone, run, shared->value[i], attempts[i].alone);
		outcome(threaded, run, shared->value[THREADED + i],
			attempts[i].threaded);
		lab_row(run, table, "%s\t%s\t%s\t%s", attempts[i].name, alone,
			threaded, attempts[i].why);
	}
	lab_print_table(run, table);
	lab_outcome(run, 0, "%s", error_name(shared->value[THREADED + 1]));
	lab_outcome(run, 1, "%s", error_name(shared->value[THREADED + 3]));
	lab_outcome(run, 2, "%s", error_name(shared->value[3]));
	lab_outcome(run, 3, "%s", error_name(shared->value[THREADED + 7]));
	run->gap = true;
	if (shared->value[NEWPID_THREAD] < 0)
		lab_unseen(run, "a thread after CLONE_NEWPID: that was not possible");
	else
		lab_expect(run, shared->value[NEWPID_THREAD], EINVAL,
			   "after CLONE_NEWPID no thread can be made: it would be in two");
}

#define TAKEN (LAB_KIND(FILES) | LAB_KIND(FS) | LAB_KIND(SEMUNDO))
#define LEFT (LAB_KIND(MM) | LAB_KIND(SIGHAND) | LAB_KIND(SIGNAL))

/**
 * lab_unshare() - lab 9: the objects that unshare(2) makes private
 * @run: the lab
 */
void lab_unshare(struct lab_run *run)
{
	lab_start(run, "main", act);
	lab_wait(run, ATTEMPTED + 1);
	if (run->err)
		return;
	printf("Each flag, in a process with one task and in one with two\n\n");
	check_attempts(run);
	lab_look(run, "A thread before unshare(CLONE_FS | CLONE_FILES | CLONE_SYSVSEM)",
		 NULL);
	lab_shares(run, MAIN, THREAD, TAKEN | LEFT, 0);
	lab_go(run, 1);
	lab_wait(run, ATTEMPTED + 2);
	lab_look(run, "After it", NULL);
	lab_shares(run, MAIN, THREAD, LEFT, TAKEN);
	if (run->err)
		return;
	lab_why(run,
		"unshare() makes a copy of an object and drops the shared one. That is\n"
		"done for the filesystem information, the file descriptor table and namespaces;\n"
		"a semaphore undo list is not copied but carried out and dropped. Memory, signal\n"
		"handlers and the thread group cannot be taken back: there the call only\n"
		"succeeds if there is nothing to do, and then changes nothing. It does not help that all other threads\n"
		"have called exit(): one that is not reaped yet still counts, which makes\n"
		"unshare(CLONE_NEWUSER) fail now and then in programs that have just ended\n"
		"their threads.\n"
		"taskshare why PID reports what would fail for a given process, and why.");
	lab_reading("kernel/fork.c: ksys_unshare(), check_unshare_flags(), unshare_fs(),\n"
		    "  unshare_fd()\n"
		    "kernel/nsproxy.c: unshare_nsproxy_namespaces()\n"
		    "ipc/sem.c: exit_sem()\n"
		    "man: unshare(2), setns(2), namespaces(7)");
}
