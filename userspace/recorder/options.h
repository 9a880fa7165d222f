/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_OPTIONS_H
#define RECORDER_OPTIONS_H

#include <getopt.h>

#include "recorder/target.h"

/**
 * struct record_options - options of each command that records
 * @engine: the engine asked for
 * @targets: the files to write
 */
struct record_options {
	const char *engine;
	struct targets targets;
};

/* For getopt_long(3), without and with names */
#define RECORD_SHORT	"+:o:h"
#define RECORD_LONG							\
	{ "output", required_argument, NULL, 'o' },			\
	{ "json", required_argument, NULL, 'j' },			\
	{ "engine", required_argument, NULL, 'e' },			\
	{ "help", no_argument, NULL, 'h' }

/* For --help: all but that of the page */
#define RECORD_HELP							\
	"     --json <file>      write the recording as JSON\n"		\
	"     --engine <engine>  auto, module, bpf or proc\n"		\
	"\n"								\
	" -h, --help             display this help\n"

void record_option(struct record_options *opt, int c, char *const *argv,
		   const char *command, void (*print_help)(void));

#endif /* RECORDER_OPTIONS_H */
