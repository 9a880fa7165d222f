// SPDX-License-Identifier: GPL-2.0-only
/*
 * From records to text for people: a title, a table of the tasks in which a
 * letter names an object, and a legend of the objects.
 *
 *	-	none (NULL, which is never shared)
 *	?	not known: the task was changing it, or the kernel has no such
 *		field
 *
 * The text is rendered twice, first to count its bytes and then to write them.
 */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "taskshare.h"

/* Letters to base 26, and a zero: four billion is "MWLQKWV". */
#define LETTERS 8

/* A name with every byte escaped. */
#define ESCAPED (4 * TASKSHARE_COMM_LEN)

/**
 * struct object - an object in the legend
 * @id: its id
 * @refs: its reference count, 0 if not known
 * @here: number of the tasks shown that hold it
 */
struct object {
	u64 id;
	u32 refs;
	u32 here;
};

/**
 * struct column - the objects of one kind
 * @object: the objects, in the order of their first holders
 * @nr: their number
 * @width: of the column
 */
struct column {
	struct object *object;
	u32 nr;
	int width;
};

/**
 * struct text - a text that is being rendered
 * @rec: the records; ts_text() replaces their ids by numbers of objects
 * @nr: number of records
 * @column: the objects by kind
 * @buf: buffer, NULL to count only
 * @size: size of @buf
 * @len: length of the text so far
 */
struct text {
	struct taskshare_record *rec;
	u32 nr;
	struct column column[TASKSHARE_NR_KINDS];
	char *buf;
	size_t size;
	size_t len;
};

static const char *const heads[TASKSHARE_NR_KINDS] = {
#define HEAD(constant, name) [TASKSHARE_##constant] = name,
	TASKSHARE_KINDS(HEAD)
#undef HEAD
};

static const char *const kinds[TASKSHARE_NR_TASKS] = {
#define KIND(constant, name) [TASKSHARE_TASK_##constant] = name,
	TASKSHARE_TASKS(KIND)
#undef KIND
};

static __printf(2, 3) void emit(struct text *t, const char *format, ...)
{
	size_t left = t->buf ? t->size - t->len : 0;
	va_list args;

	va_start(args, format);
	t->len += vsnprintf(t->buf ? t->buf + t->len : NULL, left, format,
			    args);
	va_end(args);
}

/* A, B .. Z, AA, AB .. for 0, 1 .. */
static char *letters(char buf[LETTERS], u32 nr)
{
	char *p = buf + LETTERS - 1;

	*p = '\0';
	for (nr++; nr; nr = (nr - 1) / 26)
		*--p = 'A' + (nr - 1) % 26;
	return p;
}

/* A name may be any bytes; no control character reaches a terminal. */
static const char *escape(char buf[ESCAPED + 1], const char *comm)
{
	char *p = buf;

	for (; *comm; comm++) {
		if (isascii(*comm) && isprint(*comm) && *comm != '\\')
			*p++ = *comm;
		else
			p += sprintf(p, "\\%03o", (u8)*comm);
	}
	*p = '\0';
	return buf;
}

/* Lists the objects of @kind and replaces their ids by numbers from 1 on. */
static int make_column(struct text *t, struct ts_groups *groups,
		       enum taskshare_kind kind)
{
	struct column *c = &t->column[kind];
	char buf[LETTERS];
	u32 row, nr = 0;
	int err;

	err = ts_groups_find(groups, kind);
	if (err)
		return err;
	for (row = 0; row < t->nr; row++)
		c->nr += groups->head[row] == row;
	c->width = max(strlen(heads[kind]),
		       strlen(letters(buf, c->nr ? c->nr - 1 : 0)));
	c->object = ts_alloc(max(c->nr, 1U), sizeof(*c->object));
	if (!c->object)
		return -ENOMEM;
	for (row = 0; row < t->nr; row++) {
		struct taskshare_record *rec = &t->rec[row];
		u32 head = groups->head[row];

		err = ts_breathe(row);
		if (err)
			return err;
		if (head == TS_NONE)
			continue;
		if (head == row) {
			c->object[nr].id = rec->id[kind];
			c->object[nr].refs = rec->refs[kind];
			rec->id[kind] = ++nr;
		} else {
			rec->id[kind] = t->rec[head].id[kind];
		}
		c->object[rec->id[kind] - 1].here++;
	}
	return 0;
}

