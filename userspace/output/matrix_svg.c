// SPDX-License-Identifier: GPL-2.0-only
/*
 * The matrix as a picture, as the page draws it: a row for each task below its
 * parent, a column for each kind, a letter in its colour for each object; filled
 * if several of the tasks hold it, else an outline.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/picture.h"
#include "record/kinds.h"
#include "util/text.h"

/* In pixels */
enum {
	MARGIN = 24,
	NAMES = 300,		/* column of names, with the lines to parents */
	INDENT = 20,
	COLUMN = 38,
	GAP = 16,		/* before namespaces */
	ROW = 34,
	CHIP = 26,
	HEAD = 140,		/* title and names of kinds */
	FOOT = 62,
	TITLE = 800,		/* room for the title of a live picture */
};

/* Number of tasks that are alike to draw; the rest is folded */
#define ALIKE	4
/* A picture with more rows cannot be read. */
#define MAX_ROWS	200

/**
 * struct sheet - the picture in the making
 * @view: its model and style
 * @kind: the columns
 * @nr: number of columns
 * @parent: for each process that of its parent, or NO_PROCESS
 * @row_of: for each process its row
 * @rows: number of rows so far
 * @draw: draw, instead of only counting rows
 */
struct sheet {
	const struct view *view;
	int kind[TASKSHARE_NR_KINDS];
	int nr;
	__u32 *parent;
	__u32 *row_of;
	__u32 rows;
	bool draw;
};

/* Programs other than browsers know no variables, and no @media. */
static const char style[] =
	"svg{color-scheme:light dark}\n"
	"text{font:15px ui-monospace,\"DejaVu Sans Mono\",Menlo,monospace;fill:#1b1d21}\n"
	".title{font-size:14px}.small{font-size:13px}.c{text-anchor:middle;font-weight:700}\n"
	".paper{fill:#fff}.soft,.process{fill:#5d6068}\n"
	".line{stroke:#c9c7c0;stroke-width:1.5;fill:none}\n"
	".thread{fill:none;stroke:#5d6068;stroke-width:2}\n"
	".moved{fill:none;stroke:#5d6068;stroke-dasharray:3 3}\n"
	".unseen{stroke:#c9c7c0;stroke-width:2}\n"
	"@media(prefers-color-scheme:dark){text{fill:#eceae4}.paper{fill:#1d2026}\n"
	".soft,.process{fill:#a3a5ab}.line,.unseen{stroke:#4a4f58}\n"
	".thread,.moved{stroke:#a3a5ab}}\n";

static bool differs(const struct model *model, int kind)
{
	__u32 i;

	for (i = 1; i < model->nr; i++)
		if (model->kind[kind].of[i] != model->kind[kind].of[0])
			return true;
	return false;
}

/* Kinds that nothing sees are left out, and namespaces that are all the same. */
static void choose_kinds(struct sheet *sheet)
{
	const struct model *model = sheet->view->model;
	__u32 i;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (kind_is_namespace(k) && !differs(model, k))
			continue;
		for (i = 0; i < model->nr; i++)
			if (model_holding(model, i, k) != HOLDS_UNSEEN)
				break;
		if (i < model->nr)
			sheet->kind[sheet->nr++] = k;
	}
}

static int x_of(const struct sheet *sheet, int column)
{
	return MARGIN + NAMES + column * COLUMN + COLUMN / 2 +
	       (kind_is_namespace(sheet->kind[column]) ? GAP : 0);
}

static int y_of(__u32 row)
{
	return HEAD + row * ROW + ROW / 2;
}

static void put_chip(const struct sheet *sheet, const struct object *obj,
		     int x, int y)
{
	const struct colour *colour = &picture_colour[obj->group % NR_COLOURS];
	FILE *out = sheet->view->out;
	char letters[8];

	fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"%s\" stroke=\"%s\" stroke-width=\"2\"/>",
		x - CHIP / 2, y - CHIP / 2, CHIP, CHIP,
		obj->nr > 1 ? colour->fill : "none", colour->fill);
	fprintf(out, "<text class=\"c\" x=\"%d\" y=\"%d\"", x, y + 5);
	if (obj->nr > 1)
		fprintf(out, " style=\"fill:%s\"", colour->ink);
	fprintf(out, ">%s</text>\n", text_group(letters, obj->group));
}

static void put_moved(FILE *out, int x, int y)
{
	fprintf(out, "<rect class=\"moved\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/><text class=\"c\" x=\"%d\" y=\"%d\">?</text>\n",
		x - CHIP / 2, y - CHIP / 2, CHIP, CHIP, x, y + 5);
}

