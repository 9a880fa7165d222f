// SPDX-License-Identifier: GPL-2.0-only
/* The model as JSON, written as it goes: nothing is held in memory. */
#include <string.h>

#include "kinds.h"
#include "text.h"
#include "view.h"

static void put_shares(const struct view *view, __u32 task)
{
	const struct taskshare_record *rec = view->model->task[task];
	const char *comma = "";
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		switch (model_holding(view->model, task, k)) {
		case HOLDS_UNSEEN:
		case HOLDS_MOVING:
			continue;
		case HOLDS_NONE:
			fprintf(view->out, "%s\"%s\": null", comma,
				kind_name[k]);
			break;
		case HOLDS_OBJECT:
			fprintf(view->out, "%s\"%s\": \"%016llx\"", comma,
				kind_name[k], rec->id[k]);
			break;
		}
		comma = ", ";
	}
}

static void put_task(const struct view *view, __u32 task)
{
	const struct taskshare_record *rec = view->model->task[task];
	FILE *out = view->out;

	fprintf(out, "{\"pid\": %u, \"tgid\": %u, \"ppid\": %u, \"comm\": ",
		rec->pid, rec->tgid, rec->ppid);
	text_json(out, rec->comm, strnlen(rec->comm, TASKSHARE_COMM_LEN));
	fprintf(out, ", \"kind\": \"%s\", \"state\": ", task_name[rec->kind]);
	text_json(out, (const char *)&rec->state, 1);
	fprintf(out, ",\n  \"start_ns\": %llu, \"shares\": {", rec->start_ns);
	put_shares(view, task);
	fputs("}}", out);
}

static void put_object(const struct view *view, int k,
		       const struct object *obj)
{
	const struct model *model = view->model;
	FILE *out = view->out;
	__u32 i;

	fprintf(out, "{\"kind\": \"%s\", \"id\": \"%016llx\", ", kind_name[k],
		obj->id);
	if (obj->refs)
		fprintf(out, "\"refs\": %u, ", obj->refs);
	fputs("\"tasks\": [", out);
	for (i = 0; i < obj->nr; i++)
		fprintf(out, "%s%u", i ? ", " : "",
			model->task[model->kind[k].holders[obj->first + i]]->pid);
	fputs("]}", out);
}

/**
 * output_json() - print the model as JSON
 * @view: what to print; nothing but @out, @model, @engine and @kernel counts
 *
 * Return: 0; whether @out took it is for the caller to see.
 */
int output_json(const struct view *view)
{
	const char *comma = "";
	FILE *out = view->out;
	__u32 i;
	int k;

	fprintf(out, "{\"taskshare\": %d, \"engine\": \"%s\"",
		TASKSHARE_VERSION, view->engine);
	if (view->kernel) {
		fputs(", \"kernel\": ", out);
		text_json(out, view->kernel, strlen(view->kernel));
	}
	fputs(",\n\"tasks\": [", out);
	for (i = 0; i < view->model->nr; i++) {
		fputs(i ? ",\n " : "\n ", out);
		put_task(view, i);
	}
	fputs("],\n\"objects\": [", out);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		for (i = 0; i < view->model->kind[k].nr; i++) {
			fprintf(out, "%s\n ", comma);
			put_object(view, k, &view->model->kind[k].obj[i]);
			comma = ",";
		}
	}
	fputs("]}\n", out);
	return 0;
}
