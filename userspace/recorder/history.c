// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which objects the tasks of a run hold, step by step, and which of them is one
 * and the same from step to step.
 *
 * A snapshot proves who holds the same object at one moment. Across two of them
 * an id proves nothing by itself: a freed object's memory is used again. But a
 * task exchanges objects by calls, every such call of the run is a step, and a
 * new object is made before the old one is released. So a task that held an
 * object at one step and holds one of the same id at the next still holds that
 * object. Where ids are made anew for each snapshot, every task that made no
 * such call in between says which object its group holds.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record/kinds.h"
#include "recorder/history.h"

/*
 * struct binding - the object that an id of this snapshot stands for
 * @object: index of the object
 */
struct binding {
	__u64 id;
	__s32 object;
};

/*
 * struct sight - a snapshot while it is understood
 * @history: all before
 * @recs: the records
 * @task: for each record its task
 * @renewal: objects that tasks may have exchanged
 * @nr_renewals: number of these
 * @binding: for the kind that it is about, and its pair: the ids seen
 * @nr: number of these
 */
struct sight {
	struct history *history;
	const struct records *recs;
	__u32 *task;
	const struct renewal *renewal;
	size_t nr_renewals;
	struct binding *binding;
	size_t nr;
	__u32 step;
};

static void *grow(void *array, __u32 nr, size_t size)
{
	/* Doubles whenever it is full */
	if (nr & (nr - 1))
		return array;
	return reallocarray(array, nr ? 2 * (size_t)nr : 1, size);
}

/**
 * history_add_task() - a task joins the run
 * @tgid: its process
 * @creator: index of the task that made it, or NO_TASK
 * @origin: its way into the recording
 *
 * Return: its index, or NO_TASK without memory.
 */
__u32 history_add_task(struct history *history, __u32 pid, __u32 tgid,
		       __u32 creator, enum origin origin, __u32 step)
{
	struct history_task *task;
	int k;

	task = grow(history->task, history->nr_tasks, sizeof(*task));
	if (!task)
		return NO_TASK;
	history->task = task;
	task += history->nr_tasks;
	*task = (struct history_task){
		.row = { .pid = pid, .tgid = tgid },
		.kind = pid == tgid ? TASKSHARE_TASK_LEADER :
				      TASKSHARE_TASK_THREAD,
		.origin = origin,
		.creator = creator,
		.first = step,
	};
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		task->row.cell[k] = CELL_UNSEEN;
		task->last_object[k] = CELL_NONE;
	}
	return history->nr_tasks++;
}

/**
 * history_end() - a task has ended without having been seen as such
 * @task: index of the task
 * @status: %STATUS_ZOMBIE or %STATUS_GONE
 */
void history_end(struct history *history, __u32 task, enum status status,
		 __u32 step)
{
	struct history_task *ended = &history->task[task];
	int k;

	if (!history_ended(history, task))
		ended->last = step;
	ended->activity = STATUS_GONE;
	ended->row.status = status;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		ended->row.cell[k] = CELL_NONE;
}

/**
 * history_ended() - find out whether a task has ended
 * @task: index of the task
 *
 * Return: true if it has, be it reaped or not.
 */
bool history_ended(const struct history *history, __u32 task)
{
	return history->task[task].row.status >= STATUS_ZOMBIE;
}

/**
 * history_find() - look a task up
 *
 * Return: index of the last task with this PID that is not gone, or NO_TASK.
 */
__u32 history_find(const struct history *history, __u32 pid)
{
	__u32 i;

	for (i = history->nr_tasks; i--;)
		if (history->task[i].row.pid == pid &&
		    history->task[i].row.status != STATUS_GONE)
			return i;
	return NO_TASK;
}

