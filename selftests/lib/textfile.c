// SPDX-License-Identifier: GPL-2.0-only
/* Parsing the module's text. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "textfile.h"
#include "util.h"

/* The next word of a line, which is cut up; NULL at its end. */
static char *word(char **line)
{
	char *start;

	*line += strspn(*line, " ");
	if (!**line)
		return NULL;
	start = *line;
	*line += strcspn(*line, " ");
	if (**line)
		*(*line)++ = 0;
	return start;
}

/* A word that is a decimal number, as the kernel prints it. */
static bool number(char **line, __u32 *value)
{
	char *text = word(line), again[16];

	if (!text)
		return false;
	*value = strtoul(text, NULL, 10);
	snprintf(again, sizeof(again), "%u", *value);
	return !strcmp(text, again);
}

static bool copy_word(char **line, char *to, size_t size)
{
	char *text = word(line);

	if (!text || strlen(text) >= size)
		return false;
	strcpy(to, text);
	return true;
}

#define LEGEND_HEAD	"object             group  id                refs    here"

static bool parse_heads(char *line)
{
	static const char *const before[] = { "PID", "TGID", "PPID" };
	static const char *const behind[] = { "KIND", "COMM" };
	size_t i;
	char *w;

	for (i = 0; i < 3; i++) {
		w = word(&line);
		if (!w || strcmp(w, before[i]))
			return false;
	}
	for (i = 0; i < TASKSHARE_NR_KINDS; i++) {
		w = word(&line);
		if (!w || strcmp(w, kind_names[i]))
			return false;
	}
	for (i = 0; i < 2; i++) {
		w = word(&line);
		if (!w || strcmp(w, behind[i]))
			return false;
	}
	return !word(&line);
}

/* A task's name may contain, begin and end with spaces. */
static bool parse_row(char *line, struct text_row *row)
{
	char *column;
	size_t i;

	if (!number(&line, &row->pid) || !number(&line, &row->tgid) ||
	    !number(&line, &row->ppid))
		return false;
	for (i = 0; i < TASKSHARE_NR_KINDS; i++)
		if (!copy_word(&line, row->cell[i], CELL_MAX))
			return false;
	column = line;
	if (!copy_word(&line, row->kind, sizeof(row->kind)))
		return false;
	/* the column is eleven wide, and a space parts it from the name */
	column += strspn(column, " ");
	i = 12 - strlen(row->kind) - 1;
	if (strspn(line, " ") < i || strlen(line + i) > ESCAPED_MAX)
		return false;
	strcpy(row->comm, line + i);
	return true;
}

static bool parse_object(char *line, struct text_object *object)
{
	char *kind = word(&line), *id, *end, refs[16], *at = refs;

	if (!kind)
		return false;
	for (object->kind = 0; object->kind < TASKSHARE_NR_KINDS;
	     object->kind++)
		if (!strcmp(kind, kind_names[object->kind]))
			break;
	if (object->kind == TASKSHARE_NR_KINDS ||
	    !copy_word(&line, object->group, CELL_MAX))
		return false;
	id = word(&line);
	if (!id || strlen(id) != 16)
		return false;
	object->id = strtoull(id, &end, 16);
	if (*end || !object->id || !copy_word(&line, refs, sizeof(refs)))
		return false;
	object->refs = 0;
	if (strcmp(refs, "?") && !number(&at, &object->refs))
		return false;
	return number(&line, &object->here) && !word(&line);
}

static bool add_row(struct textfile *t, char *line)
{
	t->row = realloc(t->row, (t->nr_rows + 1) * sizeof(*t->row));
	return parse_row(line, &t->row[t->nr_rows++]);
}

static bool add_object(struct textfile *t, char *line)
{
	t->object = realloc(t->object,
			    (t->nr_objects + 1) * sizeof(*t->object));
	return parse_object(line, &t->object[t->nr_objects++]);
}

/* Title, empty line, heads, rows, empty line, heads, objects. */
static bool parse(struct textfile *t, char *text)
{
	enum { TITLE, GAP, HEADS, ROWS, LEGEND, OBJECTS } next = TITLE;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (!text)
			return !*line && next == OBJECTS;
		switch (next) {
		case TITLE:
			snprintf(t->title, sizeof(t->title), "%s", line);
			next = GAP;
			continue;
		case GAP:
			if (*line)
				break;
			next = HEADS;
			continue;
		case HEADS:
			if (!parse_heads(line))
				break;
			next = ROWS;
			continue;
		case ROWS:
			if (!*line)
				next = LEGEND;
			else if (!add_row(t, line))
				break;
			continue;
		case LEGEND:
			if (strcmp(line, LEGEND_HEAD))
				break;
			next = OBJECTS;
			continue;
		case OBJECTS:
			if (!add_object(t, line))
				break;
			continue;
		}
		complain("not the documented format, part %d: \"%s\"",
			 next, line);
		return false;
	}
	return false;
}

