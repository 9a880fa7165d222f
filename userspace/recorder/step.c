// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps: a task has made a call that creates, divides or ends sharing. It stands
 * still, and no other task is in such a call, so that what the engine sees
 * cannot change while it looks.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/kinds.h"
#include "recorder/about.h"
#include "recorder/compose.h"
#include "recorder/lack.h"
#include "recorder/look.h"
#include "recorder/step.h"
#include "recorder/turn.h"

#define BIT(kind)	(1u << TASKSHARE_##kind)

/* Kinds of objects that a call may exchange, by its class */
static const __u32 exchanges[] = {
	[TRACE_CLASS_EXEC] = BIT(MM) | BIT(FILES) | BIT(SIGHAND) | BIT(CRED) |
			     BIT(NSPROXY) | BIT(TIME),
	[TRACE_CLASS_UNSHARE] = BIT(FILES) | BIT(FS) | BIT(CRED) |
				BIT(NSPROXY) | NAMESPACE_KINDS,
	[TRACE_CLASS_JOIN] = BIT(FS) | BIT(CRED) | BIT(NSPROXY) |
			     NAMESPACE_KINDS,
	[TRACE_CLASS_CRED] = BIT(CRED) | BIT(SECCOMP),
	[TRACE_CLASS_CREATE] = 0,
	[TRACE_CLASS_TID] = 0,
};

/* Namespaces that have another number than before: new to this task */
static __u32 other_namespaces(const struct content_item *before,
			      const struct content_item *now)
{
	__u32 mask = 0;
	int k;

	for (k = TASKSHARE_UTS; k <= TASKSHARE_USER; k++) {
		__u32 was = before->row.ns[CONTENT_NS(k)].inum;
		__u32 is = now->row.ns[CONTENT_NS(k)].inum;

		if (was && is && was != is)
			mask |= 1u << k;
	}
	return mask;
}

/*
 * Kinds that the task of the step may have exchanged, and other tasks that are
 * in a call at the same time. Calls about credentials may be about all threads.
 */
static size_t add_renewals(struct renewal *renewal, const struct run *run,
			   const struct tracee *actor,
			   const struct content_item *now)
{
	size_t i, nr = 0;

	for (i = 0; i < run->tracees.nr; i++) {
		const struct tracee *tracee = run->tracees.one[i];
		__u32 class = trace_class_of[tracee->call.call];
		struct renewal *one = &renewal[nr];

		if (tracee->task == NO_TASK)
			continue;
		*one = (struct renewal){
			.task = tracee->task, .kinds = COMPOSE_UNASKED,
		};
		if (tracee->call.call && tracee->turn == TURN_HAS)
			one->kinds |= exchanges[class];
		if (actor->call.call && tracee->tgid == actor->tgid &&
		    trace_class_of[actor->call.call] == TRACE_CLASS_CRED)
			one->kinds |= exchanges[TRACE_CLASS_CRED];
		if (tracee == actor && now)
			one->surely = other_namespaces(&actor->before, now);
		/* Not by one that failed: it is as it was before. */
		if (tracee == actor && class == TRACE_CLASS_EXEC &&
		    now != &actor->before)
			one->surely |= BIT(MM);
		nr++;
	}
	return nr;
}

/* The processes of the run, each once */
static size_t list_processes(const struct history *history, __u32 *pid)
{
	size_t nr = 0, j;
	__u32 i;

	for (i = 0; i < history->nr_tasks; i++) {
		const struct row *row = &history->task[i].row;

		if (row->status == STATUS_GONE)
			continue;
		for (j = 0; j < nr && pid[j] != row->tgid; j++)
			;
		if (j == nr)
			pid[nr++] = row->tgid;
	}
	return nr;
}

/* Open files are worth less than the rest: without them, recording goes on. */
static void see_files(struct run *run, struct records *recs)
{
	struct error error;

	if (open_files_see(&run->open_files, &run->history, recs, &error))
		tape_note(&run->tape,
			  "Open files were not recorded at every step: %s.",
			  error.text);
}

