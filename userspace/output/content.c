// SPDX-License-Identifier: GPL-2.0-only
/* Values of content as cells of a table and as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "content/parse.h"
#include "output/content.h"
#include "record/kinds.h"
#include "util/text.h"

/* Any bytes: --raw leaves their escaping to the table. */
static void put_bytes(FILE *out, const struct view *view, const char *s,
		      size_t len)
{
	if (view->raw)
		fwrite(s, 1, len, out);
	else
		text_put(out, s, len, view->utf8);
}

/* "4,24,27"; the kernel puts blanks between those that come as a string. */
static void put_ids(FILE *out, const struct content_value *value)
{
	const char *s = value->string;
	size_t i;

	for (i = 0; i < value->nr; i++)
		fprintf(out, "%s%u", i ? "," : "", value->ids[i]);
	for (i = 0; s && i < value->len; i++)
		if (s[i] != ' ')
			putc(s[i], out);
		else if (i + 1 < value->len && s[i + 1] != ' ')
			putc(',', out);
	if (!value->nr && !value->len)
		putc('-', out);
}

/* "cpu,cpuacct:/path;memory:/" */
static void put_paths(FILE *out, const struct view *view,
		      const struct content_value *value)
{
	const char *lines = value->string, *controllers, *path, *before = "";
	size_t controllers_len, len;

	while (parse_cgroup(&lines, &controllers, &controllers_len, &path,
			    &len)) {
		if (!controllers_len)
			continue;
		fputs(before, out);
		put_bytes(out, view, controllers, controllers_len);
		putc(':', out);
		put_bytes(out, view, path, len);
		before = ";";
	}
	if (!*before)
		putc('-', out);
}

static void put_value(FILE *out, const struct view *view,
		      enum content_type type,
		      const struct content_value *value)
{
	switch (type) {
	case CONTENT_NUMBER:
		fprintf(out, "%llu", value->number);
		break;
	case CONTENT_MASK:
		fprintf(out, "%016llx", value->number);
		break;
	case CONTENT_OCTAL:
		fprintf(out, "%04llo", value->number);
		break;
	case CONTENT_SECONDS:
		fprintf(out, "%llu.%09llu", value->number / 1000000000,
			value->number % 1000000000);
		break;
	case CONTENT_YES_NO:
		fputs(value->number ? "yes" : "no", out);
		break;
	case CONTENT_STRING:
		put_bytes(out, view, value->string, value->len);
		break;
	case CONTENT_IDS:
		put_ids(out, value);
		break;
	case CONTENT_PATHS:
		put_paths(out, view, value);
		break;
	}
}

/**
 * content_cell() - a value as text
 * @task: index of the task
 * @field: the value's field
 *
 * An unknown value is empty, or a question mark if the task was changing the
 * object; "-" is none.
 *
 * Return: the text, to be freed, or NULL without memory.
 */
char *content_cell(const struct view *view, __u32 task,
		   enum content_field field)
{
	const struct content_info *info = &content_fields[field];
	struct content_value value;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	switch (content_value(view->content, task, field, &value)) {
	case CONTENT_UNKNOWN:
		if (info->kind != OF_TASK &&
		    model_holding(view->model, task, info->kind) ==
		    HOLDS_MOVING)
			putc('?', out);
		break;
	case CONTENT_ABSENT:
		putc('-', out);
		break;
	case CONTENT_KNOWN:
		put_value(out, view, info->type, &value);
		break;
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static void json_ids(struct json *json, const char *key,
		     const struct content_value *value)
{
	const char *s = value->string, *end = s ? s + value->len : NULL;
	char *after;
	size_t i;

	json_open(json, key, '[');
	for (i = 0; i < value->nr; i++)
		json_uint(json, NULL, value->ids[i]);
	for (; s && s < end; s = after) {
		unsigned long id = strtoul(s, &after, 10);

		if (after == s)
			break;
		json_uint(json, NULL, id);
	}
	json_close(json, ']');
}

static void json_paths(struct json *json, const char *key,
		       const struct content_value *value)
{
	const char *lines = value->string, *controllers, *path;
	size_t controllers_len, len;

	json_open(json, key, '[');
	while (parse_cgroup(&lines, &controllers, &controllers_len, &path,
			    &len)) {
		if (!controllers_len)
			continue;
		json_open(json, NULL, '{');
		json_bytes(json, "controllers", controllers, controllers_len);
		json_bytes(json, "path", path, len);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void json_value(struct json *json, const struct content_info *info,
		       const struct content_value *value)
{
	char octal[32];

	switch (info->type) {
	case CONTENT_NUMBER:
	case CONTENT_SECONDS:
		json_uint(json, info->key, value->number);
		break;
	case CONTENT_MASK:
		json_id(json, info->key, value->number);
		break;
	case CONTENT_OCTAL:
		snprintf(octal, sizeof(octal), "%04llo", value->number);
		json_string(json, info->key, octal);
		break;
	case CONTENT_YES_NO:
		json_bool(json, info->key, value->number);
		break;
	case CONTENT_STRING:
		json_bytes(json, info->key, value->string, value->len);
		break;
	case CONTENT_IDS:
		json_ids(json, info->key, value);
		break;
	case CONTENT_PATHS:
		json_paths(json, info->key, value);
		break;
	}
}

/*
 * struct group - fields of one kind that become an object of JSON
 * @json: the value
 * @key: the key of the object
 * @begun: whether it has begun: one without a field is left out
 */
struct group {
	struct json *json;
	const char *key;
	bool begun;
};

static void group_add(struct group *group, const struct content_info *info,
		      enum content_state state,
		      const struct content_value *value)
{
	if (state == CONTENT_UNKNOWN)
		return;
	if (!group->begun)
		json_open(group->json, group->key, '{');
	group->begun = true;
	if (state == CONTENT_ABSENT)
		json_null(group->json, info->key);
	else
		json_value(group->json, info, value);
}

static void group_end(struct group *group)
{
	if (group->begun)
		json_close(group->json, '}');
}

static void task_group(struct group *group, const struct view *view, __u32 task,
		       int kind)
{
	struct content_value value;
	int f;

	for (f = 0; f < NR_CONTENT_FIELDS; f++)
		if (content_fields[f].kind == kind)
			group_add(group, &content_fields[f],
				  content_value(view->content, task, f, &value),
				  &value);
}

/**
 * content_json_task() - write what belongs to a task, and to what it holds of
 * kinds whose objects the engine does not see
 * @json: the value
 * @task: index of the task
 */
void content_json_task(struct json *json, const struct view *view, __u32 task)
{
	struct group own = { .json = json, .key = "content" };
	int k;

	task_group(&own, view, task, OF_TASK);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		struct group held = { .json = json, .key = kind_name[k] };

		if (model_holding(view->model, task, k) == HOLDS_UNSEEN)
			task_group(&held, view, task, k);
		group_end(&held);
	}
	group_end(&own);
}

/**
 * content_json_object() - write what an object holds
 * @json: the value
 * @kind: of the object
 * @obj: the object
 */
void content_json_object(struct json *json, const struct view *view, int kind,
			 const struct object *obj)
{
	struct group held = { .json = json, .key = "content" };
	struct content_value value;
	int f;

	for (f = 0; f < NR_CONTENT_FIELDS; f++)
		if (content_fields[f].kind == kind)
			group_add(&held, &content_fields[f],
				  content_object_value(view->content, kind, obj,
						       f, &value), &value);
	group_end(&held);
}
