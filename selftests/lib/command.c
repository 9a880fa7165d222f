// SPDX-License-Identifier: GPL-2.0-only
/* Commands of a shell, and what they print. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "util.h"

/* The output of the last command, as a string */
char command_output[1 << 20];

/**
 * run_command() - run a command, and keep its output
 *
 * Return: its wait status, or -1.
 */
int run_command(const char *command)
{
	FILE *from = popen(command, "r");
	size_t size;

	if (!from)
		return -1;
	size = fread(command_output, 1, sizeof(command_output) - 1, from);
	command_output[size] = 0;
	return pclose(from);
}

/**
 * command_show_end() - print the end of the output of the last command
 *
 * Each line is a comment: it may be TAP itself.
 */
void command_show_end(void)
{
	size_t size = strlen(command_output), len;
	const char *line = command_output + (size > 3000 ? size - 3000 : 0);

	for (; *line; line += len + !!line[len]) {
		len = strcspn(line, "\n");
		complain("  %.*s", (int)len, line);
	}
}

/** succeeds() - run a command; if it fails, print the end of its output */
bool succeeds(const char *command)
{
	int status = run_command(command);

	if (!status)
		return true;
	complain("status %#x of: %s", status, command);
	command_show_end();
	return false;
}

/** said() - whether the output has a text; if not, print the end of it */
bool said(const char *what)
{
	if (strstr(command_output, what))
		return true;
	complain("no \"%s\" in:", what);
	command_show_end();
	return false;
}
