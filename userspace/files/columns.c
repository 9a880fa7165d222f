// SPDX-License-Identifier: GPL-2.0-only
/* The table of descriptors, and its columns: one table for all that knows them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "files/names.h"
#include "files/output.h"
#include "util/array.h"
#include "util/table.h"

static const struct files_description *
description_of(const struct files_view *view,
	       const struct files_descriptor *descriptor)
{
	return &view->files->description[descriptor->description];
}

static const struct files_file *
file_of(const struct files_view *view,
	const struct files_descriptor *descriptor)
{
	return &view->files->file[description_of(view, descriptor)->file];
}

static void print_pid(FILE *out, const struct files_view *view,
		      const struct files_descriptor *descriptor)
{
	fprintf(out, "%u", view->files->table[descriptor->table].pid);
}

static void print_pids(FILE *out, const struct files_view *view,
		       const struct files_descriptor *descriptor)
{
	const struct model_kind *kind = &view->model->kind[TASKSHARE_FILES];
	const struct object *obj = &kind->obj[descriptor->table];
	const char *between = "";
	__u32 i, task;

	for (i = 0; i < obj->nr; i++) {
		task = kind->holders[obj->first + i];
		if (view->moved[task])
			continue;
		fprintf(out, "%s%u", between, view->model->task[task]->pid);
		between = ",";
	}
}

static void print_comm(FILE *out, const struct files_view *view,
		       const struct files_descriptor *descriptor)
{
	__u32 task = view->files->table[descriptor->table].task;
	const char *comm = view->model->task[task]->comm;

	text_put(out, comm, strnlen(comm, TASKSHARE_COMM_LEN), view->utf8);
}

static void print_table(FILE *out, const struct files_view *view,
			const struct files_descriptor *descriptor)
{
	const struct model_kind *kind = &view->model->kind[TASKSHARE_FILES];
	char letters[TEXT_GROUP];

	fputs(text_group(letters, kind->obj[descriptor->table].group), out);
}

static void print_fd(FILE *out, const struct files_view *view,
		     const struct files_descriptor *descriptor)
{
	(void)view;
	fprintf(out, "%u", descriptor->fd);
}

static void print_cloexec(FILE *out, const struct files_view *view,
			  const struct files_descriptor *descriptor)
{
	(void)view;
	fputs(descriptor->cloexec ? "1" : "0", out);
}

static void print_description(FILE *out, const struct files_view *view,
			      const struct files_descriptor *descriptor)
{
	char letters[TEXT_GROUP];

	if (description_of(view, descriptor)->unproven)
		putc('?', out);
	else
		fputs(text_group(letters, descriptor->description), out);
}

static void print_offset(FILE *out, const struct files_view *view,
			 const struct files_descriptor *descriptor)
{
	const struct files_description *description =
		description_of(view, descriptor);

	if (files_has_offset(view->files, description))
		fprintf(out, "%lld", description->pos);
	else
		putc('-', out);
}

static void print_flags(FILE *out, const struct files_view *view,
			const struct files_descriptor *descriptor)
{
	char text[FLAGS_TEXT];

	fputs(flags_names(text, description_of(view, descriptor)->flags, ','),
	      out);
}

static void print_refs(FILE *out, const struct files_view *view,
		       const struct files_descriptor *descriptor)
{
	__u32 refs = description_of(view, descriptor)->refs;

	if (refs)
		fprintf(out, "%u", refs);
}

static void print_here(FILE *out, const struct files_view *view,
		       const struct files_descriptor *descriptor)
{
	const struct files_description *description =
		description_of(view, descriptor);

	if (!description->unproven)
		fprintf(out, "%u", description->nr);
}

static void print_file(FILE *out, const struct files_view *view,
		       const struct files_descriptor *descriptor)
{
	char letters[TEXT_GROUP];

	fputs(text_group(letters, description_of(view, descriptor)->file),
	      out);
}

static void print_opened(FILE *out, const struct files_view *view,
			 const struct files_descriptor *descriptor)
{
	const struct files_file *file = file_of(view, descriptor);

	if (!description_of(view, descriptor)->unproven)
		fprintf(out, "%u", file->nr);
}

static void print_type(FILE *out, const struct files_view *view,
		       const struct files_descriptor *descriptor)
{
	fputs(file_type(file_of(view, descriptor))->column, out);
}

static void print_dev(FILE *out, const struct files_view *view,
		      const struct files_descriptor *descriptor)
{
	const struct files_file *file = file_of(view, descriptor);

	fprintf(out, "%u:%u", file->major, file->minor);
}

static void print_inode(FILE *out, const struct files_view *view,
			const struct files_descriptor *descriptor)
{
	fprintf(out, "%llu", file_of(view, descriptor)->ino);
}

static void print_path(FILE *out, const struct files_view *view,
		       const struct files_descriptor *descriptor)
{
	const char *path = file_of(view, descriptor)->path;

	if (path)
		text_put(out, path, strlen(path), view->utf8);
}

static void print_others(FILE *out, const struct files_view *view,
			 const struct files_descriptor *descriptor)
{
	const struct files_description *description =
		description_of(view, descriptor);
	const struct files_other *other;
	__u32 i;

	for (i = 0; i < description->nr_others; i++) {
		other = &view->files->other[description->first_other + i];
		fprintf(out, "%s%u:%u", i ? "," : "", other->pid, other->fd);
	}
}

const struct files_column files_columns[] = {
	{ "PID", "a task that holds the table", true, print_pid },
	{ "PIDS", "all tasks shown that hold it", false, print_pids },
	{ "COMM", "name of the task PID", false, print_comm },
	{ "TABLE", "which file descriptor table", false, print_table },
	{ "FD", "the file descriptor", true, print_fd },
	{ "CLOEXEC", "1 if execve(2) closes the descriptor", true,
	  print_cloexec },
	{ "DESC", "which open file description it leads to", false,
	  print_description },
	{ "OFFSET", "the description's offset, - if it has none", true,
	  print_offset },
	{ "FLAGS", "the description's flags", false, print_flags },
	{ "REFS", "references to the description", true, print_refs },
	{ "HERE", "how many descriptors shown lead to the description", true,
	  print_here },
	{ "FILE", "which file the description is of", false, print_file },
	{ "OPENED", "how many descriptions shown are of the file", true,
	  print_opened },
	{ "TYPE", "type of the file", false, print_type },
	{ "DEV", "device of the file", true, print_dev },
	{ "INODE", "inode number of the file", true, print_inode },
	{ "PATH", "path of the file", false, print_path },
	{ "OTHERS", "descriptors of other processes, as PID:FD", false,
	  print_others },
};

const int files_nr_columns = ARRAY_SIZE(files_columns);

static int find_column(const char *name, size_t len)
{
	int i;

	for (i = 0; i < files_nr_columns; i++)
		if (strlen(files_columns[i].name) == len &&
		    !strncasecmp(files_columns[i].name, name, len))
			return i;
	return -1;
}

/**
 * files_columns_parse() - the columns that --output asks for
 * @list: indices into files_columns[], at most FILES_MAX_COLUMNS
 * @nr: number of columns in @list already
 * @text: names with commas between
 * @error: says what is wrong
 *
 * Return: how many are in @list now, or -EINVAL.
 */
