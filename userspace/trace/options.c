// SPDX-License-Identifier: GPL-2.0-only
/* The command line of taskshare trace. */
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/exit.h"
#include "trace/options.h"

#define DEFAULT_BUFFER	(16u << 20)

enum {
	OPT_SUMMARY = 256,
	OPT_BUFFER,
	OPT_FAILED,
	OPT_TREE,
};

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare trace [options] [--] <command> [<argument>...]\n"
	      " taskshare trace [options] -p <pid>...\n"
	      " taskshare trace [options] -a\n"
	      "\nReport each clone, exec, unshare, setns, change of credentials or seccomp filters\n"
	      "and exit of tasks, whether the objects of new tasks match the flags, and the\n"
	      "calls that failed, with the reason.\n"
	      "\nOptions:\n"
	      " -p, --pid <pid>        follow this process, all threads of it; may be repeated\n"
	      " -f, --follow           follow its children, too, as for a command\n"
	      " -a, --all              follow every task in the system\n"
	      " -e, --events <list>    print only these events, or with ! all but these: names\n"
	      "                        of calls or events, or %create, %exec, %namespace,\n"
	      "                        %creds, %exit, %process\n"
	      "     --failed           print only calls that failed\n"
	      " -v, --verbose          print details below each event\n"
	      "     --tree             indent each line by descent\n"
	      " -J, --json             use JSON output format, one object a line\n"
	      " -o, --output <file>    write to a file\n"
	      "     --summary          only count the sets of flags, and failures\n"
	      "     --buffer <KiB>     space for events not written yet, 16384 by default\n"
	      "\n"
	      " -h, --help             display this help\n"
	      "\nWith a command, the exit status is the command's, or 128 and the number of the\n"
	      "signal that killed it; 1, 2 and 3 may also mean:\n"
	      "1 an error, 2 BPF cannot be used, 3 no such process.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

static const struct option longopts[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "follow", no_argument, NULL, 'f' },
	{ "all", no_argument, NULL, 'a' },
	{ "events", required_argument, NULL, 'e' },
	{ "failed", no_argument, NULL, OPT_FAILED },
	{ "verbose", no_argument, NULL, 'v' },
	{ "tree", no_argument, NULL, OPT_TREE },
	{ "json", no_argument, NULL, 'J' },
	{ "output", required_argument, NULL, 'o' },
	{ "summary", no_argument, NULL, OPT_SUMMARY },
	{ "buffer", required_argument, NULL, OPT_BUFFER },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

/* The kernel wants a power of two of pages. */
static size_t parse_buffer(const char *text)
{
	size_t size = sysconf(_SC_PAGESIZE);
	unsigned long want;
	struct error error;

	or_exit(parse_number(text, 1, 1 << 20, &want, &error), &error);
	while (size < want << 10)
		size <<= 1;
	return size;
}

static void parse_one(struct trace_options *opt, int c, char **argv)
{
	struct error error;
	__u32 pid;

	switch (c) {
	case 'p':
		or_exit(parse_pid(optarg, &pid, &error), &error);
		opt->root[opt->nr++].pid = pid;
		break;
	case 'f':
		opt->descend = true;
		break;
	case 'a':
		opt->all = true;
		break;
	case 'e':
		or_exit(filter_parse(&opt->filter, optarg, &error), &error);
		break;
	case OPT_FAILED:
		opt->filter.failed = true;
		break;
	case 'v':
		opt->verbose = true;
		break;
	case OPT_TREE:
		opt->tree = true;
		break;
	case 'J':
		opt->json = true;
		break;
	case 'o':
		opt->file = optarg;
		break;
	case OPT_SUMMARY:
		opt->summary = true;
		break;
	case OPT_BUFFER:
		opt->buffer = parse_buffer(optarg);
		break;
	case 'h':
		exit_after(print_help);
	default:
		or_exit(bad_option(argv, c, "trace ", &error), &error);
	}
}

/**
 * trace_parse() - read the command line; ends the program if it is wrong
 * @opt: set to what it asks for
 * @argc: as of main(), beginning with "trace"
 * @argv: its arguments
 */
void trace_parse(struct trace_options *opt, int argc, char **argv)
{
	int c;

	*opt = (struct trace_options){ .buffer = DEFAULT_BUFFER };
	filter_init(&opt->filter);
	opt->root = calloc(argc + 1, sizeof(*opt->root));
	if (!opt->root)
		errx(EXIT_ERROR, "no memory");
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:p:fae:vJo:h", longopts,
				NULL)) >= 0)
		parse_one(opt, c, argv);
	if (optind < argc)
		opt->command = argv + optind;
	if (opt->all && (opt->nr || opt->descend))
		errx(EXIT_ERROR, "-a follows every task: leave out -p and -f");
	if (opt->descend && !opt->nr)
		errx(EXIT_ERROR,
		     "-f is about -p: a command's children are followed anyway");
	if (opt->json && (opt->verbose || opt->tree))
		errx(EXIT_ERROR,
		     "--json has all details and no indentation: leave out -v and --tree");
	if (!opt->all && !opt->nr && !opt->command)
		errx(EXIT_ERROR, "trace what? give a command, -p PID, or -a");
	for (size_t i = 0; i < opt->nr; i++)
		opt->root[i].descend = opt->descend;
}
