// SPDX-License-Identifier: GPL-2.0-only
/* Lab 8: set_tid_address and CLONE_CHILD_CLEARTID. */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/lab.h"
#include "util/procfs.h"

enum { MAIN, THREAD, PTHREAD };

/* Observations; indices of values */
enum { WOKEN, LEFT, JOINED };

#define COLUMNS	"PID,TGID,mm,signal,FLAGS,KIND,COMM"

static int thread(void *slot)
{
	actor_enter((long)slot, "clone");
	actor_arrive();
	actor_await(1);
	actor_leave((long)slot);
	return 0;
}

/* pthread_create() and pthread_join() by hand */
static void clone_and_join(void)
{
	int *word = &shared->word[0], tid;

	tid = clone(thread, shared->stack[THREAD] + LAB_STACK,
		    CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
		    CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID |
		    CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID,
		    (void *)THREAD, word, NULL, word);
	if (tid < 0)
		actor_fail("clone", errno);
	while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == tid)
		syscall(SYS_futex, word, FUTEX_WAIT, tid, NULL, NULL, 0);
	shared->value[WOKEN] = 1;
	actor_arrive();
}

/* A process of its own asks for the same, and no task shares its memory. */
static void end_alone(void)
{
	int *word = &shared->word[1];
	pid_t pid = fork();

	if (!pid) {
		*word = syscall(SYS_set_tid_address, word);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		actor_fail("fork", errno);
	shared->value[LEFT] = *word == pid;
	actor_arrive();
}

static void *pthread(void *unused)
{
	(void)unused;
	actor_enter(PTHREAD, "pthread_create");
	actor_arrive();
	actor_await(3);
	actor_leave(PTHREAD);
	return NULL;
}

static void act(void)
{
	pthread_t id;
	int err;

	clone_and_join();
	actor_await(2);
	end_alone();
	err = pthread_create(&id, NULL, pthread, NULL);
	if (!err)
		err = pthread_join(id, NULL);
	if (err)
		actor_fail("pthread_join", err);
	shared->value[JOINED] = 1;
	actor_arrive();
}

/*
 * The word that main waits for in futex(2), as proc_pid_syscall(5) gives the
 * call that a task is in, and what it holds. 0: it is not in futex().
 * Negative: we cannot look.
 */
static int read_awaited(pid_t pid)
{
	char path[32], text[256];
	unsigned long address;
	int word, call;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	if (procfs_read(path, text, sizeof(text)) < 0)
		return -1;
	if (sscanf(text, "%d %lx", &call, &address) != 2 || call != SYS_futex)
		return 0;
	if (procfs_read_memory(pid, address, &word, sizeof(word)) !=
	    sizeof(word))
		return -1;
	return word;
}

/* main may still be on its way into pthread_join(). */
static void check_join(struct lab_run *run)
{
	int tid = shared->actor[PTHREAD].tid, word, tries;

	for (tries = 0; tries < 2000; tries++) {
		word = read_awaited(run->root);
		if (word == tid || word < 0)
			break;
		usleep(1000);
	}
	if (word < 0)
		lab_unseen(run, "what main waits for: /proc/PID/syscall or /proc/PID/mem cannot be read");
	else
		lab_expect(run, word, tid,
			   "pthread_join() is in futex(), on a word that holds the thread's id");
}

static void look_at_clone(struct lab_run *run)
{
	lab_wait(run, 1);
	lab_look(run, "A thread made by clone(), while its creator waits for the word",
		 COLUMNS);
	if (run->err)
		return;
	lab_expect(run, shared->word[0], shared->actor[THREAD].tid,
		   "the word holds the thread's id: CLONE_CHILD_SETTID, CLONE_PARENT_SETTID");
	lab_expect(run, shared->value[WOKEN], 0, "its creator sleeps");
	lab_has_flag(run, THREAD, TASKSHARE_F_CLEAR_TID, true,
		     "the kernel knows the word's address");
	lab_go(run, 1);
	lab_wait(run, 2);
	if (run->err)
		return;
	lab_expect(run, shared->word[0], 0,
		   "after the thread's end the word is 0: the kernel wrote that");
	lab_expect(run, shared->value[WOKEN], 1, "and woke the task that waited for it");
}

/**
 * lab_cleartid() - lab 8: the futex of pthread_join()
 * @run: the lab
 */
void lab_cleartid(struct lab_run *run)
{
	lab_start(run, "main", act);
	look_at_clone(run);
	lab_go(run, 2);
	lab_wait(run, 4);
	lab_look(run, "A thread made by pthread_create(), while main is in pthread_join()",
		 COLUMNS);
	if (run->err)
		return;
	lab_has_flag(run, PTHREAD, TASKSHARE_F_CLEAR_TID, true,
		     "pthread_create() uses the same flag");
	check_join(run);
	lab_expect(run, shared->value[JOINED], 0, "pthread_join() has not returned");
	lab_go(run, 3);
	lab_wait(run, 5);
	if (run->err)
		return;
	lab_expect(run, shared->value[JOINED], 1,
		   "after the thread's end pthread_join() has returned");
	lab_outcome(run, 0, shared->word[0] ? "T" : "K");
	lab_outcome(run, 1, shared->value[LEFT] ? "no" : "yes");
	lab_expect(run, shared->value[LEFT], 1,
		   "a process that was alone in its memory has left its word as it was");
	lab_why(run,
		"wait() does not work for a thread, so the kernel leaves a sign in memory. A task\n"
		"has an address, clear_child_tid, given by CLONE_CHILD_CLEARTID or by\n"
		"set_tid_address(). When it gives up its memory, the kernel writes a 0 there\n"
		"and wakes one task that waits for that word in futex(): the one that is in\n"
		"pthread_join(). It does so only if another task still holds that memory\n"
		"(mm_users > 1): otherwise no task could read it. This is also the moment from which\n"
		"the thread's stack may be freed, which the thread itself could not announce\n"
		"while it stands on it.");
	lab_reading("kernel/fork.c: mm_release(), set_tid_address, copy_process()\n"
		    "man: set_tid_address(2), clone(2), futex(2), pthread_join(3)");
}
