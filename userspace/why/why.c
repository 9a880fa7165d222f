// SPDX-License-Identifier: GPL-2.0-only
/*
 * taskshare why: predicts whether a task's unshare(2), setns(2) or clone(2) would
 * work now; if not, it names the cause, the tasks in the way, and a remedy.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/exit.h"
#include "cli/session.h"
#include "util/procfs.h"
#include "why/why.h"

/* Maximum number of looks at the tasks, if some of them were just changing */
#define MAX_LOOKS	5

#define GONE	(TASKSHARE_F_EXITING | TASKSHARE_F_DEAD)

static const struct option longopts[] = {
	{ "all", no_argument, NULL, 'a' },
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
 * @pid: the task
 * @call: the call, if one was given
 * @single: one was given
 * @target: the process whose namespaces are joined, or 0
 * @all: calls that work, too
 * @json: JSON output format
 * @raw: raw output format
 * @noheadings: no headings
 */
struct arguments {
	const char *engine;
	__u32 pid;
	struct question call;
	bool single;
	__u32 target;
	bool all;
	bool json;
	bool raw;
	bool noheadings;
};

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare why [options] PID [call [flags [target-PID]]]\n"
	      "\nReport which calls of unshare(2), setns(2), clone(2) and the like would fail if\n"
	      "a process or thread made them now: the error, the reason, the tasks in the way,\n"
	      "and what to do. With a call, report only that one:\n"
	      "\n"
	      " unshare FLAGS          such as NEWUSER or NEWNS|NEWPID\n"
	      " setns TYPES [PID]      join namespaces of that process; without it, others that\n"
	      "                        the task has the capabilities for\n"
	      " clone FLAGS            such as VM|SIGHAND|THREAD; clone3 likewise\n"
	      " fork, vfork, posix_spawn, pthread_create\n"
	      "\nShortage of memory and of file descriptors is not predicted. A call that depends\n"
	      "on facts that cannot be seen is reported as unknown.\n"
	      "\nOptions:\n"
	      " -a, --all              list the calls that work, too, and kernel functions\n"
	      "     --engine <name>    where to look: auto, module, bpf or proc\n"
	      " -J, --json             use JSON output format\n"
	      " -r, --raw              use raw output format, a line for each call\n"
	      " -n, --noheadings       don't print headings, a line for each call\n"
	      "\n"
	      " -h, --help             display this help\n"
	      "\nExit status: 0 if there is an answer, 1 on error, 2 without an engine, 3 if there\n"
	      "is no such task.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

static void parse_operands(struct arguments *args, int nr, char **operand)
{
	struct error error;

	if (nr < 1)
		errx(EXIT_ERROR, "no PID: give one, taskshare why PID");
	if (nr > 4)
		errx(EXIT_ERROR, "too many arguments from '%s' on: see taskshare why --help",
		     operand[4]);
	or_exit(parse_pid(operand[0], &args->pid, &error), &error);
	args->single = nr > 1;
	if (args->single)
		or_exit(question_parse(&args->call, operand[1],
				       nr > 2 ? operand[2] : NULL, &error),
			&error);
	if (nr < 4)
		return;
	if (args->call.request.call != CALL_SETNS)
		errx(EXIT_ERROR, "only setns takes a second PID: leave out '%s'",
		     operand[3]);
	or_exit(parse_pid(operand[3], &args->target, &error), &error);
}

static void parse(struct arguments *args, int argc, char **argv)
{
	struct error error;
	int c;

	*args = (struct arguments){ .engine = "auto" };
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":aJrnh", longopts, NULL)) >= 0) {
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
		case 'r':
			args->raw = true;
			break;
		case 'n':
			args->noheadings = true;
			break;
		case 'h':
			exit_after(print_help);
		default:
			or_exit(bad_option(argv, c, "why ", &error), &error);
		}
	}
	parse_operands(args, argc - optind, argv + optind);
}

static bool is_worker(const struct taskshare_record *rec)
{
	return rec->kind != TASKSHARE_TASK_LEADER &&
	       rec->kind != TASKSHARE_TASK_THREAD;
}

/* The task of a PID, or the number of tasks if there is none */
static __u32 find_task(const struct model *model, __u32 pid)
{
	__u32 task;

	for (task = 0; task < model->nr; task++)
		if (model->task[task]->pid == pid)
			break;
	return task;
}

