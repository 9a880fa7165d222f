// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events as trace has them, from what was seen of tasks that stand still before
 * and after a call.
 */
#include <string.h>

#include "event/namespace.h"
#include "recorder/clock.h"
#include "recorder/compose.h"
#include "recorder/look.h"

/**
 * compose_begin() - begin an event
 * @to: set to it
 * @tracee: the task that it is about
 * @before: the task before the call
 */
void compose_begin(union any_event *to, enum trace_type type,
		   const struct run *run, const struct tracee *tracee,
		   const struct row *before)
{
	memset(to, 0, sizeof(*to));
	to->ev.ns = clock_ns();
	to->ev.type = type;
	to->ev.call = tracee->call.call;
	to->ev.pid = tracee->pid;
	to->ev.tgid = tracee->tgid;
	to->ev.kind = run->history.task[tracee->task].kind;
	to->ev.nr_threads = tracees_alive(&run->tracees, tracee->tgid);
	memcpy(to->ev.comm, before->comm, sizeof(to->ev.comm));
}

/**
 * compose_relations() - add which objects are the same
 * @before: the creator, or the task before the call
 * @now: the new task, or the task now
 * @unasked: mask of the kinds that the task gets and loses without such a call:
 *	     they count as kept
 *
 * A kind that was not seen in one of them is not seen.
 */
void compose_relations(struct trace_event *ev, const struct row *before,
		       const struct row *now, __u32 unasked)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		__s32 was = before->cell[k], is = now->cell[k];
		__u32 bit = 1u << k;

		if (was < CELL_NONE || is < CELL_NONE)
			continue;
		was = unasked & bit ? is : was;
		ev->seen |= bit;
		ev->had |= was >= 0 ? bit : 0;
		ev->has |= is >= 0 ? bit : 0;
		ev->same |= was >= 0 && was == is ? bit : 0;
	}
}

/**
 * compose_cred() - credentials as /proc has them
 * @to: set to them
 * @item: numbers as read; /proc has no securebits
 */
void compose_cred(struct trace_cred *to, const struct content_item *item)
{
	const struct content_row *row = &item->row;
	int i;

	_Static_assert(sizeof(to->caps) == sizeof(row->cap), "same order");
	memcpy(to->caps, row->cap, sizeof(to->caps));
	for (i = 0; i < 4; i++) {
		static const enum trace_id order[] = {
			TRACE_UID, TRACE_EUID, TRACE_SUID, TRACE_FSUID,
		};

		to->id[order[i]] = row->uid[i];
		to->id[order[i] + TRACE_GID - TRACE_UID] = row->gid[i];
	}
	to->groups = item->groups.nr;
}

/**
 * compose_creds() - credentials before and after a call
 * @before: set to those before
 * @now: and those now: no difference where one of them could not be read
 * @was: numbers read before
 * @is: numbers read now
 */
void compose_creds(struct trace_cred *before, struct trace_cred *now,
		   const struct content_item *was,
		   const struct content_item *is)
{
	if (!(was->row.known & is->row.known & 1u << TASKSHARE_CRED))
		return;
	compose_cred(before, was);
	compose_cred(now, is);
}

/**
 * compose_create() - a task was made
 * @to: set to the event
 * @run: the run, which has seen both tasks at the same moment
 * @creator: the task that made it
 * @child: the new task
 */
void compose_create(union any_event *to, const struct run *run,
		    const struct tracee *creator, const struct tracee *child)
{
	const struct history_task *born = &run->history.task[child->task];
	const struct row *before = &run->history.task[creator->task].row;
	const struct row *now = &born->row;
	struct trace_create *create = &to->CREATE;

	compose_begin(to, TRACE_EV_CREATE, run, creator, before);
	to->ev.kind = born->kind;
	compose_relations(&to->ev, before, now, 0);
	create->flags = creator->call.flags;
	create->child = child->pid;
	create->child_tgid = child->tgid;
	create->child_ppid = now->ppid;
	create->signal = born->exit_signal;
	if (now->cell[TASKSHARE_PID] ==
	    before->cell[TASKSHARE_PID_FOR_CHILDREN])
		to->ev.context |= TRACE_CTX_PID_CHILDREN;
	if (now->cell[TASKSHARE_TIME] ==
	    before->cell[TASKSHARE_TIME_FOR_CHILDREN])
		to->ev.context |= TRACE_CTX_TIME_CHILDREN;
	if (create->flags & CLONE_VFORK && call_has_stack(&creator->call))
		to->ev.context |= TRACE_CTX_STACK;
}

