// SPDX-License-Identifier: GPL-2.0-only
/* Reading what is open in the tables of a model. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files/source.h"

/**
 * files_open() - open a way to read descriptors
 * @source: set to it, for files_close()
 * @engine: the engine that tasks come from: descriptors are read in the same
 *	    way if it can; of "module", which cannot, as bpf does, or else proc
 * @error: says why it is not usable
 *
 * Return: 0 or a negative errno.
 */
int files_open(struct files_source **source, const char *engine,
	       struct error *error)
{
	struct files_source *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return error_set(error, -ENOMEM, "no memory");
	s->ops = strcmp(engine, "proc") ? &files_bpf : &files_proc;
	err = s->ops->open(&s->state, error);
	if (err && !strcmp(engine, "module")) {
		s->ops = &files_proc;
		err = s->ops->open(&s->state, error);
	}
	if (err)
		free(s);
	else
		*source = s;
	return err;
}

/**
 * files_engine() - the way descriptors are read
 * @source: opened
 *
 * Return: the name of an engine, "bpf" or "proc".
 */
const char *files_engine(const struct files_source *source)
{
	return source->ops->name;
}

/* The leader, if it holds the table: iterators show it for its threads. */
static __u32 task_to_read(const struct model *model, __u32 object)
{
	const struct model_kind *kind = &model->kind[TASKSHARE_FILES];
	const __u32 *holder = &kind->holders[kind->obj[object].first];
	__u32 i;

	for (i = 0; i < kind->obj[object].nr; i++)
		if (model->task[holder[i]]->pid == model->task[holder[i]]->tgid)
			return holder[i];
	return holder[0];
}

static int init_tables(struct files *files, const struct model *model)
{
	__u32 i;

	files->nr_tables = model->kind[TASKSHARE_FILES].nr;
	files->table = calloc(files->nr_tables + 1, sizeof(*files->table));
	if (!files->table)
		return -ENOMEM;
	for (i = 0; i < files->nr_tables; i++) {
		files->table[i].task = task_to_read(model, i);
		files->table[i].pid = model->task[files->table[i].task]->pid;
	}
	return 0;
}

/* Whether a task has no descriptor for sure */
static bool is_empty(__u32 pid)
{
	struct dirent *entry;
	char path[40];
	bool any = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%u/fd", pid);
	dir = opendir(path);
	if (!dir)
		return false;
	while ((entry = readdir(dir)))
		any |= *entry->d_name != '.';
	return !closedir(dir) && !any;
}

/* A table of which nothing was shown need not be empty. */
static int check_empty(struct files *files, const struct file_rows *rows)
{
	bool *any = calloc(files->nr_tables + 1, sizeof(*any));
	struct files_table *table;
	size_t i;

	if (!any)
		return -ENOMEM;
	for (i = 0; i < rows->nr; i++)
		any[rows->row[i].table] = true;
	for (i = 0; i < files->nr_tables; i++) {
		table = &files->table[i];
		if (!any[i] && !table->err && !table->unreadable &&
		    !is_empty(table->pid))
			table->err = -ENODATA;
	}
	free(any);
	return 0;
}

static void drop_rows(const struct files *files, struct file_rows *rows)
{
	size_t i, kept = 0;

	for (i = 0; i < rows->nr; i++)
		if (!files->table[rows->row[i].table].err)
			rows->row[kept++] = rows->row[i];
	rows->nr = kept;
}

/* A row that differs, or whose table changed, was not there all the time. */
static void count_changed(struct files *files)
{
	struct files_descriptor *descriptor;
	__u32 i;

	for (i = 0; i < files->nr; i++) {
		descriptor = &files->descriptor[i];
		if (files->table[descriptor->table].err)
			descriptor->confirmed = false;
		if (!descriptor->confirmed)
			files->table[descriptor->table].changed++;
	}
}

static int read_first(struct files_source *source, struct files *files,
		      struct error *error)
{
	struct file_rows rows = { 0 };
	int err;

	err = source->ops->first(source->state, files, &rows, error);
	if (!err && check_empty(files, &rows))
		err = error_set(error, -ENOMEM, "no memory");
	drop_rows(files, &rows);
	if (!err && files_build(files, &rows))
		err = error_set(error, -ENOMEM,
				"no memory for %zu file descriptors", rows.nr);
	free(rows.row);
	return err;
}

/**
 * files_read() - read what is open in the tables of a model
 * @source: the source, open
 * @model: the tasks, of which the tables are known; they may go on
 * @use: mask of enum files_use
 * @files: set to it, for files_free()
 * @error: says what is wrong
 *
 * That the tasks still hold their tables is for the caller to see afterwards.
 *
 * Return: 0 or a negative errno.
 */
int files_read(struct files_source *source, const struct model *model,
	       unsigned int use, struct files *files, struct error *error)
{
	const struct files_ops *ops = source->ops;
	int err;

	*files = (struct files){ 0 };
	if (init_tables(files, model))
		return error_set(error, -ENOMEM, "no memory");
	err = read_first(source, files, error);
	if (!err && use & FILES_PATHS)
		files_read_paths(files);
	files->others_seen = use & FILES_OTHERS && ops->others;
	if (!err && files->others_seen)
		err = ops->others(source->state, files, error);
	err = err ?: ops->second(source->state, files, error);
	if (!err) {
		count_changed(files);
		if (files_prune(files))
			err = error_set(error, -ENOMEM, "no memory");
	}
	if (err)
		files_free(files);
	return err;
}

/**
 * files_free() - free what files_read() read
 * @files: it
 */
void files_free(struct files *files)
{
	__u32 i;

	for (i = 0; i < files->nr_files; i++)
		free(files->file[i].path);
	free(files->table);
	free(files->descriptor);
	free(files->description);
	free(files->file);
	free(files->holder);
	free(files->opened);
	free(files->other);
	*files = (struct files){ 0 };
}

/**
 * files_close() - close a source that files_open() opened
 * @source: it
 */
void files_close(struct files_source *source)
{
	source->ops->close(source->state);
	free(source);
}
