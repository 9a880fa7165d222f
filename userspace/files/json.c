// SPDX-License-Identifier: GPL-2.0-only
/* Open files as JSON; taskshare(5) describes the keys. */
#include <stdio.h>
#include <string.h>

#include "files/names.h"
#include "files/output.h"
#include "record/kinds.h"
#include "util/json.h"

static void put_tasks(struct json *json, const struct files_view *view)
{
	const struct model *model = view->model;
	const struct taskshare_record *rec;
	__u32 i, of;

	json_newline(json, 0);
	json_open(json, "tasks", '[');
	for (i = 0; i < model->nr; i++) {
		rec = model->task[i];
		of = model->kind[TASKSHARE_FILES].of[i];
		json_newline(json, 1);
		json_open(json, NULL, '{');
		json_uint(json, "pid", rec->pid);
		json_uint(json, "tgid", rec->tgid);
		json_bytes(json, "comm", rec->comm,
			   strnlen(rec->comm, TASKSHARE_COMM_LEN));
		/* Absent if it is not known, null if there is none */
		if (of != NO_OBJECT && !view->moved[i])
			json_uint(json, "table", of);
		else if (model_holding(model, i, TASKSHARE_FILES) == HOLDS_NONE)
			json_null(json, "table");
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_table(struct json *json, const struct files_view *view,
		      __u32 table)
{
	const struct files_table *t = &view->files->table[table];
	const struct object *obj =
		&view->model->kind[TASKSHARE_FILES].obj[table];
	const struct files_descriptor *d;
	__u32 i;

	json_newline(json, 1);
	json_open(json, NULL, '{');
	json_id(json, "id", obj->id);
	if (obj->refs)
		json_uint(json, "refs", obj->refs);
	if (t->err)
		json_string(json, "error", strerror(-t->err));
	if (t->changed)
		json_uint(json, "changed", t->changed);
	if (t->unreadable)
		json_uint(json, "unreadable", t->unreadable);
	if (!t->err) {
		json_newline(json, 2);
		json_open(json, "descriptors", '[');
		for (i = 0; i < t->nr; i++) {
			d = &view->files->descriptor[t->first + i];
			json_newline(json, 3);
			json_open(json, NULL, '{');
			json_uint(json, "fd", d->fd);
			json_uint(json, "description", d->description);
			json_bool(json, "cloexec", d->cloexec);
			json_close(json, '}');
		}
		json_close(json, ']');
	}
	json_close(json, '}');
}

static void put_flags(struct json *json, __u32 flags)
{
	char text[FLAGS_TEXT], *name, *rest = text;

	json_uint(json, "flags", flags);
	json_open(json, "flag_names", '[');
	flags_names(text, flags, ',');
	while ((name = strsep(&rest, ",")))
		json_string(json, NULL, name);
	json_close(json, ']');
}

static void put_others(struct json *json, const struct files_view *view,
		       const struct files_description *description)
{
	const struct files_other *other;
	__u32 i;

	json_open(json, "others", '[');
	for (i = 0; i < description->nr_others; i++) {
		other = &view->files->other[description->first_other + i];
		json_open(json, NULL, '{');
		json_uint(json, "pid", other->pid);
		json_uint(json, "fd", other->fd);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_description(struct json *json, const struct files_view *view,
			    const struct files_description *description)
{
	json_newline(json, 1);
	json_open(json, NULL, '{');
	if (files_has_offset(view->files, description))
		json_int(json, "offset", description->pos);
	else
		json_null(json, "offset");
	put_flags(json, description->flags);
	if (description->refs)
		json_uint(json, "refs", description->refs);
	json_uint(json, "file", description->file);
	if (description->unproven)
		json_bool(json, "unproven", true);
	if (view->files->others_seen)
		put_others(json, view, description);
	json_close(json, '}');
}

static void put_file(struct json *json, const struct files_file *file)
{
	char dev[32];

	json_newline(json, 1);
	json_open(json, NULL, '{');
	snprintf(dev, sizeof(dev), "%u:%u", file->major, file->minor);
	json_string(json, "type", file_type(file)->key);
	json_string(json, "dev", dev);
	json_uint(json, "inode", file->ino);
	if (file->path)
		json_string(json, "path", file->path);
	json_close(json, '}');
}

/**
 * files_json() - print what is open as JSON
 * @view: the files; the caller has to check @out for errors
 */
void files_json(const struct files_view *view)
{
	const struct files *files = view->files;
	struct json json;
	__u32 i;

	json_begin(&json, view->out);
	json_open(&json, NULL, '{');
	json_int(&json, "taskshare-files", 1);
	json_string(&json, "engine", view->engine);
	json_string(&json, "descriptors", view->source);
	if (view->kernel)
		json_string(&json, "kernel", view->kernel);
	if (files->others_cut)
		json_bool(&json, "others_cut", true);
	put_tasks(&json, view);
	json_newline(&json, 0);
	json_open(&json, "tables", '[');
	for (i = 0; i < files->nr_tables; i++)
		put_table(&json, view, i);
	json_close(&json, ']');
	json_newline(&json, 0);
	json_open(&json, "descriptions", '[');
	for (i = 0; i < files->nr_descriptions; i++)
		put_description(&json, view, &files->description[i]);
	json_close(&json, ']');
	json_newline(&json, 0);
	json_open(&json, "files", '[');
	for (i = 0; i < files->nr_files; i++)
		put_file(&json, &files->file[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	putc('\n', view->out);
}
