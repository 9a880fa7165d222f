// SPDX-License-Identifier: GPL-2.0-only
/* taskshare serve: a program's run, step by step, or processes, in a browser. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/exit.h"
#include "cli/program.h"
#include "page/page.h"
#include "recorder/options.h"
#include "server/control.h"
#include "server/server.h"
#include "server/start.h"
#include "server/watch.h"

/**
 * struct options - the command line
 * @record: options of each command that records
 * @port: the port, 0 for any
 * @operand: the program and its arguments, or PIDs
 * @pid: the PIDs, NULL for a program
 * @nr_pids: number of them
 */
struct options {
	struct record_options record;
	int port;
	char **operand;
	__u32 *pid;
	size_t nr_pids;
};

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare serve [options] <pid>...\n"
	      " taskshare serve [options] [--] <command> [<argument>...]\n"
	      "\nShow in a browser what the tasks of processes share, again whenever it changes.\n"
	      "Or run a command, which waits at each call that starts, changes or ends sharing\n"
	      "until the page lets it go on.\n"
	      "\nOptions:\n"
	      "     --port <port>      port of 127.0.0.1; any free one by default\n"
	      " -o, --output <file>    write the page of the recording at the end\n"
	      RECORD_HELP
	      "\nOpen the address that is printed. Its token is a secret: with it, a user of this\n"
	      "machine can see the tasks, and let the command go on. Ctrl-C ends the server. The\n"
	      "command gets it, too, and goes on without waiting. Processes given by PID are\n"
	      "only looked at.\n"
	      "\nThe exit status of a command is its own, or 128 and the number of the signal\n"
	      "that killed it; 1, 2 and 3 may also mean: 1 an error, 2 no engine can be used,\n"
	      "3 no such process.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

static const struct option longopts[] = {
	RECORD_LONG,
	{ "port", required_argument, NULL, 'p' },
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

/* A number is a PID, but behind "--". */
static void parse_operands(struct options *opt, int argc, char **argv)
{
	struct error error;
	int i;

	opt->operand = argv + optind;
	if (optind == argc)
		errx(EXIT_ERROR, "serve what? give PIDs or a command");
	if (!strcmp(argv[optind - 1], "--") ||
	    argv[optind][strspn(argv[optind], "0123456789")])
		return;
	opt->nr_pids = argc - optind;
	opt->pid = calloc(opt->nr_pids, sizeof(*opt->pid));
	if (!opt->pid)
		errx(EXIT_ERROR, "no memory");
	for (i = optind; i < argc; i++)
		or_exit(parse_pid(argv[i], &opt->pid[i - optind], &error),
			&error);
}

static void parse(struct options *opt, int argc, char **argv)
{
	int c;

	*opt = (struct options){ .record = { .engine = "auto" } };
	opterr = 0;
	while ((c = getopt_long(argc, argv, RECORD_SHORT, longopts, NULL)) >= 0)
		if (c == 'p')
			opt->port = parse_port(optarg);
		else
			record_option(&opt->record, c, argv, "serve ",
				      print_help);
	parse_operands(opt, argc, argv);
}

/* The token is in no argument, which other users could read. */
static void print_address(const struct guard *guard)
{
	fprintf(stderr, "taskshare: open %s/#token=%s\n", guard->origin,
		guard->token);
}

static int serve_program(struct run *run, struct options *opt, int channel,
			 const struct guard *guard)
{
	struct control control;
	int ret;

	if (run_open(run))
		errx(EXIT_ERROR, "no memory");
	targets_open(&opt->record.targets);
	control_open(&control, run, channel, opt->operand);
	print_address(guard);
	ret = run_program(run, opt->operand);
	if (ret)
		errx(ret == -ENOENT ? 127 : EXIT_ERROR, "%s", run->error.text);
	control_end(&control);
	targets_write(&opt->record.targets, run, opt->operand);
	control_stay(&control, run);
	run_close(run);
	return program_status(run->main_status);
}

/* The name of the recording: "taskshare serve 1 2" */
static char **name_recording(const struct options *opt)
{
	char **argv = calloc(opt->nr_pids + 3, sizeof(*argv));

	if (!argv)
		errx(EXIT_ERROR, "no memory");
	argv[0] = "taskshare";
	argv[1] = "serve";
	memcpy(argv + 2, opt->operand, opt->nr_pids * sizeof(*argv));
	return argv;
}

/* Returns the exit status if there is nothing to look at. */
static int look_first(struct looks *looks)
{
	struct run *run = looks->run;

	if (looks_take(looks, true) < 0)
		errx(EXIT_ERROR, "%s", run->error.text);
	if (!looks_over(looks))
		return EXIT_OK;
	return session_report_gone(run->engine.engine, looks->sel) ?:
	       EXIT_ERROR;
}

static int serve_processes(struct run *run, struct options *opt, int channel,
			   const struct guard *guard)
{
	struct selection sel = { .pid = opt->pid, .nr = opt->nr_pids };
	char **name = name_recording(opt);
	struct display display = { .channel = channel, .argv = name };
	struct looks looks;
	int ret;

	sel.gone = calloc(sel.nr, sizeof(*sel.gone));
	if (!sel.gone || looks_open(&looks, run, &sel))
		errx(EXIT_ERROR, "no memory");
	ret = look_first(&looks);
	if (!ret) {
		session_report_gone(run->engine.engine, &sel);
		targets_open(&opt->record.targets);
		print_address(guard);
		ret = watch_processes(&looks, &display) ? EXIT_ERROR : EXIT_OK;
		targets_write(&opt->record.targets, run, name);
	}
	looks_close(&looks);
	free(sel.gone);
	free(name);
	return ret;
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
	session_open(&run.engine, opt.record.engine, opt.pid ?
		     SESSION_LIVE | SESSION_CONTENT : SESSION_LIVE, "serve ");
	status = opt.pid ? serve_processes(&run, &opt, channel, &guard) :
			   serve_program(&run, &opt, channel, &guard);
	engine_close(&run.engine);
	free(opt.pid);
	return status;
}
