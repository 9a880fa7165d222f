// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records into tasks, processes and objects.
 *
 * The records of an engine come in any order, and a pid may come twice: in
 * two streams that were joined, or because the task was met twice. The same
 * records give the same model whatever their order.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "record/kinds.h"
#include "model/model.h"

/* pid first, so that records of one task meet; then all of it, for order */
static int compare_records(const void *a, const void *b)
{
	const struct taskshare_record *x = *(struct taskshare_record *const *)a;
	const struct taskshare_record *y = *(struct taskshare_record *const *)b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	return memcmp(x, y, sizeof(*x));
}

static int compare_tasks(const void *a, const void *b)
{
	const struct taskshare_record *x = *(struct taskshare_record *const *)a;
	const struct taskshare_record *y = *(struct taskshare_record *const *)b;
	bool x_leads = x->pid == x->tgid, y_leads = y->pid == y->tgid;

	if (x->tgid != y->tgid)
		return x->tgid < y->tgid ? -1 : 1;
	if (x_leads != y_leads)
		return x_leads ? -1 : 1;
	return compare_records(a, b);
}

/* Engines deliver what is nearly or wholly sorted, so look before sorting. */
static void sort_tasks(struct model *model,
		       int (*compare)(const void *, const void *))
{
	__u32 i;

	for (i = 1; i < model->nr; i++)
		if (compare(&model->task[i - 1], &model->task[i]) > 0)
			break;
	if (i < model->nr)
		qsort(model->task, model->nr, sizeof(*model->task), compare);
}

/*
 * Two records of one task: where they differ, the task was changing. A kind
 * that only one of them saw is taken from that one.
 */
static void merge_records(struct taskshare_record *into,
			  const struct taskshare_record *from)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		__u32 bit = 1u << k;

		if ((into->moving | from->moving) & bit ||
		    (into->seen & from->seen & bit &&
		     into->id[k] != from->id[k])) {
			into->moving |= bit;
			into->seen &= ~bit;
			into->id[k] = 0;
			into->refs[k] = 0;
		} else if (from->seen & bit) {
			into->seen |= bit;
			into->id[k] = from->id[k];
			if (from->refs[k] > into->refs[k])
				into->refs[k] = from->refs[k];
		}
	}
}

static bool same_task(const struct taskshare_record *a,
		      const struct taskshare_record *b)
{
	return a->pid == b->pid && a->start_ns == b->start_ns;
}

static void merge_tasks(struct model *model)
{
	__u32 i, nr = 0;

	for (i = 0; i < model->nr; i++) {
		struct taskshare_record *prev;

		prev = nr ? (struct taskshare_record *)model->task[nr - 1] :
			    NULL;
		if (prev && same_task(prev, model->task[i]))
			merge_records(prev, model->task[i]);
		else
			model->task[nr++] = model->task[i];
	}
	model->nr = nr;
}

static int find_processes(struct model *model)
{
	struct process *process = NULL;
	__u32 i, nr = 0;

	model->process_of = calloc(model->nr + 1, sizeof(__u32));
	for (i = 0; i < model->nr; i++)
		nr += !i || model->task[i]->tgid != model->task[i - 1]->tgid;
	model->process = calloc(nr + 1, sizeof(*process));
	if (!model->process_of || !model->process)
		return -ENOMEM;
	for (i = 0; i < model->nr; i++) {
		if (!process || process->tgid != model->task[i]->tgid) {
			process = &model->process[model->nr_processes++];
			process->tgid = model->task[i]->tgid;
			process->first = i;
		}
		process->nr++;
		model->process_of[i] = model->nr_processes - 1;
	}
	return 0;
}

/*
 * A hash table from id to object, for each kind. The hash is a random member of
 * a universal family, so that records made to collide do not: pair-multiply-shift
 * (M. Thorup, High Speed Hashing for Integers and Strings, 2015).
 */
struct table {
	__u32 *bucket;
	__u32 *next;
	__u32 capacity;
	unsigned int bits;
};

struct tables {
	__u64 low, high, add;
	struct table kind[TASKSHARE_NR_KINDS];
};

static void tables_free(struct tables *tables)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		free(tables->kind[k].bucket);
		free(tables->kind[k].next);
	}
}

