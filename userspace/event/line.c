// SPDX-License-Identifier: GPL-2.0-only
/* Lines that fit the columns there are. */
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#include "event/line.h"

#define ELLIPSIS	"..."

/* Length of a character, and its width; an escape sequence has none. */
static size_t character(const char *text, int *width)
{
	mbstate_t state = { 0 };
	wchar_t wide;
	size_t len;

	*width = 0;
	if (*text == '\033')
		return strcspn(text, "m") + 1;
	len = mbrtowc(&wide, text, strlen(text), &state);
	if (!len || len > strlen(text)) {
		*width = 1;
		return 1;
	}
	*width = wcwidth(wide);
	if (*width < 0)
		*width = 1;
	return len;
}

/**
 * line_width() - columns that a text takes
 * @text: the text; it may have colours
 *
 * Return: the number of columns.
 */
int line_width(const char *text)
{
	int all = 0, width;

	for (; *text; text += character(text, &width), all += width)
		;
	return all;
}

/**
 * line_begin() - begin a line
 */
void line_begin(struct line *line)
{
	line->nr = 0;
	line->used = 0;
}

/**
 * line_add() - add a clause
 * @kind: its handling if the line is too long
 * @format: as of printf(3)
 */
void line_add(struct line *line, enum clause_kind kind, const char *format, ...)
{
	char *to = line->text + line->used;
	size_t size = LINE_BYTES - line->used;
	va_list args;
	int len;

	if (line->nr == LINE_CLAUSES || size < 2)
		return;
	va_start(args, format);
	len = vsnprintf(to, size, format, args);
	va_end(args);
	if (len < 0)
		return;
	line->clause[line->nr].kind = kind;
	line->clause[line->nr++].text = to;
	line->used += ((size_t)len < size ? (size_t)len : size - 1) + 1;
}

static void print_cut(FILE *out, const char *text, int columns)
{
	int width;
	size_t len;

	columns -= strlen(ELLIPSIS);
	for (; *text; text += len, columns -= width) {
		len = character(text, &width);
		/* A colour has to be ended, whatever is left out. */
		if (columns >= width || !width)
			fwrite(text, 1, len, out);
		else
			columns = width;
	}
	fputs(ELLIPSIS, out);
}

/**
 * line_columns() - columns that all of a line takes
 *
 * Return: the number of columns.
 */
int line_columns(const struct line *line)
{
	int total = 0, i;

	for (i = 0; i < line->nr; i++)
		total += line_width(line->clause[i].text);
	return total;
}

/* Marks what does not fit; returns the columns that the others take. */
static int choose(const struct line *line, bool *left_out, int columns)
{
	int total = line_columns(line), i;

	for (i = line->nr - 1; i >= 0 && total > columns; i--) {
		left_out[i] = line->clause[i].kind == CLAUSE_MAY;
		if (left_out[i])
			total -= line_width(line->clause[i].text);
	}
	return total;
}

/**
 * line_print() - print as much of a line as fits
 * @columns: number of columns of the terminal
 *
 * Clauses are left out from the end on, then some are cut.
 */
void line_print(const struct line *line, FILE *out, int columns)
{
	const int dots = strlen(ELLIPSIS);
	bool left_out[LINE_CLAUSES] = { false };
	int total = choose(line, left_out, columns), i;
	bool some = memchr(left_out, true, sizeof(left_out));

	/* The dots take columns, too. */
	if (some) {
		columns -= dots + 1;
		total = choose(line, left_out, columns);
	}
	for (i = 0; i < line->nr; i++) {
		const char *text = line->clause[i].text;
		int width = line_width(text), rest = width - (total - columns);

		if (left_out[i])
			continue;
		if (line->clause[i].kind != CLAUSE_CUT || total <= columns) {
			fputs(text, out);
			continue;
		}
		rest = rest > dots ? rest : dots;
		print_cut(out, text, rest);
		total -= width - rest;
	}
	if (some)
		fputs(" " ELLIPSIS, out);
}
