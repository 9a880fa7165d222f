// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks that this is a recording. The page can show one that passes: every key
 * that it reads is there and of its type, and every index leads somewhere.
 * Keys that are not in the tables may be there, too.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "page/page.h"
#include "util/array.h"

#define RECORDING_VERSION	1

/* Types that a value may have, as bits */
#define TEXT	(1u << JSON_STRING)
#define NUMBER	(1u << JSON_INTEGER)
#define LIST	(1u << JSON_ARRAY)
#define OBJECT	(1u << JSON_OBJECT)
#define NONE	(1u << JSON_NULL)
#define YESNO	(1u << JSON_TRUE | 1u << JSON_FALSE)
#define ABSENT	(1u << 31)
/* A number may be negative */
#define SIGNED	(1u << 30)

/* Lists that numbers are indices of */
enum list { NO_LIST, KINDS, TASKS, OBJECTS, SOURCES, NR_LISTS };

static const char *const list_name[NR_LISTS] = {
	[KINDS] = "kinds", [TASKS] = "tasks", [OBJECTS] = "objects",
	[SOURCES] = "sources",
};

/**
 * struct check - a recording that is checked
 * @root: it
 * @nr: the lengths of its lists
 * @path: path to the value under test, as "steps[3].rows[0]"
 * @error: says what is wrong
 */
struct check {
	const json_t *root;
	size_t nr[NR_LISTS];
	char path[128];
	struct error *error;
};

/**
 * struct field - a value of an object under a key, or of an array
 * @key: the key; in an array a name for messages
 * @types: types that it may have
 * @list: the list that it is an index of, if it is a number
 */
struct field {
	const char *key;
	unsigned int types;
	enum list list;
};

#define FIELD(key_, types_)	{ .key = key_, .types = types_ }
#define INDEX(key_, types_, list_)					\
	{ .key = key_, .types = types_, .list = list_ }

