// SPDX-License-Identifier: GPL-2.0-only
/*
 * taskshare why: would a task's unshare(2), setns(2) or clone(2) work now, and
 * if not, what stands in the way, and who?
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <libsmartcols.h>

#include "util/array.h"
#include "cli/args.h"
#include "cli/exit.h"
#include "cli/session.h"
#include "util/procfs.h"
#include "util/text.h"
#include "why/why.h"
#include "why/facts.h"
#include "util/terminal.h"

/* So often the tasks are read at most, if some of them were just changing */
#define MAX_LOOKS	5

static const struct option longopts[] = {
	{ "engine", required_argument, NULL, 'e' },
	{ "json", no_argument, NULL, 'J' },
	{ "raw", no_argument, NULL, 'r' },
	{ "noheadings", no_argument, NULL, 'n' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

/*
 * struct arguments - the command line
 * @engine: the argument of --engine
 * @pid: the operand
 * @json: JSON output format
 * @raw: raw output format
 * @noheadings: no headings
 */
struct arguments {
	const char *engine;
	__u32 pid;
	bool json;
	bool raw;
	bool noheadings;
};

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare why [options] PID\n"
	      "\nTell whether unshare(2), setns(2) and clone(2) would work for a process or thread\n"
	      "now, and if not, what stands in the way, and who. setns(2) is into another\n"
	      "namespace that it has the capabilities for. Limits, as in user.max_*, and security\n"
	      "modules are not looked at.\n"
	      "\nOptions:\n"
	      "     --engine <name>    where to look: auto, module, bpf or proc\n"
	      " -J, --json             use JSON output format\n"
	      " -r, --raw              use raw output format\n"
	      " -n, --noheadings       don't print headings\n"
	      "\n"
	      " -h, --help             display this help\n"
	      "\nExit status: 0 if that could be told, 1 on error, 2 without an engine, 3 if there\n"
	      "is no such task.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

static void parse(struct arguments *args, int argc, char **argv)
{
	struct error error;
	int c;

	*args = (struct arguments){ .engine = "auto" };
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":Jrnh", longopts, NULL)) >= 0) {
		switch (c) {
		case 'e':
			args->engine = optarg;
			break;
		case 'J':
			args->json = true;
			break;
		case 'r':
			args->raw = true;
			break;
		case 'n':
			args->noheadings = true;
			break;
		case 'h':
			print_help();
			exit(fflush(stdout) ? EXIT_ERROR : EXIT_OK);
		default:
			or_exit(bad_option(argv, c, "why ", &error), &error);
		}
	}
	if (argc - optind != 1)
		errx(EXIT_ERROR, "why who? give one PID: taskshare why PID");
	or_exit(parse_pid(argv[optind], &args->pid, &error), &error);
}

static __u32 find_task(const struct model *model, __u32 pid)
{
	__u32 i;

	for (i = 0; i < model->nr; i++)
		if (model->task[i]->pid == pid)
			return i;
	warnx("no such process: %u", pid);
	exit(EXIT_GONE);
}

static void refuse_who_calls_nothing(const struct taskshare_record *rec)
{
	if (rec->kind == TASKSHARE_TASK_KTHREAD ||
	    rec->kind == TASKSHARE_TASK_IO_WORKER ||
	    rec->kind == TASKSHARE_TASK_USER_WORKER)
		errx(EXIT_ERROR,
		     "%u is a worker of the kernel, which makes no system calls: choose a process",
		     rec->pid);
	if (rec->flags & (TASKSHARE_F_EXITING | TASKSHARE_F_DEAD))
		errx(EXIT_GONE,
		     "%u has ended, it makes no more calls: choose another task",
		     rec->pid);
}

static bool something_unknown(const struct why_view *view)
{
	int i;

	for (i = 1; i < NR_FACTS; i++)
		if (fact_get(&view->facts, i) == IS_UNKNOWN)
			return true;
	return false;
}

static const char *const works_name[] = {
	[IS_NOT] = "no", [IS_SO] = "yes", [IS_UNKNOWN] = "unknown",
};

