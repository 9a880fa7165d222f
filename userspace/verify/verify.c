// SPDX-License-Identifier: GPL-2.0-only
/* taskshare verify: the flags of clone(2) and its kin do what they say, or not. */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/exit.h"
#include "cli/session.h"
#include "util/procfs.h"
#include "verify/verify.h"
#include "verify/steps.h"

/*
 * struct arguments - the command line
 * @choice: the argument of --engine
 * @runs: number of random trees
 * @put: printer of the result
 */
static struct arguments {
	const char *choice;
	unsigned int runs;
	int (*put)(FILE *out);
} args;

static const struct option longopts[] = {
	{ "engine", required_argument, NULL, 'e' },
	{ "seed", required_argument, NULL, 's' },
	{ "runs", required_argument, NULL, 'r' },
	{ "tap", no_argument, NULL, 't' },
	{ "json", no_argument, NULL, 'J' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare verify [options]\n"
	      "\nMake tasks with every combination of flags and check what they share, what the\n"
	      "kernel refuses, and what exec, unshare, setns, close_range and exit change.\n"
	      "\nOptions:\n"
	      "     --engine <name>    where to look: auto, all, module, bpf or proc\n"
	      "     --seed <number>    seed of the random trees\n"
	      "     --runs <number>    number of random trees, 40 by default\n"
	      "     --tap              use TAP output format\n"
	      " -J, --json             use JSON output format\n"
	      "\n"
	      " -h, --help             display this help\n"
	      "\nExit status: 0 if all is as expected, 1 if not, 2 without an engine.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

static void parse(int argc, char **argv)
{
	struct error error;
	unsigned long n;
	int c;

	args.choice = "auto";
	args.runs = 40;
	args.put = output_verify_text;
	report.seed = time(NULL);
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":Jh", longopts, NULL)) >= 0) {
		switch (c) {
		case 'e':
			args.choice = optarg;
			break;
		case 's':
			or_exit(parse_number(optarg, 0, UINT32_MAX, &n, &error),
				&error);
			report.seed = n;
			break;
		case 'r':
			or_exit(parse_number(optarg, 0, 1000000, &n, &error),
				&error);
			args.runs = n;
			break;
		case 't':
			args.put = output_verify_tap;
			break;
		case 'J':
			args.put = output_verify_json;
			break;
		case 'h':
			exit_after(print_help);
		default:
			or_exit(bad_option(argv, c, "verify ", &error), &error);
		}
	}
	if (optind < argc)
		errx(EXIT_ERROR,
		     "verify takes no operand: leave out '%s'", argv[optind]);
}

static void open_all(void)
{
	struct engine_handle handle;
	struct error error;
	size_t i;

	for (i = 0; i < nr_engines; i++) {
		handle.engine = engines[i];
		if (handle.engine->open(&handle.state, NULL, false, &error))
			report_refusal(-1, 1, "%s", error.text);
		else
			verify_add_engine(&handle);
	}
}

static void open_engines(void)
{
	struct engine_handle handle;

	if (!strcmp(args.choice, "all")) {
		open_all();
		if (!report.nr_engines)
			exit(EXIT_NO_ENGINE);
		return;
	}
	session_open(&handle, args.choice, SESSION_LIVE, "verify ");
	verify_add_engine(&handle);
}

/* The table has the flags in their own order, whatever is run first. */
static void order_rows(void)
{
	int i;

	report_row("no flags");
	for (i = 0; i < nr_clone_flags; i++)
		if (!clone_flags[i].since)
			report_row(clone_flags[i].name);
}

static void run_all(void)
{
	cases_run();
	transitions_run();
	trees_run(args.runs);
}

/**
 * verify_main() - the command "verify"
 * @argc: as of main(), from the command on
 * @argv: as of main(), from the command on
 * @all: unused
 *
 * Return: the exit status.
 */
int verify_main(int argc, char **argv, const struct commands *all)
{
	struct error error;
	int failed;

	(void)all;
	if (argc > 1 && !strcmp(argv[1], TESTTASK_OPTION))
		return testtasks_resume(argc, argv);
	parse(argc, argv);
	open_engines();
	if (procfs_check(&error) || testtasks_open(&error) ||
	    expect_open(&error))
		errx(EXIT_ERROR, "%s", error.text);
	order_rows();
	verify_count(true, false);
	run_all();
	verify_count(false, isatty(STDERR_FILENO));
	run_all();
	verify_look();
	testtasks_close();
	verify_close();
	written_or_exit(args.put(stdout));
	failed = report.nr_mismatches != 0;
	report_free();
	return failed ? EXIT_ERROR : EXIT_OK;
}
