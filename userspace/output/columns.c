// SPDX-License-Identifier: GPL-2.0-only
/* The columns of the table of tasks: one table for all that knows them. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "util/array.h"
#include "output/columns.h"
#include "output/content.h"
#include "record/kinds.h"
#include "util/text.h"

static void print_pid(char *to, const struct view *view, __u32 task, int kind)
{
	(void)kind;
	sprintf(to, "%u", view->model->task[task]->pid);
}

static void print_tgid(char *to, const struct view *view, __u32 task, int kind)
{
	(void)kind;
	sprintf(to, "%u", view->model->task[task]->tgid);
}

static void print_ppid(char *to, const struct view *view, __u32 task, int kind)
{
	(void)kind;
	sprintf(to, "%u", view->model->task[task]->ppid);
}

static void print_kind(char *to, const struct view *view, __u32 task, int kind)
{
	(void)kind;
	sprintf(to, "%s", task_name[view->model->task[task]->kind]);
}

static void print_state(char *to, const struct view *view, __u32 task,
			int kind)
{
	(void)kind;
	sprintf(to, "%c", view->model->task[task]->state);
}

static void print_start(char *to, const struct view *view, __u32 task,
			int kind)
{
	__u64 ns = view->model->task[task]->start_ns;

	(void)kind;
	sprintf(to, "%llu.%09llu", ns / 1000000000, ns % 1000000000);
}

static void print_flags(char *to, const struct view *view, __u32 task,
			int kind)
{
	static const char *const names[] = {
		"exiting", "dead", "vfork", "settid", "cleartid", "traced",
		"nnp",
	};
	__u32 flags = view->model->task[task]->flags;
	char *at = to;
	size_t i;

	(void)kind;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (flags & (1u << i))
			at += sprintf(at, "%s%s", at == to ? "" : ",",
				      names[i]);
	if (at == to)
		sprintf(to, "-");
}

static void print_exitsig(char *to, const struct view *view, __u32 task,
			  int kind)
{
	(void)kind;
	sprintf(to, "%d", view->model->task[task]->exit_signal);
}

/* Programs that read --raw do their own escaping of what it escapes. */
static void print_comm(char *to, const struct view *view, __u32 task, int kind)
{
	const char *comm = view->model->task[task]->comm;

	(void)kind;
	if (view->raw)
		sprintf(to, "%s", comm);
	else
		text_escape(to, comm, view->utf8);
}

static void print_object(char *to, const struct view *view, __u32 task,
			 int kind)
{
	switch (model_holding(view->model, task, kind)) {
	case HOLDS_UNSEEN:
		*to = 0;
		break;
	case HOLDS_MOVING:
		sprintf(to, "?");
		break;
	case HOLDS_NONE:
		sprintf(to, "-");
		break;
	case HOLDS_OBJECT:
		text_group(to,
			   model_object(view->model, task, kind)->group);
		break;
	}
}

#define TASK_COLUMN(column, right_, text, print_) \
	{ .name = column, .help = text, .right = right_, .print = print_, \
	  .kind = -1, .field = NO_FIELD }