int files_columns_parse(int *list, int nr, const char *text,
			struct error *error)
{
	const char *end;

	for (;; text = end + 1) {
		end = strchrnul(text, ',');
		if (nr == FILES_MAX_COLUMNS)
			return error_set(error, -EINVAL,
					 "more than %d columns: ask for fewer",
					 FILES_MAX_COLUMNS);
		list[nr] = find_column(text, end - text);
		if (list[nr++] < 0)
			return error_set(error, -EINVAL,
					 "no column is called '%.*s': see taskshare files --list-columns",
					 (int)(end - text), text);
		if (!*end)
			return nr;
	}
}

/**
 * files_columns_default() - the columns without --output
 * @list: set to indices into files_columns[]
 *
 * Return: how many.
 */
int files_columns_default(int *list)
{
	struct error unused;

	return files_columns_parse(list, 0,
				   "TABLE,FD,DESC,OFFSET,FLAGS,FILE,TYPE,PATH",
				   &unused);
}

/* The text of a cell, to be freed */
static char *cell(const struct files_view *view, int column,
		  const struct files_descriptor *descriptor)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	files_columns[column].print(out, view, descriptor);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}

/* Blanks would pass for the end of a cell; a cell is never empty. */
static void put_raw_cell(FILE *out, const char *text)
{
	if (!*text)
		putc('.', out);
	for (; *text; text++) {
		if (*text == ' ')
			fputs("\\x20", out);
		else
			putc(*text, out);
	}
}

/* Line by line, so that a million of them take no memory */
static int put_raw(const struct files_view *view)
{
	char *text;
	__u32 i;
	int c;

	for (c = 0; c < view->nr_columns && !view->noheadings; c++)
		fprintf(view->out, "%s%s", c ? " " : "",
			files_columns[view->columns[c]].name);
	if (!view->noheadings)
		putc('\n', view->out);
	for (i = 0; i < view->files->nr; i++) {
		for (c = 0; c < view->nr_columns; c++) {
			text = cell(view, view->columns[c],
				    &view->files->descriptor[i]);
			if (!text)
				return -ENOMEM;
			if (c)
				putc(' ', view->out);
			put_raw_cell(view->out, text);
			free(text);
		}
		putc('\n', view->out);
	}
	return 0;
}

static int add_row(struct libscols_table *table, const struct files_view *view,
		   const struct files_descriptor *descriptor)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	int c, err = line ? 0 : -ENOMEM;
	char *text;

	for (c = 0; c < view->nr_columns && !err; c++) {
		text = cell(view, view->columns[c], descriptor);
		err = text ? scols_line_refer_data(line, c, text) : -ENOMEM;
	}
	return err;
}

/**
 * files_table() - print the table of descriptors
 * @view: the files
 *
 * Return: 0 or -ENOMEM; the caller has to check @out for errors.
 */
int files_table(const struct files_view *view)
{
	struct table_style style = table_style(view->out);
	struct table_column column[FILES_MAX_COLUMNS];
	struct libscols_table *table;
	int c, err;
	__u32 i;

	if (view->raw)
		return put_raw(view);
	style.noheadings = view->noheadings;
	for (c = 0; c < view->nr_columns; c++) {
		column[c].name = files_columns[view->columns[c]].name;
		column[c].flags = files_columns[view->columns[c]].right ?
				  SCOLS_FL_RIGHT : 0;
	}
	table = table_new(&style, column, view->nr_columns);
	err = table ? 0 : -ENOMEM;
	for (i = 0; i < view->files->nr && !err; i++)
		err = add_row(table, view, &view->files->descriptor[i]);
	return table_finish(table, err);
}
