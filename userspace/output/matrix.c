// SPDX-License-Identifier: GPL-2.0-only
/* The matrix of tasks and objects, and the legend. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "content/summary.h"
#include "output/columns.h"
#include "output/plain.h"
#include "record/kinds.h"
#include "util/array.h"
#include "util/text.h"

/* Cells that differ from the rest of the process stand out. */
static const char *cell_colour(const struct view *view, __u32 unusual,
			       __u32 task, int kind)
{
	if (kind < 0)
		return NULL;
	if (model_holding(view->model, task, kind) == HOLDS_MOVING)
		return "red";
	return unusual & (1u << kind) ? "yellow" : NULL;
}

/* The text of a cell, to be freed; in --raw no cell is empty. */
static char *cell_text(const struct view *view, __u32 task,
		       const struct colinfo *col)
{
	char cell[CELL_TEXT], *text;

	if (!col->print) {
		text = column_text(view, task, col);
	} else {
		col->print(cell, view, task, col->kind);
		text = strdup(cell);
	}
	if (text && view->raw && !*text) {
		free(text);
		text = strdup(".");
	}
	return text;
}

static int add_task(struct libscols_table *table, const struct view *view,
		    __u32 task)
{
	const char *colour;
	struct libscols_line *line = scols_table_new_line(table, NULL);
	__u32 unusual = view->colour ? view_unusual(view, task) : 0;
	int i, err = line ? 0 : -ENOMEM;
	char *text;

	for (i = 0; i < view->nr_columns && !err; i++) {
		const struct colinfo *col = &columns[view->columns[i]];

		text = cell_text(view, task, col);
		err = text ? scols_line_refer_data(line, i, text) : -ENOMEM;
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

	if (plain_usable(view))
		return output_plain(view);
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

/* The content of an object, and its holders that are not shown */
static char *object_text(const struct view *view, int k,
			 const struct object *obj)
{
	__u32 unshown = model_unshown(obj, k);
	char *text = NULL, others[512] = "";
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool any;

	if (!out)
		return NULL;
	any = content_summary(out, view->content, view_all(view), k,
			      view->model->kind[k].holders[obj->first], "",
			      view->utf8);
	if (unshown || (kind_refs_are_tasks(k) && !obj->refs))
		view_others(others, sizeof(others), view, k, obj);
	if (any && (unshown || *others))
		fputs("; ", out);
	if (*others)
		fprintf(out, "also%s", others);
	else if (unshown)
		fprintf(out, "%u reference%s more than tasks seen", unshown,
			unshown == 1 ? "" : "s");
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

static int add_object(struct libscols_table *table, const struct view *view,
		      int k, const struct object *obj)
{
	char letters[TEXT_GROUP], refs[16] = "";
	char *text = object_text(view, k, obj);
	int err;

	if (!text)
		return -ENOMEM;
	if (obj->refs)
		sprintf(refs, "%u", obj->refs);
	err = table_row(table, "%s\t%s\t%016llx\t%s\t%u\t%s", kind_name[k],
			text_group(letters, obj->group), obj->id, refs,
			obj->nr, text);
	free(text);
	return err;
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
	char title[DESCRIPTION_TITLE];

	fprintf(view->out, "%s, %u task%s, pidns %u, seen by %s\n\n",
		describe_title(title, model, view->utf8), model->nr,
		model->nr == 1 ? "" : "s", model->task[0]->pidns,
		view->engine);
}

/**
 * output_table() - print the matrix of tasks and objects
 * @view: the model and the style
 *
 * Return: 0 or a negative errno; the caller has to check @out for errors.
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
	err = output_sentences(view);
	if (err)
		return err;
	putc('\n', view->out);
	return put_legend(view);
}
