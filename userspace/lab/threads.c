// SPDX-License-Identifier: GPL-2.0-only
/* Lab 2: threads are tasks. */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/lab.h"
#include "util/procfs.h"

#define THREADS	4

static void *act_thread(void *slot)
{
	int self = (long)slot;
	char name[16];

	snprintf(name, sizeof(name), "thread %d", self);
	actor_enter(self, name);
	shared->value[self] = getpid();
	actor_arrive();
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
		err = pthread_create(&id, NULL, act_thread, (void *)i);
		if (err)
			actor_fail("pthread_create", err);
	}
}

/* A directory of /proc may be there without being listed. */
static bool listed(pid_t pid)
{
	DIR *proc = opendir("/proc");
	bool found = false;
	struct dirent *entry;

	while (proc && (entry = readdir(proc)))
		if (atoi(entry->d_name) == pid)
			found = true;
	if (proc)
		closedir(proc);
	return found;
}

static void check_numbers(struct lab_run *run)
{
	int i, pids = 0, tids = 0, parents = 0, there = 0, listings = 0;
	char path[32];

	for (i = 1; i <= THREADS; i++) {
		const struct taskshare_record *rec = lab_record(run, i);

		pids += shared->value[i] == run->root;
		tids += shared->actor[i].tid != run->root;
		parents += rec && rec->ppid == (__u32)getpid();
		snprintf(path, sizeof(path), "/proc/%d",
			 shared->actor[i].tid);
		there += !access(path, F_OK);
		listings += listed(shared->actor[i].tid);
	}
	lab_outcome(run, 0, "%u", run->seen.model.nr);
	lab_outcome(run, 1, "%d", pids == THREADS ? 1 : 1 + THREADS - pids);
	lab_outcome(run, 2, "%d", 1 + tids);
	lab_outcome(run, 3, parents == THREADS ? "P" : "M");
	lab_expect(run, run->seen.model.nr, 1 + THREADS, "five tasks");
	lab_expect(run, run->seen.model.nr_processes, 1, "one process");
	lab_expect(run, procfs_threads(run->root), 1 + THREADS,
		   "/proc/PID/task lists five");
	lab_expect(run, pids, THREADS,
		   "getpid() is the same in every thread: the TGID");
	lab_expect(run, tids, THREADS,
		   "gettid() is another one in every thread: the kernel's PID");
	lab_expect(run, parents, THREADS,
		   "the parent of a thread is the process's parent, here the reader");
	lab_expect(run, there, THREADS, "/proc/TID exists for every thread ...");
	lab_expect(run, listings, 0, "... though ls /proc does not list it");
}

/**
 * lab_threads() - one process of five tasks
 * @run: the lab
 */
void lab_threads(struct lab_run *run)
{
	lab_start(run, "main", act);
	lab_wait(run, 1);
	lab_look(run, "Before: a process", NULL);
	lab_go(run, 1);
	lab_wait(run, 1 + THREADS);
	lab_look(run, "After pthread_create(), four times", NULL);
	if (run->err)
		return;
	check_numbers(run);
	lab_shares_each(run, 0, 1, THREADS, "threads",
			LAB_KIND(MM) | LAB_KIND(FILES) | LAB_KIND(SIGHAND) |
			LAB_KIND(FS) | LAB_KIND(SIGNAL) | LAB_KIND(CRED));
	lab_why(run,
		"The kernel knows only tasks, one task_struct for each thread. pthread_create()\n"
		"calls clone() with CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_SIGHAND,\n"
		"CLONE_THREAD and CLONE_SYSVSEM: the new task points to the objects of its\n"
		"creator and gets none of its own. CLONE_THREAD puts it into the same thread\n"
		"group. getpid() returns the thread group's number (TGID), which is the PID of\n"
		"its first task; gettid() returns the task's own number, which the kernel calls\n"
		"its PID. Threads are siblings: they all have the process's parent, and the\n"
		"kernel does not record which of them created which.");
	lab_reading("kernel/fork.c: copy_process(), copy_mm(), copy_files(), copy_sighand()\n"
		    "kernel/sys.c: getpid, gettid\n"
		    "include/linux/sched.h: struct task_struct\n"
		    "man: clone(2), gettid(2), pthreads(7), proc(5)");
}
