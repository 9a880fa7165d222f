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
 * A row is the row before, with those cells written anew that differ: a format
 * for each cell took six times as long as reading the tasks.
 */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/threads.h>

#include "taskshare.h"

/* Letters to base 26, and a zero: four billion is "MWLQKWV". */
#define LETTERS 8

/* Width of a PID, see make_row() */
#define NUMBER_WIDTH 7

/* Width of the kind of a task */
#define KIND_WIDTH 11

/* Digits of an id, and of the largest number */
#define ID_LEN 16
#define NUMBER_LEN 10

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
 * @cell: its place in the row, followed by a blank
 * @shown: the number in that cell
 */
struct column {
	struct object *object;
	u32 nr;
	int width;
	char *cell;
	u64 shown;
};

/* Shown where a cell says that the object is not known */
#define UNKNOWN U64_MAX

/**
 * struct text - a text that is being rendered
 * @rec: the records; ts_text() replaces their ids by numbers of objects
 * @nr: number of records
 * @column: the objects by kind
 * @row: a row, as far as its last column
 * @width: of that
 * @buf: buffer, NULL to count only
 * @size: size of @buf
 * @len: length of the text so far
 */
struct text {
	struct taskshare_record *rec;
	u32 nr;
	struct column column[TASKSHARE_NR_KINDS];
	char *row;
	size_t width;
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

/* @len bytes, as they are */
static void put(struct text *t, const char *bytes, size_t len)
{
	if (t->buf && t->len + len < t->size)
		memcpy(t->buf + t->len, bytes, len);
	t->len += len;
}

/* A string without its zero, with blanks up to @width. Returns the end. */
static char *fill(char *to, const char *string, size_t width)
{
	char *end = to + width;

	while (*string)
		*to++ = *string++;
	while (to < end)
		*to++ = ' ';
	return to;
}

/* Writes the digits of @nr, at most ten, before @end. Returns the first. */
static char *digits(char *end, u32 nr)
{
	do {
		*--end = '0' + nr % 10;
		nr /= 10;
	} while (nr);
	return end;
}

/* Writes @nr into a cell that ends at @end. */
static void fill_number(char *end, u32 nr)
{
	char *start = end - NUMBER_WIDTH;

	end = digits(end, nr);
	while (end > start)
		*--end = ' ';
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
	for (row = 0; row < t->nr; row++) {
		c->nr += groups->head[row] == row;
		ts_rest(row);
	}
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

	for (row = 0; row < t->nr; row++) {
		if (t->rec[row].pid == t->rec[row].tgid)
			rec = &t->rec[row];
		ts_rest(row);
	}
	emit(t, "taskshare %d: ", TASKSHARE_VERSION);
	if (process)
		emit(t, "process %u (%s)", rec->tgid, escape(name, rec->comm));
	else
		emit(t, "all");
	emit(t, ", %u task%s, pidns %u\n\n", t->nr, t->nr == 1 ? "" : "s",
	     rec->pidns);
}

static void fill_cell(struct column *c, const struct taskshare_record *rec,
		      enum taskshare_kind kind)
{
	u64 shown = rec->seen & (1U << kind) ? rec->id[kind] : UNKNOWN;
	char buf[LETTERS];
	const char *cell;

	if (shown == c->shown)
		return;
	c->shown = shown;
	if (shown == UNKNOWN)
		cell = "?";
	else if (!shown)
		cell = "-";
	else
		cell = letters(buf, shown - 1);
	fill(c->cell, cell, c->width);
}

/* The row of headings, in which the rows of tasks are then written */
static int make_row(struct text *t)
{
	unsigned int kind;
	char *at;

	BUILD_BUG_ON(PID_MAX_LIMIT > 9999999);
	t->width = 3 * (NUMBER_WIDTH + 1) + 1 + KIND_WIDTH + 1;
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++)
		t->width += t->column[kind].width + 1;
	t->row = ts_alloc(t->width, 1);
	if (!t->row)
		return -ENOMEM;
	at = fill(t->row, "    PID    TGID    PPID", 3 * (NUMBER_WIDTH + 1) + 1);
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++) {
		struct column *c = &t->column[kind];

		c->cell = at;
		c->shown = UNKNOWN - 1;
		at = fill(at, heads[kind], c->width + 1);
	}
	fill(at, "KIND", KIND_WIDTH + 1);
	return 0;
}