/*
 * Looks at all tasks of the run. Without success recording ends, and the
 * program goes on by itself.
 */
static bool see(struct run *run, const struct tracee *actor,
		const struct content_item *now)
{
	struct history *history = &run->history;
	struct renewal *renewal = calloc(run->tracees.nr + 1, sizeof(*renewal));
	__u32 *pid = calloc(history->nr_tasks + 1, sizeof(*pid));
	bool *gone = calloc(history->nr_tasks + 1, sizeof(*gone));
	struct selection sel = { .pid = pid, .gone = gone };
	struct records recs = { 0 };
	int err = -ENOMEM;

	if (renewal && pid && gone) {
		sel.nr = list_processes(history, pid);
		err = run->engine.engine->collect(run->engine.state, &sel,
						  &recs, &run->error);
		if (!err)
			lack_unborn(run, &recs);
		if (!err)
			err = history_see(history, &recs, renewal,
					  add_renewals(renewal, run, actor,
						       now), run->step);
	}
	if (err && !*run->error.text)
		error_set(&run->error, err, "no memory");
	if (err) {
		run->detach = true;
	} else {
		about_objects(history, run->step);
		see_files(run, &recs);
	}
	records_free(&recs);
	free(renewal);
	free(pid);
	free(gone);
	return !err;
}

static void no_memory(struct run *run)
{
	error_set(&run->error, -ENOMEM, "no memory");
	run->detach = true;
}

static bool join(struct run *run, struct tracee *tracee, __u32 creator)
{
	if (tracee->task != NO_TASK)
		return true;
	tracee->task = history_add_task(&run->history, tracee->pid,
					tracee->tgid, creator, tracee->origin,
					run->step);
	if (tracee->task != NO_TASK)
		return true;
	no_memory(run);
	return false;
}

static void finish(struct run *run, const struct trace_print *what,
		   const struct tracee *tracee, const struct tracee *child,
		   bool looked)
{
	const struct step step = {
		.what = what,
		.task = tracee->task,
		.child = child ? child->task : NO_TASK,
		.place = &tracee->place,
		.start = !run->started,
		.overlaps = looked && turn_overlaps(run, tracee),
		.files = run->open_files.differs ? run->open_files.text : NULL,
	};

	if (run->hook.at_step)
		run->hook.at_step(run->hook.arg, run, &step);
	streams_drain(&run->streams);
	if (tape_step(&run->tape, &run->history, &run->streams, run->step,
		      &step))
		no_memory(run);
	run->open_files.differs = false;
	if (++run->step < run->max_steps)
		return;
	tape_end_note(&run->tape,
		      "The recording ends at step %u, the program went on.",
		      run->step);
	run->detach = true;
}

/**
 * step_create() - a task has made another one
 * @run: the run
 * @creator: the task that made it, stopped
 * @child: the new one, stopped before its first instruction; or killed
 */
void step_create(struct run *run, struct tracee *creator, struct tracee *child)
{
	struct flag_mismatch mismatch[MAX_FLAGS];
	struct trace_print what = { .mismatch = mismatch };
	union any_event event;

	if (!join(run, creator, NO_TASK) || !join(run, child, creator->task) ||
	    !see(run, creator, NULL))
		return;
	compose_create(&event, run, creator, child);
	what.ev = &event.ev;
	what.nr = creator->call.call ? trace_judge(&event.CREATE, mismatch) :
				       UNJUDGED;
	finish(run, &what, creator, child, true);
}

/* The arguments of a call that is no step itself are not known. */
static void name_program(struct tracee *tracee)
{
	struct call *call = &tracee->call;
	char link[64];
	ssize_t n;

	if (call->call)
		return;
	snprintf(link, sizeof(link), "/proc/%d/exe", tracee->pid);
	n = readlink(link, call->file, sizeof(call->file) - 1);
	call->file[n < 0 ? 0 : n] = 0;
}

/**
 * step_exec() - a task runs another program
 * @run: the run
 * @tracee: the task, stopped in the new program
 * @was_pid: its PID before
 */