/* Checks that there is no control character but the newline. */
static bool harmless(const char *text, ssize_t len)
{
	ssize_t i;

	for (i = 0; i < len; i++) {
		if (text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~'))
			continue;
		complain("byte %#x at %zd", text[i] & 0xff, i);
		return false;
	}
	return true;
}

/**
 * textfile_read() - open, read, and parse one of the module's texts
 * @name: in the module's directory
 *
 * Return: false, with a complaint, if it is missing or of another format.
 */
bool textfile_read(struct textfile *t, const char *name)
{
	int fd = taskshare_open("%s", name);
	char *text = NULL;
	bool parsed;
	ssize_t len;

	memset(t, 0, sizeof(*t));
	if (fd < 0) {
		complain("%s: error %d", name, fd);
		return false;
	}
	len = read_all(fd, &text);
	close(fd);
	if (len < 0)
		return false;
	parsed = harmless(text, len) && parse(t, text);
	free(text);
	return parsed;
}

/** textfile_free() - free a text */
void textfile_free(struct textfile *t)
{
	free(t->row);
	free(t->object);
	memset(t, 0, sizeof(*t));
}

/** textfile_find() - find a task's row, NULL if it has none */
const struct text_row *textfile_find(const struct textfile *t, pid_t pid)
{
	size_t i;

	for (i = 0; i < t->nr_rows; i++)
		if (t->row[i].pid == (__u32)pid)
			return &t->row[i];
	return NULL;
}

static struct text_object *object_of(const struct textfile *t,
				     const struct text_row *row, int kind)
{
	size_t i;

	for (i = 0; i < t->nr_objects; i++)
		if (t->object[i].kind == kind &&
		    !strcmp(t->object[i].group, row->cell[kind]))
			return &t->object[i];
	return NULL;
}

/** textfile_id() - the id that a row's letter stands for, 0 without a letter */
__u64 textfile_id(const struct textfile *t, const struct text_row *row,
		  int kind)
{
	const struct text_object *object = object_of(t, row, kind);

	return object ? object->id : 0;
}

/* A, B .. Z, AA, AB .. */
static void letters(char buf[CELL_MAX], unsigned int nr)
{
	char reversed[CELL_MAX];
	int len = 0;

	for (nr++; nr; nr = (nr - 1) / 26)
		reversed[len++] = 'A' + (nr - 1) % 26;
	while (len)
		*buf++ = reversed[--len];
	*buf = 0;
}

/*
 * The letters of a column are in the order of their first rows, counts right.
 */
static bool column_consistent(const struct textfile *t, int kind)
{
	__u32 holders[t->nr_objects + 1];
	const struct text_object *object;
	char expected[CELL_MAX];
	unsigned int known = 0;
	size_t i, j;

	memset(holders, 0, sizeof(holders));
	for (i = 0; i < t->nr_rows; i++) {
		const char *cell = t->row[i].cell[kind];

		if (!strcmp(cell, "-") || !strcmp(cell, "?"))
			continue;
		object = object_of(t, &t->row[i], kind);
		if (!object)
			return false;
		if (!holders[object - t->object]++) {
			letters(expected, known++);
			if (strcmp(cell, expected))
				return false;
		}
	}
	for (i = 0; i < t->nr_objects; i++) {
		if (t->object[i].kind != kind)
			continue;
		if (t->object[i].here != holders[i])
			return false;
		for (j = 0; j < i; j++)
			if (t->object[j].kind == kind &&
			    t->object[j].id == t->object[i].id)
				return false;
	}
	return true;
}

/**
 * textfile_consistent() - check that table and legend fit together
 *
 * Every letter is in the legend, with the right number of holders, and no
 * object is there twice.
 */
bool textfile_consistent(const struct textfile *t)
{
	int kind;

	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++) {
		if (column_consistent(t, kind))
			continue;
		complain("%s: column and legend do not fit", kind_names[kind]);
		return false;
	}
	return true;
}