static void emit_task(struct text *t, const struct taskshare_record *rec)
{
	char name[ESCAPED + 1], *end = t->row + NUMBER_WIDTH;
	unsigned int kind;

	escape(name, rec->comm);
	if (!t->buf) {
		t->len += t->width + strlen(name) + 1;
		return;
	}
	fill_number(end, rec->pid);
	fill_number(end + NUMBER_WIDTH + 1, rec->tgid);
	fill_number(end + 2 * (NUMBER_WIDTH + 1), rec->ppid);
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++)
		fill_cell(&t->column[kind], rec, kind);
	fill(t->row + t->width - KIND_WIDTH - 1, kinds[rec->kind], KIND_WIDTH);
	put(t, t->row, t->width);
	put(t, name, strlen(name));
	put(t, "\n", 1);
}

static int emit_table(struct text *t)
{
	int err = make_row(t);
	u32 row;

	if (err)
		return err;
	put(t, t->row, t->width);
	put(t, "COMM\n", 5);
	for (row = 0; !err && row < t->nr; row++) {
		emit_task(t, &t->rec[row]);
		err = ts_breathe(row);
	}
	kvfree(t->row);
	return err;
}

static size_t length(u32 nr)
{
	char number[NUMBER_LEN];

	return number + NUMBER_LEN - digits(number + NUMBER_LEN, nr);
}

/*
 * The line of an object; the kind is in @line already, and @at behind it. Where
 * bytes are counted only, so are they here.
 */
static void emit_object(struct text *t, char *line, char *at,
			const struct object *object, u32 nr)
{
	char buf[LETTERS], number[NUMBER_LEN + 1], *end = number + NUMBER_LEN;
	const char *group = letters(buf, nr);
	u64 id = object->id;
	char *p;

	if (!t->buf) {
		t->len += at - line + max_t(size_t, strlen(group), 5) + 2 +
			  ID_LEN + 2 + max_t(size_t, length(object->refs), 6) +
			  2 + length(object->here) + 1;
		return;
	}
	*end = '\0';
	at = fill(at, group, 5);
	at = fill(at, "", 2);
	for (p = at + ID_LEN; p > at; id >>= 4)
		*--p = "0123456789abcdef"[id % 16];
	at = fill(at + ID_LEN, "", 2);
	at = fill(at, object->refs ? digits(end, object->refs) : "?", 6);
	at = fill(at, "", 2);
	at = fill(at, digits(end, object->here), 0);
	*at++ = '\n';
	put(t, line, at - line);
}

static int emit_legend(struct text *t)
{
	/* The columns, with two blanks between: see emit_object(). */
	char line[17 + LETTERS + ID_LEN + 2 * NUMBER_LEN + 4 * 2 + 1], *at;
	unsigned int kind;
	int err = 0;
	u32 nr;

	emit(t, "\n%-17s  %-5s  %-16s  %-6s  %s\n",
	     "object", "group", "id", "refs", "here");
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++) {
		at = fill(line, heads[kind], 17);
		at = fill(at, "", 2);
		for (nr = 0; !err && nr < t->column[kind].nr; nr++) {
			emit_object(t, line, at, &t->column[kind].object[nr],
				    nr);
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
	err = emit_all(t, process);
	/* Otherwise the file would end behind the buffer, or before its text. */
	if (!err && WARN_ON_ONCE(t->len + 1 != t->size))
		return -EIO;
	return err;
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
