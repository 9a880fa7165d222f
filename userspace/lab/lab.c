// SPDX-License-Identifier: GPL-2.0-only
/* taskshare lab: experiments for a class. */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/utsname.h>

#include "cli/args.h"
#include "cli/exit.h"
#include "util/procfs.h"
#include "lab/lab.h"

#define LARGEST	(4ull << 30)

/**
 * struct lab_options - the command line
 * @engine: the argument of --engine
 * @all: run all labs
 * @ask: ask for predictions
 * @step: wait for Enter before each stage
 * @source: print the sources of the experiments instead of running them
 * @largest: see struct lab_run
 * @plot: see struct lab_run
 * @record: the directory that the pages of recordings go to, or NULL
 * @report: a file descriptor that the report goes to as JSON, too; or -1
 */
struct lab_options {
	const char *engine;
	bool all;
	bool ask;
	bool step;
	bool source;
	__u64 largest;
	const char *plot;
	const char *record;
	int report;
};

enum {
	OPT_ENGINE = 256,
	OPT_ASK,
	OPT_STEP,
	OPT_SOURCE,
	OPT_MAX,
	OPT_RECORD,
	OPT_ACTOR,
	OPT_REPORT,
};

/* --actor is for actor_exec() alone, --report for lab_pages(). */
static const struct option longopts[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "ask", no_argument, NULL, OPT_ASK },
	{ "step", no_argument, NULL, OPT_STEP },
	{ "source", no_argument, NULL, OPT_SOURCE },
	{ "engine", required_argument, NULL, OPT_ENGINE },
	{ "max", required_argument, NULL, OPT_MAX },
	{ "output", required_argument, NULL, 'o' },
	{ "record", required_argument, NULL, OPT_RECORD },
	{ "help", no_argument, NULL, 'h' },
	{ "actor", required_argument, NULL, OPT_ACTOR },
	{ "report", required_argument, NULL, OPT_REPORT },
	{ NULL, 0, NULL, 0 }
};

static void list_labs(void)
{
	int i;

	for (i = 0; i < nr_labs; i++)
		printf("%2d  %-9s %s\n", lab_list[i].number, lab_list[i].name,
		       lab_list[i].title);
}

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare lab [options] [NAME|NUMBER...]\n"
	      "\nRun experiments that show what tasks share. Without an operand: list them.\n"
	      "To begin: taskshare lab --ask 1\n"
	      "\nOptions:\n"
	      " -a, --all              run all labs\n"
	      "     --ask              ask for your prediction, and compare it\n"
	      "     --step             wait for Enter before each stage\n"
	      "     --source           print the C source of the experiment instead\n"
	      "     --record <dir>     write a page for a browser of each lab to a directory,\n"
	      "                        and an index\n"
	      "     --engine <name>    where to look: auto, module, bpf or proc\n"
	      "     --max <size>       lab 10: measure up to this much memory, 4G by default\n"
	      " -o, --output <file>    lab 10: draw the curves to this file, as SVG\n"
	      "\n"
	      " -h, --help             display this help\n"
	      "\nLabs:\n", stdout);
	list_labs();
	fputs("\nFor more details see taskshare(1).\n", stdout);
}

static __u64 parse_size(const char *text)
{
	unsigned long long size;
	char unit, more;

	if (*text < '0' || *text > '9' ||
	    sscanf(text, "%4llu%c%c", &size, &unit, &more) != 2)
		unit = 0;
	if (unit == 'G')
		size <<= 10;
	if ((unit != 'G' && unit != 'M') || !size || size << 20 > LARGEST)
		errx(EXIT_ERROR,
		     "'%s' is no size: give 1M to 4096M, or 1G to 4G", text);
	return size << 20;
}

/* Parses and returns where the operands begin. */
static int parse_options(struct lab_options *opt, int argc, char **argv)
{
	struct error error;
	int c;

	while ((c = getopt_long(argc, argv, ":ao:h", longopts, NULL)) >= 0) {
		switch (c) {
		case 'a':
			opt->all = true;
			break;
		case OPT_ASK:
			opt->ask = true;
			break;
		case OPT_STEP:
			opt->step = true;
			break;
		case OPT_SOURCE:
			opt->source = true;
			break;
		case OPT_ENGINE:
			opt->engine = optarg;
			break;
		case OPT_MAX:
			opt->largest = parse_size(optarg);
			break;
		case 'o':
			opt->plot = optarg;
			break;
		case 'h':
			exit_after(print_help);
		case OPT_RECORD:
			opt->record = optarg;
			break;
		case OPT_REPORT:
			opt->report = atoi(optarg);
			break;
		case OPT_ACTOR:
			exit(actor_exec_main(optarg));
		default:
			or_exit(bad_option(argv, c, "lab ", &error), &error);
		}
	}
	return optind;
}

