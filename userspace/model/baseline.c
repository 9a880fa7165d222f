// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which tasks differ from the rest of their process, and in which objects. All
 * descriptions, --odd, the view of the system and the pictures ask here.
 *
 * A task is compared with the object that more than half of the live tasks of
 * its process hold, or, where no object has so many, with the leader's. A task
 * that holds an object alone in its process differs in any case: so a task that
 * differs in nothing shares each of its objects with another task there.
 */
#include <errno.h>
#include <stdlib.h>

#include "model/baseline.h"
#include "record/kinds.h"

/**
 * model_live() - check whether a task still holds what it shares
 * @model: the model
 * @task: index of the task
 *
 * Return: false for a task that is exiting, which drops one object after the
 * other (do_exit()), and for one that has exited.
 */
bool model_live(const struct model *model, __u32 task)
{
	return !(model->task[task]->flags &
		 (TASKSHARE_F_EXITING | TASKSHARE_F_DEAD));
}

/* Kinds of which a live task is known to hold an object, or none */
static __u32 counts(const struct model *model, __u32 task)
{
	return model_live(model, task) ?
	       model->task[task]->seen & ~model->task[task]->moving : 0;
}

/**
 * struct tally - objects of one kind in a process
 * @best: the only object that more than half of the tasks can hold
 * @lead: by how much it leads (Boyer, Moore)
 * @holders: number of tasks that hold @best
 * @nr: number of tasks that count
 * @first: the object of the first of them: the leader, if that counts
 * @nr_first: number of tasks that hold @first
 */
struct tally {
	__u32 best;
	__u32 lead;
	__u32 holders;
	__u32 nr;
	__u32 first;
	__u32 nr_first;
};

static void find_candidate(struct tally *tally, __u32 of)
{
	if (!tally->nr++)
		tally->first = of;
	if (!tally->lead)
		tally->best = of;
	tally->lead += of == tally->best ? 1 : -1;
}

static void count_holder(struct tally *tally, __u32 of)
{
	tally->holders += of == tally->best;
	tally->nr_first += of == tally->first;
}

/* One of two passes: the first finds candidates, the second counts. */
static void look_at_tasks(const struct model *model, __u32 p,
			  struct tally *tally, bool second)
{
	const struct process *process = &model->process[p];
	__u32 i, of, mask;
	int k;

	for (i = process->first; i < process->first + process->nr; i++) {
		mask = counts(model, i);
		for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
			of = model->kind[k].of[i];
			if (!(mask & 1u << k))
				continue;
			if (second)
				count_holder(&tally[k], of);
			else
				find_candidate(&tally[k], of);
		}
	}
}

static void choose_objects(struct baseline *baseline, __u32 p)
{
	struct tally tally[TASKSHARE_NR_KINDS] = { 0 };
	__u32 *object = &baseline->object[(size_t)p * TASKSHARE_NR_KINDS];
	int k;

	look_at_tasks(baseline->model, p, tally, false);
	look_at_tasks(baseline->model, p, tally, true);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		struct tally *t = &tally[k];

		object[k] = NO_OBJECT;
		if (!t->nr)
			continue;
		if (2 * t->holders <= t->nr) {
			t->best = t->first;
			t->holders = t->nr_first;
		}
		object[k] = t->best;
		if (t->best != NO_OBJECT && t->holders == 1)
			baseline->lonely[p] |= 1u << k;
	}
}

/* signal_struct is what makes a process one. */
static bool is_compared(int kind)
{
	return kind != TASKSHARE_SIGNAL;
}

/* Another nsproxy is worth a word only if the namespaces in it are the usual. */
static __u32 without_nsproxy(__u32 mask)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (mask & 1u << k && k != TASKSHARE_NSPROXY &&
		    kind_held_by(k) == TASKSHARE_NSPROXY)
			return mask & ~(1u << TASKSHARE_NSPROXY);
	return mask;
}

/* See baseline_unusual(). */
static __u32 find_unusual(const struct baseline *baseline, __u32 task)
{
	const struct model *model = baseline->model;
	__u32 p = model->process_of[task], mask = 0, known, moving;
	const __u32 *usual = &baseline->object[(size_t)p * TASKSHARE_NR_KINDS];
	int k;

	if (baseline->live[p] < 2 || !model_live(model, task))
		return 0;
	known = counts(model, task);
	moving = model->task[task]->moving;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (is_compared(k) &&
		    (moving & 1u << k ||
		     (known & 1u << k &&
		      (model->kind[k].of[task] != usual[k] ||
		       baseline->lonely[p] & 1u << k))))
			mask |= 1u << k;
	return without_nsproxy(mask);
}

static void look_at_process(struct baseline *baseline, __u32 p)
{
	const struct model *model = baseline->model;
	const struct process *process = &model->process[p];
	__u32 i, end = process->first + process->nr;
	int k;

	choose_objects(baseline, p);
	for (i = process->first; i < end; i++) {
		if (!model_live(model, i))
			continue;
		baseline->live[p]++;
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			if (model_object(model, i, k))
				baseline->held[p] |= 1u << k;
	}
	for (i = process->first; i < end; i++) {
		baseline->unusual[i] = find_unusual(baseline, i);
		baseline->common[p] += baseline_common(baseline, i);
	}
}

