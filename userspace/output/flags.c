// SPDX-License-Identifier: GPL-2.0-only
/* A statement about every flag that a task was created with. */
#include "util/array.h"
#include "model/infer.h"
#include "util/text.h"
#include "output/view.h"

static int add_flag(struct libscols_table *table, const struct view *view,
		    __u32 task, int flag, const struct verdict *verdict)
{
	const struct taskshare_record *rec = view->model->task[task];
	char comm[TEXT_COMM];

	return table_row(table, "%u\t%s\tCLONE_%s\t%s\t%s", rec->pid,
			 text_escape(comm, rec->comm, view->utf8),
			 clone_flags[flag].name, grade_name[verdict->grade],
			 verdict->reason);
}

static int add_task(struct libscols_table *table, const struct view *view,
		    __u32 task)
{
	struct verdict verdict[MAX_FLAGS];
	int i, err = 0;

	flags_infer(view->model, task, verdict);
	for (i = 0; i < nr_clone_flags && !err; i++)
		if (!view->odd || verdict[i].grade == GRADE_PROVEN ||
		    verdict[i].hint)
			err = add_flag(table, view, task, i, &verdict[i]);
	return err;
}

static bool asked(const struct taskshare_record *rec, const __u32 *pid,
		  size_t nr_pids)
{
	size_t i;

	for (i = 0; i < nr_pids; i++)
		if (pid[i] == rec->pid)
			return true;
	return !nr_pids;
}

/**
 * output_flags() - print which flags tasks were created with, and why
 * @view: the model, which should hold the parents, too
 * @pid: the tasks to print
 * @nr_pids: number of PIDs; 0 for all
 *
 * Return: 0 or a negative errno; the caller has to check @out for errors.
 */
int output_flags(const struct view *view, const __u32 *pid, size_t nr_pids)
{
	static const struct table_column column[] = {
		{ "PID", SCOLS_FL_RIGHT }, { "COMM", 0 }, { "FLAG", 0 }, { "GRADE", 0 },
		{ "REASON", 0 },
	};
	struct libscols_table *table;
	__u32 task;
	int err = 0;

	table = view_table(view, column, ARRAY_SIZE(column));
	for (task = 0; task < view->model->nr && !err; task++)
		if (asked(view->model->task[task], pid, nr_pids))
			err = add_task(table, view, task);
	return table_finish(table, err);
}
