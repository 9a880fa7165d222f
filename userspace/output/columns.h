/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OUTPUT_COLUMNS_H
#define OUTPUT_COLUMNS_H

#include "output/view.h"

/* Room for the text of any cell */
#define CELL_TEXT	DESCRIPTION_TEXT

/**
 * struct colinfo - one column of the table of tasks
 * @name: its heading, and what --output calls it
 * @alias: second name that --output accepts, or NULL
 * @help: one line for --list-columns; NULL: the words for its @kind
 * @right: aligned to the right
 * @print: makes the text of a cell, at most CELL_TEXT bytes
 * @make: instead, one of any length, to be freed; NULL without memory
 * @kind: enum taskshare_kind for the columns of objects
 * @field: enum content_field for those of content, which have no @print
 */
struct colinfo {
	const char *name;
	const char *alias;
	const char *help;
	bool right;
	void (*print)(char *to, const struct view *view, __u32 task, int kind);
	char *(*make)(const struct view *view, __u32 task);
	int kind;
	int field;
};

/* In place of a field */
#define NO_FIELD	-1

extern const struct colinfo columns[];
extern const int nr_columns;

#define MAX_COLUMNS	128

__u32 columns_parts(const int *list, int nr);
char *column_text(const struct view *view, __u32 task,
		  const struct colinfo *col);
int columns_default(int *list, const struct model *model);
int columns_parse(int *list, int nr, const char *text, struct error *error);

#endif /* OUTPUT_COLUMNS_H */