static int make_columns(struct text *t)
{
	struct ts_groups groups;
	unsigned int kind;
	int err;

	err = ts_groups_init(&groups, t->rec, t->nr);
	for (kind = 0; !err && kind < TASKSHARE_NR_KINDS; kind++)
		err = make_column(t, &groups, kind);
	ts_groups_free(&groups);
	return err;
}

static void emit_title(struct text *t, bool process)
{
	const struct taskshare_record *rec = t->rec;
	char name[ESCAPED + 1];
	u32 row;

	for (row = 0; row < t->nr; row++)
		if (t->rec[row].pid == t->rec[row].tgid)
			rec = &t->rec[row];
	emit(t, "taskshare %d: ", TASKSHARE_VERSION);
	if (process)
		emit(t, "process %u (%s)", rec->tgid, escape(name, rec->comm));
	else
		emit(t, "all");
	emit(t, ", %u task%s, pidns %u\n\n", t->nr, t->nr == 1 ? "" : "s",
	     rec->pidns);
}

static void emit_cell(struct text *t, const struct taskshare_record *rec,
		      enum taskshare_kind kind)
{
	char buf[LETTERS];
	const char *cell;

	if (!(rec->seen & (1U << kind)))
		cell = "?";
	else if (!rec->id[kind])
		cell = "-";
	else
		cell = letters(buf, rec->id[kind] - 1);
	emit(t, " %-*s", t->column[kind].width, cell);
}

static int emit_table(struct text *t)
{
	char name[ESCAPED + 1];
	unsigned int kind;
	int err = 0;
	u32 row;

	emit(t, "%7s %7s %7s ", "PID", "TGID", "PPID");
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++)
		emit(t, " %-*s", t->column[kind].width, heads[kind]);
	emit(t, " %-11s %s\n", "KIND", "COMM");

	for (row = 0; !err && row < t->nr; row++) {
		const struct taskshare_record *rec = &t->rec[row];

		emit(t, "%7u %7u %7u ", rec->pid, rec->tgid, rec->ppid);
		for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++)
			emit_cell(t, rec, kind);
		emit(t, " %-11s %s\n", kinds[rec->kind],
		     escape(name, rec->comm));
		err = ts_breathe(row);
	}
	return err;
}

static void emit_object(struct text *t, enum taskshare_kind kind, u32 nr)
{
	const struct object *object = &t->column[kind].object[nr];
	char buf[LETTERS];

	emit(t, "%-17s  %-5s  %016llx  ", heads[kind], letters(buf, nr),
	     object->id);
	if (object->refs)
		emit(t, "%-6u  %u\n", object->refs, object->here);
	else
		emit(t, "%-6s  %u\n", "?", object->here);
}

static int emit_legend(struct text *t)
{
	unsigned int kind;
	int err = 0;
	u32 nr;

	emit(t, "\n%-17s  %-5s  %-16s  %-6s  %s\n",
	     "object", "group", "id", "refs", "here");
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++) {
		for (nr = 0; !err && nr < t->column[kind].nr; nr++) {
			emit_object(t, kind, nr);
			err = ts_breathe(nr);
		}
	}
	return err;
}

static int emit_all(struct text *t, bool process)
{
	emit_title(t, process);
	return emit_table(t) ?: emit_legend(t);
}

static int render(struct text *t, bool process)
{
	int err = make_columns(t);

	if (!err)
		err = emit_all(t, process);
	if (err)
		return err;
	if (t->len > ts_limit())
		return -EFBIG;
	t->size = t->len + 1;
	t->buf = ts_alloc(t->size, 1);
	if (!t->buf)
		return -ENOMEM;
	t->len = 0;
	return emit_all(t, process);
}

/**
 * ts_text() - render records as text
 * @text: the text, on success
 * @rec: the records, at least one; their ids are lost
 * @nr: number of records
 * @process: the tasks are those of one process, not all
 *
 * Context: may sleep.
 *
 * Return: 0, -ENOMEM, -EFBIG over the limit, -EINTR for a reader that is being
 * killed.
 */
int ts_text(struct ts_content *text, struct taskshare_record *rec, u32 nr,
	    bool process)
{
	struct text *t = ts_alloc(1, sizeof(*t));
	unsigned int kind;
	int err;

	if (!t)
		return -ENOMEM;
	t->rec = rec;
	t->nr = nr;
	err = render(t, process);
	if (!err) {
		text->data = t->buf;
		text->size = t->len;
	} else {
		kvfree(t->buf);
	}
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++)
		kvfree(t->column[kind].object);
	kvfree(t);
	return err;
}
