// SPDX-License-Identifier: GPL-2.0-only
/* taskshare record: a program's run, step by step, as a file. */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/args.h"
#include "cli/exit.h"
#include "cli/program.h"
#include "page/page.h"
#include "recorder/record.h"
#include "recorder/target.h"

/**
 * struct options - the command line
 * @engine: the engine asked for
 * @targets: the files to write
 * @program: the program and its arguments
 */
struct options {
	const char *engine;
	struct targets targets;
	char **program;
};

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare record [options] [--] <command> [<argument>...]\n"
	      "\nRun a program, stop it at each call that makes, divides or ends sharing, and\n"
	      "record what its tasks share after it, and what it has written until then.\n"
	      "\nOptions:\n"
	      " -o, --output <file>    write a page for a browser\n"
	      "     --json <file>      write the recording as JSON\n"
	      "     --engine <engine>  auto, module, bpf or proc\n"
	      "\n"
	      " -h, --help             display this help\n"
	      "\nThe exit status is the command's, or 128 and the number of the signal that\n"
	      "killed it; 1 and 2 may also mean: 1 an error, 2 no engine can be used.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

static const struct option longopts[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "json", required_argument, NULL, 'j' },
	{ "engine", required_argument, NULL, 'e' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static void parse_one(struct options *opt, int c, char **argv)
{
	struct error error;

	switch (c) {
	case 'j':
		opt->targets.json.name = optarg;
		break;
	case 'o':
		opt->targets.page.name = optarg;
		break;
	case 'e':
		opt->engine = optarg;
		break;
	case 'h':
		exit_after(print_help);
	default:
		or_exit(bad_option(argv, c, "record ", &error), &error);
	}
}

static void parse(struct options *opt, int argc, char **argv)
{
	int c;

	*opt = (struct options){ .engine = "auto" };
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:o:h", longopts, NULL)) >= 0)
		parse_one(opt, c, argv);
	opt->program = argv + optind;
	if (optind == argc)
		errx(EXIT_ERROR, "record what? give a command");
	if (!opt->targets.json.name && !opt->targets.page.name)
		errx(EXIT_ERROR,
		     "record to where? give -o FILE.html or --json FILE");
}

static int record(struct run *run, struct options *opt)
{
	int ret;

	targets_open(&opt->targets);
	ret = run_program(run, opt->program);
	if (ret)
		errx(ret == -ENOENT ? 127 : EXIT_ERROR, "%s", run->error.text);
	targets_write(&opt->targets, run, opt->program);
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
	struct options opt;
	int status;

	(void)all;
	parse(&opt, argc, argv);
	session_open(&run.engine, opt.engine, SESSION_LIVE, "record ");
	if (run_open(&run))
		errx(EXIT_ERROR, "no memory");
	status = record(&run, &opt);
	run_close(&run);
	engine_close(&run.engine);
	return status;
}