/* Kinds of namespaces that two tasks have in common */
static __u32 common_namespaces(const struct run *run, __u32 other,
			       const struct row *row)
{
	__u32 mask = 0;
	int k;

	if (other == NO_TASK)
		return 0;
	for (k = TRACE_FIRST_NS; k < TASKSHARE_NR_KINDS; k++)
		if (row->cell[k] >= 0 &&
		    row->cell[k] == run->history.task[other].row.cell[k])
			mask |= 1u << k;
	return mask;
}

/*
 * Users of an object before a call that may have replaced it: by its own count,
 * or the tasks of the run
 */
static __u32 users(const struct run *run, const struct row *before, int kind)
{
	const struct history *history = &run->history;
	const struct history_object *obj;
	__u32 holders = 1, i;

	if (before->cell[kind] < 0)
		return 0;
	obj = &history->object[before->cell[kind]];
	/* One that others still hold was counted after the call. */
	if (obj->refs)
		return obj->refs + (obj->last == run->step);
	for (i = 0; i < history->nr_tasks; i++)
		holders += history->task[i].row.cell[kind] ==
			   before->cell[kind];
	return holders;
}

static bool equal_cred(const struct content_item *a,
		       const struct content_item *b)
{
	return !memcmp(a->row.uid, b->row.uid, sizeof(a->row.uid)) &&
	       !memcmp(a->row.gid, b->row.gid, sizeof(a->row.gid)) &&
	       !memcmp(a->row.cap, b->row.cap, sizeof(a->row.cap)) &&
	       a->groups.nr == b->groups.nr &&
	       !memcmp(a->groups.group, b->groups.group,
		       sizeof(a->groups.group));
}

static void compare_threads(struct trace_threads *to, struct run *run,
			    const struct tracee *tracee,
			    const struct content_item *now)
{
	const struct history *history = &run->history;
	const struct row *row = &history->task[tracee->task].row;
	size_t i;

	for (i = 0; i < run->tracees.nr; i++) {
		const struct tracee *other = run->tracees.one[i];
		const struct row *others;
		struct content_item item;

		if (other == tracee || other->tgid != tracee->tgid ||
		    other->ended || other->task == NO_TASK)
			continue;
		others = &history->task[other->task].row;
		to->others++;
		to->same_cred += row->cell[TASKSHARE_CRED] >= 0 &&
				 row->cell[TASKSHARE_CRED] ==
				 others->cell[TASKSHARE_CRED];
		to->same_seccomp += row->cell[TASKSHARE_SECCOMP] >= 0 &&
				    row->cell[TASKSHARE_SECCOMP] ==
				    others->cell[TASKSHARE_SECCOMP];
		if (!look_at(run, other, &item) ||
		    now->groups.nr > CONTENT_GROUPS)
			to->unknown_cred++;
		else
			to->equal_cred += equal_cred(now, &item);
	}
}

/**
 * compose_change() - a call has changed what a task holds
 * @to: set to the event, but for its type
 * @run: the run, which has seen the task after the call
 * @tracee: the task
 * @before: the task before the call
 * @now: content of what it holds now
 */
void compose_change(union any_event *to, struct run *run,
		    const struct tracee *tracee, const struct row *before,
		    const struct content_item *now)
{
	const struct history_task *task = &run->history.task[tracee->task];
	struct trace_change *change = &to->UNSHARE;
	__u32 leader = history_find(&run->history, tracee->tgid);
	__u32 parent = history_find(&run->history, task->row.ppid);
	int i;

	compose_begin(to, TRACE_EV_UNSHARE, run, tracee, before);
	to->ev.context |= TRACE_CTX_PARTLY;
	compose_relations(&to->ev, before, &task->row, COMPOSE_UNASKED &
			  ~(tracee->call.flags & CLONE_SYSVSEM ?
			    1u << TASKSHARE_SEMUNDO : 0));
	change->flags = tracee->call.flags;
	change->had_leaders = common_namespaces(run, leader, before);
	change->has_leaders = common_namespaces(run, leader, &task->row);
	change->had_parents = common_namespaces(run, parent, before);
	change->has_parents = common_namespaces(run, parent, &task->row);
	for (i = 0; i < (int)TRACE_NR_NS; i++) {
		change->ns_before[i] = tracee->before.row.ns[i].inum;
		change->ns_now[i] = now->row.ns[i].inum;
	}
	compose_creds(&change->before, &change->cred, &tracee->before, now);
	change->filters_before = tracee->before.row.filters;
	change->filters = now->row.filters;
	change->files_users = users(run, before, TASKSHARE_FILES);
	change->fs_users = users(run, before, TASKSHARE_FS);
	compare_threads(&change->threads, run, tracee, now);
}
