// SPDX-License-Identifier: GPL-2.0-only
/* Lab 12: where are my threads? */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lab/lab.h"
#include "util/procfs.h"

#define THREADS	4
#define COLUMNS	"PID,TGID,PPID,mm,files,fs,signal,STATE,KIND,COMM"

/* Thread 2 ends first, then main; the others stay. */
static void *thread(void *slot)
{
	int self = (long)slot;
	char name[16];

	snprintf(name, sizeof(name), "thread %d", self);
	actor_enter(self, name);
	actor_arrive();
	if (self == 2) {
		actor_await(2);
		actor_leave(2);
		syscall(SYS_exit, 0);
	}
	actor_pause();
	return NULL;
}

static void act(void)
{
	pthread_t id;
	long i;
	int err;

	actor_arrive();
	actor_await(1);
	for (i = 1; i <= THREADS; i++) {
		err = pthread_create(&id, NULL, thread, (void *)i);
		if (err)
			actor_fail("pthread_create", err);
	}
	actor_await(3);
	/* exit() and _exit() would end the whole process. */
	syscall(SYS_exit, 0);
}

/* The entries of /proc/PID/task; 0 if there is no such process */
static int list_tasks(pid_t pid, bool print)
{
	char path[40];
	struct dirent *entry;
	DIR *dir;
	int nr = 0;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (print)
		printf("\nls %s:", path);
	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		if (print)
			printf(" %s", entry->d_name);
		nr++;
	}
	if (dir)
		closedir(dir);
	if (print)
		putchar('\n');
	return nr;
}

static char state_of(pid_t tgid, pid_t tid)
{
	char path[64], text[256], *state;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", tgid, tid);
	if (procfs_read(path, text, sizeof(text)) <= 0)
		return 0;
	state = strrchr(text, ')');
	return state ? state[2] : 0;
}

/* Nobody hears of a thread's end or of the leader's but by looking. */
static void wait_until(struct lab_run *run, pid_t tid, char state)
{
	int tries;

	for (tries = 0; !run->err && state_of(run->root, tid) != state; tries++) {
		if (tries == 20000)
			lab_fail(run, -ETIMEDOUT, "task %d does not end", tid);
		usleep(1000);
	}
}

static void look_at_all(struct lab_run *run)
{
	lab_look(run, "A process of five tasks", COLUMNS);
	if (run->err)
		return;
	lab_expect(run, list_tasks(run->root, true), 1 + THREADS,
		   "/proc/PID/task has an entry for each task of the thread group");
	lab_expect(run, list_tasks(shared->actor[3].tid, false), 1 + THREADS,
		   "/proc/TID/task of a thread lists the same");
}

static void look_after_a_thread(struct lab_run *run, pid_t tid)
{
	wait_until(run, tid, 0);
	lab_look(run, "After thread 2 has ended", COLUMNS);
	if (run->err)
		return;
	lab_outcome(run, 0, "%d", list_tasks(run->root, false));
	lab_expect(run, list_tasks(run->root, true), THREADS,
		   "a thread that has ended is gone at once: nothing waits for it");
	lab_sleeps(run, state_of(run->root, run->root),
		   "the leader goes on");
}

static void look_after_the_leader(struct lab_run *run)
{
	wait_until(run, run->root, 'Z');
	lab_look(run, "After the leader has ended, too", COLUMNS);
	if (run->err)
		return;
	lab_outcome(run, 1, "%d", list_tasks(run->root, false));
	lab_outcome(run, 2, "%c", state_of(run->root, run->root));
	lab_outcome(run, 3, kill(run->root, 0) ? "no" : "yes");
	lab_expect(run, list_tasks(run->root, true), THREADS,
		   "the leader stays in the list, since the process has its number");
	lab_expect(run, state_of(run->root, run->root), 'Z',
		   "its state is Z: ps shows the process as <defunct>");
	lab_sleeps(run, state_of(run->root, shared->actor[3].tid),
		   "thread 3 goes on, with memory and open files");
	lab_expect(run, kill(run->root, 0), 0,
		   "kill(PID, 0) succeeds: the process can be sent signals");
	lab_shares(run, 1, 3, LAB_KIND(MM) | LAB_KIND(FILES) | LAB_KIND(SIGNAL),
		   0);
}

/**
 * lab_where() - the threads of a process, and what ends with which
 * @run: the lab
 */
void lab_where(struct lab_run *run)
{
	pid_t second;

	lab_start(run, "main", act);
	lab_wait(run, 1);
	lab_go(run, 1);
	lab_wait(run, 1 + THREADS);
	look_at_all(run);
	if (run->err)
		return;
	second = shared->actor[2].tid;
	lab_go(run, 2);
	look_after_a_thread(run, second);
	lab_go(run, 3);
	look_after_the_leader(run);
	if (run->err)
		return;
	lab_why(run,
		"Each task has a task_struct. Those of one thread group are linked by\n"
		"thread_node to a list in the signal_struct that they share; its first task is\n"
		"the leader, whose PID is the number of the process. /proc/PID/task is that\n"
		"list. A thread that ends is taken off it at once. The leader is not: as long as\n"
		"other tasks are in the group, its task_struct keeps the number of the process\n"
		"alive. It has released its memory, its file descriptor table and its\n"
		"filesystem information, but other threads still hold such objects, so a port can\n"
		"stay open although ps shows the process as <defunct>. Its parent can reap it\n"
		"only after the last thread has ended (wait_task_zombie(), delay_group_leader()).");
	lab_reading("include/linux/sched.h: thread_node, group_leader\n"
		    "include/linux/sched/signal.h: thread_head, for_each_thread()\n"
		    "kernel/exit.c: release_task(), exit_notify(), delay_group_leader()\n"
		    "fs/proc/base.c: proc_task_readdir()\n"
		    "man: proc_pid_task(5), pthread_exit(3), exit_group(2)");
}
