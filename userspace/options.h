/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "columns.h"

/**
 * enum form - what the output looks like
 * @FORM_TABLE: the matrix of tasks and objects
 * @FORM_JSON: JSON
 */
enum form {
	FORM_TABLE,
	FORM_JSON,
};

/**
 * struct options - what the command line says
 * @engine: the argument of --engine
 * @save: where to save the records, or NULL
 * @form: what the output looks like
 * @all: every task in the system
 * @raw: see struct view
 * @noheadings: see struct view
 * @columns: see struct view
 * @nr_columns: 0 for the default
 * @add_columns: whether they come behind the default ones
 * @pid: the operands
 * @nr_pids: how many
 */
struct options {
	const char *engine;
	const char *save;
	enum form form;
	bool all;
	bool raw;
	bool noheadings;
	int columns[MAX_COLUMNS];
	int nr_columns;
	bool add_columns;
	__u32 *pid;
	size_t nr_pids;
};

int options_parse(struct options *opt, int argc, char **argv,
		  struct reason *why);

#endif /* OPTIONS_H */
