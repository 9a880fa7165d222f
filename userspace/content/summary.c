// SPDX-License-Identifier: GPL-2.0-only
/* The content of an object in a few words for people. */
#include <stdarg.h>
#include <string.h>

#include "content/fields.h"
#include "content/parse.h"
#include "content/summary.h"
#include "record/kinds.h"
#include "util/text.h"

/* Number of supplementary groups that are listed; of more, only how many */
#define LISTED	8

/*
 * struct summary - a summary that is written
 * @all: model of all tasks, or NULL
 * @kind: of the object
 * @obj: the object, or NULL if it is not seen
 * @task: index of a task that holds it
 * @utf8: whether it may be UTF-8
 * @before: text to write before the first item
 * @any: whether there is something already
 */
struct summary {
	FILE *out;
	const struct content *content;
	const struct model *all;
	int kind;
	const struct object *obj;
	__u32 task;
	bool utf8;
	const char *before;
	bool any;
};

static bool get(const struct summary *s, enum content_field field,
		struct content_value *value)
{
	enum content_state state = s->obj ?
		content_object_value(s->content, s->kind, s->obj, field, value) :
		content_value(s->content, s->task, field, value);

	return state == CONTENT_KNOWN;
}

/* Begins one of several things. */
__attribute__((format(printf, 2, 3)))
static void say(struct summary *s, const char *format, ...)
{
	va_list args;

	fputs(s->any ? ", " : s->before, s->out);
	s->any = true;
	va_start(args, format);
	vfprintf(s->out, format, args);
	va_end(args);
}

static void say_string(struct summary *s, const char *before,
		       enum content_field field)
{
	struct content_value value;

	if (!get(s, field, &value))
		return;
	say(s, "%s", before);
	text_put(s->out, value.string, value.len, s->utf8);
}

static void say_fs(struct summary *s)
{
	struct content_value umask;

	say_string(s, "root ", FIELD_ROOT);
	say_string(s, "cwd ", FIELD_CWD);
	if (get(s, FIELD_UMASK, &umask))
		say(s, "umask %04llo", umask.number);
}

/* The effective one, and which of the others are not the same */
static void say_ids(struct summary *s, const char *what,
		    enum content_field first)
{
	static const char *const name[] = { "real", "", "saved", "fs" };
	struct content_value id[4];
	const char *before = " (";
	int i;

	for (i = 0; i < 4; i++)
		if (!get(s, first + i, &id[i]))
			return;
	say(s, "%s %llu", what, id[1].number);
	for (i = 0; i < 4; i++) {
		if (id[i].number == id[1].number)
			continue;
		fprintf(s->out, "%s%s %llu", before, name[i], id[i].number);
		before = ", ";
	}
	if (*before == ',')
		putc(')', s->out);
}

static void say_groups(struct summary *s)
{
	struct content_value groups;
	size_t i;

	if (!get(s, FIELD_GROUPS, &groups))
		return;
	if (groups.string) {
		parse_groups(groups.string, NULL, 0, &groups.nr);
		say(s, "%zu groups", groups.nr);
	} else if (groups.nr > LISTED) {
		say(s, "%zu groups", groups.nr);
	} else if (groups.nr) {
		say(s, "groups ");
		for (i = 0; i < groups.nr; i++)
			fprintf(s->out, "%s%u", i ? " " : "", groups.ids[i]);
	}
}

static int inode_field(int kind)
{
	int f = 0;

	while (content_fields[f].kind != kind)
		f++;
	return f;
}

enum whose {
	WHOSE_UNKNOWN,
	WHOSE_INITIAL,		/* the host's */
	WHOSE_READER,		/* that of this program */
	WHOSE_OTHER,
};

/* Owner of the namespace that a task is in */
static enum whose whose_namespace(const struct content *content, __u32 task,
				  int kind)
{
	const struct content_source *source;
	struct content_value inode;
	int i = CONTENT_NS(kind);

	if (!content || !content->row_of ||
	    content_value(content, task, inode_field(kind), &inode) !=
	    CONTENT_KNOWN)
		return WHOSE_UNKNOWN;
	source = content->source;
	if (inode.number == source->initial[i])
		return WHOSE_INITIAL;
	if (inode.number == source->reader[i])
		return WHOSE_READER;
	return source->reader[i] ? WHOSE_OTHER : WHOSE_UNKNOWN;
}

/* Capabilities count in their user namespace, and in those below. */
static void say_where(struct summary *s)
{
	struct content_value inode;

	if (whose_namespace(s->content, s->task, TASKSHARE_USER) == WHOSE_OTHER &&
	    content_value(s->content, s->task, FIELD_USER_INODE, &inode) ==
	    CONTENT_KNOWN)
		fprintf(s->out, " in user:[%llu]", inode.number);
}

static void say_caps(struct summary *s)
{
	const __u64 all = s->content->source->all_caps;
	struct content_value eff, prm;

	if (!get(s, FIELD_CAPEFF, &eff) || !get(s, FIELD_CAPPRM, &prm))
		return;
	if (eff.number == prm.number && (!eff.number || eff.number == all))
		say(s, "%s capabilities", eff.number ? "all" : "no");
	else
		say(s, "capabilities %llx", eff.number);
	if (eff.number != prm.number)
		fprintf(s->out, " (permitted %llx)", prm.number);
	if (prm.number)
		say_where(s);
}

static void say_cred(struct summary *s)
{
	say_ids(s, "uid", FIELD_RUID);
	say_ids(s, "gid", FIELD_RGID);
	say_groups(s);
	say_caps(s);
	say_string(s, "label ", FIELD_LABEL);
}

