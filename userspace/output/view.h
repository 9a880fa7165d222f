/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OUTPUT_VIEW_H
#define OUTPUT_VIEW_H

#include <stdio.h>

#include "content/content.h"
#include "model/describe.h"
#include "model/model.h"
#include "util/table.h"

/**
 * struct view - the model to print and the style
 * @out: the stream to print to
 * @model: the tasks to print
 * @describer: describes its tasks; its model may hold more tasks than @model, of
 *	       the same moment
 * @content: content of the objects of @model, or NULL
 * @engine: the name of the engine it comes from
 * @kernel: the release of the kernel it comes from, or NULL if not known
 * @columns: columns of the table, indices into columns[]
 * @nr_columns: number of columns
 * @raw: for programs: blanks between columns, \xNN for what is not graphic
 * @noheadings: no header row
 * @extras: the title above and the legend below the table
 * @asked: the tasks are those that were asked for by PID
 * @odd: only what differs inside a process or crosses processes
 * @utf8: whether the reader understands UTF-8
 * @colour: whether the reader understands colours
 * @width: number of columns for text
 */
struct view {
	FILE *out;
	const struct model *model;
	const struct describer *describer;
	const struct content *content;
	const char *engine;
	const char *kernel;
	const int *columns;
	int nr_columns;
	bool raw;
	bool noheadings;
	bool extras;
	bool asked;
	bool odd;
	bool utf8;
	bool colour;
	int width;
};

struct libscols_table *view_table(const struct view *view,
				  const struct table_column *column, size_t nr);

int output_table(const struct view *view);
int output_json(const struct view *view);
int output_system(const struct view *view);
int output_tree(const struct view *view, const __u32 *pid, size_t nr_pids);
int output_flags(const struct view *view, const __u32 *pid, size_t nr_pids);
int output_dot(const struct view *view);
int output_svg(const struct view *view, struct error *error);
int output_matrix_svg(const struct view *view);
int output_sentences(const struct view *view);

const struct model *view_all(const struct view *view);
__u32 view_described(const struct view *view, __u32 task);
__u32 view_unusual(const struct view *view, __u32 task);
bool view_split(const struct view *view, __u32 task);
bool view_odd(const struct view *view, __u32 task);
void view_others(char *to, size_t size, const struct view *view, int kind,
		 const struct object *obj);
void view_put_description(FILE *out, const struct view *view, __u32 task);
char *view_description(const struct view *view, __u32 task);

#endif /* OUTPUT_VIEW_H */