static __s32 add_object(struct sight *sight, int kind, __u64 id)
{
	struct history *history = sight->history;
	struct history_object *obj;

	obj = grow(history->object, history->nr_objects, sizeof(*obj));
	if (!obj)
		return -1;
	history->object = obj;
	obj += history->nr_objects;
	*obj = (struct history_object){
		.kind = kind,
		.group = history->groups[kind]++,
		.id = id,
		.first = sight->step,
	};
	return history->nr_objects++;
}

static const struct renewal *renewal_of(const struct sight *sight, __u32 task)
{
	size_t i;

	for (i = 0; i < sight->nr_renewals; i++)
		if (sight->renewal[i].task == task)
			return &sight->renewal[i];
	return NULL;
}

static struct binding *binding_of(const struct sight *sight, __u64 id)
{
	size_t i;

	for (i = 0; i < sight->nr; i++)
		if (sight->binding[i].id == id)
			return &sight->binding[i];
	return NULL;
}

static bool is_bound(const struct sight *sight, __s32 object)
{
	size_t i;

	for (i = 0; i < sight->nr; i++)
		if (sight->binding[i].object == object)
			return true;
	return false;
}

/* Returns true if this task proves which object the id stands for. */
static bool proves(const struct sight *sight, __u32 task, int kind, __u64 id,
		   bool renewed)
{
	const struct history *history = sight->history;
	__s32 object = history->task[task].last_object[kind];
	const struct renewal *renewal = renewal_of(sight, task);

	if (object < 0 || binding_of(sight, id) || is_bound(sight, object))
		return false;
	if (history->lasting)
		return history->object[object].id == id;
	if (!renewal || !(renewal->kinds & 1u << kind))
		return true;
	/* With nothing else to go by: it kept what nothing else held. */
	return renewed && !(renewal->surely & 1u << kind);
}

static void bind_known(struct sight *sight, int kind, bool renewed)
{
	size_t i;

	for (i = 0; i < sight->recs->nr; i++) {
		__u64 id = sight->recs->rec[i].id[kind];
		__u32 task = sight->task[i];

		if (id && proves(sight, task, kind, id, renewed))
			sight->binding[sight->nr++] = (struct binding){
				.id = id,
				.object = sight->history->task[task]
						.last_object[kind],
			};
	}
}

static int bind_new(struct sight *sight, int kind)
{
	__s32 object;
	size_t i;

	for (i = 0; i < sight->recs->nr; i++) {
		__u64 id = sight->recs->rec[i].id[kind];

		if (!id || binding_of(sight, id))
			continue;
		object = add_object(sight, kind_pair(kind), id);
		if (object < 0)
			return -ENOMEM;
		sight->binding[sight->nr++] = (struct binding){
			.id = id, .object = object,
		};
	}
	return 0;
}

static void set_cells(struct sight *sight, int kind)
{
	struct history *history = sight->history;
	size_t i;

	for (i = 0; i < sight->recs->nr; i++) {
		const struct taskshare_record *rec = &sight->recs->rec[i];
		struct history_task *task = &history->task[sight->task[i]];
		__s32 *cell = &task->row.cell[kind];
		struct history_object *obj;

		if (rec->moving & 1u << kind) {
			*cell = CELL_MOVING;
			continue;
		}
		if (!(rec->seen & 1u << kind)) {
			*cell = CELL_UNSEEN;
			continue;
		}
		*cell = CELL_NONE;
		if (rec->id[kind]) {
			*cell = binding_of(sight, rec->id[kind])->object;
			obj = &history->object[*cell];
			obj->id = rec->id[kind];
			obj->refs = rec->refs[kind];
			obj->last = sight->step;
		}
		task->last_object[kind] = *cell;
	}
}

/* A kind and the one that names objects of its type, or the kind alone */
static int see_kinds(struct sight *sight, int kind, int other)
{
	int err;

	sight->nr = 0;
	bind_known(sight, kind, false);
	bind_known(sight, other, false);
	bind_known(sight, kind, true);
	bind_known(sight, other, true);
	err = bind_new(sight, kind) ?: bind_new(sight, other);
	if (err)
		return err;
	set_cells(sight, kind);
	set_cells(sight, other);
	return 0;
}

