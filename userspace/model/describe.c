// SPDX-License-Identifier: GPL-2.0-only
/*
 * Describes a task and its shared objects in a sentence.
 *
 * No clause says more than was seen. Partners are named, and counted where they
 * are many; a task that shares "everything" shares each object that it was seen
 * to hold; a kind that the engine does not see makes it "everything seen".
 */
#include <string.h>

#include "model/partners.h"
#include "record/kinds.h"

/* As many as are named */
#define SURVIVORS	PARTNERS_NAMED

/*
 * struct subject - a task that is described
 * @d: the describer
 * @task: index of the task
 * @process: index of its process
 * @unusual: the kinds in which it differs from the rest of its process
 */
struct subject {
	const struct describer *d;
	const struct model *model;
	__u32 task;
	__u32 process;
	__u32 unusual;
};

static const struct taskshare_record *record(const struct subject *s)
{
	return s->model->task[s->task];
}

/* "a, b and c" */
static void add_kinds(struct text *text, __u32 mask)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(mask & (1u << k)))
			continue;
		mask &= ~(1u << k);
		text_add(text, "%s%s", kind_text(k), !mask ? "" :
			 mask & (mask - 1) ? ", " : " and ");
	}
}

/* One clause for each set of partners */
static void add_shared(struct text *text, const struct subject *s, __u32 mask,
		       enum side side, const char *before)
{
	int k, l;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		__u32 same = 1u << k;

		if (!(mask & same))
			continue;
		for (l = k + 1; l < TASKSHARE_NR_KINDS; l++)
			if (mask & (1u << l) && partners_same(s->model, s->task, k, l, side))
				same |= 1u << l;
		mask &= ~same;
		text_add(text, "%sshares ", before);
		add_kinds(text, same);
		text_add(text, " with");
		partners_add(text, s->d, s->task, k, side);
		before = "; ";
	}
}

/* enum apart - how a task differs in a kind from the rest of its process */
enum apart {
	APART_SHARED,
	APART_OWN,
	APART_ALONE,
	APART_NONE,
	APART_MOVING,
	NR_APART,
};

static enum apart how_apart(const struct subject *s, int kind)
{
	if (model_holding(s->model, s->task, kind) == HOLDS_MOVING)
		return APART_MOVING;
	if (!model_object(s->model, s->task, kind))
		return APART_NONE;
	if (partners_nr(s->model, s->task, kind, EVERYWHERE))
		return APART_SHARED;
	return model_others(s->model, s->task, kind) == OTHERS_NONE ?
	       APART_OWN : APART_ALONE;
}

/* Two tasks with the same namespaces, but not the same nsproxy */
static bool same_namespaces(const struct model *model, __u32 a, __u32 b)
{
	int k;

	if (model_object(model, a, TASKSHARE_NSPROXY) ==
	    model_object(model, b, TASKSHARE_NSPROXY))
		return false;
	for (k = TASKSHARE_UTS; k < TASKSHARE_NR_KINDS; k++)
		if (kind_held_by(k) == TASKSHARE_NSPROXY &&
		    (!model_object(model, a, k) ||
		     model_object(model, a, k) != model_object(model, b, k)))
			return false;
	return true;
}

/* As after setns(2) to where it is already */
static void add_nsproxy(struct text *text, const struct subject *s)
{
	const struct process *process = &s->model->process[s->process];
	__u32 i;

	if (!(s->unusual & 1u << TASKSHARE_NSPROXY))
		return;
	for (i = process->first; i < process->first + process->nr; i++) {
		if (!model_live(s->model, i) ||
		    !same_namespaces(s->model, s->task, i))
			continue;
		text_add(text, "; its nsproxy has the same namespaces as that of ");
		partners_add_task(text, s->d, i);
		return;
	}
}

/* In what it differs from the rest of its process */
static void add_unusual(struct text *text, const struct subject *s)
{
	const char *const words[NR_APART] = {
		[APART_OWN] = "has its own ",
		[APART_ALONE] = s->d->complete ?
				"no other task seen holds its " :
				"no other task shown holds its ",
		[APART_NONE] = "has no ",
		[APART_MOVING] = "was changing its ",
	};
	__u32 mask[NR_APART] = { 0 };
	const char *before = ": ";
	int k, a;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (s->unusual & (1u << k))
			mask[how_apart(s, k)] |= 1u << k;
	for (a = APART_OWN; a < NR_APART; a++) {
		if (!mask[a])
			continue;
		text_add(text, "%s%s", before, words[a]);
		add_kinds(text, mask[a]);
		before = "; ";
	}
	add_shared(text, s, mask[APART_SHARED], EVERYWHERE, before);
}