static void put_none(FILE *out, int x, int y)
{
	fprintf(out, "<text class=\"c soft\" x=\"%d\" y=\"%d\">-</text>\n", x,
		y + 5);
}

static void put_unseen(FILE *out, int x, int y)
{
	fprintf(out, "<path class=\"unseen\" d=\"M%d %dl12-12m-4 16l12-12\"/>\n",
		x - 10, y + 4);
}

static void put_cell(const struct sheet *sheet, __u32 task, int column, int y)
{
	const struct model *model = sheet->view->model;
	int kind = sheet->kind[column], x = x_of(sheet, column);
	FILE *out = sheet->view->out;

	switch (model_holding(model, task, kind)) {
	case HOLDS_OBJECT:
		put_chip(sheet, model_object(model, task, kind), x, y);
		break;
	case HOLDS_NONE:
		put_none(out, x, y);
		break;
	case HOLDS_MOVING:
		put_moved(out, x, y);
		break;
	case HOLDS_UNSEEN:
		put_unseen(out, x, y);
	}
}

/* A thin line from the row of the parent, or of the process */
static void put_line(const struct sheet *sheet, __u32 from, int depth)
{
	int x = MARGIN + (depth - 1) * INDENT + 6;

	fprintf(sheet->view->out, "<path class=\"line\" d=\"M%d %dV%dh10\"/>\n",
		x, y_of(from) + 9, y_of(sheet->rows));
}

static void put_row(struct sheet *sheet, __u32 task, int depth)
{
	const struct taskshare_record *rec = sheet->view->model->task[task];
	FILE *out = sheet->view->out;
	int x = MARGIN + depth * INDENT, y = y_of(sheet->rows), i;

	if (rec->pid == rec->tgid)
		fprintf(out, "<rect class=\"process\" x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" rx=\"3\"/>",
			x, y - 6);
	else
		fprintf(out, "<circle class=\"thread\" cx=\"%d\" cy=\"%d\" r=\"5\"/>",
			x + 6, y);
	fprintf(out, "<text x=\"%d\" y=\"%d\"><tspan class=\"soft\">%u</tspan> ",
		x + 22, y + 5, rec->pid);
	picture_text(out, rec->comm, true);
	fputs("</text>\n", out);
	for (i = 0; i < sheet->nr; i++)
		put_cell(sheet, task, i, y);
}

/* Both hold the same, or nothing, of every kind. */
static bool alike(const struct sheet *sheet, __u32 a, __u32 b)
{
	const struct model *model = sheet->view->model;
	int i;

	for (i = 0; i < sheet->nr; i++) {
		int k = sheet->kind[i];

		if (model_holding(model, a, k) != model_holding(model, b, k) ||
		    model->kind[k].of[a] != model->kind[k].of[b])
			return false;
	}
	return true;
}

static void put_fold(const struct sheet *sheet, __u32 nr, int depth)
{
	fprintf(sheet->view->out,
		"<text class=\"soft\" x=\"%d\" y=\"%d\">... %u more like these</text>\n",
		MARGIN + depth * INDENT + 22, y_of(sheet->rows) + 5, nr);
}

/* Number of tasks from one on that are alike */
static __u32 run_of(const struct sheet *sheet, __u32 task, __u32 end)
{
	__u32 i = task + 1;

	while (i < end && alike(sheet, task, i))
		i++;
	return i - task;
}

/* The threads; of many in a row that are alike, a few are drawn. */
static void threads(struct sheet *sheet, const struct process *process,
		    __u32 row, int depth)
{
	__u32 end = process->first + process->nr, i, t, same, drawn;

	for (i = process->first + 1; i < end; i += same) {
		same = run_of(sheet, i, end);
		drawn = same > ALIKE + 1 ? ALIKE : same;
		for (t = i; t < i + drawn; t++, sheet->rows++) {
			if (!sheet->draw)
				continue;
			put_line(sheet, row, depth);
			put_row(sheet, t, depth);
		}
		if (drawn == same)
			continue;
		if (sheet->draw)
			put_fold(sheet, same - drawn, depth);
		sheet->rows++;
	}
}

static void process(struct sheet *sheet, __u32 p, int depth)
{
	const struct model *model = sheet->view->model;
	__u32 row = sheet->rows, i;

	sheet->row_of[p] = row;
	if (sheet->draw) {
		if (depth)
			put_line(sheet, sheet->row_of[sheet->parent[p]], depth);
		put_row(sheet, model->process[p].first, depth);
	}
	sheet->rows++;
	threads(sheet, &model->process[p], row, depth + 1);
	for (i = 0; i < model->nr_processes && sheet->rows <= MAX_ROWS; i++)
		if (sheet->parent[i] == p)
			process(sheet, i, depth + 1);
}

