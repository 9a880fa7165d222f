// SPDX-License-Identifier: GPL-2.0-only
/* The matrix of tasks and objects, and the legend. */
#include <errno.h>
#include <string.h>

#include "util/array.h"
#include "output/columns.h"
#include "record/kinds.h"
#include "util/text.h"

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
	__u32 unusual = view_unusual(view, task);
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

static int put_matrix(const struct view *view)
{
	struct table_column column[2 * MAX_COLUMNS];
	struct libscols_table *table;
	int i, err;
	__u32 task;

	for (i = 0; i < view->nr_columns; i++) {
		const struct colinfo *col = &columns[view->columns[i]];

		column[i].name = col->name;
		column[i].flags = col->right ? SCOLS_FL_RIGHT : 0;
	}
	table = view_table(view, column, view->nr_columns);
	err = table ? 0 : -ENOMEM;
	for (task = 0; task < view->model->nr && !err; task++)
		if (!view->odd || view_odd(view, task))
			err = add_task(table, view, task);
	return table_finish(table, err);
}

static int add_object(struct libscols_table *table, const struct view *view,
		      int k, const struct object *obj)
{
	char letters[TEXT_GROUP], refs[16] = "", more[80] = "", others[512];
	__u32 unshown = model_unshown(obj, k);

	if (obj->refs)
		sprintf(refs, "%u", obj->refs);
	*others = 0;
	if (unshown)
		view_others(others, sizeof(others), view, k, obj);
	if (unshown && !*others)
		sprintf(more, "%u reference%s more than tasks seen", unshown,
			unshown == 1 ? "" : "s");
	return table_row(table, "%s\t%s\t%016llx\t%s\t%u\t%s%s%s",
			 kind_name[k], text_group(letters, obj->group),
			 obj->id, refs, obj->nr, *others ? "also" : "", others,
			 more);
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
	static const struct table_column column[] = {
		{ "object", 0 }, { "group", 0 }, { "id", 0 }, { "refs", SCOLS_FL_RIGHT },
		{ "here", SCOLS_FL_RIGHT }, { "", 0 },
	};
	struct libscols_table *table;
	int k, err = 0;
	__u32 i;

	table = view_table(view, column, ARRAY_SIZE(column));
	for (k = 0; k < TASKSHARE_NR_KINDS && !err; k++)
		for (i = 0; kind_shown(view, k) &&
		     i < view->model->kind[k].nr && !err; i++)
			err = add_object(table, view, k,
					 &view->model->kind[k].obj[i]);
	return table_finish(table, err);
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
	output_sentences(view);
	putc('\n', view->out);
	return put_legend(view);
}
