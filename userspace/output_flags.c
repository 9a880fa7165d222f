// SPDX-License-Identifier: GPL-2.0-only
/* What can be said of every flag that a task was created with. */
#include <errno.h>

#include <libsmartcols.h>

#include "array.h"
#include "flags.h"
#include "text.h"
#include "view.h"

static int add_flag(struct libscols_table *table, const struct view *view,
		    __u32 task, int flag, const struct verdict *verdict)
{
	const struct taskshare_record *rec = view->model->task[task];
	struct libscols_line *row = scols_table_new_line(table, NULL);
	char cell[TEXT_COMM];
	int err;

	if (!row)
		return -ENOMEM;
	sprintf(cell, "%u", rec->pid);
	err = scols_line_set_data(row, 0, cell);
	text_escape(cell, rec->comm, view->utf8);
	err = err ?: scols_line_set_data(row, 1, cell);
	snprintf(cell, sizeof(cell), "CLONE_%s", clone_flags[flag].name);
	err = err ?: scols_line_set_data(row, 2, cell);
	err = err ?: scols_line_set_data(row, 3, grade_name[verdict->grade]);
	return err ?: scols_line_set_data(row, 4, verdict->reason);
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
 * @view: what to print; its model should hold the parents, too
 * @pid: the tasks to print
 * @nr_pids: how many; 0 for all
 *
 * Return: 0 or a negative errno; whether @out took it is for the caller to see.
 */
int output_flags(const struct view *view, const __u32 *pid, size_t nr_pids)
{
	static const char *const heading[] = {
		"PID", "COMM", "FLAG", "GRADE", "REASON",
	};
	struct libscols_table *table = view_table(view);
	int err = table ? 0 : -ENOMEM;
	__u32 task;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(heading) && !err; i++)
		if (!scols_table_new_column(table, heading[i], 0,
					    i ? 0 : SCOLS_FL_RIGHT))
			err = -ENOMEM;
	for (task = 0; task < view->model->nr && !err; task++)
		if (asked(view->model->task[task], pid, nr_pids))
			err = add_task(table, view, task);
	if (!err)
		err = scols_print_table(table);
	scols_unref_table(table);
	return err;
}
