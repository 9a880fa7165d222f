// SPDX-License-Identifier: GPL-2.0-only
/* Parts that all command lines have. */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/exit.h"

/**
 * bad_option() - say which option getopt_long(3) did not like, and why
 * @argv: as of main()
 * @c: value that it returned, '?' or ':'
 * @command: with a blank behind it, "trace ", or ""
 * @error: says it
 *
 * It says in two ways which one: optopt is set if it was a letter, perhaps
 * one of several behind one dash. Return: -EINVAL.
 */
int bad_option(char *const *argv, int c, const char *command,
	       struct error *error)
{
	char one[] = { '-', optopt, 0 };
	const char *name = optopt > ' ' && optopt < 127 &&
			   strncmp(argv[optind - 1], "--", 2) ?
			   one : argv[optind - 1];

	if (c == ':')
		return error_set(error, -EINVAL,
				 "option '%s' needs an argument: see taskshare %s--help",
				 name, command);
	return error_set(error, -EINVAL,
			 "unknown option '%s': see taskshare %s--help", name,
			 command);
}

/* Digits only, and none too many. */
static int parse_digits(const char *text, unsigned long most,
			unsigned long *number)
{
	unsigned long n = 0;
	const char *s;

	for (s = text; *s >= '0' && *s <= '9' && n <= most; s++)
		n = n * 10 + (*s - '0');
	*number = n;
	return s == text || *s || n > most ? -EINVAL : 0;
}

/**
 * parse_number() - a plain decimal number
 * @text: the argument
 * @least: the smallest that will do
 * @most: the largest that will do, a tenth of ULONG_MAX at most
 * @number: set to it
 * @error: says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int parse_number(const char *text, unsigned long least, unsigned long most,
		 unsigned long *number, struct error *error)
{
	if (!parse_digits(text, most, number) && *number >= least)
		return 0;
	return error_set(error, -EINVAL,
			 "'%s' is no number: give one from %lu to %lu", text,
			 least, most);
}

/**
 * parse_pid() - a PID as the kernel writes it; nothing else is one
 * @text: the argument
 * @pid: set to it
 * @error: says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int parse_pid(const char *text, __u32 *pid, struct error *error)
{
	unsigned long n;

	if (parse_digits(text, INT32_MAX, &n) || *text == '0')
		return error_set(error, -EINVAL,
				 "'%s' is no PID: give a plain decimal number",
				 text);
	*pid = n;
	return 0;
}

/** or_exit() - if there was an error end with it, for those who cannot go on */
void or_exit(int err, const struct error *error)
{
	if (err)
		errx(EXIT_ERROR, "%s", error->text);
}

/** exit_after() - print a help text or a list, and end the program */
_Noreturn void exit_after(void (*print)(void))
{
	print();
	exit(fflush(stdout) ? EXIT_ERROR : EXIT_OK);
}

/**
 * written_or_exit() - end the program if standard output lacks something
 * @err: error of the writer, a negative errno, or 0
 */
void written_or_exit(int err)
{
	if (err || fflush(stdout) || ferror(stdout))
		errx(EXIT_ERROR, "the output cannot be written: %s",
		     strerror(err ? -err : errno));
}