static __u32 *find_bucket(const struct tables *tables,
			  const struct table *table, __u64 id)
{
	__u64 hash = (tables->low + (__u32)id) * (tables->high + (id >> 32)) +
		     tables->add;

	return &table->bucket[(size_t)(hash >> (64 - table->bits))];
}

static void link_object(const struct tables *tables, struct table *table,
			__u64 id, __u32 index)
{
	__u32 *bucket = find_bucket(tables, table, id);

	table->next[index] = *bucket;
	*bucket = index;
}

/* Makes room for twice as many objects, of which there are few of most kinds */
static int grow(const struct tables *tables, struct table *table,
		struct model_kind *kind)
{
	unsigned int bits = table->bits ? table->bits + 1 : 4;
	struct object *obj;
	__u32 *next, i;

	obj = reallocarray(kind->obj, 1ul << bits, sizeof(*obj));
	if (!obj)
		return -ENOMEM;
	kind->obj = obj;
	next = reallocarray(table->next, 1ul << bits, sizeof(*next));
	if (!next)
		return -ENOMEM;
	table->next = next;
	free(table->bucket);
	table->bucket = malloc(sizeof(__u32) << bits);
	if (!table->bucket)
		return -ENOMEM;
	memset(table->bucket, 0xff, sizeof(__u32) << bits);
	table->bits = bits;
	table->capacity = 1u << bits;
	for (i = 0; i < kind->nr; i++)
		link_object(tables, table, kind->obj[i].id, i);
	return 0;
}

/* Index of the object with this id, or NO_OBJECT */
static __u32 lookup(const struct tables *tables, const struct table *table,
		    const struct model_kind *kind, __u64 id)
{
	__u32 i;

	if (!table->bits)
		return NO_OBJECT;
	for (i = *find_bucket(tables, table, id); i != NO_OBJECT;
	     i = table->next[i])
		if (kind->obj[i].id == id)
			break;
	return i;
}

/* The object with this id, a new one if there is none yet */
static struct object *find_object(const struct tables *tables,
				  struct table *table, struct model_kind *kind,
				  __u64 id)
{
	__u32 i;

	if (kind->nr == table->capacity && grow(tables, table, kind))
		return NULL;
	i = lookup(tables, table, kind, id);
	if (i != NO_OBJECT)
		return &kind->obj[i];
	i = kind->nr++;
	memset(&kind->obj[i], 0, sizeof(kind->obj[i]));
	kind->obj[i].id = id;
	link_object(tables, table, id, i);
	return &kind->obj[i];
}

static int add_holder(struct model *model, struct tables *tables, __u32 task,
		      int k)
{
	const struct taskshare_record *rec = model->task[task];
	struct model_kind *kind = &model->kind[k];
	__u32 before = task ? kind->of[task - 1] : NO_OBJECT;
	struct object *obj;

	kind->of[task] = NO_OBJECT;
	if (model_holding(model, task, k) != HOLDS_OBJECT)
		return 0;
	/* Most tasks hold what the task before holds. */
	if (before != NO_OBJECT && kind->obj[before].id == rec->id[k])
		obj = &kind->obj[before];
	else
		obj = find_object(tables, &tables->kind[k], kind, rec->id[k]);
	if (!obj)
		return -ENOMEM;
	kind->of[task] = obj - kind->obj;
	if (!obj->nr++ || rec->start_ns < model->task[obj->oldest]->start_ns)
		obj->oldest = task;
	if (rec->refs[k] > obj->refs)
		obj->refs = rec->refs[k];
	return 0;
}

static int list_holders(const struct model *model, struct model_kind *kind)
{
	struct object *obj;
	__u32 i, at = 0;

	kind->holders = calloc(model->nr + 1, sizeof(__u32));
	if (!kind->holders)
		return -ENOMEM;
	for (i = 0; i < kind->nr; i++) {
		kind->obj[i].first = at;
		at += kind->obj[i].nr;
		kind->obj[i].nr = 0;
	}
	for (i = 0; i < model->nr; i++) {
		if (kind->of[i] == NO_OBJECT)
			continue;
		obj = &kind->obj[kind->of[i]];
		kind->holders[obj->first + obj->nr++] = i;
	}
	return 0;
}

