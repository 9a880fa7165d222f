// SPDX-License-Identifier: GPL-2.0-only
/*
 * One call that is a step at a time.
 *
 * A task that is about to make such a call waits until no other one is in one.
 * Then it goes, and what it did is looked at before the next one goes. A call
 * may wait for another task; if it takes long, others are let through
 * meanwhile, and their steps say so. Everything else runs as it likes.
 */
#include <sys/wait.h>

#include "recorder/clock.h"
#include "recorder/look.h"
#include "recorder/turn.h"

/* As long a call may take before others are let through, in nanoseconds */
#define PATIENCE_NS	20000000ull

/**
 * turn_resume() - let a stopped task go on
 * @tracee: the task; is freed if it is not traced any more
 * @sig: a signal to deliver, or 0
 *
 * While a recording ends, each task is detached where it stops.
 */
void turn_resume(struct run *run, struct tracee *tracee, int sig)
{
	if (run->detach && !tracee->exiting) {
		ptrace_detach(tracee->pid, sig);
		if (tracee == run->holder)
			run->holder = NULL;
		tracees_remove(&run->tracees, tracee);
		return;
	}
	ptrace_resume(tracee->pid, sig);
}

/* Lets a task make its call, or end. */
static void go(struct run *run, struct tracee *tracee)
{
	tracee->turn = TURN_HAS;
	if (!tracee->exiting)
		look_at(run, tracee, &tracee->before);
	if (run->unwinder && run->started && !tracee->by_exec)
		unwinder_find(run->unwinder, tracee->tgid, tracee->pid,
			      !WIFSIGNALED(tracee->status), &run->places,
			      &tracee->place);
	turn_resume(run, tracee, 0);
}

/* Steps wait for the viewer who controls the run, but not the program's start. */
static bool is_held(const struct run *run)
{
	return run->control && run->started &&
	       run->step >= run->control->until;
}

/**
 * turn_next() - let the next task make its call, if no other one is in one
 */
void turn_next(struct run *run)
{
	struct tracee *next;
	size_t i;

	while (!run->holder && !is_held(run)) {
		next = NULL;
		for (i = 0; i < run->tracees.nr; i++) {
			struct tracee *one = run->tracees.one[i];

			if (one->turn == TURN_WAITS &&
			    (!next || one->order < next->order))
				next = one;
		}
		if (!next)
			return;
		run->holder = next;
		run->holder_ns = clock_ns();
		go(run, next);
	}
}

/**
 * turn_executing() - the thread whose execve(2) ends a thread
 * @tracee: the thread
 *
 * Return: another thread of its process that is in such a call, or NULL.
 */
struct tracee *turn_executing(const struct run *run,
			      const struct tracee *tracee)
{
	size_t i;

	for (i = 0; i < run->tracees.nr; i++) {
		struct tracee *one = run->tracees.one[i];

		if (one != tracee && one->tgid == tracee->tgid &&
		    one->turn == TURN_HAS && !one->exiting &&
		    trace_class_of[one->call.call] == TRACE_CLASS_EXEC)
			return one;
	}
	return NULL;
}

/**
 * turn_want() - let a task make its call, or end, when its turn has come
 * @tracee: the task, stopped
 *
 * Threads that an execve(2) ends have it at once: that call waits for them.
 */
void turn_want(struct run *run, struct tracee *tracee)
{
	struct tracee *executing = NULL;

	tracee->turn = TURN_WAITS;
	tracee->place.known = false;
	tracee->order = run->order++;
	if (tracee->exiting && !tracee->alone)
		executing = turn_executing(run, tracee);
	if (executing) {
		executing->ends++;
		tracee->by_exec = true;
		go(run, tracee);
		return;
	}
	turn_next(run);
}

/**
 * turn_end() - a task is through its call, or gone
 * @tracee: the task
 */
void turn_end(struct run *run, struct tracee *tracee)
{
	tracee->turn = TURN_NONE;
	tracee->call.call = TRACE_NO_CALL;
	if (run->holder == tracee)
		run->holder = NULL;
}

/**
 * turn_overlaps() - find other tasks in a call that is a step, or ending
 * @tracee: the task whose step is made
 *
 * Return: true if there is one: its new objects may be seen already.
 */
bool turn_overlaps(const struct run *run, const struct tracee *tracee)
{
	size_t i;

	for (i = 0; i < run->tracees.nr; i++)
		if (run->tracees.one[i] != tracee &&
		    run->tracees.one[i]->turn == TURN_HAS &&
		    !run->tracees.one[i]->ended)
			return true;
	return false;
}

/**
 * turn_check() - let others go if a call takes long
 *
 * It may be one of them that it waits for.
 */
void turn_check(struct run *run)
{
	if (run->holder && clock_ns() - run->holder_ns > PATIENCE_NS)
		run->holder = NULL;
	turn_next(run);
}

