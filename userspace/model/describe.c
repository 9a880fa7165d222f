// SPDX-License-Identifier: GPL-2.0-only
/* What a task shares, in plain words. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/describe.h"
#include "record/kinds.h"

static bool known(const struct model *model, __u32 task, int kind)
{
	enum holding holding = model_holding(model, task, kind);

	return holding == HOLDS_NONE || holding == HOLDS_OBJECT;
}

/* The dead have dropped most of what they had and say nothing about others. */
static bool counts(const struct model *model, __u32 task, int kind)
{
	return known(model, task, kind) &&
	       !(model->task[task]->flags & TASKSHARE_F_EXITING);
}

/* By majority vote in one go */
static __u32 vote(const struct model *model, const struct process *process,
		  int kind)
{
	__u32 i, of, best = NO_OBJECT, lead = 0;

	for (i = process->first; i < process->first + process->nr; i++) {
		if (!counts(model, i, kind))
			continue;
		of = model->kind[kind].of[i];
		if (!lead)
			best = of;
		lead += of == best ? 1 : -1;
	}
	return best;
}

/**
 * captions_init() - find out what is usual in each process
 * @captions: where to put it
 * @model: the model; must stay
 *
 * Return: 0 or -ENOMEM; call captions_free() in any case.
 */
int captions_init(struct captions *captions, const struct model *model)
{
	__u32 i;
	int k;

	captions->model = model;
	captions->usual = calloc((size_t)model->nr_processes + 1,
				 TASKSHARE_NR_KINDS * sizeof(__u32));
	if (!captions->usual)
		return -ENOMEM;
	for (i = 0; i < model->nr_processes; i++)
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			captions->usual[i * TASKSHARE_NR_KINDS + k] =
				vote(model, &model->process[i], k);
	return 0;
}

/**
 * captions_free() - forget what is usual
 * @captions: what to forget
 */
void captions_free(struct captions *captions)
{
	free(captions->usual);
	captions->usual = NULL;
}

/*
 * Kinds to speak of. A set of namespaces is spoken of by the namespaces in it,
 * and a process's signal_struct is what makes it a process.
 */
static bool worth_telling(int kind)
{
	return kind != TASKSHARE_NSPROXY && kind != TASKSHARE_SIGNAL;
}

/**
 * kind_crosses() - is it worth a word if processes share this kind?
 * @kind: the kind
 *
 * Namespaces, credentials and cgroups are shared by most processes.
 *
 * Return: true if it is.
 */
bool kind_crosses(int kind)
{
	switch (kind) {
	case TASKSHARE_MM:
	case TASKSHARE_FILES:
	case TASKSHARE_SIGHAND:
	case TASKSHARE_FS:
	case TASKSHARE_IO:
	case TASKSHARE_SEMUNDO:
		return true;
	default:
		return false;
	}
}

/**
 * captions_unusual() - in what does a task differ from the rest of its process?
 * @captions: what is usual
 * @task: index of the task
 *
 * Return: mask of kinds; also of those that were just changing.
 */
__u32 captions_unusual(const struct captions *captions, __u32 task)
{
	const struct model *model = captions->model;
	const __u32 *usual = captions->usual +
		(size_t)model->process_of[task] * TASKSHARE_NR_KINDS;
	__u32 mask = 0;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!worth_telling(k))
			continue;
		if (model_holding(model, task, k) == HOLDS_MOVING ||
		    (known(model, task, k) &&
		     model->kind[k].of[task] != usual[k]))
			mask |= 1u << k;
	}
	return mask;
}

/* The first of an object's holders that is not before a task */
static __u32 first_holder(const struct model_kind *kind,
			  const struct object *obj, __u32 task)
{
	__u32 low = 0, high = obj->nr;

	while (low < high) {
		__u32 mid = low + (high - low) / 2;

		if (kind->holders[obj->first + mid] < task)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/**
 * model_outside() - who of other processes holds the same object?
 * @model: the model
 * @task: index of the task
 * @kind: the kind
 * @other: set to two tasks of other processes, the first and the last of those
 *	   that are shown; NO_OBJECT for none
 *
 * Return: how many tasks outside its process hold it, shown or not.
 */
__u32 model_outside(const struct model *model, __u32 task, int kind,
		    __u32 other[2])
{
	const struct process *process =
		&model->process[model->process_of[task]];
	const struct object *obj = model_object(model, task, kind);
	const struct model_kind *objects = &model->kind[kind];
	__u32 from, to, holders;

	other[0] = NO_OBJECT;
	other[1] = NO_OBJECT;
	if (!obj)
		return 0;
	/* Holders are in the order of tasks, so those of a process adjoin. */
	from = first_holder(objects, obj, process->first);
	to = first_holder(objects, obj, process->first + process->nr);
	if (from || to < obj->nr) {
		other[0] = objects->holders[obj->first + (from ? 0 : to)];
		other[1] = objects->holders[obj->first +
					    (to < obj->nr ? obj->nr : from) - 1];
	}
	holders = obj->nr;
	if (kind_refs_are_tasks(kind) && obj->refs > obj->nr)
		holders = obj->refs;
	return holders - (to - from);
}

/* struct words - a sentence under way, cut off at the end of its room */
struct words {
	char *to;
	size_t len;
};

__attribute__((format(printf, 2, 3)))
static void say(struct words *w, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(w->to + w->len, CAPTION_TEXT - w->len, format, args);
	va_end(args);
	if (n > 0)
		w->len += n;
	if (w->len > CAPTION_TEXT - 1)
		w->len = CAPTION_TEXT - 1;
}

static void say_kind(struct words *w, const struct model *model, __u32 task,
		     int kind)
{
	const struct object *obj = model_object(model, task, kind);
	const char *words = kind_text(kind);
	enum others others;

	if (model_holding(model, task, kind) == HOLDS_MOVING) {
		say(w, "%s just changing", words);
	} else if (!obj) {
		say(w, "no %s", words);
	} else if (obj->nr > 1) {
		say(w, "%s shared with %u other%s", words, obj->nr - 1,
		    obj->nr == 2 ? "" : "s");
	} else {
		others = model_others(model, task, kind);
		say(w, others == OTHERS_NONE ? "its own %s" :
		    others == OTHERS_SOME ? "%s shared with somebody not shown" :
		    "separate %s", words);
	}
}

/* "a, b and c" */
static void say_kinds(struct words *w, const struct model *model, __u32 task,
		      __u32 mask)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(mask & (1u << k)))
			continue;
		say_kind(w, model, task, k);
		mask &= ~(1u << k);
		if (mask)
			say(w, mask & (mask - 1) ? ", " : " and ");
	}
}

