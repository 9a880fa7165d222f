// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole system at a glance: objects that processes share with each other,
 * and processes that are split inside.
 */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include <libsmartcols.h>

#include "kinds.h"
#include "text.h"
#include "view.h"

/* So many processes of a group are named, the rest is counted. */
#define NAMED	8

/* struct line - the text of a cell that grows, cut off at the end */
struct line {
	char text[512];
	size_t len;
};

__attribute__((format(printf, 2, 3)))
static void add(struct line *line, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line->text + line->len, sizeof(line->text) - line->len,
		      format, args);
	va_end(args);
	if (n > 0)
		line->len += n;
	if (line->len >= sizeof(line->text))
		line->len = sizeof(line->text) - 1;
}

static const struct taskshare_record *holder(const struct model *model,
					     int kind,
					     const struct object *obj, __u32 i)
{
	return model->task[model->kind[kind].holders[obj->first + i]];
}

/*
 * struct crossing - who holds an object that crosses processes
 * @processes: how many processes that are not kernel threads
 * @kthreads: how many kernel threads
 */
struct crossing {
	__u32 processes;
	__u32 kthreads;
};

static struct crossing count(const struct model *model, int kind,
			     const struct object *obj)
{
	struct crossing c = { 0 };
	__u32 i, tgid = 0;

	for (i = 0; i < obj->nr; i++) {
		const struct taskshare_record *rec =
			holder(model, kind, obj, i);

		if (rec->kind == TASKSHARE_TASK_KTHREAD)
			c.kthreads++;
		else if (rec->tgid != tgid)
			c.processes++;
		tgid = rec->tgid;
	}
	return c;
}

static void name_process(struct line *line, const struct view *view,
			 const struct taskshare_record *rec, __u32 nr)
{
	__u32 process = model_find_process(view->model, rec->tgid);
	char comm[TEXT_COMM];

	add(line, "%s%u %s", line->len ? ", " : "", rec->tgid,
	    text_escape(comm, rec->comm, view->utf8));
	if (nr < view->model->process[process].nr)
		add(line, " (%u of %u tasks)", nr,
		    view->model->process[process].nr);
	if (rec->flags & TASKSHARE_F_VFORK)
		add(line, " (vfork: its parent waits)");
}

static void name_holders(struct line *line, const struct view *view, int kind,
			 const struct object *obj, struct crossing c)
{
	__u32 i, nr, named = 0;

	for (i = 0; i < obj->nr; i += nr) {
		const struct taskshare_record *rec =
			holder(view->model, kind, obj, i);

		for (nr = 1; i + nr < obj->nr; nr++)
			if (holder(view->model, kind, obj, i + nr)->tgid !=
			    rec->tgid)
				break;
		if (rec->kind == TASKSHARE_TASK_KTHREAD)
			continue;
		if (named++ < NAMED)
			name_process(line, view, rec, nr);
	}
	if (named > NAMED)
		add(line, " and %u more processes", named - NAMED);
	if (c.kthreads)
		add(line, "%s%u kernel thread%s", line->len ? ", " : "",
		    c.kthreads, c.kthreads == 1 ? "" : "s");
}

static int add_group(struct libscols_table *table, const struct view *view,
		     int kind, const struct object *obj, struct crossing c)
{
	struct libscols_line *row = scols_table_new_line(table, NULL);
	struct line line = { .len = 0 };
	char cell[16] = "";
	int err;

	if (!row)
		return -ENOMEM;
	err = scols_line_set_data(row, 0, kind_column[kind]);
	if (obj->refs)
		sprintf(cell, "%u", obj->refs);
	err = err ?: scols_line_set_data(row, 1, cell);
	sprintf(cell, "%u", obj->nr);
	err = err ?: scols_line_set_data(row, 2, cell);
	name_holders(&line, view, kind, obj, c);
	return err ?: scols_line_set_data(row, 3, line.text);
}

static bool is_crossing(const struct view *view, struct crossing c)
{
	/* That kernel threads share is commonplace. */
	if (view->odd)
		return c.processes > 1 || (c.processes && c.kthreads);
	return c.processes + c.kthreads > 1;
}

