// SPDX-License-Identifier: GPL-2.0-only
/* taskshare record: a program's run, step by step, as a file. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/exit.h"
#include "cli/program.h"
#include "page/page.h"
#include "recorder/options.h"
#include "recorder/record.h"

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare record [options] [--] <command> [<argument>...]\n"
	      "\nRun a program, stop it at each call that starts, changes or ends sharing, and\n"
	      "record what its tasks share after the call, and its output until then.\n"
	      "\nOptions:\n"
	      " -o, --output <file>    write a page for a browser\n"
	      RECORD_HELP
	      "\nIf the program has debugging information (cc -g), each step has its line of\n"
	      "source text.\n"
	      "\nThe exit status is the command's, or 128 and the number of the signal that\n"
	      "killed it; 1 and 2 may also mean: 1 an error, 2 no engine can be used.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

static const struct option longopts[] = { RECORD_LONG, { NULL, 0, NULL, 0 } };

/* Returns the program and its arguments. */
static char **parse(struct record_options *opt, int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, RECORD_SHORT, longopts, NULL)) >= 0)
		record_option(opt, c, argv, "record ", print_help);
	if (optind == argc)
		errx(EXIT_ERROR, "record what? give a command");
	if (!opt->targets.json.name && !opt->targets.page.name)
		errx(EXIT_ERROR,
		     "record to where? give -o FILE.html or --json FILE");
	return argv + optind;
}

static int record(struct run *run, struct targets *targets, char **program)
{
	int ret;

	targets_open(targets);
	ret = run_program(run, program);
	if (ret)
		errx(ret == -ENOENT ? 127 : EXIT_ERROR, "%s", run->error.text);
	targets_write(targets, run, program);
	return program_status(run->main_status);
}

/**
 * record_main() - taskshare record
 * @argc: as of main(), beginning with "record"
 * @argv: its arguments
 * @all: unused
 *
 * Return: the exit status.
 */
int record_main(int argc, char **argv, const struct commands *all)
{
	struct run run = { .max_steps = PAGE_MAX_STEPS };
	struct record_options opt = { .engine = "auto" };
	char **program;
	int status;

	(void)all;
	program = parse(&opt, argc, argv);
	session_open(&run.engine, opt.engine, SESSION_LIVE, "record ");
	if (run_open(&run))
		errx(EXIT_ERROR, "no memory");
	status = record(&run, &opt.targets, program);
	run_close(&run);
	engine_close(&run.engine);
	return status;
}