static void put_who(FILE *out, const struct why_view *view,
		    const struct why_who *who)
{
	bool utf8 = terminal_utf8();
	char comm[TEXT_COMM];
	__u32 i;

	for (i = 0; i < who->nr && i < MAX_WHO; i++) {
		const struct taskshare_record *rec =
			view->model->task[who->task[i]];

		fprintf(out, "%s%u %s%s", i ? ", " : "", rec->pid,
			text_escape(comm, rec->comm, utf8),
			rec->flags & TASKSHARE_F_DEAD ? " (not reaped)" : "");
	}
	if (who->nr > MAX_WHO)
		fprintf(out, " and %u more", who->nr - MAX_WHO);
}

static char *why_words(const struct why_view *view,
		       const struct prediction *answer, __u64 flags)
{
	const struct rule *rule = answer->rule;
	const char *unknown = rule ? view->unknown[rule->when[0]] : NULL;
	char reason[RULE_TEXT];
	char *text = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	if (rule)
		fputs(rule_text(reason, rule, flags), out);
	if (answer->works == IS_UNKNOWN && unknown)
		fprintf(out, "? %s", unknown);
	return fclose(out) ? NULL : text;
}

static char *who_words(const struct why_view *view,
		       const struct prediction *answer)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	if (answer->works == IS_NOT)
		put_who(out, view, &view->who[answer->rule->when[0]]);
	return fclose(out) ? NULL : text;
}

static int put_answer(struct libscols_table *table, const struct why_view *view,
		      const struct why_question *question)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	struct request request = question->request;
	struct prediction answer;
	char *reason, *who;
	int err;

	request.release = release_running();
	rules_predict(&view->facts, &request, &answer);
	reason = why_words(view, &answer, request.flags);
	who = who_words(view, &answer);
	err = line && reason && who ? 0 : -ENOMEM;
	err = err ?: scols_line_set_data(line, 0, question->name);
	err = err ?: scols_line_set_data(line, 1, works_name[answer.works]);
	err = err ?: scols_line_set_data(line, 2, answer.works != IS_NOT ?
					 "" : strerrorname_np(answer.rule->err));
	err = err ?: scols_line_set_data(line, 3, reason);
	err = err ?: scols_line_set_data(line, 4, who);
	err = err ?: scols_line_set_data(line, 5, answer.rule ? answer.rule->source :
					 "");
	free(reason);
	free(who);
	return err;
}

static int print(const struct arguments *args, const struct why_view *view)
{
	static const char *const heading[] = {
		"CALL", "WORKS", "ERRNO", "WHY", "WHO", "SOURCE",
	};
	struct libscols_table *table = scols_new_table();
	int err = table ? 0 : -ENOMEM;
	size_t i;

	if (!err) {
		scols_table_set_name(table, "why");
		scols_table_enable_json(table, args->json);
		scols_table_enable_raw(table, args->raw);
		scols_table_enable_noheadings(table, args->noheadings);
	}
	for (i = 0; i < ARRAY_SIZE(heading) && !err; i++)
		if (!scols_table_new_column(table, heading[i], 0, 0))
			err = -ENOMEM;
	for (i = 0; i < nr_why_questions && !err; i++)
		err = put_answer(table, view, &why_questions[i]);
	if (!err)
		err = scols_print_table(table);
	scols_unref_table(table);
	return err;
}

/**
 * why_main() - the command "why"
 * @argc: as of main(), from the command on
 * @argv: likewise
 * @all: unused
 *
 * Return: the exit status.
 */
int why_main(int argc, char **argv, const struct commands *all)
{
	struct selection everything = { 0 };
	struct snapshot snap = { 0 };
	struct arguments args;
	struct engine_handle handle;
	struct why_view view;
	struct error error;
	__u32 task;
	int i, err;

	(void)all;
	parse(&args, argc, argv);
	or_exit(procfs_check(&error), &error);
	/* A file holds nothing of what /proc has to be asked for. */
	session_open(&handle, args.engine, SESSION_LIVE, "why ");
	for (i = 0; i < MAX_LOOKS; i++) {
		or_exit(snapshot_take(&snap, &handle, &everything, &error),
			&error);
		task = find_task(&snap.model, args.pid);
		refuse_who_calls_nothing(snap.model.task[task]);
		why_look(&view, &snap.model, task);
		if (!something_unknown(&view))
			break;
	}
	err = print(&args, &view);
	if (err || fflush(stdout) || ferror(stdout))
		errx(EXIT_ERROR, "the output cannot be written: %s",
		     strerror(err ? -err : errno));
	snapshot_free(&snap);
	engine_close(&handle);
	return EXIT_OK;
}
