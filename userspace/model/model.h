/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "record/records.h"

/**
 * enum holding - knowledge about a task and a kind of object
 * @HOLDS_UNSEEN: the engine cannot see this kind
 * @HOLDS_MOVING: the task was changing it
 * @HOLDS_NONE: the task holds none, which is never shared
 * @HOLDS_OBJECT: it holds an object
 */
enum holding {
	HOLDS_UNSEEN,
	HOLDS_MOVING,
	HOLDS_NONE,
	HOLDS_OBJECT,
};

/**
 * enum others - other holders of an object with one task in the model
 * @OTHERS_UNSEEN: that cannot be known
 * @OTHERS_NONE: none, it is the task's own
 * @OTHERS_SOME: tasks that are not in the model
 */
enum others {
	OTHERS_UNSEEN,
	OTHERS_NONE,
	OTHERS_SOME,
};

/**
 * struct object - one kernel object that tasks hold
 * @id: the engine's id
 * @refs: its own reference count, 0 if not known
 * @nr: number of tasks of the model that hold it
 * @first: index of its first task in the holders of its kind
 * @oldest: the one of its tasks that started first
 * @group: its letters: 0 is A, 1 is B
 *
 * Groups count in the order of the tasks. Kinds that name objects of the same
 * type, see kind_pair(), count together: one letter is one object in both.
 */
struct object {
	__u64 id;
	__u32 refs;
	__u32 nr;
	__u32 first;
	__u32 oldest;
	__u32 group;
};

/**
 * struct model_kind - all objects of one kind
 * @obj: the objects, in the order of the first task that holds each
 * @nr: number of objects
 * @of: for each task the index of its object, or NO_OBJECT
 * @holders: tasks by object, see struct object
 */
struct model_kind {
	struct object *obj;
	__u32 nr;
	__u32 *of;
	__u32 *holders;
};

#define NO_OBJECT	UINT32_MAX
#define NO_PROCESS	UINT32_MAX

/**
 * struct process - tasks with the same thread group's number
 * @tgid: that number
 * @first: the first of its tasks; the leader, if it is there
 * @nr: number of its tasks
 */
struct process {
	__u32 tgid;
	__u32 first;
	__u32 nr;
};

/**
 * struct model - tasks, processes and the objects that they hold
 * @task: the tasks by thread group and pid, the leader first
 * @nr: number of tasks
 * @process: the processes, by number
 * @nr_processes: number of processes
 * @process_of: for each task the index of its process
 * @kind: the objects
 */
struct model {
	const struct taskshare_record **task;
	__u32 nr;
	struct process *process;
	__u32 nr_processes;
	__u32 *process_of;
	struct model_kind kind[TASKSHARE_NR_KINDS];
};

int model_build(struct model *model, struct records *recs);
void model_free(struct model *model);
enum others model_others(const struct model *model, __u32 task, int kind);
__u32 model_find_process(const struct model *model, __u32 tgid);

/**
 * model_holding() - the state of a kind of object of a task
 * @task: index of the task
 * @kind: enum taskshare_kind
 *
 * Return: one of enum holding.
 */
static inline enum holding model_holding(const struct model *model, __u32 task,
					 int kind)
{
	const struct taskshare_record *rec = model->task[task];

	if (rec->moving & (1u << kind))
		return HOLDS_MOVING;
	if (!(rec->seen & (1u << kind)))
		return HOLDS_UNSEEN;
	return rec->id[kind] ? HOLDS_OBJECT : HOLDS_NONE;
}

/**
 * model_object() - the object that a task holds
 * @task: index of the task
 * @kind: enum taskshare_kind
 *
 * Return: the object, or NULL if it holds none or that is not known.
 */
static inline const struct object *model_object(const struct model *model,
						__u32 task, int kind)
{
	__u32 of = model->kind[kind].of[task];

	return of == NO_OBJECT ? NULL : &model->kind[kind].obj[of];
}

#endif /* MODEL_MODEL_H */
