// SPDX-License-Identifier: GPL-2.0-only
/* Properties of the terminal, or of the file in its place, on standard output. */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/terminal.h"

/**
 * terminal_utf8() - check whether the output may be UTF-8
 *
 * Return: true if the locale says so; otherwise the output is ASCII.
 */
bool terminal_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/**
 * terminal_colours() - check whether standard output may have colours
 *
 * Return: true on a terminal that has them, unless NO_COLOR is set and not
 * empty (no-color.org).
 */
bool terminal_colours(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(no && *no) &&
	       term && strcmp(term, "dumb");
}

/**
 * terminal_width() - number of columns for text on standard output
 *
 * Return: those of the terminal, at least 40; 80 for a file.
 */
int terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return 80;
	return size.ws_col < 40 ? 40 : size.ws_col;
}