/* "everything" only if the engine sees every kind of this task */
static const char *seen_text(const struct taskshare_record *rec)
{
	const __u32 all = (1ull << TASKSHARE_NR_KINDS) - 1;

	return ((rec->seen | rec->moving) & all) == all ? "" : " seen";
}

static void add_all_common(struct text *text, const struct subject *s)
{
	const struct baseline *baseline = &s->d->baseline;
	__u32 others = baseline->live[s->process] - 1;
	__u32 common = baseline->common[s->process] - 1;
	const char *seen = seen_text(record(s));

	if (!baseline_common(baseline, s->task) || !common)
		text_add(text, ": shares each object%s with other tasks of its process",
			 seen);
	else if (common == others)
		text_add(text, ": shares everything%s with the other %s of its process",
			 seen, others == 1 ? "task" : "tasks");
	else
		text_add(text, ": shares everything%s with %u of the other %u tasks of its process",
			 seen, common, others);
}

/* The objects that a task that differs in others shares with its process */
static void add_rest(struct text *text, const struct subject *s)
{
	const struct process *process = &s->model->process[s->process];
	const struct baseline *baseline = &s->d->baseline;
	__u32 leader = process->first;
	__u32 held = baseline->held[s->process] & ~s->unusual;
	const char *seen = seen_text(record(s));

	if (s->task != leader && model_live(s->model, leader) &&
	    !(baseline_unusual(baseline, leader) & ~s->unusual) &&
	    !(held & ~s->model->task[leader]->seen) && !(held & ~record(s)->seen))
		text_add(text, "; shares everything else%s with the leader",
			 seen);
	else
		text_add(text, "; shares each other object%s with other tasks of its process",
			 seen);
}

/* The objects that it shares with its process, if that has other live tasks */
static void add_inside(struct text *text, const struct subject *s)
{
	const __u32 spoken = ~(1u << TASKSHARE_SIGNAL);

	if (!((record(s)->seen | record(s)->moving) & spoken)) {
		text_add(text, ": what it holds cannot be seen");
		return;
	}
	if (s->d->baseline.live[s->process] < 2)
		return;
	if (!s->unusual) {
		add_all_common(text, s);
		return;
	}
	add_unusual(text, s);
	add_rest(text, s);
	add_nsproxy(text, s);
}

/* The line of its leader says what both of them share with other processes. */
static bool leader_says(const struct subject *s, int kind)
{
	__u32 leader = s->model->process[s->process].first;

	return leader != s->task && model_live(s->model, leader) &&
	       model_object(s->model, leader, kind) ==
	       model_object(s->model, s->task, kind);
}

/* The objects that it shares with tasks outside its process */
static void add_outside(struct text *text, const struct subject *s,
			const char *before)
{
	__u32 mask = 0;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (kind_crosses(k) && !(s->unusual & (1u << k)) &&
		    !leader_says(s, k) &&
		    partners_nr(s->model, s->task, k, OUTSIDE))
			mask |= 1u << k;
	add_shared(text, s, mask, OUTSIDE, before);
}

/* As after unshare(2), and before the first child */
static void add_children(struct text *text, const struct subject *s)
{
	const __u64 *id = record(s)->id;
	int k, of;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		of = kind_pair(k);
		if (of != k && id[k] && id[of] && id[k] != id[of])
			text_add(text, "; its %s is another than the one it is in",
				 kind_text(k));
	}
}

/*
 * References that no task shown accounts for. Most are of tasks that are not
 * shown; one to the memory may be of a reader of /proc.
 */
static void add_unshown(struct text *text, const struct subject *s)
{
	const char *before = s->d->complete ?
		"; references that no task seen accounts for: " :
		"; references that no task shown accounts for: ";
	const struct object *obj;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		obj = model_object(s->model, s->task, k);
		if (!obj || !model_unshown(obj, k))
			continue;
		text_add(text, "%s%u to %s", before, model_unshown(obj, k),
			 kind_text(k));
		before = ", ";
	}
}

