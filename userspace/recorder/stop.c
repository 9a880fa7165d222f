// SPDX-License-Identifier: GPL-2.0-only
/* Handles the stops of traced tasks. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <linux/ptrace.h>

#include "recorder/clock.h"
#include "recorder/lack.h"
#include "recorder/step.h"
#include "recorder/stop.h"
#include "recorder/turn.h"
#include "util/procfs.h"

/* A new task waits this long for its creator to say so, in nanoseconds. */
#define BIRTH_NS	100000000ull

static void set_activity(struct run *run, const struct tracee *tracee,
			 enum status status)
{
	if (tracee->task != NO_TASK)
		run->history.task[tracee->task].activity = status;
}

static struct tracee *creator_of(const struct run *run, pid_t child)
{
	size_t i;

	for (i = 0; i < run->tracees.nr; i++)
		if (run->tracees.one[i]->child == child)
			return run->tracees.one[i];
	return NULL;
}

/* A task that was killed meanwhile is not in /proc any more. */
static void find_process(const struct tracee *creator, struct tracee *tracee)
{
	__u32 tgid = 0;

	procfs_tgid(tracee->pid, &tgid);
	if (!tgid && creator && creator->call.flags & CLONE_THREAD)
		tgid = creator->tgid;
	tracee->tgid = tgid ? (pid_t)tgid : tracee->pid;
}

/* Both have stopped: the call is done, and the new task has not run yet. */
static void created(struct run *run, struct tracee *creator,
		    struct tracee *child)
{
	find_process(creator, child);
	creator->child = 0;
	child->born_ns = 0;
	if (creator->vfork_child)
		set_activity(run, creator, STATUS_VFORK);
	if (!run->detach)
		step_create(run, creator, child);
	turn_end(run, creator);
	if (!child->exiting)
		turn_resume(run, child, 0);
	turn_resume(run, creator, 0);
	turn_next(run);
}

static void on_create(struct run *run, struct tracee *creator, bool vfork)
{
	pid_t pid = ptrace_message(creator->pid);
	struct tracee *child = tracees_find(&run->tracees, pid);

	creator->child = pid;
	if (vfork) {
		creator->vfork_child = pid;
		creator->vfork_ns = clock_ns();
	}
	if (child)
		created(run, creator, child);
}

static void on_born(struct run *run, pid_t pid)
{
	struct tracee *child = tracees_add(&run->tracees, pid);
	struct tracee *creator = creator_of(run, pid);

	if (!child) {
		error_set(&run->error, -ENOMEM, "no memory");
		run->detach = true;
		ptrace_detach(pid, 0);
		return;
	}
	child->born_ns = clock_ns();
	if (creator)
		created(run, creator, child);
}

/**
 * stop_check() - let new tasks go whose creator has been killed
 */
void stop_check(struct run *run)
{
	__u64 now = clock_ns();
	size_t i;

	for (i = 0; i < run->tracees.nr; i++) {
		struct tracee *tracee = run->tracees.one[i];

		if (!tracee->born_ns || now - tracee->born_ns < BIRTH_NS)
			continue;
		tracee->born_ns = 0;
		tracee->origin = ORIGIN_LATE;
		find_process(NULL, tracee);
		turn_resume(run, tracee, 0);
		/* It may not be in the list any more. */
		return;
	}
}

/*
 * A thread that executes gets the PID of the first one, whose end is reported
 * only by this.
 */
static struct tracee *take_pid(struct run *run, pid_t pid, pid_t was_pid)
{
	struct tracee *thread = tracees_find(&run->tracees, was_pid);
	struct tracee *leader = tracees_find(&run->tracees, pid);

	if (!thread || thread == leader)
		return leader;
	if (leader) {
		/* Nothing may have looked at it since it became a zombie. */
		if (leader->by_exec && !leader->ended)
			stop_ended(run, leader, leader->status);
		if (leader->task != NO_TASK)
			history_end(&run->history, leader->task, STATUS_GONE,
				    run->step);
		turn_end(run, leader);
		tracees_remove(&run->tracees, leader);
	}
	thread->pid = pid;
	if (thread->task != NO_TASK) {
		run->history.task[thread->task].row.pid = pid;
		/* It gets the start time of the first one, too. */
		run->history.task[thread->task].start_ns = 0;
	}
	return thread;
}

/*
 * The child has released the memory. If it is about to execute, that is the
 * step, which has to come first: it is seen already.
 */
static void on_vfork_done(struct run *run, struct tracee *tracee)
{
	const struct tracee *child = tracees_find(&run->tracees,
						  tracee->vfork_child);

	tracee->vfork_done = child && child->turn == TURN_HAS && !run->detach;
	if (tracee->vfork_done)
		return;
	set_activity(run, tracee, STATUS_RUNS);
	if (!run->detach)
		step_vfork_done(run, tracee);
	tracee->vfork_child = 0;
	turn_resume(run, tracee, 0);
}

/* Its parent may have waited until the step was made. */
static void end_vfork(struct run *run, pid_t child)
{
	size_t i;

	for (i = 0; i < run->tracees.nr; i++) {
		struct tracee *parent = run->tracees.one[i];

		if (parent->vfork_done && parent->vfork_child == child) {
			on_vfork_done(run, parent);
			return;
		}
	}
}

