/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_OPTIONS_H
#define TRACE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "event/event.h"
#include "trace/source.h"

/**
 * struct trace_options - the command line
 * @root: the processes to begin with, with room for the command
 * @nr: number of them
 * @all: every task in the system
 * @descend: follow the children of @root
 * @json: one object of JSON a line
 * @summary: only the table at the end
 * @verbose: details below each event
 * @tree: lines are indented by descent
 * @filter: events to print
 * @file: output file, NULL for standard output
 * @buffer: size of the buffer in bytes
 * @command: the command to run, or NULL
 */
struct trace_options {
	struct trace_root *root;
	size_t nr;
	bool all;
	bool descend;
	bool json;
	bool summary;
	bool verbose;
	bool tree;
	struct trace_filter filter;
	const char *file;
	size_t buffer;
	char **command;
};

void trace_parse(struct trace_options *opt, int argc, char **argv);

#endif /* TRACE_OPTIONS_H */
