// SPDX-License-Identifier: GPL-2.0-only
/* taskshare files: what is open, and who shares it? */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "cli/args.h"
#include "cli/exit.h"
#include "cli/session.h"
#include "files/command.h"
#include "files/output.h"
#include "util/terminal.h"

static const struct option longopts[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "engine", required_argument, NULL, 'e' },
	{ "json", no_argument, NULL, 'J' },
	{ "output", required_argument, NULL, 'o' },
	{ "list-columns", no_argument, NULL, 'H' },
	{ "raw", no_argument, NULL, 'r' },
	{ "noheadings", no_argument, NULL, 'n' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

/*
 * struct arguments - the command line
 * @engine: the argument of --engine
 * @columns: indices of columns
 * @nr_columns: number of columns, 0 if there is to be no table
 * @json: JSON output format
 * @all: list everything
 * @raw: raw output format
 * @noheadings: no headings
 * @sel: the processes
 */
struct arguments {
	const char *engine;
	int columns[2 * FILES_MAX_COLUMNS];
	int nr_columns;
	bool json;
	bool all;
	bool raw;
	bool noheadings;
	struct selection sel;
};

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare files [options] PID...\n"
	      "\nShow the open files of processes on three levels: descriptors of a file descriptor\n"
	      "table, open file descriptions, files. Each may be shared: the table by CLONE_FILES,\n"
	      "the description by fork(2), dup(2) or a socket, the file by another open(2).\n"
	      "\nOptions:\n"
	      " -a, --all              list all files, not only 20 of those that are not shared\n"
	      "     --engine <name>    where to look: auto, module, bpf or proc\n"
	      " -J, --json             use JSON output format\n"
	      " -o, --output <list>    a table with a line for each descriptor, with these\n"
	      "                        columns; with + in front, added to the default ones\n"
	      " -H, --list-columns     list the columns\n"
	      " -r, --raw              that table in raw output format\n"
	      " -n, --noheadings       that table without headings\n"
	      "\n"
	      " -h, --help             display this help\n"
	      "\nThe module does not read descriptors: with it, bpf does, or proc if that is not\n"
	      "usable. Descriptors of other processes are looked for with bpf only.\n"
	      "\nExit status: 0 if everything was shown, 1 on error, 2 without an engine, 3 if a\n"
	      "process does not exist.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

static void print_columns(void)
{
	int i;

	for (i = 0; i < files_nr_columns; i++)
		printf("%-10s %s\n", files_columns[i].name,
		       files_columns[i].help);
}

static void parse_columns(struct arguments *args, const char *list)
{
	struct error error;
	int nr = *list == '+' ? files_columns_default(args->columns) : 0;

	nr = files_columns_parse(args->columns, nr, list + (*list == '+'),
				 &error);
	or_exit(nr < 0 ? nr : 0, &error);
	args->nr_columns = nr;
}

static void parse_option(struct arguments *args, int c, char **argv)
{
	struct error error;

	switch (c) {
	case 'a':
		args->all = true;
		break;
	case 'e':
		args->engine = optarg;
		break;
	case 'J':
		args->json = true;
		break;
	case 'o':
		parse_columns(args, optarg);
		break;
	case 'H':
		exit_after(print_columns);
	case 'r':
		args->raw = true;
		break;
	case 'n':
		args->noheadings = true;
		break;
	case 'h':
		exit_after(print_help);
	default:
		or_exit(bad_option(argv, c, "files ", &error), &error);
	}
}

static void parse(struct arguments *args, int argc, char **argv)
{
	struct error error;
	__u32 *pid = calloc(argc, sizeof(*pid));
	int c;

	*args = (struct arguments){ .engine = "auto" };
	args->sel.gone = calloc(argc, sizeof(*args->sel.gone));
	if (!pid || !args->sel.gone)
		errx(EXIT_ERROR, "no memory");
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":aJo:Hrnh", longopts, NULL)) >= 0)
		parse_option(args, c, argv);
	for (; optind < argc; optind++)
		or_exit(parse_pid(argv[optind], &pid[args->sel.nr++], &error),
			&error);
	args->sel.pid = pid;
	if (!args->sel.nr)
		errx(EXIT_ERROR,
		     "files of what? give a PID: taskshare files PID");
	if (args->json && (args->nr_columns || args->raw || args->noheadings))
		errx(EXIT_ERROR,
		     "--json has everything and no table: leave out -o, -r and -n");
	if ((args->raw || args->noheadings) && !args->nr_columns)
		args->nr_columns = files_columns_default(args->columns);
}

static bool any_unseen(const struct engine *engine,
		       const struct selection *sel)
{
	size_t i = 0;

	while (i < sel->nr && !session_unseen(engine, sel, i))
		i++;
	return i < sel->nr;
}

/* The proc engine takes over if another one is not shown a task of /proc. */
static void open_engine(struct arguments *args, struct engine_handle *handle,
			struct snapshot *snap)
{
	struct error error;