static int wrong(struct check *check, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static int wrong(struct check *check, const char *format, ...)
{
	char what[128];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	return error_set(check->error, -EINVAL, "not a recording: %s%s%s",
			 check->path, *check->path ? ": " : "", what);
}

static const char *types_text(unsigned int types)
{
	static const struct {
		unsigned int type;
		const char *text;
	} known[] = {
		{ TEXT, "a string" }, { NUMBER, "a whole number" },
		{ LIST, "an array" }, { OBJECT, "an object" },
		{ YESNO, "true or false" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		if (types & known[i].type)
			return known[i].text;
	return "null";
}

static int check_value(struct check *check, const json_t *value,
		       const struct field *field)
{
	json_int_t n;

	if (!value && field->types & ABSENT)
		return 0;
	if (!value)
		return wrong(check, "no %s", field->key);
	if (!(field->types & (1u << json_typeof(value))))
		return wrong(check, "%s has to be %s%s", field->key,
			     types_text(field->types),
			     field->types & NONE ? " or null" : "");
	if (!json_is_integer(value))
		return 0;
	n = json_integer_value(value);
	if (n < 0 && !(field->types & SIGNED))
		return wrong(check, "%s is negative", field->key);
	if (field->list && (size_t)n >= check->nr[field->list])
		return wrong(check, "%s is %lld, but %s has %zu",
			     field->key, (long long)n, list_name[field->list],
			     check->nr[field->list]);
	return 0;
}

static int check_fields(struct check *check, const json_t *object,
			const struct field *field, size_t nr)
{
	size_t i;
	int err;

	if (!json_is_object(object))
		return wrong(check, "has to be an object");
	for (i = 0; i < nr; i++) {
		err = check_value(check, json_object_get(object, field[i].key),
				  &field[i]);
		if (err)
			return err;
	}
	return 0;
}

static int check_tuple(struct check *check, const json_t *tuple,
		       const struct field *field, size_t nr)
{
	size_t i;
	int err;

	if (!json_is_array(tuple) || json_array_size(tuple) != nr)
		return wrong(check, "has to be an array of %zu", nr);
	for (i = 0; i < nr; i++) {
		err = check_value(check, json_array_get(tuple, i), &field[i]);
		if (err)
			return err;
	}
	return 0;
}

typedef int (*check_one_t)(struct check *check, const json_t *value);

/* Checks each element of an array below a key, if it is there. */
static int check_each(struct check *check, const json_t *object,
		      const char *key, check_one_t one)
{
	const json_t *array = json_object_get(object, key);
	size_t len = strlen(check->path), i;
	int err = 0;

	for (i = 0; i < json_array_size(array) && !err; i++) {
		snprintf(check->path + len, sizeof(check->path) - len,
			 "%s%s[%zu]", len ? "." : "", key, i);
		err = one(check, json_array_get(array, i));
		check->path[len] = 0;
	}
	return err;
}

/* Checks the fields of an object below a key, if there is one. */
static int check_below(struct check *check, const json_t *object,
		       const char *key, const struct field *field, size_t nr)
{
	const json_t *value = json_object_get(object, key);
	size_t len = strlen(check->path);
	int err;

	if (!json_is_object(value))
		return 0;
	snprintf(check->path + len, sizeof(check->path) - len, "%s%s",
		 len ? "." : "", key);
	err = check_fields(check, value, field, nr);
	check->path[len] = 0;
	return err;
}

#define CHECK_FIELDS(name, ...)						\
static int check_##name(struct check *check, const json_t *value)	\
{									\
	static const struct field field[] = { __VA_ARGS__ };		\
									\
	return check_fields(check, value, field, ARRAY_SIZE(field));	\
}

#define CHECK_TUPLE(name, ...)						\
static int check_##name(struct check *check, const json_t *value)	\
{									\
	static const struct field field[] = { __VA_ARGS__ };		\
									\
	return check_tuple(check, value, field, ARRAY_SIZE(field));	\
}

static int check_text(struct check *check, const json_t *value)
{
	return json_is_string(value) ? 0 : wrong(check, "has to be a string");
}

CHECK_FIELDS(kind, FIELD("name", TEXT), FIELD("title", TEXT),
	     FIELD("about", TEXT | NONE | ABSENT), FIELD("seen", YESNO))
CHECK_FIELDS(task, FIELD("pid", NUMBER), FIELD("tgid", NUMBER),
	     FIELD("kind", TEXT),
	     FIELD("origin", TEXT | ABSENT),
	     INDEX("creator", NUMBER | NONE | ABSENT, TASKS),
	     FIELD("first", NUMBER | NONE | ABSENT),
	     FIELD("last", NUMBER | NONE | ABSENT))
CHECK_FIELDS(object, INDEX("kind", NUMBER, KINDS), FIELD("letter", TEXT),
	     FIELD("about", TEXT | NONE | ABSENT))
CHECK_FIELDS(source, FIELD("path", TEXT), FIELD("text", TEXT | NONE))
CHECK_FIELDS(ask, FIELD("text", TEXT), FIELD("set", YESNO),
	     FIELD("answer", TEXT | NONE))
CHECK_FIELDS(output, FIELD("stream", TEXT), FIELD("text", TEXT))
CHECK_TUPLE(refs, INDEX("object", NUMBER, OBJECTS), FIELD("refs", NUMBER))
CHECK_TUPLE(descriptor, FIELD("descriptor", NUMBER),
	    FIELD("description", NUMBER), FIELD("cloexec", YESNO | NUMBER))
CHECK_TUPLE(description, FIELD("index", NUMBER),
	    FIELD("offset", NUMBER | SIGNED | NONE), FIELD("flags", TEXT),
	    FIELD("file", NUMBER))
CHECK_TUPLE(file, FIELD("index", NUMBER), FIELD("device", TEXT),
	    FIELD("inode", NUMBER | TEXT), FIELD("path", TEXT | NONE),
	    FIELD("type", TEXT))

/* An object, or why there is none: null, "?" or "-" */
static int check_cell(struct check *check, const json_t *cell)
{
	static const struct field field =
		INDEX("a cell", NUMBER | TEXT | NONE, OBJECTS);
	const char *text = json_string_value(cell);

	if (text && strcmp(text, "?") && strcmp(text, "-"))
		return wrong(check, "a cell is neither \"?\" nor \"-\"");
	return check_value(check, cell, &field);
}

static int check_row(struct check *check, const json_t *row)
{
	static const struct field field[] = {
		INDEX("task", NUMBER, TASKS), FIELD("pid", NUMBER),
		FIELD("tgid", NUMBER), FIELD("ppid", NUMBER),
		FIELD("state", TEXT), FIELD("name", TEXT), FIELD("cells", LIST),
	};
	const json_t *cells;
	size_t i;
	int err;

	err = check_tuple(check, row, field, ARRAY_SIZE(field));
	if (err)
		return err;
	cells = json_array_get(row, ARRAY_SIZE(field) - 1);
	if (json_array_size(cells) != check->nr[KINDS])
		return wrong(check, "%zu cells for %zu kinds",
			     json_array_size(cells), check->nr[KINDS]);
	for (i = 0; i < check->nr[KINDS] && !err; i++)
		err = check_cell(check, json_array_get(cells, i));
	return err;
}

static int check_table(struct check *check, const json_t *table)
{
	static const struct field field[] = {
		INDEX("object", NUMBER, OBJECTS), FIELD("descriptors", LIST),
	};
	const json_t *descriptors;
	size_t i;
	int err;

	err = check_tuple(check, table, field, ARRAY_SIZE(field));
	if (err)
		return err;
	descriptors = json_array_get(table, 1);
	for (i = 0; i < json_array_size(descriptors) && !err; i++)
		err = check_descriptor(check, json_array_get(descriptors, i));
	return err;
}

static int check_files(struct check *check, const json_t *step)
{
	static const struct field field[] = {
		FIELD("tables", LIST), FIELD("descriptions", LIST),
		FIELD("files", LIST),
	};
	const json_t *files = json_object_get(step, "files");
	size_t len = strlen(check->path);
	int err;

	err = check_below(check, step, "files", field, ARRAY_SIZE(field));
	strncat(check->path, ".files", sizeof(check->path) - len - 1);
	if (!err)
		err = check_each(check, files, "tables", check_table);
	if (!err)
		err = check_each(check, files, "descriptions",
				 check_description);
	if (!err)
		err = check_each(check, files, "files", check_file);
	check->path[len] = 0;
	return err;
}

static int check_place(struct check *check, const json_t *step)
{
	static const struct field field[] = {
		INDEX("source", NUMBER | ABSENT, SOURCES),
		FIELD("line", NUMBER | ABSENT),
		FIELD("function", TEXT | NONE | ABSENT),
		FIELD("file", TEXT | NONE | ABSENT),
	};

	return check_below(check, step, "source", field, ARRAY_SIZE(field));
}

static int check_step(struct check *check, const json_t *step)
{
	static const struct field field[] = {
		FIELD("time", NUMBER | ABSENT), FIELD("event", TEXT),
		INDEX("task", NUMBER | NONE, TASKS),
		INDEX("other", NUMBER | NONE | ABSENT, TASKS),
		FIELD("sentence", TEXT), FIELD("details", LIST | ABSENT),
		FIELD("call", TEXT | NONE | ABSENT),
		FIELD("flags", LIST | ABSENT),
		FIELD("source", OBJECT | NONE | ABSENT), FIELD("rows", LIST),
		FIELD("refs", LIST | NONE | ABSENT),
		FIELD("output", NUMBER | ABSENT),
		FIELD("files", OBJECT | NONE | ABSENT),
	};
	int err;

	err = check_fields(check, step, field, ARRAY_SIZE(field));
	if (!err)
		err = check_each(check, step, "details", check_text);
	if (!err)
		err = check_each(check, step, "flags", check_text);
	if (!err)
		err = check_place(check, step);
	if (!err)
		err = check_each(check, step, "rows", check_row);
	if (!err)
		err = check_each(check, step, "refs", check_refs);
	if (!err)
		err = check_files(check, step);
	return err;
}

static int check_version(struct check *check)
{
	const json_t *version = json_object_get(check->root, "recording");

	if (!json_is_integer(version) || json_integer_value(version) < 1)
		return wrong(check, "no version: recording is missing");
	if (json_integer_value(version) > RECORDING_VERSION)
		return error_set(check->error, -EINVAL,
				 "a recording of version %lld: this program reads version %d, so take a newer one",
				 (long long)json_integer_value(version),
				 RECORDING_VERSION);
	return 0;
}

static int check_steps(struct check *check)
{
	size_t nr = json_array_size(json_object_get(check->root, "steps"));

	if (!nr)
		return wrong(check, "no steps");
	if (nr > PAGE_MAX_STEPS)
		return error_set(check->error, -EINVAL,
				 "%zu steps: a page holds %d, so record fewer",
				 nr, PAGE_MAX_STEPS);
	return check_each(check, check->root, "steps", check_step);
}

static int check_head(struct check *check)
{
	static const struct field root[] = {
		FIELD("taskshare", TEXT), FIELD("engine", TEXT),
		FIELD("lasting", YESNO | ABSENT), FIELD("host", TEXT),
		FIELD("kernel", TEXT), FIELD("machine", TEXT | ABSENT),
		FIELD("uid", NUMBER | ABSENT), FIELD("time", TEXT),
		FIELD("command", LIST), FIELD("exit", OBJECT | NONE),
		FIELD("kinds", LIST), FIELD("tasks", LIST), FIELD("objects", LIST),
		FIELD("sources", LIST), FIELD("steps", LIST), FIELD("output", LIST),
		FIELD("lab", OBJECT | NONE | ABSENT), FIELD("notes", LIST | ABSENT),
	};
	static const struct field lab[] = {
		FIELD("name", TEXT), FIELD("title", TEXT), FIELD("question", TEXT),
		FIELD("explanation", TEXT), FIELD("number", NUMBER | ABSENT),
		FIELD("ask", LIST | ABSENT), FIELD("index", TEXT | ABSENT),
	};
	static const struct field end[] = {
		FIELD("status", NUMBER | ABSENT), FIELD("signal", TEXT | ABSENT),
	};
	int err;

	err = check_fields(check, check->root, root, ARRAY_SIZE(root));
	if (!err)
		err = check_below(check, check->root, "exit", end,
				  ARRAY_SIZE(end));
	if (!err)
		err = check_below(check, check->root, "lab", lab,
				  ARRAY_SIZE(lab));
	return err;
}

static int check_recording(struct check *check)
{
	static const struct {
		const char *key;
		check_one_t one;
	} lists[] = {
		{ "command", check_text }, { "kinds", check_kind },
		{ "tasks", check_task }, { "objects", check_object },
		{ "sources", check_source }, { "output", check_output },
		{ "notes", check_text },
	};
	size_t i;
	int err;

	if (!json_is_object(check->root))
		return wrong(check, "it has to be an object");
	err = check_version(check);
	if (!err)
		err = check_head(check);
	for (i = KINDS; i < NR_LISTS; i++)
		check->nr[i] = json_array_size(json_object_get(check->root,
							       list_name[i]));
	for (i = 0; i < ARRAY_SIZE(lists) && !err; i++)
		err = check_each(check, check->root, lists[i].key,
				 lists[i].one);
	if (!err)
		err = check_each(check, json_object_get(check->root, "lab"),
				 "ask", check_ask);
	return err ?: check_steps(check);
}

/* Without memory, jansson reports that the JSON is wrong. */
static bool no_memory;

static void *allocate(size_t size)
{
	void *memory = malloc(size);

	no_memory |= !memory;
	return memory;
}

/* jansson quotes the input, which must not steer a terminal. */
static int not_json(json_error_t *where, struct error *error)
{
	char *at;

	if (no_memory)
		return error_set(error, -ENOMEM, "not enough memory");
	for (at = where->text; *at; at++)
		if (*at < 0x20 || *at > 0x7e)
			*at = '?';
	return error_set(error, -EINVAL, "not JSON: line %d, column %d: %s",
			 where->line, where->column, where->text);
}

/**
 * page_check() - check that a page can show a recording
 * @json: the text
 * @len: number of bytes
 * @error: says what is wrong
 *
 * Return: 0, -EINVAL if it cannot, -ENOMEM.
 */
int page_check(const char *json, size_t len, struct error *error)
{
	struct check check = { .error = error };
	json_error_t where;
	json_t *root;
	int err;

	if (len > PAGE_MAX_BYTES)
		return error_set(error, -EINVAL,
				 "more than %u bytes: a page holds no more, so record fewer steps",
				 PAGE_MAX_BYTES);
	no_memory = false;
	json_set_alloc_funcs(allocate, free);
	root = json_loadb(json, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
			  &where);
	if (!root)
		return not_json(&where, error);
	check.root = root;
	err = check_recording(&check);
	json_decref(root);
	return err;
}
