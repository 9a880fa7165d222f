// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other tasks that hold the same object, by number and name. A few are
 * named, the others are counted; a range would take in tasks that hold nothing
 * of it.
 */
#include <string.h>

#include "model/partners.h"

/* With more partners than this, kinds are not compared for having the same. */
#define COMPARED	64

/*
 * struct list - partners under way
 * @text: gets their names
 * @d: the describer
 * @but: the processes of this model are left out, or NULL
 * @named: number of items so far
 * @threads: number of tasks of the own process that are not named
 * @processes: number of processes that are not named
 * @kthreads: number of kernel threads, which are only counted
 */
struct list {
	struct text *text;
	const struct describer *d;
	const struct model *but;
	__u32 named;
	__u32 threads;
	__u32 processes;
	__u32 kthreads;
};

static const __u32 *holders(const struct model *model, int kind,
			    const struct object *obj)
{
	return &model->kind[kind].holders[obj->first];
}

/**
 * partners_add_task() - name a task
 * @text: gets the name
 * @d: the describer
 * @task: index of the task
 */
void partners_add_task(struct text *text, const struct describer *d, __u32 task)
{
	const struct taskshare_record *rec = d->baseline.model->task[task];
	char comm[TEXT_COMM];

	text_add(text, "%u %s", rec->pid, text_escape(comm, rec->comm, d->utf8));
}

/*
 * One process of those that hold an object, by @nr of its tasks from @first on:
 * a single thread by its own number and name.
 */
static void add_process(struct text *text, const struct describer *d,
			__u32 first, __u32 nr)
{
	const struct model *model = d->baseline.model;
	const struct process *process =
		&model->process[model->process_of[first]];

	if (nr == 1) {
		partners_add_task(text, d, first);
		if (first != process->first) {
			text_add(text, " of process ");
			partners_add_task(text, d, process->first);
		}
		return;
	}
	partners_add_task(text, d, process->first);
	if (nr == process->nr)
		text_add(text, " (%u tasks)", nr);
	else
		text_add(text, " (%u of %u tasks)", nr, process->nr);
}

static bool has_room(struct list *list)
{
	if (list->named >= PARTNERS_NAMED)
		return false;
	text_add(list->text, list->named++ ? ", " : " ");
	return true;
}

static void list_threads(struct list *list, const __u32 *holder,
			 struct range inside, __u32 but)
{
	__u32 i;

	for (i = inside.from; i < inside.to; i++) {
		if (holder[i] == but)
			continue;
		if (has_room(list))
			partners_add_task(list->text, list->d, holder[i]);
		else
			list->threads++;
	}
}

static void list_processes(struct list *list, const __u32 *holder, __u32 nr)
{
	const struct model *model = list->d->baseline.model;
	__u32 i, n, tgid;

	for (i = 0; i < nr; i += n) {
		for (n = 1; i + n < nr; n++)
			if (model->process_of[holder[i + n]] !=
			    model->process_of[holder[i]])
				break;
		tgid = model->task[holder[i]]->tgid;
		if (list->but &&
		    model_find_process(list->but, tgid) != NO_PROCESS)
			continue;
		if (model->task[holder[i]]->kind == TASKSHARE_TASK_KTHREAD)
			list->kthreads++;
		else if (has_room(list))
			add_process(list->text, list->d, holder[i], n);
		else
			list->processes++;
	}
}

static void list_number(struct list *list, __u32 nr, const char *what,
			const char *plural)
{
	if (nr)
		text_add(list->text, "%s%u %s%s", list->named++ ? ", " : " ",
			 nr, what, nr == 1 ? "" : plural);
}

/* "812 a, 813 b, 4 more processes, 61 kernel threads" */
static void end_list(struct list *list)
{
	list_number(list, list->threads, "more thread", "s");
	list_number(list, list->processes, "more process", "es");
	list_number(list, list->kthreads, "kernel thread", "s");
}

/**
 * partners_add_tasks() - name tasks of one process
 * @text: gets the names, with a blank before them
 * @d: the describer
 * @task: the indices of the first PARTNERS_NAMED of them
 * @nr: number of tasks
 */
void partners_add_tasks(struct text *text, const struct describer *d,
			const __u32 *task, __u32 nr)
{
	struct list list = { .text = text, .d = d };
	struct range named = { 0, nr < PARTNERS_NAMED ? nr : PARTNERS_NAMED };

	list_threads(&list, task, named, NO_OBJECT);
	list.threads = nr - named.to;
	end_list(&list);
}

/**
 * partners_add() - name the other holders of an object
 * @text: gets the names, with a blank before them
 * @d: the describer
 * @task: index of a task that holds it
 * @kind: of the object
 * @side: one group of them
 */
void partners_add(struct text *text, const struct describer *d, __u32 task,
		  int kind, enum side side)
{
	const struct model *model = d->baseline.model;
	const struct object *obj = model_object(model, task, kind);
	const __u32 *holder = holders(model, kind, obj);
	struct range inside = model_inside(model, task, kind);
	struct list list = { .text = text, .d = d };

	if (side == EVERYWHERE)
		list_threads(&list, holder, inside, task);
	list_processes(&list, holder, inside.from);
	list_processes(&list, holder + inside.to, obj->nr - inside.to);
	end_list(&list);
}

/**
 * partners_nr() - number of other tasks that hold the same object
 * @task: index of the task
 * @kind: of the object
 * @side: the group that counts
 *
 * Return: the number, 0 if the task holds no object.
 */
__u32 partners_nr(const struct model *model, __u32 task, int kind,
		  enum side side)
{
	const struct object *obj = model_object(model, task, kind);
	struct range inside;

	if (!obj)
		return 0;
	if (side == EVERYWHERE)
		return obj->nr - 1;
	inside = model_inside(model, task, kind);
	return obj->nr - (inside.to - inside.from);
}

/**
 * partners_same() - check whether a task shares two kinds with the same tasks
 * @task: index of the task, which holds an object of each
 * @k: one kind
 * @l: the other kind
 * @side: the group that counts
 *
 * Return: true if so; also false where they are too many to compare.
 */
bool partners_same(const struct model *model, __u32 task, int k, int l,
		   enum side side)
{
	const struct object *a = model_object(model, task, k);
	const struct object *b = model_object(model, task, l);
	const __u32 *x = holders(model, k, a), *y = holders(model, l, b);
	struct range in_a, in_b;

	if (a->nr > COMPARED || b->nr > COMPARED)
		return false;
	if (side == EVERYWHERE)
		return a->nr == b->nr && !memcmp(x, y, a->nr * sizeof(*x));
	in_a = model_inside(model, task, k);
	in_b = model_inside(model, task, l);
	return in_a.from == in_b.from && a->nr - in_a.to == b->nr - in_b.to &&
	       !memcmp(x, y, in_a.from * sizeof(*x)) &&
	       !memcmp(x + in_a.to, y + in_b.to,
		       (a->nr - in_a.to) * sizeof(*x));
}

/**
 * describe_holders() - name the processes that hold an object
 * @to: gets the names, with a blank before them; empty if there are none
 * @size: number of bytes there
 * @d: the describer
 * @kind: of the object
 * @obj: the object, of the describer's model
 * @but: the processes of this model are left out; may be the describer's
 */
void describe_holders(char *to, size_t size, const struct describer *d,
		      int kind, const struct object *obj,
		      const struct model *but)
{
	struct list list = { .d = d, .but = but };
	struct text text;

	text_begin(&text, to, size);
	list.text = &text;
	list_processes(&list, holders(d->baseline.model, kind, obj), obj->nr);
	end_list(&list);
}
