// SPDX-License-Identifier: GPL-2.0-only
/*
 * The matrix of tasks and objects for a file or a pipe: the same bytes as
 * libsmartcols prints there, for a tenth of the time. The cells are written into
 * one piece of memory, and their widths are taken on the way; libsmartcols has
 * a line and cells in memory for each row, and decodes each cell three times.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#include "output/columns.h"
#include "output/plain.h"

/**
 * struct cells - the cells of a table
 * @text: their texts one after the other, each with its width before it
 * @len: number of bytes used
 * @size: number of bytes there
 * @width: width of each column
 */
struct cells {
	char *text;
	size_t len;
	size_t size;
	__u32 width[MAX_COLUMNS * 2];
};

static __u32 width_of(const char *text, size_t len)
{
	const char *end = text + len;
	mbstate_t state = { 0 };
	__u32 width = 0;
	wchar_t wide;
	size_t used, i;

	for (i = 0; i < len; i++)
		if ((unsigned char)text[i] >= 0x80)
			break;
	if (i == len)
		return len;
	for (; text < end; text += used) {
		used = mbrtowc(&wide, text, end - text, &state);
		if (used > (size_t)(end - text) || !used) {
			memset(&state, 0, sizeof(state));
			used = 1;
		} else if (iswprint(wide) && wcwidth(wide) > 0) {
			width += wcwidth(wide);
		}
	}
	return width;
}

/* Room for one more cell of @len bytes, or NULL without memory */
static char *reserve(struct cells *cells, size_t len)
{
	size_t need = cells->len + sizeof(__u32) + len + 1, size;
	char *text;

	if (need > cells->size) {
		size = 2 * need + 65536;
		text = realloc(cells->text, size);
		if (!text)
			return NULL;
		cells->text = text;
		cells->size = size;
	}
	return cells->text + cells->len + sizeof(__u32);
}

/* Takes in the text that was written where reserve() said. */
static void take(struct cells *cells, int column)
{
	char *to = cells->text + cells->len;
	size_t len = strlen(to + sizeof(__u32));
	__u32 width = width_of(to + sizeof(__u32), len);

	memcpy(to, &width, sizeof(width));
	if (width > cells->width[column])
		cells->width[column] = width;
	cells->len += sizeof(width) + len + 1;
}

static int add(struct cells *cells, int column, const char *text)
{
	char *to = text ? reserve(cells, strlen(text)) : NULL;

	if (!to)
		return -ENOMEM;
	strcpy(to, text);
	take(cells, column);
	return 0;
}

static int add_row(struct cells *cells, const struct view *view, __u32 task)
{
	int i, err = 0;
	char *text;

	for (i = 0; i < view->nr_columns && !err; i++) {
		const struct colinfo *col = &columns[view->columns[i]];

		if (col->print) {
			text = reserve(cells, CELL_TEXT);
			if (!text)
				return -ENOMEM;
			col->print(text, view, task, col->kind);
			take(cells, i);
		} else {
			text = column_text(view, task, col);
			err = add(cells, i, text);
			free(text);
		}
	}
	return err;
}

static void put_blanks(FILE *out, __u32 nr)
{
	while (nr--)
		putc_unlocked(' ', out);
}

static void put_cells(const struct view *view, const struct cells *cells,
		      const char *at)
{
	int i = 0, last = view->nr_columns - 1;

	while (at < cells->text + cells->len) {
		bool right = columns[view->columns[i]].right;
		__u32 width, blanks;
		size_t len;

		memcpy(&width, at, sizeof(width));
		at += sizeof(width);
		blanks = cells->width[i] - width;
		len = strlen(at);
		if (right)
			put_blanks(view->out, blanks);
		fwrite_unlocked(at, 1, len, view->out);
		if (!right && i != last)
			put_blanks(view->out, blanks);
		putc_unlocked(i == last ? '\n' : ' ', view->out);
		i = i == last ? 0 : i + 1;
		at += len + 1;
	}
}

/**
 * plain_usable() - check whether a table needs nothing that a terminal has
 * @view: the view
 *
 * Return: true if output_plain() prints it as libsmartcols would.
 */
bool plain_usable(const struct view *view)
{
	return !view->raw && !view->colour && !isatty(STDOUT_FILENO);
}

/**
 * output_plain() - print the matrix of tasks and objects
 * @view: the view, see plain_usable()
 *
 * Return: 0 or -ENOMEM.
 */
int output_plain(const struct view *view)
{
	struct cells cells = { 0 };
	int i, err = 0;
	size_t head;
	__u32 task;

	for (i = 0; i < view->nr_columns && !err; i++)
		err = add(&cells, i, columns[view->columns[i]].name);
	head = cells.len;
	for (task = 0; task < view->model->nr && !err; task++)
		if (!view->odd || view_odd(view, task))
			err = add_row(&cells, view, task);
	if (!err && cells.len > head)
		put_cells(view, &cells,
			  cells.text + (view->noheadings ? head : 0));
	free(cells.text);
	return err;
}
