/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stddef.h>

struct commands;

/**
 * struct command - a command of taskshare
 * @name: its name; NULL for the command line without one
 * @synopsis: its arguments
 * @summary: one line for --help
 * @main: runs it; gets the arguments from the command on, and all commands,
 *	  for --help; returns the exit status
 */
struct command {
	const char *name;
	const char *synopsis;
	const char *summary;
	int (*main)(int argc, char **argv, const struct commands *all);
};

/**
 * struct commands - all of them
 * @command: the table
 * @nr: number of commands
 */
struct commands {
	const struct command *command;
	size_t nr;
};

const struct command *command_find(const struct commands *all,
				   const char *name);
void commands_print(const struct commands *all);

#endif /* CLI_COMMAND_H */
