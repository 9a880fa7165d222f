// SPDX-License-Identifier: GPL-2.0-only
/* The command line. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/command.h"
#include "engine/bpf.h"
#include "engine/engine.h"
#include "clone/flags.h"
#include "record/kinds.h"
#include "show/options.h"

/* Long options without a short one */
enum {
	OPT_ENGINE = 256,
	OPT_SAVE,
	OPT_MATRIX,
	OPT_TREE,
	OPT_FLAGS,
	OPT_DOT,
	OPT_SVG,
	OPT_ODD,
	OPT_INTERVAL,
	OPT_LIST_FLAGS,
};

static const struct option longopts[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "json", no_argument, NULL, 'J' },
	{ "raw", no_argument, NULL, 'r' },
	{ "noheadings", no_argument, NULL, 'n' },
	{ "output", required_argument, NULL, 'o' },
	{ "list-columns", no_argument, NULL, 'H' },
	{ "list-flags", no_argument, NULL, OPT_LIST_FLAGS },
	{ "engine", required_argument, NULL, OPT_ENGINE },
	{ "save", required_argument, NULL, OPT_SAVE },
	{ "matrix", no_argument, NULL, OPT_MATRIX },
	{ "tree", no_argument, NULL, OPT_TREE },
	{ "flags", no_argument, NULL, OPT_FLAGS },
	{ "dot", no_argument, NULL, OPT_DOT },
	{ "svg", no_argument, NULL, OPT_SVG },
	{ "odd", no_argument, NULL, OPT_ODD },
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 }
};

static void print_version(void)
{
	const char *libbpf = engine_bpf_library();

	printf("taskshare %s, for Linux %s to %s; engines: module, %s%s%sproc\n",
	       PROGRAM_VERSION, KERNEL_OLDEST, KERNEL_NEWEST,
	       libbpf ? "bpf (libbpf " : "", libbpf ?: "",
	       libbpf ? "), " : "");
}

static void print_help(const struct commands *all)
{
	size_t i;

	commands_print(all);
	fputs("\nShow which kernel objects tasks share. Without a PID: objects that processes\n"
	      "share with each other, and processes whose threads do not share everything.\n"
	      "\nViews:\n"
	      " -a, --all              every task in the system\n"
	      "     --matrix           tasks and objects; the default for PIDs\n"
	      "     --tree             parents and children, and the flags they were created with\n"
	      "     --flags            for each flag of clone(2): was a task created with it?\n"
	      "     --dot              a picture for graphviz\n"
	      "     --svg              a picture, made by graphviz's dot; with --matrix one of\n"
	      "                        the matrix\n"
	      "     --odd              leave out the commonplace\n"
	      "\nOptions:\n"
	      " -J, --json             use JSON output format\n"
	      " -r, --raw              use raw output format\n"
	      " -n, --noheadings       don't print headings\n"
	      " -o, --output <list>    output columns, +<list> adds to the default ones\n"
	      " -H, --list-columns     list the columns\n"
	      "     --list-flags       list the flags of clone(2) and what they do\n"
	      "     --engine <name>    where to look: auto, all to compare, or one of those below\n"
	      "     --save <file>      save what was seen, for --engine=file:<file>\n"
	      "     --interval <sec>   seconds between two looks of watch, 1 by default\n"
	      "\n"
	      " -h, --help             display this help\n"
	      " -V, --version          display version\n"
	      "\nEngines, of which auto takes the first that is usable:\n", stdout);
	for (i = 0; i < nr_engines; i++)
		printf(" %-7s %s\n", engines[i]->name, engines[i]->sees);
	printf(" %-7s %s\n", engine_file.name, engine_file.sees);
	fputs("\nFor more details see taskshare(1).\n", stdout);
}

static void print_columns(void)
{
	int i;

	for (i = 0; i < nr_columns; i++)
		if (columns[i].name)
			printf("%-20s %s\n", columns[i].name,
			       columns[i].help ?: kind_text(columns[i].kind));
}

static void print_flags(void)
{
	int i;

	for (i = 0; i < nr_clone_flags; i++)
		printf("CLONE_%-16s %#-14llx %s%s%s\n", clone_flags[i].name,
		       clone_flags[i].bit, clone_flags[i].help,
		       clone_flags[i].since ? "; since " : "",
		       clone_flags[i].since ? clone_flags[i].since : "");
}

static int parse_columns(struct options *opt, const char *list,
			 struct error *error)
{
	/* Columns that are added to the default wait until that is known. */
	int nr = columns_parse(opt->columns, 0, list + (*list == '+'), error);

	if (nr < 0)
		return nr;
	opt->nr_columns = nr;
	opt->add_columns = *list == '+';
	return 0;
}

