// SPDX-License-Identifier: GPL-2.0-only
/* The matrix of tasks and objects, and the legend. */
#include <errno.h>
#include <string.h>

#include <libsmartcols.h>

#include "array.h"
#include "columns.h"
#include "kinds.h"
#include "text.h"

/**
 * view_table() - a table that prints as a view wants it
 * @view: how to print
 *
 * Return: the table, or NULL without memory.
 */
struct libscols_table *view_table(const struct view *view)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		return NULL;
	scols_table_set_stream(table, view->out);
	scols_table_enable_raw(table, view->raw);
	scols_table_enable_noheadings(table, view->noheadings);
	scols_table_enable_ascii(table, !view->utf8);
	scols_table_enable_colors(table, view->colour);
	/* Names are escaped already, and once is enough. */
	scols_table_enable_noencoding(table, 1);
	return table;
}

/* What differs from the rest of its process stands out. */
static const char *cell_colour(const struct view *view, __u32 unusual,
			       __u32 task, int kind)
{
	if (kind < 0)
		return NULL;
	if (model_holding(view->model, task, kind) == HOLDS_MOVING)
		return "red";
	return unusual & (1u << kind) ? "yellow" : NULL;
}

static int add_task(struct libscols_table *table, const struct view *view,
		    __u32 task)
{
	const char *colour;
	struct libscols_line *line = scols_table_new_line(table, NULL);
	__u32 unusual = captions_unusual(view->captions, task);
	char cell[CELL_TEXT];
	int i, err = line ? 0 : -ENOMEM;

	for (i = 0; i < view->nr_columns && !err; i++) {
		const struct colinfo *col = &columns[view->columns[i]];

		col->print(cell, view, task, col->kind);
		if (view->raw && !*cell)
			sprintf(cell, ".");
		err = scols_line_set_data(line, i, cell);
		if (err || !view->colour)
			continue;
		colour = cell_colour(view, unusual, task, col->kind);
		err = scols_cell_set_color(scols_line_get_cell(line, i),
					   colour);
	}
	return err;
}

static bool is_odd(const struct view *view, __u32 task)
{
	__u32 other[2];
	int k;

	if (captions_unusual(view->captions, task))
		return true;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (kind_crosses(k) &&
		    model_outside(view->model, task, k, other))
			return true;
	return false;
}

static int put_matrix(const struct view *view)
{
	struct libscols_table *table = view_table(view);
	int i, err = table ? 0 : -ENOMEM;
	__u32 task;

	for (i = 0; i < view->nr_columns && !err; i++) {
		const struct colinfo *col = &columns[view->columns[i]];

		if (!scols_table_new_column(table, col->name, 0,
					    col->right ? SCOLS_FL_RIGHT : 0))
			err = -ENOMEM;
	}
	for (task = 0; task < view->model->nr && !err; task++)
		if (!view->odd || is_odd(view, task))
			err = add_task(table, view, task);
	if (!err)
		err = scols_print_table(table);
	scols_unref_table(table);
	return err;
}

static int add_object(struct libscols_table *table, int k, __u32 group,
		      const struct object *obj)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	char cell[CELL_TEXT];
	int err;

	if (!line)
		return -ENOMEM;
	err = scols_line_set_data(line, 0, kind_column[k]);
	err = err ?: scols_line_set_data(line, 1, text_group(cell, group));
	sprintf(cell, "%016llx", obj->id);
	err = err ?: scols_line_set_data(line, 2, cell);
	*cell = 0;
	if (obj->refs)
		sprintf(cell, "%u", obj->refs);
	err = err ?: scols_line_set_data(line, 3, cell);
	sprintf(cell, "%u", obj->nr);
	err = err ?: scols_line_set_data(line, 4, cell);
	*cell = 0;
	if (kind_refs_are_tasks(k) && obj->refs > obj->nr)
		sprintf(cell, "%u refs, %u seen: %u unseen holder%s",
			obj->refs, obj->nr, obj->refs - obj->nr,
			obj->refs - obj->nr == 1 ? "" : "s");
	return err ?: scols_line_set_data(line, 5, cell);
}

/* Is there a column for this kind? Only those letters need an explanation. */
static bool kind_shown(const struct view *view, int kind)
{
	int i;

	for (i = 0; i < view->nr_columns; i++)
		if (columns[view->columns[i]].kind == kind)
			return true;
	return false;
}

static int put_legend(const struct view *view)
{
	static const char *const heading[] = {
		"object", "group", "id", "refs", "here", ""
	};
	struct libscols_table *table = view_table(view);
	int k, err = table ? 0 : -ENOMEM;
	__u32 i;
	size_t j;

	for (j = 0; j < ARRAY_SIZE(heading) && !err; j++)
		if (!scols_table_new_column(table, heading[j], 0,
					    j == 3 || j == 4 ?
					    SCOLS_FL_RIGHT : 0))
			err = -ENOMEM;
	for (k = 0; k < TASKSHARE_NR_KINDS && !err; k++)
		for (i = 0; kind_shown(view, k) &&
		     i < view->model->kind[k].nr && !err; i++)
			err = add_object(table, k, i,
					 &view->model->kind[k].obj[i]);
	if (!err)
		err = scols_print_table(table);
	scols_unref_table(table);
	return err;
}

static void put_title(const struct view *view)
{
	const struct model *model = view->model;
	char comm[TEXT_COMM];

	fprintf(view->out, "taskshare %d: ", TASKSHARE_VERSION);
	if (model->nr_processes == 1)
		fprintf(view->out, "process %u (%s), ", model->task[0]->tgid,
			text_escape(comm, model->task[0]->comm, view->utf8));
	else
		fprintf(view->out, "%u processes, ", model->nr_processes);
	fprintf(view->out, "%u task%s, pidns %u, seen by %s\n\n", model->nr,
		model->nr == 1 ? "" : "s", model->task[0]->pidns,
		view->engine);
}

/**
 * output_table() - print the matrix of tasks and objects
 * @view: what to print
 *
 * Return: 0 or a negative errno; whether @out took it is for the caller to see.
 */
int output_table(const struct view *view)
{
	bool extras = view->extras && view->model->nr;
	int err;

	if (extras)
		put_title(view);
	err = put_matrix(view);
	if (err || !extras)
		return err;
	putc('\n', view->out);
	output_words(view);
	putc('\n', view->out);
	return put_legend(view);
}
