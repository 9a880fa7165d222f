// SPDX-License-Identifier: GPL-2.0-only
/* Lab 4: if I clone, is the pid the same? */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/array.h"
#include "lab/lab.h"

enum { MAIN, FORK, VFORK, SIBLING, THREAD, ROLES };
/* Calls of each actor; three values for each role */
enum { GETPID, GETTID, GETPPID, CALLS };

static long reported(int role, int call)
{
	return shared->value[role * CALLS + call];
}

static void report_ids(int role)
{
	volatile long *value = &shared->value[role * CALLS];

	value[GETPID] = syscall(SYS_getpid);
	value[GETTID] = syscall(SYS_gettid);
	value[GETPPID] = syscall(SYS_getppid);
}

static int reporter(void *slot)
{
	report_ids((long)slot);
	return actor_idle(slot);
}

static void *thread(void *slot)
{
	reporter(slot);
	return NULL;
}

static void make_thread(void *(*act)(void *), long slot)
{
	pthread_t id;
	int err = pthread_create(&id, NULL, act, (void *)slot);

	if (err)
		actor_fail("pthread_create", err);
}

static void act(void)
{
	pid_t pid;

	report_ids(MAIN);
	strcpy(shared->actor[FORK].name, "fork");
	strcpy(shared->actor[SIBLING].name, "CLONE_PARENT");
	strcpy(shared->actor[THREAD].name, "CLONE_THREAD");
	actor_clone(FORK, 0, reporter);
	actor_clone(SIBLING, CLONE_PARENT, reporter);
	make_thread(thread, THREAD);
	pid = vfork();
	if (!pid) {
		report_ids(VFORK);
		actor_enter(VFORK, "vfork");
		actor_arrive();
		actor_pause();
	}
	if (pid < 0)
		actor_fail("vfork", errno);
}

static void print_numbers(struct lab_run *run)
{
	static const struct table_column column[] = {
		{ "WHO", 0 }, { "getpid()", SCOLS_FL_RIGHT },
		{ "gettid()", SCOLS_FL_RIGHT }, { "getppid()", SCOLS_FL_RIGHT },
	};
	struct libscols_table *table;
	int i;

	table = lab_table(run, column, ARRAY_SIZE(column));
	for (i = 0; i < ROLES; i++)
		lab_row(run, table, "%s\t%ld\t%ld\t%ld", shared->actor[i].name,
			reported(i, GETPID), reported(i, GETTID), reported(i, GETPPID));
	lab_print_table(run, table);
	run->gap = true;
}

static void check_numbers(struct lab_run *run)
{
	long pid = reported(MAIN, GETPID), parent = reported(MAIN, GETPPID);

	lab_outcome(run, 0, reported(VFORK, GETPID) == pid ? "same" : "different");
	lab_outcome(run, 1, reported(THREAD, GETPID) == pid ? "same" : "different");
	lab_outcome(run, 2, reported(SIBLING, GETPPID) == pid ? "M" : "P");
	lab_expect(run, reported(FORK, GETPID) == pid, 0, "fork: another pid");
	lab_expect(run, reported(FORK, GETPPID), pid, "fork: its parent is main");
	lab_expect(run, reported(VFORK, GETPID) == pid, 0,
		   "vfork: another pid, though the memory is the same");
	lab_expect(run, reported(VFORK, GETPPID), pid, "vfork: its parent is main");
	lab_expect(run, reported(SIBLING, GETPID) == pid, 0,
		   "CLONE_PARENT: another pid");
	lab_expect(run, reported(SIBLING, GETPPID), parent,
		   "CLONE_PARENT: its parent is main's parent");
	lab_expect(run, reported(THREAD, GETPID), pid, "CLONE_THREAD: the same pid");
	lab_expect(run, reported(THREAD, GETTID) == pid, 0,
		   "CLONE_THREAD: another thread id");
	lab_expect(run, reported(THREAD, GETPPID), parent,
		   "CLONE_THREAD: the same parent as main");
}

/* The second experiment: a thread that is not the first one calls execve(). */

static void *execs(void *unused)
{
	(void)unused;
	actor_enter(2, "execs");
	actor_arrive();
	actor_await(1);
	actor_leave(1);
	actor_leave(2);
	actor_exec(0, "after exec");
	return NULL;
}

static void act_exec(void)
{
	strcpy(shared->actor[1].name, "idle");
	make_thread(thread, 1);
	make_thread(execs, 0);
	actor_await(2);
}

static void exec_from_thread(struct lab_run *run)
{
	char path[32];
	pid_t tid;

	lab_start(run, "main", act_exec);
	lab_wait(run, 2);
	lab_look(run, "A process with three threads, before one calls execve()",
		 "PID,TGID,PPID,mm,files,sighand,fs,signal,KIND,COMM");
	if (run->err)
		return;
	tid = shared->actor[2].tid;
	lab_go(run, 1);
	lab_wait(run, 3);
	lab_look(run, "After execve()",
		 "PID,TGID,PPID,mm,files,sighand,fs,signal,KIND,COMM");
	if (run->err)
		return;
	lab_outcome(run, 3, shared->value[EXEC_GETPID] == run->root ?
		    "same" : "different");
	snprintf(path, sizeof(path), "/proc/%d", tid);
	lab_expect(run, run->seen.model.nr, 1, "one task is left");
	lab_expect(run, shared->value[EXEC_GETPID], run->root,
		   "the pid is still the same");
	lab_expect(run, shared->value[EXEC_GETTID], run->root,
		   "the thread that called execve() is the leader now, with its number");
	lab_expect(run, access(path, F_OK), -1,
		   "the number that it had before does not exist any more");
}

/**
 * lab_pid() - lab 4: pid, tid and ppid after each call
 * @run: the lab
 */
void lab_pid(struct lab_run *run)
{
	lab_start(run, "main", act);
	lab_wait(run, 4);
	lab_look(run, "Four children, as the kernel numbers them",
		 "PID,TGID,PPID,mm,signal,KIND,COMM");
	if (run->err)
		return;
	printf("\nThe same, as each of them gets it from its own calls\n\n");
	print_numbers(run);
	check_numbers(run);
	lab_stop(run);
	exec_from_thread(run);
	if (run->err)
		return;
	lab_why(run,
		"Every task has a number of its own, which the kernel calls PID and gettid()\n"
		"returns. getpid() returns the number of the thread group, which is that of its\n"
		"first task: CLONE_THREAD alone decides whether it is the same. Sharing memory\n"
		"has nothing to do with it. CLONE_PARENT and CLONE_THREAD make the creator's\n"
		"parent the parent, so a thread cannot be waited for by its creator. execve()\n"
		"is for the whole process: the kernel kills the other threads, and the one that\n"
		"called it takes over the number of the first (exchange_tids()), so that the\n"
		"process keeps its pid.");
	lab_reading("kernel/fork.c: copy_process(), at \"CLONE_PARENT re-uses the old parent\"\n"
		    "kernel/sys.c: getpid, gettid, getppid\n"
		    "fs/exec.c: de_thread()\n"
		    "kernel/pid.c: exchange_tids()\n"
		    "man: getpid(2), gettid(2), clone(2), execve(2)");
}
