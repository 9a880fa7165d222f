/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VIEW_H
#define VIEW_H

#include <stdio.h>

#include "model.h"

/**
 * struct view - what to print, and how
 * @out: where to
 * @model: what
 * @engine: the name of the engine it comes from
 * @kernel: the release of the kernel it comes from, or NULL if not known
 * @columns: columns of the table, indices into columns[]
 * @nr_columns: how many
 * @raw: for programs: blanks between columns, \xNN for what is not graphic
 * @noheadings: no header row
 * @extras: the title above and the legend below the table
 * @utf8: whether the reader understands UTF-8
 */
struct view {
	FILE *out;
	const struct model *model;
	const char *engine;
	const char *kernel;
	const int *columns;
	int nr_columns;
	bool raw;
	bool noheadings;
	bool extras;
	bool utf8;
};

int output_table(const struct view *view);
int output_json(const struct view *view);

#endif /* VIEW_H */