static int put_groups(const struct view *view, __u32 *nr)
{
	struct libscols_table *table = view_table(view);
	const struct model *model = view->model;
	int k, err = 0;
	__u32 i;

	if (!table ||
	    !scols_table_new_column(table, "object", 0, 0) ||
	    !scols_table_new_column(table, "refs", 0, SCOLS_FL_RIGHT) ||
	    !scols_table_new_column(table, "here", 0, SCOLS_FL_RIGHT) ||
	    !scols_table_new_column(table, "shared by", 0, SCOLS_FL_WRAP))
		err = -ENOMEM;
	*nr = 0;
	for (k = 0; k < TASKSHARE_NR_KINDS && !err; k++) {
		for (i = 0; kind_crosses(k) && i < model->kind[k].nr && !err;
		     i++) {
			const struct object *obj = &model->kind[k].obj[i];
			struct crossing c = count(model, k, obj);

			if (!is_crossing(view, c))
				continue;
			err = add_group(table, view, k, obj, c);
			(*nr)++;
		}
	}
	if (!err && *nr)
		err = scols_print_table(table);
	scols_unref_table(table);
	return err;
}

static bool is_split(const struct view *view, const struct process *process)
{
	__u32 i;

	for (i = process->first; i < process->first + process->nr; i++)
		if (!(view->model->task[i]->flags & TASKSHARE_F_EXITING) &&
		    captions_unusual(view->captions, i))
			return true;
	return false;
}

static int add_split(struct libscols_table *table, const struct view *view,
		     __u32 task)
{
	const struct taskshare_record *rec = view->model->task[task];
	struct libscols_line *row = scols_table_new_line(table, NULL);
	char cell[CAPTION_TEXT];
	int err;

	if (!row)
		return -ENOMEM;
	sprintf(cell, "%u", rec->tgid);
	err = scols_line_set_data(row, 0, cell);
	sprintf(cell, "%u", rec->pid);
	err = err ?: scols_line_set_data(row, 1, cell);
	text_escape(cell, rec->comm, view->utf8);
	err = err ?: scols_line_set_data(row, 2, cell);
	caption(cell, view->captions, task);
	return err ?: scols_line_set_data(row, 3, cell);
}

static int put_splits(const struct view *view, __u32 *nr)
{
	struct libscols_table *table = view_table(view);
	const struct model *model = view->model;
	__u32 p, i;
	int err = 0;

	if (!table ||
	    !scols_table_new_column(table, "process", 0, SCOLS_FL_RIGHT) ||
	    !scols_table_new_column(table, "PID", 0, SCOLS_FL_RIGHT) ||
	    !scols_table_new_column(table, "COMM", 0, 0) ||
	    !scols_table_new_column(table, "what differs inside", 0,
				    SCOLS_FL_WRAP))
		err = -ENOMEM;
	*nr = 0;
	for (p = 0; p < model->nr_processes && !err; p++) {
		const struct process *process = &model->process[p];

		if (process->nr == 1 || !is_split(view, process))
			continue;
		(*nr)++;
		for (i = process->first;
		     i < process->first + process->nr && !err; i++)
			if (captions_unusual(view->captions, i))
				err = add_split(table, view, i);
	}
	if (!err && *nr)
		err = scols_print_table(table);
	scols_unref_table(table);
	return err;
}

/**
 * output_system() - print what crosses processes, and what splits them
 * @view: what to print
 *
 * Return: 0 or a negative errno; whether @out took it is for the caller to see.
 */
int output_system(const struct view *view)
{
	const struct model *model = view->model;
	__u32 groups, splits;
	int err;

	if (view->extras)
		fprintf(view->out,
			"taskshare %d: %u processes, %u tasks, seen by %s\n\n"
			"Shared between processes:\n",
			TASKSHARE_VERSION, model->nr_processes, model->nr,
			view->engine);
	err = put_groups(view, &groups);
	if (err)
		return err;
	if (!groups && view->extras)
		fputs("nothing\n", view->out);
	if (view->extras)
		fputs("\nNot shared inside a process:\n", view->out);
	err = put_splits(view, &splits);
	if (!err && !splits && view->extras)
		fputs("nothing\n", view->out);
	return err;
}
