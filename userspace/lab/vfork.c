// SPDX-License-Identifier: GPL-2.0-only
/* Lab 6: vfork: the parent waits. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "lab/lab.h"

enum { MAIN, THREAD, CHILD };

/* Observations; indices of values */
enum { RETURNED, SAW_STACK, ANSWERED, SAW_EXIT };

#define COLUMNS	"PID,TGID,PPID,mm,files,signal,STATE,FLAGS,KIND,COMM"

/* Answers while main waits */
static void *answers(void *unused)
{
	(void)unused;
	actor_enter(THREAD, "other thread");
	actor_arrive();
	actor_await(2);
	shared->value[ANSWERED] = 1;
	actor_arrive();
	actor_pause();
	return NULL;
}

static void vfork_and_exec(void)
{
	volatile int on_stack = 0;
	pid_t pid = vfork();

	if (!pid) {
		on_stack = 1;
		actor_enter(CHILD, "vfork");
		actor_arrive();
		actor_await(3);
		actor_exec(CHILD, "after exec");
	}
	if (pid < 0)
		actor_fail("vfork", errno);
	shared->value[SAW_STACK] = on_stack;
	shared->value[RETURNED]++;
	actor_arrive();
}

static void vfork_and_exit(void)
{
	volatile int about_to_exit = 0;
	pid_t pid = vfork();

	if (!pid) {
		about_to_exit = 1;
		_exit(0);
	}
	if (pid < 0)
		actor_fail("vfork", errno);
	shared->value[SAW_EXIT] = about_to_exit;
	actor_arrive();
}

static void act(void)
{
	pthread_t id;
	int err = pthread_create(&id, NULL, answers, NULL);

	if (err)
		actor_fail("pthread_create", err);
	actor_await(1);
	vfork_and_exec();
	actor_await(4);
	vfork_and_exit();
}

static void while_it_waits(struct lab_run *run)
{
	const struct taskshare_record *main, *child;

	lab_look(run, "While vfork() has not returned in main", COLUMNS);
	if (run->err)
		return;
	main = lab_record(run, MAIN);
	child = lab_record(run, CHILD);
	lab_shares(run, MAIN, CHILD, LAB_KIND(MM),
		   LAB_KIND(FILES) | LAB_KIND(SIGNAL));
	lab_outcome(run, 0, "%s%s", "C", shared->value[RETURNED] ? "MT" : "T");
	lab_expect(run, shared->value[RETURNED], 0, "vfork() has not returned");
	lab_expect(run, main ? main->state : 0, 'D',
		   "main's state is D: only a signal that kills it would end the waiting");
	lab_sleeps(run, child ? child->state : 0,
		   "the child's state is S: it could run, but this lab has it wait");
	lab_has_flag(run, CHILD, TASKSHARE_F_VFORK, true,
		     "the child has a mark: its parent waits");
	lab_go(run, 2);
	lab_wait(run, 3);
	lab_expect(run, shared->value[ANSWERED] && !shared->value[RETURNED], 1,
		   "the other thread of main's process goes on");
}

/**
 * lab_vfork() - lab 6: the time for which the creator waits
 * @run: the lab
 */
void lab_vfork(struct lab_run *run)
{
	lab_start(run, "main", act);
	lab_wait(run, 1);
	lab_look(run, "Before: a process with two threads", COLUMNS);
	lab_go(run, 1);
	lab_wait(run, 2);
	while_it_waits(run);
	lab_go(run, 3);
	lab_wait(run, 5);
	lab_look(run, "After the child's execve()", COLUMNS);
	if (run->err)
		return;
	lab_shares(run, MAIN, CHILD, 0, LAB_KIND(MM));
	lab_expect(run, shared->value[RETURNED], 1,
		   "vfork() has returned, though the child is still there");
	lab_outcome(run, 1, shared->value[SAW_STACK] ? "yes" : "no");
	lab_expect(run, shared->value[SAW_STACK], 1,
		   "a local variable of main was changed by the child");
	lab_has_flag(run, CHILD, TASKSHARE_F_VFORK, false,
		     "the mark is gone: its parent waits no longer");
	lab_go(run, 4);
	lab_wait(run, 6);
	if (run->err)
		return;
	lab_expect(run, shared->value[SAW_EXIT], 1,
		   "_exit() ends the waiting, too: what the child did came first");
	lab_why(run,
		"The child borrows its creator's memory and runs on the same stack. That goes\n"
		"well only because the creator sleeps meanwhile: kernel_clone() waits for a\n"
		"completion, vfork_done, that the child sets when it gives the memory back, by\n"
		"execve() or by its end (mm_release()). Only the thread that called vfork()\n"
		"waits; others of its process run on and can change what the child sees. All\n"
		"but the memory is a copy, so the child can close files and move about before\n"
		"it execs. This is how posix_spawn() works, but on a stack of its own.");
	lab_reading("kernel/fork.c: kernel_clone(), wait_for_vfork_done(), mm_release(),\n"
		    "  complete_vfork_done()\n"
		    "man: vfork(2), posix_spawn(3)");
}
