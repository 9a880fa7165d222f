// SPDX-License-Identifier: GPL-2.0-only
/* The model as JSON; its keys are described in taskshare(5). */
#include <string.h>

#include "record/kinds.h"
#include "output/content.h"
#include "output/view.h"
#include "util/json.h"

static void put_shares(struct json *json, const struct view *view, __u32 task)
{
	const struct taskshare_record *rec = view->model->task[task];
	int k;

	json_open(json, "shares", '{');
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		switch (model_holding(view->model, task, k)) {
		case HOLDS_UNSEEN:
		case HOLDS_MOVING:
			break;
		case HOLDS_NONE:
			json_null(json, kind_name[k]);
			break;
		case HOLDS_OBJECT:
			json_id(json, kind_name[k], rec->id[k]);
			break;
		}
	}
	json_close(json, '}');
}

static void put_task(struct json *json, const struct view *view, __u32 task)
{
	const struct taskshare_record *rec = view->model->task[task];

	json_newline(json, 1);
	json_open(json, NULL, '{');
	json_uint(json, "pid", rec->pid);
	json_uint(json, "tgid", rec->tgid);
	json_uint(json, "ppid", rec->ppid);
	json_bytes(json, "comm", rec->comm,
		   strnlen(rec->comm, TASKSHARE_COMM_LEN));
	json_string(json, "kind", task_name[rec->kind]);
	json_bytes(json, "state", (const char *)&rec->state, 1);
	json_newline(json, 2);
	json_uint(json, "start_ns", rec->start_ns);
	put_shares(json, view, task);
	content_json_task(json, view, task);
	json_close(json, '}');
}

static void put_object(struct json *json, const struct view *view, int k,
		       const struct object *obj)
{
	const struct model *model = view->model;
	const __u32 *holder = &model->kind[k].holders[obj->first];
	__u32 i;

	json_newline(json, 1);
	json_open(json, NULL, '{');
	json_string(json, "kind", kind_name[k]);
	json_id(json, "id", obj->id);
	if (obj->refs)
		json_uint(json, "refs", obj->refs);
	json_open(json, "tasks", '[');
	for (i = 0; i < obj->nr; i++)
		json_uint(json, NULL, model->task[holder[i]]->pid);
	json_close(json, ']');
	content_json_object(json, view, k, obj);
	json_close(json, '}');
}

/**
 * output_json() - print the model as JSON
 * @view: the model and the style, of which @out, @model, @content, @engine and
 *	  @kernel count
 *
 * Return: 0; the caller has to check @out for errors.
 */
int output_json(const struct view *view)
{
	const struct model *model = view->model;
	struct json json;
	__u32 i;
	int k;

	json_begin(&json, view->out);
	json_open(&json, NULL, '{');
	json_int(&json, "taskshare", TASKSHARE_VERSION);
	json_string(&json, "engine", view->engine);
	if (view->kernel)
		json_string(&json, "kernel", view->kernel);
	json_newline(&json, 0);
	json_open(&json, "tasks", '[');
	for (i = 0; i < model->nr; i++)
		put_task(&json, view, i);
	json_close(&json, ']');
	json_newline(&json, 0);
	json_open(&json, "objects", '[');
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		for (i = 0; i < model->kind[k].nr; i++)
			put_object(&json, view, k, &model->kind[k].obj[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	putc('\n', view->out);
	return 0;
}