void step_exec(struct run *run, struct tracee *tracee, pid_t was_pid)
{
	struct trace_print what = { 0 };
	struct content_item now;
	union any_event event;
	struct trace_exec *exec = &event.EXEC;
	struct row before;

	if (!join(run, tracee, NO_TASK))
		return;
	before = run->history.task[tracee->task].row;
	look_at(run, tracee, &now);
	if (!see(run, tracee, &now))
		return;
	name_program(tracee);
	lack_privilege(run, tracee);
	compose_begin(&event, TRACE_EV_EXEC, run, tracee, &before);
	compose_relations(&event.ev, &before,
			  &run->history.task[tracee->task].row,
			  COMPOSE_UNASKED);
	if (was_pid != tracee->pid) {
		event.ev.context |= TRACE_CTX_TOOK_PID;
		exec->was_pid = was_pid;
	}
	exec->ended = tracee->ends;
	compose_creds(&exec->before, &exec->cred, &tracee->before, &now);
	memcpy(exec->now, run->history.task[tracee->task].row.comm,
	       sizeof(exec->now));
	memcpy(exec->file, tracee->call.file, sizeof(exec->file));
	what.ev = &event.ev;
	finish(run, &what, tracee, NULL, true);
}

static enum trace_type type_of_change(const struct tracee *tracee,
				      __u32 changed)
{
	switch (trace_class_of[tracee->call.call]) {
	case TRACE_CLASS_UNSHARE:
		return TRACE_EV_UNSHARE;
	case TRACE_CLASS_JOIN:
		return TRACE_EV_SETNS;
	default:
		return changed & BIT(SECCOMP) ? TRACE_EV_SECCOMP :
						TRACE_EV_CRED;
	}
}

/* Also by an engine that cannot see credentials and filters */
static __u32 changed_kinds(const struct trace_change *change)
{
	__u32 changed = event_changed(&change->ev);

	if (memcmp(&change->before, &change->cred, sizeof(change->cred)))
		changed |= BIT(CRED);
	if (change->filters_before != change->filters)
		changed |= BIT(SECCOMP);
	return changed;
}

/**
 * step_change() - a call that may change what a task holds has returned
 * @run: the run
 * @tracee: the task, stopped
 *
 * Return: true; false if it was a call about credentials that changed nothing,
 * which is no step.
 */
bool step_change(struct run *run, struct tracee *tracee)
{
	struct trace_print what = { 0 };
	struct content_item now;
	union any_event event;
	struct row before;
	__u32 changed;

	if (!join(run, tracee, NO_TASK))
		return true;
	before = run->history.task[tracee->task].row;
	look_at(run, tracee, &now);
	if (!see(run, tracee, &now))
		return true;
	compose_change(&event, run, tracee, &before, &now);
	changed = changed_kinds(&event.UNSHARE);
	if (trace_class_of[tracee->call.call] == TRACE_CLASS_CRED &&
	    !(changed & (BIT(CRED) | BIT(SECCOMP))))
		return false;
	event.ev.type = type_of_change(tracee, changed);
	what.ev = &event.ev;
	finish(run, &what, tracee, NULL, true);
	return true;
}

/**
 * step_fail() - a call has failed
 * @run: the run
 * @tracee: the task, stopped
 * @ret: value that the call returned
 */
void step_fail(struct run *run, struct tracee *tracee, __s64 ret)
{
	struct trace_print what = { 0 };
	struct reason reason = { 0 };
	union any_event event;
	struct trace_fail *fail = &event.FAIL;
	const struct row *row;

	if (!join(run, tracee, NO_TASK) || !see(run, tracee, &tracee->before))
		return;
	row = &run->history.task[tracee->task].row;
	compose_begin(&event, TRACE_EV_FAIL, run, tracee, row);
	fail->ret = ret;
	fail->flags = tracee->call.flags;
	memcpy(fail->args, tracee->call.args, sizeof(fail->args));
	fail->clone3 = tracee->call.clone3;
	fail->clone3_read = tracee->call.clone3_read;
	compose_cred(&fail->cred, &tracee->before);
	memcpy(fail->file, tracee->call.file, sizeof(fail->file));
	snprintf(reason.text, sizeof(reason.text), "%s", strerror(-ret));
	what.ev = &event.ev;
	what.reason = &reason;
	finish(run, &what, tracee, NULL, true);
}