static __u32 find_leader(const struct model *model, __u32 tgid)
{
	__u32 p = model_find_process(model, tgid);

	return p == NO_PROCESS ? NO_OBJECT : model->process[p].first;
}

static void add_seconds(struct text *text, const struct describer *d,
			const struct taskshare_record *since)
{
	__u64 ns = d->now_ns - since->start_ns;

	if (d->now_ns && since->start_ns && d->now_ns > since->start_ns)
		text_add(text, " for %llu.%llu s", ns / 1000000000,
			 ns / 100000000 % 10);
}

/*
 * Whether no task but its parent can have created a child of vfork(2). With
 * CLONE_PARENT another one has: it holds the memory, too, and is in state D, as
 * each task is that waits.
 */
static bool only_parent_waits(const struct model *model, __u32 child)
{
	const struct taskshare_record *rec = model->task[child];
	const struct object *mm = model_object(model, child, TASKSHARE_MM);
	const __u32 *holder;
	bool parent = false;
	__u32 i;

	if (!mm || model_unshown(mm, TASKSHARE_MM))
		return false;
	holder = &model->kind[TASKSHARE_MM].holders[mm->first];
	for (i = 0; i < mm->nr; i++) {
		const struct taskshare_record *other = model->task[holder[i]];

		if (other->state != 'D' || other->tgid == rec->tgid)
			continue;
		if (other->tgid != rec->ppid)
			return false;
		parent = true;
	}
	return parent;
}

/* The process of the task that waits for a child; 0 if that is not known */
static __u32 waiting_process(const struct describer *d, __u32 child)
{
	const struct model *model = d->baseline.model;
	const struct taskshare_record *rec = model->task[child];
	__u32 pid = d->waiter ? d->waiter(d->content, rec) : 0, i;

	if (!pid)
		return only_parent_waits(model, child) ? rec->ppid : 0;
	for (i = 0; i < model->nr; i++)
		if (model->task[i]->pid == pid)
			return model->task[i]->tgid;
	return pid;
}

/* A child of vfork(2) that still has its creator wait */
static void add_vfork_child(struct text *text, const struct subject *s)
{
	__u32 tgid, leader;

	if (!(record(s)->flags & TASKSHARE_F_VFORK))
		return;
	tgid = waiting_process(s->d, s->task);
	leader = find_leader(s->model, tgid);
	text_add(text, tgid && tgid == record(s)->ppid ? "; its parent" :
							 "; its creator");
	if (leader != NO_OBJECT) {
		text_add(text, " ");
		partners_add_task(text, s->d, leader);
	} else if (tgid) {
		text_add(text, " %u", tgid);
	}
	text_add(text, " has been waiting in vfork(2)");
	add_seconds(text, s->d, record(s));
	text_add(text, ", until it calls execve(2) or exits");
}

/*
 * The children that tasks of its process wait for, of those that share the
 * memory. Which thread it is that waits, a record does not say.
 */
static void add_vfork_parent(struct text *text, const struct subject *s)
{
	const struct object *mm = model_object(s->model, s->task, TASKSHARE_MM);
	const struct process *process = &s->model->process[s->process];
	const __u32 *holder;
	__u32 i;

	if (!mm)
		return;
	holder = &s->model->kind[TASKSHARE_MM].holders[mm->first];
	for (i = 0; i < mm->nr; i++) {
		const struct taskshare_record *rec = s->model->task[holder[i]];

		if (!(rec->flags & TASKSHARE_F_VFORK) ||
		    rec->tgid == record(s)->tgid ||
		    waiting_process(s->d, holder[i]) != record(s)->tgid)
			continue;
		text_add(text, process->nr == 1 ? "; waits" :
			 "; one of its threads waits");
		text_add(text, " in vfork(2) for %s ",
			 rec->ppid == record(s)->tgid ? "child" : "sibling");
		partners_add_task(text, s->d, holder[i]);
		add_seconds(text, s->d, rec);
		text_add(text, ", until that calls execve(2) or exits");
	}
}

static void describe_leader(struct text *text, const struct subject *s)
{
	__u32 nr = s->model->process[s->process].nr;
	size_t len;

	if (nr == 1)
		text_add(text, "process of one task");
	else
		text_add(text, "leader of %u tasks", nr);
	len = text->len;
	add_inside(text, s);
	add_outside(text, s, text->len == len ? ": " : "; ");
	add_children(text, s);
	add_vfork_child(text, s);
	add_vfork_parent(text, s);
	add_unshown(text, s);
}

