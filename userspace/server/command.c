// SPDX-License-Identifier: GPL-2.0-only
/* taskshare serve: a program's run, step by step, in a browser. */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/exit.h"
#include "cli/program.h"
#include "page/page.h"
#include "recorder/target.h"
#include "server/control.h"
#include "server/server.h"
#include "server/start.h"

/**
 * struct options - the command line
 * @engine: the engine asked for
 * @port: the port, 0 for any
 * @targets: the files to write
 * @program: the program and its arguments
 */
struct options {
	const char *engine;
	int port;
	struct targets targets;
	char **program;
};

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare serve [options] [--] <command> [<argument>...]\n"
	      "\nRun a program and show in a browser what its tasks share. At each call that\n"
	      "makes, divides or ends sharing it waits until the page lets it go on.\n"
	      "\nOptions:\n"
	      "     --port <port>      of 127.0.0.1; any that is free by default\n"
	      " -o, --output <file>    write the page of the recording at the end\n"
	      "     --json <file>      write the recording as JSON\n"
	      "     --engine <engine>  auto, module, bpf or proc\n"
	      "\n"
	      " -h, --help             display this help\n"
	      "\nOpen the address that is printed. Its token is a secret: with it, a user of this\n"
	      "machine can see the program and let it go on. Ctrl-C ends the server. The program\n"
	      "gets it, too, and goes on without waiting.\n"
	      "\nThe exit status is the command's, or 128 and the number of the signal that\n"
	      "killed it; 1 and 2 may also mean: 1 an error, 2 no engine can be used.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

static const struct option longopts[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "json", required_argument, NULL, 'j' },
	{ "engine", required_argument, NULL, 'e' },
	{ "port", required_argument, NULL, 'p' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static int parse_port(const char *text)
{
	char *end;
	long port;

	errno = 0;
	port = strtol(text, &end, 10);
	if (errno || end == text || *end || port < 1 || port > 65535)
		errx(EXIT_ERROR, "--port %s: give a number from 1 to 65535",
		     text);
	return port;
}

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
	case 'p':
		opt->port = parse_port(optarg);
		break;
	case 'h':
		exit_after(print_help);
	default:
		or_exit(bad_option(argv, c, "serve ", &error), &error);
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
		errx(EXIT_ERROR, "serve what? give a command");
}

/* The token is in no argument, which other users could read. */
static void print_address(const struct guard *guard)
{
	fprintf(stderr, "taskshare: open %s/#token=%s\n", guard->origin,
		guard->token);
}

static int serve(struct run *run, struct options *opt, int channel,
		 const struct guard *guard)
{
	struct control control;
	int ret;

	targets_open(&opt->targets);
	control_open(&control, run, channel, opt->program);
	print_address(guard);
	ret = run_program(run, opt->program);
	if (ret)
		errx(ret == -ENOENT ? 127 : EXIT_ERROR, "%s", run->error.text);
	control_end(&control);
	targets_write(&opt->targets, run, opt->program);
	control_stay(&control, run);
	return program_status(run->main_status);
}

/**
 * serve_main() - taskshare serve
 * @argc: as of main(), beginning with "serve"
 * @argv: of main(), from there on
 * @all: unused
 *
 * Return: the exit status.
 */
int serve_main(int argc, char **argv, const struct commands *all)
{
	struct run run = { .max_steps = PAGE_MAX_STEPS };
	struct options opt;
	struct guard guard;
	struct error error;
	int channel, status;

	(void)all;
	parse(&opt, argc, argv);
	/* Before there is an engine, whose files the server must not have. */
	channel = start_server(&guard, opt.port, &error);
	if (channel < 0)
		errx(EXIT_ERROR, "%s", error.text);
	session_open(&run.engine, opt.engine, SESSION_LIVE, "serve ");
	if (run_open(&run))
		errx(EXIT_ERROR, "no memory");
	status = serve(&run, &opt, channel, &guard);
	run_close(&run);
	engine_close(&run.engine);
	return status;
}