/**
 * baseline_init() - find out what the tasks of each process have in common
 * @baseline: set up
 * @model: the model; must stay
 *
 * Takes time in proportion to the number of tasks.
 *
 * Return: 0 or -ENOMEM; call baseline_free() in any case.
 */
int baseline_init(struct baseline *baseline, const struct model *model)
{
	size_t nr = (size_t)model->nr_processes + 1;
	__u32 p;

	baseline->model = model;
	baseline->object = calloc(nr, TASKSHARE_NR_KINDS * sizeof(__u32));
	baseline->lonely = calloc(nr, sizeof(__u32));
	baseline->held = calloc(nr, sizeof(__u32));
	baseline->live = calloc(nr, sizeof(__u32));
	baseline->common = calloc(nr, sizeof(__u32));
	baseline->unusual = calloc((size_t)model->nr + 1, sizeof(__u32));
	if (!baseline->object || !baseline->lonely || !baseline->held ||
	    !baseline->live || !baseline->common || !baseline->unusual)
		return -ENOMEM;
	for (p = 0; p < model->nr_processes; p++)
		look_at_process(baseline, p);
	return 0;
}

/**
 * baseline_free() - free what baseline_init() made
 * @baseline: the baseline; the model stays
 */
void baseline_free(struct baseline *baseline)
{
	free(baseline->object);
	free(baseline->lonely);
	free(baseline->held);
	free(baseline->live);
	free(baseline->common);
	free(baseline->unusual);
	*baseline = (struct baseline){ 0 };
}

/**
 * kind_crosses() - check whether processes that share this kind are worth a word
 * @kind: the kind
 *
 * Return: false for namespaces, credentials and the like, which most processes
 * share.
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

/* The first of an object's holders that does not come before a task */
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
 * model_inside() - the holders of an object that are of a task's own process
 * @model: the model
 * @task: index of the task, which holds the object
 * @kind: of the object
 *
 * Return: their range; holders are in the order of tasks, so they adjoin.
 */
struct range model_inside(const struct model *model, __u32 task, int kind)
{
	const struct process *process =
		&model->process[model->process_of[task]];
	const struct object *obj = model_object(model, task, kind);
	const struct model_kind *objects = &model->kind[kind];

	return (struct range){
		.from = first_holder(objects, obj, process->first),
		.to = first_holder(objects, obj, process->first + process->nr),
	};
}

/**
 * model_unshown() - references to an object beyond those of the tasks shown
 * @obj: the object
 * @kind: of the object
 *
 * Return: their number; 0 where references do not count tasks.
 */
__u32 model_unshown(const struct object *obj, int kind)
{
	return kind_refs_are_tasks(kind) && obj->refs > obj->nr ?
	       obj->refs - obj->nr : 0;
}

/**
 * baseline_unusual() - in what a task differs from the rest of its process
 * @baseline: the baseline
 * @task: index of the task
 *
 * Return: mask of kinds, with those that the task was changing; 0 for the only
 * live task of its process, and for one that is exiting.
 */
__u32 baseline_unusual(const struct baseline *baseline, __u32 task)
{
	return baseline->unusual[task];
}

/**
 * baseline_common() - check whether a task shares all with some of its process
 * @baseline: the baseline; its all but @common must be there
 * @task: index of the task
 *
 * Two such tasks of one process share each object that either of them holds,
 * as each of these kinds is known of both.
 *
 * Return: true if it is one.
 */
bool baseline_common(const struct baseline *baseline, __u32 task)
{
	const struct model *model = baseline->model;
	__u32 held = baseline->held[model->process_of[task]];

	return model_live(model, task) &&
	       !(held & ~model->task[task]->seen) &&
	       !baseline_unusual(baseline, task);
}

/* Whether processes other than a task's own hold something that it holds */
static bool crosses(const struct model *model, __u32 task)
{
	const struct object *obj;
	struct range inside;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		obj = kind_crosses(k) ? model_object(model, task, k) : NULL;
		if (!obj)
			continue;
		inside = model_inside(model, task, k);
		if (obj->nr > inside.to - inside.from || model_unshown(obj, k))
			return true;
	}
	return false;
}

/**
 * baseline_split() - check whether a task stands apart from its process
 * @baseline: the baseline
 * @task: index of the task
 *
 * Return: true for a task that differs from the others, and for a leader that
 * has exited before its threads.
 */
bool baseline_split(const struct baseline *baseline, __u32 task)
{
	const struct model *model = baseline->model;
	__u32 p = model->process_of[task];

	return baseline_unusual(baseline, task) ||
	       (task == model->process[p].first && baseline->live[p] &&
		!model_live(model, task));
}

/**
 * baseline_odd() - check whether --odd shows a task
 * @baseline: the baseline
 * @task: index of the task
 *
 * Return: true for a task that stands apart from its process or shares with
 * another one.
 */
bool baseline_odd(const struct baseline *baseline, __u32 task)
{
	return baseline_split(baseline, task) ||
	       crosses(baseline->model, task);
}
