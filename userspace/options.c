// SPDX-License-Identifier: GPL-2.0-only
/* The command line. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "options.h"

#define PROGRAM_VERSION "0.1"

static void print_help(void)
{
	size_t i;

	fputs("\nUsage:\n"
	      " taskshare [options] [PID...]\n"
	      "\nShow which kernel objects tasks share.\n"
	      "\nOptions:\n"
	      " -a, --all              every task in the system\n"
	      " -J, --json             use JSON output format\n"
	      " -r, --raw              use raw output format\n"
	      " -n, --noheadings       don't print headings\n"
	      " -o, --output <list>    output columns, +<list> adds to the default ones\n"
	      " -H, --list-columns     list the columns\n"
	      "     --engine <name>    where to look: auto, one of those below, or file:<path>\n"
	      "     --save <file>      save what was seen, for --engine=file:<file>\n"
	      "\n"
	      " -h, --help             display this help\n"
	      " -V, --version          display version\n"
	      "\nEngines, the first that is usable is used:\n", stdout);
	for (i = 0; i < nr_engines; i++)
		printf(" %-7s %s\n", engines[i]->name, engines[i]->sees);
	fputs("\nFor more details see taskshare(1).\n", stdout);
}

static void print_columns(void)
{
	int i;

	for (i = 0; i < nr_columns; i++)
		printf("%-20s %s\n", columns[i].name, columns[i].help);
}

/* A pid as the kernel writes it; nothing else is one. */
static int parse_pid(const char *text, __u32 *pid, struct reason *why)
{
	unsigned long n = 0;
	const char *s;

	for (s = text; *s >= '0' && *s <= '9' && n <= INT32_MAX; s++)
		n = n * 10 + (*s - '0');
	if (s == text || *s || text[0] == '0' || n > INT32_MAX)
		return reason_set(why, -EINVAL,
				  "'%s' is no PID: give a plain decimal number",
				  text);
	*pid = n;
	return 0;
}

static int parse_columns(struct options *opt, const char *list,
			 struct reason *why)
{
	/* What is added to the default waits until the default is known. */
	int nr = columns_parse(opt->columns, 0, list + (*list == '+'), why);

	if (nr < 0)
		return nr;
	opt->nr_columns = nr;
	opt->add_columns = *list == '+';
	return 0;
}

static int parse_option(struct options *opt, int c, struct reason *why)
{
	switch (c) {
	case 'a':
		opt->all = true;
		return 0;
	case 'J':
		opt->form = FORM_JSON;
		return 0;
	case 'r':
		opt->raw = true;
		return 0;
	case 'n':
		opt->noheadings = true;
		return 0;
	case 'o':
		return parse_columns(opt, optarg, why);
	case 'E':
		opt->engine = optarg;
		return 0;
	case 'S':
		opt->save = optarg;
		return 0;
	case 'H':
		print_columns();
		return 1;
	case 'h':
		print_help();
		return 1;
	case 'V':
		puts("taskshare " PROGRAM_VERSION);
		return 1;
	}
	return -EINVAL;
}

/* getopt_long(3) says which option it did not like in two ways. */
static int bad_option(char *const *argv, int c, struct reason *why)
{
	char one[] = { '-', optopt, 0 };
	const char *name = optopt > ' ' && optopt < 127 &&
			   strncmp(argv[optind - 1], "--", 2) ?
			   one : argv[optind - 1];

	if (c == ':')
		return reason_set(why, -EINVAL,
				  "option '%s' needs an argument: see taskshare --help",
				  name);
	return reason_set(why, -EINVAL,
			  "unknown option '%s': see taskshare --help", name);
}

/**
 * options_parse() - understand the command line
 * @opt: set to what it says; @pid is to be freed
 * @argc: as of main()
 * @argv: as of main()
 * @why: says what is wrong
 *
 * Return: 0 to go on, 1 if --help and the like were served, or -EINVAL.
 */
int options_parse(struct options *opt, int argc, char **argv,
		  struct reason *why)
{
	static const struct option longopts[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'J' },
		{ "raw", no_argument, NULL, 'r' },
		{ "noheadings", no_argument, NULL, 'n' },
		{ "output", required_argument, NULL, 'o' },
		{ "list-columns", no_argument, NULL, 'H' },
		{ "engine", required_argument, NULL, 'E' },
		{ "save", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL }
	};
	int c, err;

	memset(opt, 0, sizeof(*opt));
	opt->engine = "auto";
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":aJrno:HhV", longopts, NULL)) >= 0) {
		err = c == '?' || c == ':' ? bad_option(argv, c, why) :
					     parse_option(opt, c, why);
		if (err)
			return err;
	}
	if (opt->all && optind < argc)
		return reason_set(why, -EINVAL,
				  "--all shows every task: leave out the PIDs or --all");
	opt->pid = calloc(argc - optind + 1, sizeof(*opt->pid));
	if (!opt->pid)
		return reason_set(why, -ENOMEM, "no memory");
	for (; optind < argc; optind++) {
		err = parse_pid(argv[optind], &opt->pid[opt->nr_pids++], why);
		if (err)
			return err;
	}
	return 0;
}