/* nsproxy was called "ns" once. */
#define OBJECT(constant, long_name)					\
	{ .name = kind_is_namespace(TASKSHARE_##constant) ?		\
		  "ns/" long_name : long_name,				\
	  .alias = TASKSHARE_##constant == TASKSHARE_NSPROXY ? "ns" : NULL, \
	  .print = print_object,					\
	  .kind = TASKSHARE_##constant, .field = NO_FIELD },

/* Fields without a column take no place in --list-columns. */
#define CONTENT(constant, kind_, key, column, alias_, type, parts, text) \
	{ .name = column, .alias = alias_, .help = text, .kind = -1,	\
	  .right = (type) != CONTENT_STRING && (type) != CONTENT_IDS &&	\
		   (type) != CONTENT_PATHS, .field = FIELD_##constant },

const struct colinfo columns[] = {
	TASK_COLUMN("PID", true, "PID of the task, or TID of a thread", print_pid),
	TASK_COLUMN("TGID", true, "PID of its process (thread group)", print_tgid),
	TASK_COLUMN("PPID", true, "PID of its parent process", print_ppid),
	TASKSHARE_KINDS(OBJECT)
	TASK_COLUMN("KIND", false, "leader, thread, kthread or a worker",
		    print_kind),
	TASK_COLUMN("STATE", false, "state of the task, as in ps(1)",
		    print_state),
	TASK_COLUMN("START", true, "seconds from boot to its start",
		    print_start),
	TASK_COLUMN("FLAGS", false, "further facts about the task", print_flags),
	TASK_COLUMN("EXITSIG", true, "signal to its parent at its end, -1: none",
		    print_exitsig),
	TASK_COLUMN("COMM", false, "name of the task", print_comm),
	CONTENT_FIELDS(CONTENT)
	{ .name = "WORDS", .help = "description of the task and of its sharing",
	  .make = view_description, .kind = -1, .field = NO_FIELD },
};

const int nr_columns = ARRAY_SIZE(columns);

static int find_column(const char *name, size_t len)
{
	int i;

	for (i = 0; i < nr_columns; i++) {
		const struct colinfo *col = &columns[i];

		if (!col->name)
			continue;
		if ((strlen(col->name) == len &&
		     !strncasecmp(col->name, name, len)) ||
		    (col->alias && strlen(col->alias) == len &&
		     !strncasecmp(col->alias, name, len)))
			return i;
	}
	return -1;
}

/**
 * columns_parts() - the parts of content that columns need
 * @list: indices into columns[]
 * @nr: number of them
 *
 * Return: mask for content_read().
 */
__u32 columns_parts(const int *list, int nr)
{
	__u32 parts = 0;
	int i;

	for (i = 0; i < nr; i++) {
		if (columns[list[i]].make)
			parts = CONTENT_ALL;
		else if (columns[list[i]].field != NO_FIELD)
			parts |= content_fields[columns[list[i]].field].parts;
	}
	return parts;
}

/**
 * column_text() - make the text of a cell in a column without @print
 * @view: the view
 * @task: index of the task in its model
 * @col: the column
 *
 * Return: the text, to be freed, or NULL without memory.
 */
char *column_text(const struct view *view, __u32 task,
		  const struct colinfo *col)
{
	return col->make ? col->make(view, task) :
			   content_cell(view, task, col->field);
}

static bool anyone_sees(const struct model *model, int kind)
{
	__u32 i;

	for (i = 0; i < model->nr; i++)
		if ((model->task[i]->seen | model->task[i]->moving) &
		    (1u << kind))
			return true;
	return false;
}

/**
 * columns_default() - the columns of the module's text
 * @list: set to indices into columns[], at most MAX_COLUMNS
 * @model: kinds that nothing in it can see are left out
 *
 * Return: how many.
 */
int columns_default(int *list, const struct model *model)
{
	static const char *const last[] = { "KIND", "COMM" };
	int i, nr = 0;

	for (i = 0; i < nr_columns; i++) {
		if (columns[i].kind > TASKSHARE_CRED ||
		    columns[i].field != NO_FIELD)
			continue;
		if (columns[i].kind < 0 && i > TASKSHARE_CRED)
			break;
		if (columns[i].kind < 0 || anyone_sees(model, columns[i].kind))
			list[nr++] = i;
	}
	for (i = 0; i < 2; i++)
		list[nr++] = find_column(last[i], 4);
	return nr;
}

/**
 * columns_parse() - the columns that --output asks for
 * @list: indices into columns[], at most MAX_COLUMNS
 * @nr: number of columns in @list already
 * @text: names with commas between
 * @error: says what is wrong
 *
 * Return: how many are in @list now, or -EINVAL.
 */
int columns_parse(int *list, int nr, const char *text, struct error *error)
{
	const char *end;

	for (;; text = end + 1) {
		end = strchrnul(text, ',');
		if (nr == MAX_COLUMNS)
			return error_set(error, -EINVAL,
					 "more than %d columns: ask for fewer",
					 MAX_COLUMNS);
		list[nr] = find_column(text, end - text);
		if (list[nr++] < 0)
			return error_set(error, -EINVAL,
					 "no column is called '%.*s': see taskshare --list-columns",
					 (int)(end - text), text);
		if (!*end)
			return nr;
	}
}