/* The root of a hierarchy of version 1 is where nothing was put elsewhere. */
static void say_cgroups(struct summary *s)
{
	const char *lines, *controllers, *path;
	struct content_value value;
	size_t controllers_len, len;

	say_string(s, "", FIELD_CGROUP);
	if (!get(s, FIELD_CGROUPV1, &value))
		return;
	lines = value.string;
	while (parse_cgroup(&lines, &controllers, &controllers_len, &path,
			    &len)) {
		if (!controllers_len || (len == 1 && *path == '/'))
			continue;
		say(s, "%s", "");
		text_put(s->out, controllers, controllers_len, s->utf8);
		putc(':', s->out);
		text_put(s->out, path, len, s->utf8);
	}
}

/**
 * content_elsewhere() - find out whether a task is in a namespace of others
 * @task: index of the task
 *
 * Return: true if it is in one that is neither the host's nor the reader's.
 */
bool content_elsewhere(const struct content *content, __u32 task)
{
	int k;

	for (k = TASKSHARE_UTS; k <= TASKSHARE_USER; k++)
		if (whose_namespace(content, task, k) == WHOSE_OTHER)
			return true;
	return false;
}

static const struct object *find_object(const struct model *model, int kind,
					__u64 id)
{
	__u32 i;

	for (i = 0; i < model->kind[kind].nr; i++)
		if (model->kind[kind].obj[i].id == id)
			return &model->kind[kind].obj[i];
	return NULL;
}

/* The one that is in it for the longest time, of those that were seen */
static void put_process(struct summary *s, int kind, const struct object *obj)
{
	const struct model *model = s->all;
	const struct taskshare_record *rec;
	char comm[TEXT_COMM];
	__u32 process;

	obj = model && obj ? find_object(model, kind, obj->id) : NULL;
	if (!obj) {
		fputs(", not the reader's", s->out);
		return;
	}
	process = model->process_of[obj->oldest];
	rec = model->task[model->process[process].first];
	fprintf(s->out, " of process %u (%s)", rec->tgid,
		text_escape(comm, rec->comm, s->utf8));
}

static void say_namespace(struct summary *s, int kind,
			  const struct object *obj, __u32 task,
			  const char *more)
{
	struct content_value inode;

	if (content_value(s->content, task, inode_field(kind), &inode) !=
	    CONTENT_KNOWN)
		return;
	/* The kernel's name has no "_for_children", as it is the same type. */
	say(s, "%s:[%llu]%s", kind_name[kind_pair(kind)], inode.number, more);
	switch (whose_namespace(s->content, task, kind)) {
	case WHOSE_INITIAL:
		fputs(", the host's", s->out);
		break;
	case WHOSE_READER:
		fputs(", the reader's own", s->out);
		break;
	case WHOSE_OTHER:
		put_process(s, kind, obj);
		break;
	case WHOSE_UNKNOWN:
		break;
	}
}

/* One for children goes without saying if the task is in it, too. */
static void say_member(struct summary *s, int kind, const struct object *obj)
{
	int pair = kind_pair(kind);
	const struct object *own = model_object(s->content->model, s->task,
						pair);

	if (kind == TASKSHARE_TIME_FOR_CHILDREN && own && own->id == obj->id)
		return;
	say_namespace(s, kind, obj, s->task,
		      pair == kind ? "" : " for children");
}

/* Those that are not the reader's own */
static void say_nsproxy(struct summary *s)
{
	const struct model *model = s->content->model;
	__u32 task = s->task;
	struct content_value inode;
	bool all = true;
	int k;

	for (k = TASKSHARE_UTS; k < TASKSHARE_USER; k++) {
		const struct object *obj = model_object(model, task, k);

		if (k == TASKSHARE_PID || !obj)
			continue;
		if (content_value(s->content, task, inode_field(k), &inode) !=
		    CONTENT_KNOWN)
			all = false;
		else if (inode.number !=
			 s->content->source->reader[CONTENT_NS(k)])
			say_member(s, k, obj);
	}
	if (!s->any && all)
		say(s, "the reader's namespaces");
}

/**
 * content_summary() - write what an object holds
 * @content: the content, or NULL where none was read
 * @all: model of all tasks of the same moment, to find out whose a namespace
 *	 is, or NULL
 * @kind: of the object
 * @task: index of a task that holds it, or that may: the object itself need not
 *	  be seen
 * @before: text to write before it, if there is anything
 * @utf8: the output may be UTF-8
 *
 * Nothing is written of what is not known. Names and paths are escaped.
 *
 * Return: true if anything was written.
 */
bool content_summary(FILE *out, const struct content *content,
		     const struct model *all, int kind, __u32 task,
		     const char *before, bool utf8)
{
	struct summary s = {
		.out = out, .content = content, .all = all, .kind = kind,
		.task = task, .before = before, .utf8 = utf8,
	};
	struct content_value filters;

	if (!content || !content->row_of)
		return false;
	s.obj = model_object(content->model, task, kind);
	switch (kind) {
	case TASKSHARE_MM:
		say_string(&s, "", FIELD_EXE);
		break;
	case TASKSHARE_FS:
		say_fs(&s);
		break;
	case TASKSHARE_CRED:
		say_cred(&s);
		break;
	case TASKSHARE_CGROUPS:
		say_cgroups(&s);
		break;
	case TASKSHARE_SECCOMP:
		if (get(&s, FIELD_FILTERS, &filters))
			say(&s, "%llu filter%s", filters.number,
			    filters.number == 1 ? "" : "s");
		break;
	case TASKSHARE_NSPROXY:
		say_nsproxy(&s);
		break;
	default:
		if (kind_is_namespace(kind))
			say_namespace(&s, kind, s.obj, task, "");
	}
	return s.any;
}
