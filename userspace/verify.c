// SPDX-License-Identifier: GPL-2.0-only
/*
 * taskshare verify: do the flags of clone(2) and its kin do what they say?
 *
 * Scenes are played with puppets until there is no room for more; then each
 * engine is asked for one snapshot of all of them, which is compared with what
 * has to be. So few snapshots are needed for thousands of tasks.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "arguments.h"
#include "engine.h"
#include "exits.h"
#include "procfs.h"
#include "verify.h"
#include "verify_stage.h"

/*
 * struct verify - one run
 * @source: the engines that are asked
 * @choice: the argument of --engine
 * @runs: how many random trees
 * @put: how to print the result
 * @counting: nothing is played yet, only counted
 * @total: how many scenes there are
 * @done: how many of them have been played
 * @shown: how much of the bar is there, in percent; -1 for no bar
 */
static struct verify {
	struct source source[MAX_ENGINES];
	const char *choice;
	unsigned int runs;
	int (*put)(FILE *out);
	bool counting;
	long total;
	long done;
	int shown;
} verify;

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
	      "     --seed <number>    of the random trees\n"
	      "     --runs <number>    how many random trees, 40 by default\n"
	      "     --tap              use TAP output format\n"
	      " -J, --json             use JSON output format\n"
	      "\n"
	      " -h, --help             display this help\n"
	      "\nExit status: 0 if all is as expected, 1 if not, 2 without an engine.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

static void parse(int argc, char **argv)
{
	struct reason why;
	unsigned long n;
	int c;

	verify.choice = "auto";
	verify.runs = 40;
	verify.put = output_verify_text;
	report.seed = time(NULL);
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":Jh", longopts, NULL)) >= 0) {
		switch (c) {
		case 'e':
			verify.choice = optarg;
			break;
		case 's':
			or_exit(parse_number(optarg, 0, UINT32_MAX, &n, &why),
				&why);
			report.seed = n;
			break;
		case 'r':
			or_exit(parse_number(optarg, 0, 1000000, &n, &why),
				&why);
			verify.runs = n;
			break;
		case 't':
			verify.put = output_verify_tap;
			break;
		case 'J':
			verify.put = output_verify_json;
			break;
		case 'h':
			print_help();
			exit(fflush(stdout) ? EXIT_ERROR : EXIT_SHOWN);
		default:
			or_exit(bad_option(argv, c, "verify ", &why), &why);
		}
	}
	if (optind < argc)
		errx(EXIT_ERROR,
		     "verify takes no operand: leave out '%s'", argv[optind]);
}

static void add_engine(const struct source *source)
{
	verify.source[report.nr_engines] = *source;
	report.engine[report.nr_engines++] = source->engine->name;
}

static void open_all(void)
{
	struct source source;
	struct reason why;
	size_t i;

	for (i = 0; i < nr_engines; i++) {
		source.engine = engines[i];
		if (source.engine->open(&source.state, NULL, &why))
			report_refusal(-1, 1, "%s", why.text);
		else
			add_engine(&source);
	}
}

static void open_engines(void)
{
	struct reason why[nr_engines];
	struct source source;
	size_t i, nr = 0;
	int err = 0;

	if (!strncmp(verify.choice, "file", 4))
		err = -EINVAL;
	else if (!strcmp(verify.choice, "all"))
		open_all();
	else
		err = source_open(&source, verify.choice, why, &nr);
	if (err == -EINVAL)
		errx(EXIT_ERROR,
		     "'%s' is no engine: see taskshare verify --help",
		     verify.choice);
	for (i = 0; i < nr; i++)
		warnx("%s", why[i].text);
	if (!err && strcmp(verify.choice, "all"))
		add_engine(&source);
	if (!report.nr_engines)
		exit(EXIT_NO_ENGINE);
}

static void show_progress(void)
{
	int percent = verify.total ? verify.done * 100 / verify.total : 0;

	if (verify.shown < 0 || percent == verify.shown)
		return;
	verify.shown = percent;
	fprintf(stderr, "\r[%-50.*s] %3d %%", percent / 2,
		"##################################################", percent);
}

static void hide_progress(void)
{
	if (verify.shown >= 0)
		fprintf(stderr, "\r%60s\r", "");
}

static void look(void)
{
	int e;

	for (e = 0; e < report.nr_engines; e++)
		check_stage(&verify.source[e], e);
	report.tasks += puppets_nr();
	stage_clear();
}

/**
 * verify_next() - is a scene to be played now?
 *
 * Makes room for it, if there is none.
 *
 * Return: false if scenes are only counted.
 */
bool verify_next(void)
{
	if (verify.counting) {
		verify.total++;
		return false;
	}
	if (stage_full())
		look();
	verify.done++;
	show_progress();
	return true;
}

/* The table has the flags in their own order, whatever is played first. */
static void order_rows(void)
{
	int i;

	report_row("no flags");
	for (i = 0; i < nr_clone_flags; i++)
		if (!clone_flags[i].since)
			report_row(clone_flags[i].name);
}

static void play_all(void)
{
	cases_play();
	moves_play();
	trees_play(verify.runs);
}

/**
 * verify_main() - the command "verify"
 * @argc: as of main(), from the command on
 * @argv: likewise
 *
 * Return: the exit status.
 */
int verify_main(int argc, char **argv)
{
	struct reason why;
	int e, failed;

	if (argc > 1 && !strcmp(argv[1], PUPPET_OPTION))
		return puppets_resume(argc, argv);
	parse(argc, argv);
	open_engines();
	if (procfs_check(&why) || puppets_open(&why) || expect_open(&why))
		errx(EXIT_ERROR, "%s", why.text);
	verify.shown = isatty(STDERR_FILENO) ? 0 : -1;
	order_rows();
	verify.counting = true;
	play_all();
	verify.counting = false;
	play_all();
	look();
	hide_progress();
	puppets_close();
	for (e = 0; e < report.nr_engines; e++)
		source_close(&verify.source[e]);
	if (verify.put(stdout) || fflush(stdout) || ferror(stdout))
		errx(EXIT_ERROR, "the output cannot be written: %s",
		     strerror(errno));
	failed = report.nr_mismatches != 0;
	report_free();
	return failed ? EXIT_ERROR : EXIT_SHOWN;
}