static void describe_thread(struct text *text, const struct subject *s,
			    const char *name)
{
	size_t len;

	text_add(text, "%s", name);
	len = text->len;
	add_inside(text, s);
	add_outside(text, s, text->len == len ? ": " : "; ");
	add_children(text, s);
}

static void describe_kthread(struct text *text, const struct subject *s)
{
	bool none = model_holding(s->model, s->task, TASKSHARE_MM) ==
		    HOLDS_NONE;

	text_add(text, "kernel thread%s", none ? ": has no memory" : "");
	add_outside(text, s, none ? "; " : ": ");
}

/* The threads that a leader which has exited has left, and what they hold */
static void add_survivors(struct text *text, const struct subject *s)
{
	const struct process *process = &s->model->process[s->process];
	__u32 live[SURVIVORS], nr = 0, held = 0, i;
	int k;

	for (i = process->first; i < process->first + process->nr; i++)
		if (model_live(s->model, i) && nr++ < SURVIVORS)
			live[nr - 1] = i;
	text_add(text, "; its process lives on in %u thread%s:", nr,
		 nr == 1 ? "" : "s");
	partners_add_tasks(text, s->d, live, nr);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (kind_crosses(k))
			held |= s->d->baseline.held[s->process] & 1u << k;
	if (held) {
		text_add(text, "; still held: ");
		add_kinds(text, held);
	}
	text_add(text, "; it cannot be reaped before %s",
		 nr == 1 ? "that thread ends" : "these threads end");
}

static void describe_dead(struct text *text, const struct subject *s)
{
	__u32 parent = find_leader(s->model, record(s)->ppid);

	text_add(text, "has exited");
	if (s->task == s->model->process[s->process].first &&
	    s->d->baseline.live[s->process]) {
		add_survivors(text, s);
	} else if (record(s)->pid != record(s)->tgid ||
		   parent == NO_OBJECT) {
		text_add(text, "; it is not reaped yet");
	} else {
		text_add(text, "; its parent ");
		partners_add_task(text, s->d, parent);
		text_add(text, " has not reaped it yet");
	}
}

/**
 * describe_title() - the first words of an output: its version and processes
 * @to: room for DESCRIPTION_TITLE bytes
 * @model: the tasks, at least one
 * @utf8: the output may be UTF-8
 *
 * Return: @to.
 */
const char *describe_title(char *to, const struct model *model, bool utf8)
{
	char comm[TEXT_COMM];
	struct text text;

	text_begin(&text, to, DESCRIPTION_TITLE);
	text_add(&text, "taskshare %d: ", TASKSHARE_VERSION);
	if (model->nr_processes == 1)
		text_add(&text, "process %u (%s)", model->task[0]->tgid,
			 text_escape(comm, model->task[0]->comm, utf8));
	else
		text_add(&text, "%u processes", model->nr_processes);
	return to;
}

/**
 * describe() - describe a task
 * @to: room for DESCRIPTION_TEXT bytes
 * @describer: set to the describer
 * @task: index of the task
 *
 * Return: @to, a sentence without a full stop.
 */
const char *describe(char *to, const struct describer *describer, __u32 task)
{
	const struct model *model = describer->baseline.model;
	const struct subject s = {
		.d = describer,
		.model = model,
		.task = task,
		.process = model->process_of[task],
		.unusual = baseline_unusual(&describer->baseline, task),
	};
	struct text text;

	text_begin(&text, to, DESCRIPTION_TEXT);
	if (record(&s)->flags & TASKSHARE_F_DEAD) {
		describe_dead(&text, &s);
		return to;
	}
	if (record(&s)->flags & TASKSHARE_F_EXITING) {
		text_add(&text, "is exiting: it drops what it holds");
		return to;
	}
	switch (record(&s)->kind) {
	case TASKSHARE_TASK_LEADER:
		describe_leader(&text, &s);
		break;
	case TASKSHARE_TASK_THREAD:
		describe_thread(&text, &s, "thread");
		break;
	case TASKSHARE_TASK_KTHREAD:
		describe_kthread(&text, &s);
		break;
	case TASKSHARE_TASK_IO_WORKER:
		describe_thread(&text, &s, "io_uring worker");
		break;
	case TASKSHARE_TASK_USER_WORKER:
		describe_thread(&text, &s, "kernel worker");
		break;
	}
	return to;
}
