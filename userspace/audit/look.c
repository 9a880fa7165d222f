// SPDX-License-Identifier: GPL-2.0-only
/*
 * One look at all tasks. Numbers are read of every task; texts, which take a
 * system call each, only of those that a condition asks for.
 */
#include <string.h>
#include <unistd.h>

#include "audit/look.h"
#include "content/proc.h"
#include "util/procfs.h"

#define GONE	(TASKSHARE_F_EXITING | TASKSHARE_F_DEAD)

/* Tasks that /proc hides are no part of a look; there may be one. */
static __u32 hidden(const struct look *look)
{
	return look->engine == &engine_proc && procfs_hides();
}

/*
 * A task that was created during a look is seen by a part of it only, and
 * belongs to the next one.
 */
static bool is_new(const struct look *look, __u32 task)
{
	__u64 age;

	return look_number(look, task, FIELD_ELAPSED, &age) && age < SECOND_NS;
}

static void count(struct look *look)
{
	const struct model *model = &look->snap.model;
	__u32 task;
	int k;

	look->live = 0;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		look->unseen[k] = hidden(look);
	for (task = 0; task < model->nr; task++) {
		if (!look_live(look, task))
			continue;
		look->live++;
		if (is_new(look, task))
			continue;
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			look->unseen[k] +=
				model_holding(model, task, k) < HOLDS_NONE;
	}
}

/**
 * look_take() - look at all tasks
 * @look: zeroed, or taken before; for look_free()
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int look_take(struct look *look, struct engine_handle *handle,
	      struct error *error)
{
	struct selection everything = { 0 };
	int err;

	look->engine = handle->engine;
	look->snap.parts = CONTENT_NUMBERS;
	err = snapshot_take(&look->snap, handle, &everything, error);
	err = err ?: snapshot_read_content(&look->snap, handle, &everything,
					   error);
	if (!err)
		count(look);
	return err;
}

/**
 * look_free() - forget a look
 */
void look_free(struct look *look)
{
	snapshot_free(&look->snap);
}

/**
 * look_user() - check whether a task was created by a program
 * @task: index of the task
 *
 * Return: false for kernel threads and workers.
 */
bool look_user(const struct look *look, __u32 task)
{
	const struct taskshare_record *rec = look->snap.model.task[task];

	return rec->kind == TASKSHARE_TASK_LEADER ||
	       rec->kind == TASKSHARE_TASK_THREAD;
}

/**
 * look_live() - check whether a task is one that rules are about
 * @task: index of the task
 *
 * Return: true if it was created by a program and is not exiting.
 */
bool look_live(const struct look *look, __u32 task)
{
	return look_user(look, task) &&
	       !(look->snap.model.task[task]->flags & GONE);
}

/**
 * look_leader() - the first task of a process
 * @task: index of one of its tasks
 *
 * Return: its index; it is the leader, if that is there.
 */
__u32 look_leader(const struct look *look, __u32 task)
{
	const struct model *model = &look->snap.model;

	return model->process[model->process_of[task]].first;
}

/**
 * look_sees_vfork() - find out whether records show pending vfork(2) calls
 *
 * Return: true unless they are made from /proc, which does not show it.
 */
bool look_sees_vfork(const struct look *look)
{
	return look->engine != &engine_proc;
}

/**
 * look_number() - a number of a task
 * @task: index of the task
 * @field: the number's field
 * @number: set to it
 *
 * Return: true if it is known.
 */
bool look_number(const struct look *look, __u32 task, enum content_field field,
		 __u64 *number)
{
	struct content_value value;

	if (content_value(&look->snap.content, task, field, &value) !=
	    CONTENT_KNOWN)
		return false;
	*number = value.number;
	return true;
}

/**
 * look_younger_ns() - how long two tasks have existed together
 * @a: index of a task
 * @b: index of another one
 * @ns: set to the age of the younger one, in nanoseconds
 *
 * That is how long they have shared memory, files or fs, which no call lets a
 * task join later.
 *
 * Return: true if it is known.
 */
bool look_younger_ns(const struct look *look, __u32 a, __u32 b, __u64 *ns)
{
	__u64 of_a, of_b;

	if (!look_number(look, a, FIELD_ELAPSED, &of_a) ||
	    !look_number(look, b, FIELD_ELAPSED, &of_b))
		return false;
	*ns = of_a < of_b ? of_a : of_b;
	return true;
}

/**
 * look_text() - a text of a task, read now
 * @task: index of the task
 * @which: the text
 * @none: set to whether there is none, rather than one that is not known
 *
 * Return: the text, to be freed, or NULL.
 */
char *look_text(const struct look *look, __u32 task, enum content_text which,
		bool *none)
{
	const struct content_source *source = look->snap.source;
	char *text;
	int dir;

	*none = false;
	if (!source || !source->proc_usable)
		return NULL;
	dir = proc_task_open(source, look->snap.model.task[task], true);
	if (dir < 0)
		return NULL;
	text = proc_read_text(source, dir, which, none);
	close(dir);
	return text;
}

/**
 * look_find() - find a task again
 * @look: a later look
 * @tgid: its process
 * @start_ns: its start time
 *
 * Return: its index, or NO_TASK.
 */
__u32 look_find(const struct look *look, __u32 tgid, __u32 pid, __u64 start_ns)
{
	const struct model *model = &look->snap.model;
	__u32 p = model_find_process(model, tgid), i;

	if (p == NO_PROCESS)
		return NO_TASK;
	for (i = model->process[p].first;
	     i < model->process[p].first + model->process[p].nr; i++)
		if (model->task[i]->pid == pid &&
		    model->task[i]->start_ns == start_ns)
			return i;
	return NO_TASK;
}
