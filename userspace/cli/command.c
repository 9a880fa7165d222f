// SPDX-License-Identifier: GPL-2.0-only
/* The table of commands as --help prints it. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"

/**
 * command_find() - look a command up
 * @all: the table
 *
 * Return: the command, or NULL.
 */
const struct command *command_find(const struct commands *all,
				   const char *name)
{
	size_t i;

	for (i = 0; i < all->nr; i++)
		if (all->command[i].name && !strcmp(all->command[i].name, name))
			return &all->command[i];
	return NULL;
}

/**
 * commands_print() - print usage and summary of all commands
 * @all: the table
 */
void commands_print(const struct commands *all)
{
	const struct command *command;
	size_t i;

	puts("\nUsage:");
	for (i = 0; i < all->nr; i++) {
		command = &all->command[i];
		printf(" taskshare %s%s%s\n", command->name ?: "",
		       command->name && *command->synopsis ? " " : "",
		       command->synopsis);
	}
	puts("\nCommands; each but watch, pin and unpin has a --help of its own:");
	for (i = 0; i < all->nr; i++) {
		command = &all->command[i];
		if (command->name)
			printf(" %-7s %s\n", command->name, command->summary);
	}
}