static int parse_interval(struct options *opt, const char *text,
			  struct error *error)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !(seconds >= 0.05 && seconds <= 86400))
		return error_set(error, -EINVAL,
				 "'%s' is no interval: give seconds from 0.05 to 86400",
				 text);
	opt->interval = seconds * 1000;
	return 0;
}

static int set_form(struct options *opt, enum form form, struct error *error)
{
	if ((opt->form == FORM_MATRIX && form == FORM_SVG) ||
	    (opt->form == FORM_SVG && form == FORM_MATRIX))
		form = FORM_MATRIX_SVG;
	else if (opt->form != FORM_DEFAULT && opt->form != form)
		return error_set(error, -EINVAL,
				 "--matrix, --json, --tree, --flags, --dot and --svg: choose one of them");
	opt->form = form;
	return 0;
}

static int parse_option(struct options *opt, int c, const struct commands *all,
			struct error *error)
{
	switch (c) {
	case 'J':
		return set_form(opt, FORM_JSON, error);
	case OPT_MATRIX:
		return set_form(opt, FORM_MATRIX, error);
	case OPT_TREE:
		return set_form(opt, FORM_TREE, error);
	case OPT_FLAGS:
		return set_form(opt, FORM_FLAGS, error);
	case OPT_DOT:
		return set_form(opt, FORM_DOT, error);
	case OPT_SVG:
		return set_form(opt, FORM_SVG, error);
	case 'o':
		return parse_columns(opt, optarg, error);
	case OPT_INTERVAL:
		return parse_interval(opt, optarg, error);
	case 'a':
		opt->all = true;
		return 0;
	case 'r':
		opt->raw = true;
		return 0;
	case 'n':
		opt->noheadings = true;
		return 0;
	case OPT_ODD:
		opt->odd = true;
		return 0;
	case OPT_ENGINE:
		opt->engine = optarg;
		return 0;
	case OPT_SAVE:
		opt->save = optarg;
		return 0;
	case 'H':
		print_columns();
		return 1;
	case OPT_LIST_FLAGS:
		print_flags();
		return 1;
	case 'h':
		print_help(all);
		return 1;
	case 'V':
		print_version();
		return 1;
	}
	return -EINVAL;
}

static int parse_operands(struct options *opt, int argc, char **argv,
			  struct error *error)
{
	int i = 0, err;

	if (argc && !strcmp(argv[0], "watch"))
		opt->mode = MODE_WATCH;
	else if (argc && !strcmp(argv[0], "pin"))
		opt->mode = MODE_PIN;
	else if (argc && !strcmp(argv[0], "unpin"))
		opt->mode = MODE_UNPIN;
	if (opt->mode != MODE_SHOW)
		i++;
	opt->pid = calloc(argc - i + 1, sizeof(*opt->pid));
	if (!opt->pid)
		return error_set(error, -ENOMEM, "no memory");
	for (; i < argc; i++) {
		err = parse_pid(argv[i], &opt->pid[opt->nr_pids++], error);
		if (err && !i && isalpha((unsigned char)*argv[i]))
			return error_set(error, err,
					 "'%s' is neither a command nor a PID: see taskshare --help",
					 argv[i]);
		if (err)
			return err;
	}
	return 0;
}

/* Refuses options that exclude each other. */
static int check(const struct options *opt, struct error *error)
{
	if (opt->all && opt->nr_pids)
		return error_set(error, -EINVAL,
				 "--all shows every task: leave out the PIDs or --all");
	if (opt->mode == MODE_WATCH && !opt->nr_pids)
		return error_set(error, -EINVAL,
				 "watch what? give a PID: taskshare watch PID");
	if (opt->mode >= MODE_PIN && opt->nr_pids)
		return error_set(error, -EINVAL,
				 "pin and unpin take no PID: leave it out");
	return 0;
}

/**
 * options_parse() - understand the command line
 * @opt: set to what it says; @pid is to be freed
 * @argc: as of main()
 * @argv: as of main()
 * @all: the commands, for --help
 * @error: says what is wrong
 *
 * Return: 0 to go on, 1 if --help and the like were served, or -EINVAL.
 */
int options_parse(struct options *opt, int argc, char **argv,
		  const struct commands *all, struct error *error)
{
	int c, err;

	memset(opt, 0, sizeof(*opt));
	opt->engine = "auto";
	opt->interval = 1000;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":aJrno:HhV", longopts,
				NULL)) >= 0) {
		err = c == '?' || c == ':' ? bad_option(argv, c, "", error) :
					     parse_option(opt, c, all, error);
		if (err)
			return err;
	}
	err = parse_operands(opt, argc - optind, argv + optind, error);
	return err ? err : check(opt, error);
}