/* A leader that has ended makes no more calls, but its threads do. */
static __u32 find_caller(const struct model *model, __u32 task)
{
	const struct taskshare_record *rec = model->task[task];
	const struct process *process;
	__u32 i;

	if (is_worker(rec))
		errx(EXIT_ERROR,
		     "%u is a worker of the kernel, which makes no system calls: choose a process",
		     rec->pid);
	if (!(rec->flags & GONE))
		return task;
	process = &model->process[model->process_of[task]];
	for (i = process->first; i < process->first + process->nr &&
	     rec->pid == rec->tgid; i++)
		if (!(model->task[i]->flags & GONE) &&
		    !is_worker(model->task[i]))
			return i;
	errx(EXIT_GONE,
	     "%u has ended, it makes no more calls: choose another task",
	     rec->pid);
}

/*
 * Looks at all tasks, by the proc engine if the one that was chosen is not
 * shown the task. Returns the index of the task.
 */
static __u32 take_snapshot(const struct arguments *args,
			   struct engine_handle *handle, struct snapshot *snap)
{
	struct selection everything = { 0 };
	__u32 pid = args->pid, task;
	bool gone = true;
	struct selection sel = { .pid = &pid, .gone = &gone, .nr = 1 };
	struct error error;

	or_exit(snapshot_take(snap, handle, &everything, &error), &error);
	task = find_task(&snap->model, pid);
	if (task < snap->model.nr)
		return task;
	if (strcmp(args->engine, "auto") || handle->engine == &engine_proc ||
	    !session_unseen(handle->engine, &sel, 0))
		exit(session_report_gone(handle->engine, &sel));
	engine_close(handle);
	session_open(handle, engine_proc.name, SESSION_LIVE, "why ");
	return take_snapshot(args, handle, snap);
}

static void require_target(__u32 pid)
{
	struct error error;
	__u32 tgid;

	if (!pid)
		return;
	or_exit(procfs_tgid(pid, &tgid) ?
		error_set(&error, -EIO, "/proc/%u cannot be read", pid) : 0,
		&error);
	if (!tgid)
		errx(EXIT_GONE, "no such process: %u", pid);
}

static void print(const struct arguments *args, const struct caller *caller)
{
	struct answers answers = {
		.caller = caller,
		.nr = args->single ? 1 : nr_questions,
		.asked = args->pid,
		.target = args->target,
		.single = args->single,
		.all = args->all,
	};
	int err = 0;
	size_t i;

	answers.answer = calloc(answers.nr, sizeof(*answers.answer));
	if (!answers.answer)
		errx(EXIT_ERROR, "not enough memory");
	for (i = 0; i < answers.nr; i++)
		answers.answer[i] = answer_question(caller, args->single ?
						    &args->call : &questions[i]);
	if (args->json)
		answers_json(&answers, stdout);
	else if (args->raw || args->noheadings)
		err = answers_table(&answers, stdout, args->raw, args->noheadings);
	else
		answers_text(&answers, stdout);
	free(answers.answer);
	written_or_exit(err);
}

/**
 * why_main() - the command "why"
 * @argc: as of main(), from the command on
 * @argv: as of main(), from the command on
 * @all: unused
 *
 * Return: the exit status.
 */
int why_main(int argc, char **argv, const struct commands *all)
{
	struct snapshot snap = { 0 };
	struct engine_handle handle;
	struct arguments args;
	static struct caller caller;
	struct error error;
	__u32 task;
	int i;

	(void)all;
	parse(&args, argc, argv);
	or_exit(procfs_check(&error), &error);
	/* A file holds nothing of what /proc has to be asked for. */
	session_open(&handle, args.engine, SESSION_LIVE, "why ");
	require_target(args.target);
	for (i = 0; i < MAX_LOOKS; i++) {
		task = take_snapshot(&args, &handle, &snap);
		task = find_caller(&snap.model, task);
		look_at_all(&caller, &snap.model, task);
		if (args.target)
			look_at_target(&caller, args.target,
				       args.call.request.flags);
		if (!caller_is_incomplete(&caller, !i))
			break;
	}
	print(&args, &caller);
	snapshot_free(&snap);
	engine_close(&handle);
	return EXIT_OK;
}