	session_open(handle, args->engine, SESSION_LIVE, "files ");
	or_exit(snapshot_take(snap, handle, &args->sel, &error), &error);
	if (strcmp(args->engine, "auto") || handle->engine == &engine_proc ||
	    !any_unseen(handle->engine, &args->sel))
		return;
	warnx("not every task is shown to the %s engine; using the proc engine",
	      handle->engine->name);
	engine_close(handle);
	session_open(handle, engine_proc.name, SESSION_LIVE, "files ");
	or_exit(snapshot_take(snap, handle, &args->sel, &error), &error);
}

static struct files_source *open_source(const struct engine *engine)
{
	struct files_source *source;
	struct error error;

	if (!files_open(&source, engine->name, &error))
		return source;
	warnx("%s", error.text);
	exit(EXIT_NO_ENGINE);
}

/* A table has no room for what is not in it. */
static void report_left_out(const struct files_view *view)
{
	const struct files *files = view->files;
	__u32 i, changed = 0, unreadable = 0, unknown = 0, tasks = 0;
	const struct files_table *table;
	enum holding holding;

	for (i = 0; i < view->model->nr; i++) {
		holding = model_holding(view->model, i, TASKSHARE_FILES);
		tasks += holding == HOLDS_UNSEEN || holding == HOLDS_MOVING ||
			 view->moved[i];
	}
	if (tasks)
		warnx("file descriptor tables of %u tasks are not known",
		      tasks);
	for (i = 0; i < files->nr_tables; i++) {
		table = &files->table[i];
		unknown += !!table->err;
		unreadable += table->unreadable;
		changed += table->err ? 0 : table->changed;
	}
	if (unknown)
		warnx("descriptors of %u of %u tables are not known: without -o, -r and -n it says why",
		      unknown, files->nr_tables);
	if (unreadable)
		warnx("%u descriptors that cannot be read are left out",
		      unreadable);
	if (changed)
		warnx("%u descriptors that changed meanwhile are left out",
		      changed);
}

static int print(const struct arguments *args, const struct files_view *view)
{
	if (args->json) {
		files_json(view);
		return 0;
	}
	if (!args->nr_columns)
		return files_text(view);
	report_left_out(view);
	return files_table(view);
}

/* Reads descriptors between two looks at the tasks. */
static bool *read_files(struct arguments *args, struct files *files,
			struct files_source *source,
			const struct engine_handle *handle,
			const struct snapshot *before)
{
	bool *moved = calloc(before->model.nr + 1, sizeof(*moved));
	bool *gone = args->sel.gone;
	struct snapshot after = { 0 };
	struct error error;

	if (!moved)
		errx(EXIT_ERROR, "no memory");
	or_exit(files_read(source, &before->model, FILES_PATHS | FILES_OTHERS,
			   files, &error), &error);
	/* A process that ends now was there. */
	args->sel.gone = calloc(args->sel.nr + 1, sizeof(*gone));
	if (!args->sel.gone)
		errx(EXIT_ERROR, "no memory");
	or_exit(snapshot_take(&after, handle, &args->sel, &error), &error);
	free(args->sel.gone);
	args->sel.gone = gone;
	if (files_check_tables(files, &before->model, &after.model,
			       handle->engine->lasting, moved))
		errx(EXIT_ERROR, "no memory");
	snapshot_free(&after);
	return moved;
}

static int show(struct arguments *args, const struct engine_handle *handle,
		const struct snapshot *snap)
{
	struct files_source *source = open_source(handle->engine);
	struct files files;
	bool *moved = read_files(args, &files, source, handle, snap);
	struct utsname uts;
	struct files_view view = {
		.out = stdout,
		.files = &files,
		.model = &snap->model,
		.moved = moved,
		.engine = handle->engine->name,
		.source = files_engine(source),
		.kernel = uname(&uts) ? NULL : uts.release,
		.columns = args->columns,
		.nr_columns = args->nr_columns,
		.all = args->all,
		.raw = args->raw,
		.noheadings = args->noheadings,
		.utf8 = terminal_utf8(),
	};

	written_or_exit(print(args, &view));
	free(moved);
	files_free(&files);
	files_close(source);
	return session_report_gone(handle->engine, &args->sel);
}

/**
 * files_main() - the command "files"
 * @argc: as of main(), from the command on
 * @argv: its arguments
 * @all: unused
 *
 * Return: the exit status.
 */
int files_main(int argc, char **argv, const struct commands *all)
{
	struct engine_handle handle;
	struct snapshot snap = { 0 };
	struct arguments args;
	int status;

	(void)all;
	parse(&args, argc, argv);
	open_engine(&args, &handle, &snap);
	status = show(&args, &handle, &snap);
	snapshot_free(&snap);
	engine_close(&handle);
	free((void *)args.sel.pid);
	free(args.sel.gone);
	return status;
}