static int pair_of(int kind)
{
	int k;

	for (k = kind + 1; k < TASKSHARE_NR_KINDS; k++)
		if ((int)kind_pair(k) == kind)
			return k;
	return kind;
}

static void see_task(struct history_task *task,
		     const struct taskshare_record *rec)
{
	struct row *row = &task->row;

	row->pid = rec->pid;
	row->tgid = rec->tgid;
	row->ppid = rec->ppid;
	memcpy(row->comm, rec->comm, sizeof(row->comm));
	row->status = rec->flags & TASKSHARE_F_DEAD ? STATUS_ZOMBIE :
						     task->activity;
	task->kind = rec->kind;
	task->start_ns = rec->start_ns;
	task->exit_signal = rec->exit_signal;
}

/* A task that is not in the snapshot: ended, or hidden from this engine */
static void miss_tasks(struct sight *sight)
{
	struct history *history = sight->history;
	__u32 i;
	int k;

	for (i = 0; i < history->nr_tasks; i++) {
		struct history_task *task = &history->task[i];

		if (task->row.status == STATUS_GONE)
			continue;
		if (!history_ended(history, i))
			task->last = sight->step;
		if (task->origin == ORIGIN_UNTRACED)
			task->row.status = STATUS_GONE;
		else
			task->row.status = task->activity;
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			task->row.cell[k] = task->row.status == STATUS_GONE ?
					    CELL_NONE : CELL_UNSEEN;
	}
}

/* Another task with a PID that was free again in between */
static bool is_later(const struct history_task *task,
		     const struct taskshare_record *rec)
{
	return task->start_ns && task->start_ns != rec->start_ns;
}

static int find_tasks(struct sight *sight)
{
	struct history *history = sight->history;
	size_t i;

	for (i = 0; i < sight->recs->nr; i++) {
		const struct taskshare_record *rec = &sight->recs->rec[i];
		__u32 task = history_find(history, rec->pid);

		if (task == NO_TASK || is_later(&history->task[task], rec))
			task = history_add_task(history, rec->pid, rec->tgid,
						NO_TASK, ORIGIN_UNTRACED,
						sight->step);
		if (task == NO_TASK)
			return -ENOMEM;
		sight->task[i] = task;
	}
	miss_tasks(sight);
	for (i = 0; i < sight->recs->nr; i++)
		see_task(&history->task[sight->task[i]], &sight->recs->rec[i]);
	return 0;
}

/**
 * history_see() - take in a snapshot
 * @recs: the records of all processes of the run
 * @renewal: objects that tasks may have exchanged since the last snapshot
 * @nr: number of these
 *
 * Return: 0 or -ENOMEM.
 */
int history_see(struct history *history, const struct records *recs,
		const struct renewal *renewal, size_t nr, __u32 step)
{
	struct sight sight = {
		.history = history,
		.recs = recs,
		.renewal = renewal,
		.nr_renewals = nr,
		.step = step,
	};
	int k, err = -ENOMEM;

	sight.task = calloc(recs->nr + 1, sizeof(*sight.task));
	sight.binding = calloc(2 * recs->nr + 1, sizeof(*sight.binding));
	if (sight.task && sight.binding)
		err = find_tasks(&sight);
	for (k = 0; k < TASKSHARE_NR_KINDS && !err; k++)
		if ((int)kind_pair(k) == k)
			err = see_kinds(&sight, k, pair_of(k));
	free(sight.task);
	free(sight.binding);
	return err;
}

/**
 * history_free() - forget everything
 */
void history_free(struct history *history)
{
	__u32 i;

	for (i = 0; i < history->nr_objects; i++)
		free(history->object[i].about);
	free(history->task);
	free(history->object);
	memset(history, 0, sizeof(*history));
}