static void processes(struct sheet *sheet)
{
	__u32 p;

	sheet->rows = 0;
	for (p = 0; p < sheet->view->model->nr_processes; p++)
		if (sheet->parent[p] == NO_PROCESS && sheet->rows <= MAX_ROWS)
			process(sheet, p, 0);
}

/* A parent that is its own ancestor, by records that lie, is none. */
static void find_parents(struct sheet *sheet)
{
	const struct model *model = sheet->view->model;
	__u32 p, up, steps;

	for (p = 0; p < model->nr_processes; p++)
		sheet->parent[p] = NO_PROCESS;
	for (p = 0; p < model->nr_processes; p++) {
		__u32 first = model->process[p].first;
		__u32 parent = model_find_process(model,
						  model->task[first]->ppid);

		up = parent;
		for (steps = 0; up != NO_PROCESS && up != p && steps < MAX_ROWS;
		     steps++)
			up = sheet->parent[up];
		if (up == NO_PROCESS)
			sheet->parent[p] = parent;
	}
}

static void put_head(const struct sheet *sheet, int width, int height)
{
	FILE *out = sheet->view->out;
	int i;

	fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n"
		"<title>Tasks, and the objects that they share</title>\n<style>\n%s</style>\n"
		"<rect class=\"paper\" width=\"%d\" height=\"%d\" rx=\"10\"/>\n"
		"<text class=\"title soft\" x=\"%d\" y=\"34\">",
		width, height, width, height, style, width, height, MARGIN);
	picture_title(out, sheet->view);
	fputs("</text>\n", out);
	for (i = 0; i < sheet->nr; i++) {
		const char *name = kind_name[sheet->kind[i]];
		const char *tail = strstr(name, "_for_children");
		int x = x_of(sheet, i) + 5;

		fprintf(out, "<text class=\"small\" transform=\"rotate(-90 %d %d)\" x=\"%d\" y=\"%d\">%.*s%s</text>\n",
			x, HEAD - 8, x, HEAD - 8,
			tail ? (int)(tail - name) : 32, name,
			tail ? "_child" : "");
	}
}

static void put_legend(const struct sheet *sheet, int y)
{
	const struct object shared = { .nr = 2 }, alone = { .nr = 1 };
	FILE *out = sheet->view->out;
	int x = MARGIN + CHIP / 2;

	fprintf(out, "<path class=\"line\" d=\"M%d %dH%d\"/>\n", MARGIN, y - 24,
		x_of(sheet, sheet->nr - 1) + COLUMN / 2);
	put_chip(sheet, &shared, x, y);
	put_chip(sheet, &alone, x + 112, y);
	fprintf(out, "<text class=\"small soft\" y=\"%d\"><tspan x=\"%d\">shared</tspan><tspan x=\"%d\">of one task here</tspan><tspan x=\"%d\">-  none</tspan></text>\n",
		y + 5, x + 20, x + 132, x + 286);
}

static int put_sheet(struct sheet *sheet)
{
	int width, height;

	find_parents(sheet);
	choose_kinds(sheet);
	processes(sheet);
	if (sheet->rows > MAX_ROWS)
		return -EFBIG;
	width = MARGIN + NAMES + MARGIN;
	if (sheet->nr)
		width = x_of(sheet, sheet->nr - 1) + COLUMN / 2 + MARGIN;
	if (width < TITLE && sheet->view->kernel)
		width = TITLE;
	height = HEAD + sheet->rows * ROW + FOOT;
	put_head(sheet, width, height);
	sheet->draw = true;
	processes(sheet);
	if (sheet->nr)
		put_legend(sheet, height - FOOT / 2 + 8);
	fputs("</svg>\n", sheet->view->out);
	return 0;
}

/**
 * output_matrix_svg() - print the matrix as a picture
 * @view: the model and the style
 *
 * Return: 0, -ENOMEM, or -EFBIG if it would not be legible. Whether @out took it
 * is for the caller to see.
 */
int output_matrix_svg(const struct view *view)
{
	struct sheet sheet = { .view = view };
	size_t size = view->model->nr_processes + 1;
	int err = -ENOMEM;

	sheet.parent = calloc(size, sizeof(*sheet.parent));
	sheet.row_of = calloc(size, sizeof(*sheet.row_of));
	if (sheet.parent && sheet.row_of)
		err = put_sheet(&sheet);
	free(sheet.parent);
	free(sheet.row_of);
	return err;
}