/**
 * step_vfork_done() - a task goes on, as its vfork(2) child lets go
 * @run: the run
 * @tracee: the task, stopped
 */
void step_vfork_done(struct run *run, struct tracee *tracee)
{
	struct trace_print what = { 0 };
	union any_event event;
	struct trace_vfork *vfork = &event.VFORK_DONE;

	if (!join(run, tracee, NO_TASK) || !see(run, tracee, NULL))
		return;
	compose_begin(&event, TRACE_EV_VFORK_DONE, run, tracee,
		      &run->history.task[tracee->task].row);
	vfork->child = tracee->vfork_child;
	vfork->waited = event.ev.ns - tracee->vfork_ns;
	what.ev = &event.ev;
	finish(run, &what, tracee, NULL, true);
}

/* Threads that have ended with their process, the last one included */
static __u32 count_ended(const struct run *run, __u32 tgid)
{
	__u32 i, nr = 0;

	for (i = 0; i < run->history.nr_tasks; i++)
		nr += run->history.task[i].with_process &&
		      run->history.task[i].row.tgid == tgid;
	return nr;
}

/* Exit status of a process whose first thread had ended before */
static int process_status(const struct tracee *last)
{
	siginfo_t info = { 0 };

	if (last->pid == last->tgid ||
	    waitid(P_PID, last->tgid, &info,
		   WEXITED | WNOWAIT | WNOHANG | __WALL) || !info.si_pid)
		return last->status;
	return info.si_code == CLD_EXITED ? info.si_status << 8 :
					    info.si_status;
}

static __u32 how_ended(const struct run *run, const struct tracee *tracee)
{
	if (tracee->by_exec)
		return TRACE_CTX_BY_EXEC;
	if (!tracees_alive(&run->tracees, tracee->tgid))
		return TRACE_CTX_GROUP | TRACE_CTX_LAST;
	return tracee->alone ? 0 : TRACE_CTX_GROUP;
}

/*
 * While another thread executes nothing is looked at: with the last one of the
 * others gone it goes on, and what it exchanges belongs to its own step.
 */
static bool see_end(struct run *run, const struct tracee *tracee,
		    const struct tracee *executing)
{
	if (!executing)
		return see(run, tracee, NULL);
	history_end(&run->history, tracee->task,
		    tracee->pid == tracee->tgid ? STATUS_ZOMBIE : STATUS_GONE,
		    run->step);
	return true;
}

/**
 * step_exit() - a task has ended
 * @run: the run
 * @tracee: the task
 *
 * When a process ends, the end of its last thread is the step.
 */
void step_exit(struct run *run, struct tracee *tracee)
{
	const struct tracee *executing = turn_executing(run, tracee);
	__u32 how = how_ended(run, tracee);
	struct trace_print what = { 0 };
	union any_event event;
	struct trace_exit *end = &event.EXIT;
	struct row before;

	if (!join(run, tracee, NO_TASK))
		return;
	run->history.task[tracee->task].with_process = how & TRACE_CTX_GROUP;
	if (how == TRACE_CTX_GROUP)
		return;
	before = run->history.task[tracee->task].row;
	if (!see_end(run, tracee, executing))
		return;
	compose_begin(&event, TRACE_EV_EXIT, run, tracee, &before);
	event.ev.context |= how;
	end->status = tracee->status;
	if (tracee->by_exec)
		end->by = executing ? executing->pid : 0;
	if (how & TRACE_CTX_LAST) {
		end->status = process_status(tracee);
		end->threads = count_ended(run, tracee->tgid);
	}
	what.ev = &event.ev;
	finish(run, &what, tracee, NULL, !executing);
}