/* The second kind of a pair continues where the first one ended. */
static void number_groups(const struct tables *tables, struct model *model,
			  int k)
{
	struct model_kind *kind = &model->kind[k];
	int pair = kind_pair(k);
	__u32 i, same, next;

	next = pair == k ? 0 : model->kind[pair].nr;
	for (i = 0; i < kind->nr; i++) {
		same = pair == k ? NO_OBJECT :
				   lookup(tables, &tables->kind[pair],
					  &model->kind[pair], kind->obj[i].id);
		kind->obj[i].group = same == NO_OBJECT ? next++ : same;
	}
}

/* Task by task and not kind by kind: a record is looked at once. */
static int group(struct model *model)
{
	struct tables tables = { 0 };
	int k, err = 0;
	__u32 i;

	if (getrandom(&tables.low, sizeof(tables.low), 0) < 0 ||
	    getrandom(&tables.high, sizeof(tables.high), 0) < 0 ||
	    getrandom(&tables.add, sizeof(tables.add), 0) < 0)
		return -errno;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		model->kind[k].of = calloc(model->nr + 1, sizeof(__u32));
		if (!model->kind[k].of)
			err = -ENOMEM;
	}
	for (i = 0; i < model->nr && !err; i++)
		for (k = 0; k < TASKSHARE_NR_KINDS && !err; k++)
			err = add_holder(model, &tables, i, k);
	for (k = 0; k < TASKSHARE_NR_KINDS && !err; k++)
		number_groups(&tables, model, k);
	tables_free(&tables);
	for (k = 0; k < TASKSHARE_NR_KINDS && !err; k++)
		err = list_holders(model, &model->kind[k]);
	return err;
}

/**
 * model_build() - group the tasks by what they hold
 * @model: set to the model; refers to @recs, which must stay
 * @recs: the records; those of one task become one of them
 *
 * Takes time and memory in proportion to the number of records, if they are
 * sorted by pid.
 *
 * Return: 0 or a negative errno, of which -ENOMEM and -EOVERFLOW are possible;
 * call model_free() in any case.
 */
int model_build(struct model *model, struct records *recs)
{
	__u32 i;
	int err;

	memset(model, 0, sizeof(*model));
	if (recs->nr >= NO_OBJECT)
		return -EOVERFLOW;
	model->nr = recs->nr;
	model->task = calloc(recs->nr + 1, sizeof(*model->task));
	if (!model->task)
		return -ENOMEM;
	for (i = 0; i < model->nr; i++)
		model->task[i] = &recs->rec[i];
	sort_tasks(model, compare_records);
	merge_tasks(model);
	sort_tasks(model, compare_tasks);
	err = find_processes(model);
	if (!err)
		err = group(model);
	return err;
}

/**
 * model_free() - forget a model
 * @model: the model, emptied; the records stay
 */
void model_free(struct model *model)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		free(model->kind[k].obj);
		free(model->kind[k].of);
		free(model->kind[k].holders);
	}
	free(model->process);
	free(model->process_of);
	free(model->task);
	memset(model, 0, sizeof(*model));
}

/**
 * model_find_process() - look for a process
 * @model: the model
 * @tgid: its number
 *
 * Return: its index, or NO_PROCESS.
 */
__u32 model_find_process(const struct model *model, __u32 tgid)
{
	__u32 low = 0, high = model->nr_processes;

	while (low < high) {
		__u32 mid = low + (high - low) / 2;

		if (model->process[mid].tgid < tgid)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < model->nr_processes && model->process[low].tgid == tgid)
		return low;
	return NO_PROCESS;
}

/**
 * model_others() - find other holders of an object with one task in the model
 * @model: the model
 * @task: index of the task
 * @kind: of the object that it holds
 *
 * An object that tasks hold through another one is their own if that one is its
 * only holder and is their own.
 *
 * Return: one of enum others.
 */
enum others model_others(const struct model *model, __u32 task, int kind)
{
	__u32 refs = model->task[task]->refs[kind];
	int by = kind_held_by(kind);

	if (kind_refs_are_tasks(kind) && refs > 1)
		return OTHERS_SOME;
	if (!refs || refs > kind_refs_of_one(kind) ||
	    by == TASKSHARE_NR_KINDS)
		return OTHERS_UNSEEN;
	if (by == kind || model_others(model, task, by) == OTHERS_NONE)
		return OTHERS_NONE;
	return OTHERS_UNSEEN;
}