static const struct lab *find_lab(const char *name)
{
	char *end;
	long number = strtol(name, &end, 10);
	int i;

	for (i = 0; i < nr_labs; i++)
		if (!strcmp(lab_list[i].name, name) ||
		    (end != name && !*end && lab_list[i].number == number))
			return &lab_list[i];
	errx(EXIT_ERROR, "'%s' is no lab: taskshare lab lists them", name);
}

static void print_verdict(const struct lab_run *run)
{
	struct utsname uts;

	lab_section("Verdict");
	if (run->differed)
		printf("%d of %d checks failed.\n", run->differed,
		       run->agreed + run->differed);
	else
		printf("All %d checks passed.\n", run->agreed);
	if (run->unseen)
		printf("%d more could not be made, see above.\n", run->unseen);
	if (!uname(&uts))
		printf("Linux %s, seen by the %s engine.\n", uts.release,
		       run->handle->engine->name);
}

static bool run_lab(const struct lab *lab, const struct lab_options *opt,
		    struct engine_handle *handle)
{
	struct lab_run run = {
		.lab = lab, .handle = handle, .largest = opt->largest,
		.plot = opt->plot, .step = opt->step,
		.recorded = opt->report >= 0,
	};

	if (run.recorded)
		prctl(PR_SET_NAME, "observer");
	printf("Lab %d: %s\n", lab->number, lab->title);
	lab_section("Question");
	puts(lab->question);
	if (opt->ask)
		lab_ask(&run);
	lab_section("Observations");
	lab->run(&run);
	lab_stop(&run);
	snapshot_free(&run.seen);
	if (run.err) {
		fflush(stdout);
		warnx("lab %s: %s", lab->name, run.error.text);
		return false;
	}
	if (opt->ask)
		lab_predictions(&run);
	print_verdict(&run);
	if (run.recorded)
		lab_report(&run, opt->report);
	return !run.differed && (run.agreed || run.recorded);
}

/* The labs that were asked for, one after the other; NULL at the end */
static const struct lab *chosen(const struct lab_options *opt, char **name,
				int i)
{
	if (opt->all)
		return i < nr_labs ? &lab_list[i] : NULL;
	return name[i] ? find_lab(name[i]) : NULL;
}

static void print_sources(const struct lab_options *opt, char **name)
{
	const struct lab *lab;
	int i;

	for (i = 0; (lab = chosen(opt, name, i)); i++)
		fputs(lab->source, stdout);
}

static bool record_labs(const struct lab_options *opt, char **name)
{
	const struct lab **list = calloc(nr_labs + 1, sizeof(*list));
	const struct lab *lab;
	bool good;
	int i, k, nr = 0;

	if (!list)
		errx(EXIT_ERROR, "not enough memory");
	if (opt->ask || opt->step || opt->source || opt->plot)
		errx(EXIT_ERROR,
		     "--record makes pages only: leave out --ask, --step, --source and --output");
	for (i = 0; (lab = chosen(opt, name, i)); i++) {
		for (k = 0; k < nr && list[k] != lab; k++)
			;
		if (k == nr && nr < nr_labs)
			list[nr++] = lab;
	}
	good = lab_pages(opt->record, opt->engine, list);
	free(list);
	return good;
}

static bool run_labs(const struct lab_options *opt, char **name)
{
	struct engine_handle handle;
	const struct lab *lab;
	struct error error;
	bool good = true;
	int i;

	or_exit(procfs_check(&error), &error);
	session_open(&handle, opt->engine, SESSION_LIVE, "lab ");
	for (i = 0; (lab = chosen(opt, name, i)); i++) {
		if (i)
			putchar('\n');
		good &= run_lab(lab, opt, &handle);
	}
	engine_close(&handle);
	return good;
}

/**
 * lab_main() - the command taskshare lab
 * @argc: as of main(), without the program's name
 * @argv: as of main(), beginning with "lab"
 * @all: unused
 *
 * Return: an exit status.
 */
int lab_main(int argc, char **argv, const struct commands *all)
{
	struct lab_options opt = {
		.engine = "auto", .largest = LARGEST, .report = -1,
	};
	int i, first = parse_options(&opt, argc, argv);
	bool good = true;

	(void)all;
	for (i = first; i < argc; i++)
		find_lab(argv[i]);
	if (opt.all && first < argc)
		errx(EXIT_ERROR,
		     "--all runs every lab: leave out the names or --all");
	/* Pages are a lesson, so all of them unless some are named. */
	opt.all |= opt.record && first == argc;
	if (!opt.all && first == argc &&
	    (opt.ask || opt.step || opt.source))
		errx(EXIT_ERROR,
		     "which lab? Give a number from 1 to %d, or --all", nr_labs);
	if (opt.record)
		good = record_labs(&opt, argv + first);
	else if (!opt.all && first == argc)
		list_labs();
	else if (opt.source)
		print_sources(&opt, argv + first);
	else
		good = run_labs(&opt, argv + first);
	written_or_exit(0);
	return good ? EXIT_OK : EXIT_ERROR;
}
