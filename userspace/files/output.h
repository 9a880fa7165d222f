/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FILES_OUTPUT_H
#define FILES_OUTPUT_H

#include <stdio.h>

#include "files/files.h"

#define FILES_MAX_COLUMNS	32

/**
 * struct files_view - open files and the style of the output
 * @files: open files
 * @model: the tasks
 * @moved: for each task, whether it got another table meanwhile
 * @engine: the engine that saw the tasks
 * @source: the source of the descriptors
 * @kernel: its release, or NULL
 * @columns: indices of columns
 * @nr_columns: number of columns
 * @all: list everything
 * @raw: for programs: one blank between columns, no alignment
 * @noheadings: without headings
 * @utf8: whether the output may be UTF-8
 */
struct files_view {
	FILE *out;
	const struct files *files;
	const struct model *model;
	const bool *moved;
	const char *engine;
	const char *source;
	const char *kernel;
	const int *columns;
	int nr_columns;
	bool all;
	bool raw;
	bool noheadings;
	bool utf8;
};

/**
 * struct files_column - a column of the table of descriptors
 * @name: its heading, and what --output calls it
 * @help: one line for --list-columns
 * @right: aligned to the right
 * @print: writes a cell of a descriptor; nothing if it is not known
 */
struct files_column {
	const char *name;
	const char *help;
	bool right;
	void (*print)(FILE *out, const struct files_view *view,
		      const struct files_descriptor *descriptor);
};

extern const struct files_column files_columns[];
extern const int files_nr_columns;

int files_check_tables(struct files *files, const struct model *before,
		       const struct model *after, bool lasting, bool *moved);

int files_columns_default(int *list);
int files_columns_parse(int *list, int nr, const char *text,
			struct error *error);

int files_table(const struct files_view *view);
int files_text(const struct files_view *view);
void files_json(const struct files_view *view);

#endif /* FILES_OUTPUT_H */
