/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHOW_OPTIONS_H
#define SHOW_OPTIONS_H

#include "output/columns.h"

/**
 * enum show_mode - actions of the command
 * @MODE_SHOW: show once
 * @MODE_WATCH: show again at every change
 * @MODE_PIN: leave the BPF program for later runs
 * @MODE_UNPIN: remove it
 */
enum show_mode {
	MODE_SHOW,
	MODE_WATCH,
	MODE_PIN,
	MODE_UNPIN,
};

/**
 * enum form - forms of the output
 * @FORM_DEFAULT: the matrix for PIDs, what crosses processes without
 * @FORM_MATRIX: the matrix of tasks and objects
 * @FORM_JSON: JSON
 * @FORM_TREE: parents and children with the flags of their creation
 * @FORM_FLAGS: what can be said of every flag of a task's creation
 * @FORM_DOT: a picture for graphviz
 * @FORM_SVG: a picture
 * @FORM_MATRIX_SVG: the matrix as a picture
 */
enum form {
	FORM_DEFAULT,
	FORM_MATRIX,
	FORM_JSON,
	FORM_TREE,
	FORM_FLAGS,
	FORM_DOT,
	FORM_SVG,
	FORM_MATRIX_SVG,
};

/**
 * struct options - the command line
 * @mode: the action
 * @engine: the argument of --engine
 * @save: file for the records, or NULL
 * @form: form of the output
 * @all: every task in the system
 * @odd: see struct view
 * @raw: see struct view
 * @noheadings: see struct view
 * @columns: see struct view
 * @nr_columns: 0 for the default
 * @add_columns: whether they come behind the default ones
 * @interval: of MODE_WATCH, in milliseconds
 * @pid: the operands
 * @nr_pids: number of operands
 */
struct options {
	enum show_mode mode;
	const char *engine;
	const char *save;
	enum form form;
	bool all;
	bool odd;
	bool raw;
	bool noheadings;
	int columns[MAX_COLUMNS];
	int nr_columns;
	bool add_columns;
	unsigned int interval;
	__u32 *pid;
	size_t nr_pids;
};

struct commands;
int options_parse(struct options *opt, int argc, char **argv,
		  const struct commands *all, struct error *error);

#endif /* SHOW_OPTIONS_H */