static void on_exec(struct run *run, pid_t pid)
{
	pid_t was_pid = ptrace_message(pid);
	struct tracee *tracee = take_pid(run, pid, was_pid);

	if (!tracee)
		return;
	if (!run->detach)
		step_exec(run, tracee, was_pid);
	run->started = true;
	tracee->place.known = false;
	if (run->unwinder)
		unwinder_forget(run->unwinder, tracee->tgid);
	tracee->ends = 0;
	turn_end(run, tracee);
	end_vfork(run, was_pid);
	turn_resume(run, tracee, 0);
	turn_next(run);
}

static void on_exiting(struct run *run, struct tracee *tracee)
{
	tracee->status = ptrace_message(tracee->pid);
	if (tracee->turn == TURN_HAS)
		turn_end(run, tracee);
	tracee->call.call = TRACE_NO_CALL;
	tracee->exiting = true;
	if (run->detach || !run->started) {
		ptrace_resume(tracee->pid, 0);
		turn_next(run);
	} else {
		turn_want(run, tracee);
	}
}

static bool is_interrupted(__s64 ret)
{
	/* ERESTARTSYS and the like, which programs never see */
	return ret <= -512 && ret >= -516;
}

static void on_return(struct run *run, struct tracee *tracee, __s64 ret)
{
	__u32 class = trace_class_of[tracee->call.call];
	bool recorded = run->started && !run->detach;

	if (recorded && ret < 0 && !is_interrupted(ret))
		step_fail(run, tracee, ret);
	else if (recorded && ret >= 0 && class != TRACE_CLASS_CREATE)
		step_change(run, tracee);
	else if (recorded && ret > 0)
		tape_note(&run->tape,
			  "%u has created a task with CLONE_UNTRACED, of which nothing is a step.",
			  tracee->pid);
	turn_end(run, tracee);
	turn_resume(run, tracee, 0);
	turn_next(run);
}

/* Before the program's own execve(2) the process is the recorder's copy. */
static bool is_step(const struct run *run, const struct tracee *tracee)
{
	return run->started ||
	       trace_class_of[tracee->call.call] == TRACE_CLASS_EXEC;
}

static void on_call(struct run *run, struct tracee *tracee)
{
	struct call_stop stop;

	if (ptrace_call_stop(tracee->pid, &stop))
		return;
	if (stop.moment == CALL_ENTRY) {
		tracee->alone = call_is_exit(&stop);
		tracee->writes = call_writes(&stop);
		if (run->started)
			lack_call(run, tracee, &stop);
		if (!run->detach &&
		    call_read(&tracee->call, tracee->pid, &stop) &&
		    is_step(run, tracee)) {
			turn_want(run, tracee);
			return;
		}
		tracee->call.call = TRACE_NO_CALL;
	} else if (stop.moment == CALL_RETURN) {
		/* So that the order of both streams is the program's. */
		if (tracee->writes)
			streams_drain(&run->streams);
		if (tracee->turn == TURN_HAS) {
			on_return(run, tracee, stop.ret);
			return;
		}
	}
	turn_resume(run, tracee, 0);
}

/* A signal stops the process; or the tracer has asked for a stop. */
static void on_stopped(struct run *run, struct tracee *tracee, int sig)
{
	if (sig == SIGTRAP) {
		set_activity(run, tracee, STATUS_RUNS);
		turn_resume(run, tracee, 0);
		return;
	}
	set_activity(run, tracee, STATUS_STOPPED);
	if (run->detach)
		turn_resume(run, tracee, 0);
	else
		ptrace_listen(tracee->pid);
}

static void on_event(struct run *run, struct tracee *tracee, int event, int sig)
{
	switch (event) {
	case PTRACE_EVENT_FORK:
	case PTRACE_EVENT_VFORK:
	case PTRACE_EVENT_CLONE:
		on_create(run, tracee, event == PTRACE_EVENT_VFORK);
		break;
	case PTRACE_EVENT_VFORK_DONE:
		on_vfork_done(run, tracee);
		break;
	case PTRACE_EVENT_EXIT:
		on_exiting(run, tracee);
		break;
	case PTRACE_EVENT_STOP:
		on_stopped(run, tracee, sig);
		break;
	default:
		turn_resume(run, tracee, 0);
	}
}

/**
 * stop_handle() - a task has stopped
 * @status: as of wait(2), without its lowest byte: a signal, and an event above
 */
void stop_handle(struct run *run, pid_t pid, int status)
{
	struct tracee *tracee = tracees_find(&run->tracees, pid);
	int sig = status & 0xff, event = status >> 8;

	if (event == PTRACE_EVENT_EXEC)
		on_exec(run, pid);
	else if (!tracee)
		on_born(run, pid);
	else if (event)
		on_event(run, tracee, event, sig);
	else if (sig == (SIGTRAP | 0x80))
		on_call(run, tracee);
	else
		turn_resume(run, tracee, sig);
}

/**
 * stop_ended() - a task has ended
 * @tracee: the task; its parent may not have waited for it yet
 * @status: how, as of wait(2)
 */
void stop_ended(struct run *run, struct tracee *tracee, int status)
{
	tracee->status = status;
	tracee->ended = true;
	/* It was killed before its creator had stopped. */
	if (!tracee->tgid)
		find_process(creator_of(run, tracee->pid), tracee);
	/* It has not stopped on its way, so its place is that of another call. */
	if (tracee->turn != TURN_HAS)
		tracee->place.known = false;
	set_activity(run, tracee, STATUS_GONE);
	if (run->started && !run->detach)
		step_exit(run, tracee);
	turn_end(run, tracee);
	end_vfork(run, tracee->pid);
	if (run->unwinder && tracee->pid == tracee->tgid)
		unwinder_forget(run->unwinder, tracee->tgid);
	turn_next(run);
}