static void say_partners(struct words *w, const struct model *model,
			 const __u32 partner[2], __u32 nr)
{
	const char *s = nr == 1 ? "" : "s";

	if (partner[0] == NO_OBJECT)
		say(w, " with %u task%s not shown", nr, s);
	else if (model->process_of[partner[0]] ==
		 model->process_of[partner[1]])
		say(w, " with process %u (%u task%s)",
		    model->task[partner[0]]->tgid, nr, s);
	else
		say(w, " with processes %u to %u (%u task%s)",
		    model->task[partner[0]]->tgid,
		    model->task[partner[1]]->tgid, nr, s);
}

/* What crosses the border of the process, one clause for each partner */
static void say_outside(struct words *w, const struct model *model, __u32 task)
{
	__u32 partner[TASKSHARE_NR_KINDS][2], nr[TASKSHARE_NR_KINDS];
	int k, l;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		nr[k] = kind_crosses(k) ?
			model_outside(model, task, k, partner[k]) : 0;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!nr[k])
			continue;
		say(w, "; shares %s", kind_text(k));
		for (l = k + 1; l < TASKSHARE_NR_KINDS; l++) {
			if (nr[l] != nr[k] || memcmp(partner[l], partner[k],
						     sizeof(partner[k])))
				continue;
			say(w, ", %s", kind_text(l));
			nr[l] = 0;
		}
		say_partners(w, model, partner[k], nr[k]);
	}
}

static void say_thread(struct words *w, const struct captions *captions,
		       __u32 task, const char *what)
{
	__u32 unusual = captions_unusual(captions, task);

	say(w, "%s: everything shared", what);
	if (unusual) {
		say(w, " but ");
		say_kinds(w, captions->model, task, unusual);
	}
}

static void say_leader(struct words *w, const struct captions *captions,
		       __u32 task)
{
	const struct model *model = captions->model;
	__u32 nr = model->process[model->process_of[task]].nr;
	__u32 unusual = captions_unusual(captions, task);

	if (nr == 1)
		say(w, "a process of one task");
	else
		say(w, "the first of %u tasks of its process", nr);
	if (nr > 1 && unusual) {
		say(w, ", with ");
		say_kinds(w, model, task, unusual);
	}
	say_outside(w, model, task);
	if (model->task[task]->flags & TASKSHARE_F_VFORK)
		say(w, "; its parent waits until it execs or exits");
}

/**
 * caption() - what a task is and shares, in plain words
 * @to: room for CAPTION_TEXT bytes
 * @captions: what is usual
 * @task: index of the task
 *
 * Return: @to.
 */
const char *caption(char *to, const struct captions *captions, __u32 task)
{
	const struct taskshare_record *rec = captions->model->task[task];
	struct words w = { .to = to };

	*to = 0;
	if (rec->flags & TASKSHARE_F_DEAD) {
		say(&w, "dead and not reaped yet: it has given back what it held");
		return to;
	}
	switch (rec->kind) {
	case TASKSHARE_TASK_LEADER:
		say_leader(&w, captions, task);
		break;
	case TASKSHARE_TASK_THREAD:
		say_thread(&w, captions, task, "a thread");
		break;
	case TASKSHARE_TASK_KTHREAD:
		say(&w, "a kernel thread: no memory of its own");
		say_outside(&w, captions->model, task);
		break;
	case TASKSHARE_TASK_IO_WORKER:
		say_thread(&w, captions, task, "a worker of io_uring");
		break;
	case TASKSHARE_TASK_USER_WORKER:
		say_thread(&w, captions, task, "a worker of the kernel");
		break;
	}
	if (rec->flags & TASKSHARE_F_EXITING)
		say(&w, "; it is exiting");
	return to;
}
