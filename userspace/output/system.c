// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole system at a glance: objects that processes share with each other,
 * and processes that are split inside.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/array.h"
#include "record/kinds.h"
#include "util/text.h"
#include "output/view.h"

/* Maximum number of processes of a group to name; the rest is counted. */
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
 * struct crossing - the holders of an object that crosses processes
 * @processes: number of processes that are not kernel threads
 * @kthreads: number of kernel threads
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
		add(line, " (vfork: its creator waits)");
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
	struct line line = { .len = 0 };
	char refs[16] = "";

	if (obj->refs)
		sprintf(refs, "%u", obj->refs);
	name_holders(&line, view, kind, obj, c);
	return table_row(table, "%s\t%s\t%u\t%s", kind_name[kind], refs,
			 obj->nr, line.text);
}

static bool is_crossing(const struct view *view, struct crossing c)
{
	/* That kernel threads share is commonplace. */
	if (view->odd)
		return c.processes > 1 || (c.processes && c.kthreads);
	return c.processes + c.kthreads > 1;
}

/* A table without rows is not printed, not even its headings. */
static int put_rows(struct libscols_table *table, __u32 nr, int err)
{
	if (nr || !table || err)
		return table_finish(table, err);
	scols_unref_table(table);
	return 0;
}

static int put_groups(const struct view *view, __u32 *nr)
{
	static const struct table_column column[] = {
		{ "object", 0 }, { "refs", SCOLS_FL_RIGHT },
		{ "here", SCOLS_FL_RIGHT }, { "shared by", SCOLS_FL_WRAP },
	};
	const struct model *model = view->model;
	struct libscols_table *table;
	int k, err = 0;
	__u32 i;

	table = view_table(view, column, ARRAY_SIZE(column));
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
	return put_rows(table, *nr, err);
}

static bool is_split(const struct view *view, const struct process *process)
{
	__u32 i;

	for (i = process->first; i < process->first + process->nr; i++)
		if (view_split(view, i))
			return true;
	return false;
}

static int add_split(struct libscols_table *table, const struct view *view,
		     __u32 task)
{
	const struct taskshare_record *rec = view->model->task[task];
	char comm[TEXT_COMM], *words = view_description(view, task);
	int err = -ENOMEM;

	if (words)
		err = table_row(table, "%u\t%u\t%s\t%s", rec->tgid, rec->pid,
				text_escape(comm, rec->comm, view->utf8),
				words);
	free(words);
	return err;
}

/* Processes of which nothing that could be shared between processes is seen */
static __u32 nr_unseen(const struct model *model)
{
	__u32 p, k, nr = 0, kinds = 0;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (kind_crosses(k))
			kinds |= 1u << k;
	for (p = 0; p < model->nr_processes; p++) {
		const struct taskshare_record *rec =
			model->task[model->process[p].first];

		nr += !((rec->seen | rec->moving) & kinds);
	}
	return nr;
}

/* "nothing" is said only of what was seen. */
static void put_nothing(const struct view *view, __u32 found)
{
	__u32 nr = view->model->nr_processes, unseen = nr_unseen(view->model);

	if (!view->extras)
		return;
	if (!found && unseen < nr)
		fputs("nothing\n", view->out);
	if (unseen)
		fprintf(view->out,
			"not known for %u of %u processes, which the %s engine cannot look into\n",
			unseen, nr, view->engine);
}

static int put_splits(const struct view *view, __u32 *nr)
{
	static const struct table_column column[] = {
		{ "process", SCOLS_FL_RIGHT }, { "PID", SCOLS_FL_RIGHT },
		{ "COMM", 0 }, { "what differs inside", SCOLS_FL_WRAP },
	};
	const struct model *model = view->model;
	struct libscols_table *table;
	__u32 p, i;
	int err = 0;

	table = view_table(view, column, ARRAY_SIZE(column));
	*nr = 0;
	for (p = 0; p < model->nr_processes && !err; p++) {
		const struct process *process = &model->process[p];

		if (process->nr == 1 || !is_split(view, process))
			continue;
		(*nr)++;
		for (i = process->first;
		     i < process->first + process->nr && !err; i++)
			if (view_split(view, i))
				err = add_split(table, view, i);
	}
	return put_rows(table, *nr, err);
}

/**
 * output_system() - print what crosses processes, and what splits them
 * @view: the model and the style
 *
 * Return: 0 or a negative errno; the caller has to check @out for errors.
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
	put_nothing(view, groups);
	if (view->extras)
		fputs("\nNot shared inside a process:\n", view->out);
	err = put_splits(view, &splits);
	if (!err)
		put_nothing(view, splits);
	return err;
}
