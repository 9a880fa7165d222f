// SPDX-License-Identifier: GPL-2.0-only
/*
 * taskshare audit: sharing that is dangerous, broken or surprising.
 *
 * All tasks are looked at once. If a rule applies to some of them, all are
 * looked at again after a while: what the second look does not confirm, of the
 * same tasks, is no finding.
 */
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit/allow.h"
#include "audit/audit.h"
#include "audit/output.h"
#include "cli/args.h"
#include "cli/exit.h"

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void wait_for(double interval)
{
	struct timespec left = {
		.tv_sec = interval,
		.tv_nsec = (interval - (time_t)interval) * 1e9,
	};

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

/* Processes of the operands; a missing one is left out and reported. */
static void find_processes(struct selection *sel, __u32 *tgid, size_t *nr,
			   const struct look *look)
{
	const struct model *model = &look->snap.model;
	size_t i;
	__u32 task;

	*nr = 0;
	for (i = 0; i < sel->nr; i++) {
		sel->gone[i] = true;
		for (task = 0; task < model->nr; task++) {
			if (model->task[task]->pid != sel->pid[i])
				continue;
			sel->gone[i] = false;
			tgid[(*nr)++] = model->task[task]->tgid;
		}
	}
}

static void count_tasks(struct result *result, const struct look *look)
{
	__u64 unused;
	__u32 task;

	result->tasks = look->live;
	result->unreadable = 0;
	for (task = 0; task < look->snap.model.nr; task++)
		result->unreadable +=
			look_live(look, task) &&
			!look_number(look, task, FIELD_NNP, &unused);
}

/* A file that replays has no second moment. */
static bool looks_twice(const struct options *opt,
			const struct engine_handle *handle)
{
	return opt->interval > 0 && handle->engine != &engine_file;
}

static void look_twice(struct result *result, struct engine_handle *handle,
		       struct look *look, struct selection *sel)
{
	const struct options *opt = result->opt;
	struct question question = { .wanted = opt->wanted };
	struct error error;
	__u32 *tgid;

	look->least_ns = opt->least < 0 ? LEAST_BY_RULE :
					  (__u64)(opt->least * SECOND_NS);
	or_exit(look_take(look, handle, &error), &error);
	tgid = calloc(sel->nr + 1, sizeof(*tgid));
	if (!tgid)
		errx(EXIT_ERROR, "no memory");
	find_processes(sel, tgid, &question.nr, look);
	question.tgid = tgid;
	result->looks = 1;
	if (!sel->nr || question.nr)
		or_exit(evaluate(look, &question, &result->findings,
				 result->coverage, &error), &error);
	free(tgid);
	count_tasks(result, look);
	if (!result->findings.nr || !looks_twice(opt, handle))
		return;
	wait_for(opt->interval);
	or_exit(look_take(look, handle, &error), &error);
	confirm(look, &result->findings, result->coverage);
	result->looks++;
}

/* Takes out what is allowed. */
static void apply_allowlist(struct result *result, const struct look *look)
{
	struct findings *findings = &result->findings;
	struct allowlist list;
	struct error error;
	size_t i, to = 0;

	or_exit(allowlist_read(&list, &error), &error);
	for (i = 0; i < findings->nr; i++) {
		struct finding *finding = &findings->finding[i];

		describe_parties(look, finding);
		if (allowlist_has(&list, finding)) {
			result->suppressed[finding->rule - audit_rules]++;
			finding_forget(finding);
		} else {
			findings->finding[to++] = *finding;
		}
	}
	findings->nr = to;
	result->errors = list.errors;
	allowlist_free(&list);
}

static void close_or_exit(FILE *out, const char *name)
{
	if (fflush(out) || ferror(out) || (out != stdout && fclose(out)))
		errx(EXIT_ERROR, "%s cannot be written: %s", name,
		     strerror(errno));
}

/* A reader of the file finds the old one or the whole new one. */
static void write_metrics(const struct result *result)
{
	const char *path = result->opt->metrics_file;
	char beside[PATH_MAX];
	FILE *out;
	int fd;

	if (snprintf(beside, sizeof(beside), "%s.XXXXXX", path) >=
	    (int)sizeof(beside))
		errx(EXIT_ERROR, "%s: the path is too long", path);
	fd = mkstemp(beside);
	if (fd < 0)
		err(EXIT_ERROR, "%s", beside);
	out = fchmod(fd, 0644) ? NULL : fdopen(fd, "w");
	if (out)
		output_audit_metrics(out, result);
	if (!out || fflush(out) || ferror(out) || fclose(out) ||
	    rename(beside, path)) {
		warn("%s", path);
		unlink(beside);
		exit(EXIT_ERROR);
	}
}

static void print_result(const struct result *result)
{
	const struct options *opt = result->opt;

	if (opt->metrics_file)
		write_metrics(result);
	if (opt->metrics && !opt->metrics_file)
		output_audit_metrics(stdout, result);
	else if (opt->json)
		output_audit_json(stdout, result);
	else
		output_audit_text(stdout, result);
	close_or_exit(stdout, "the output");
}

static int run(struct result *result, struct selection *sel)
{
	double begun = seconds();
	size_t by_severity[NR_SEVERITIES];
	struct engine_handle handle;
	struct look look = { 0 };
	int gone;

	session_open(&handle, result->opt->engine, SESSION_CONTENT, "audit ");
	result->engine = handle.engine->name;
	look_twice(result, &handle, &look, sel);
	findings_fold(&result->findings);
	apply_allowlist(result, &look);
	findings_sort(&result->findings);
	gone = session_report_gone(handle.engine, sel);
	result->seconds = seconds() - begun;
	result->now = time(NULL);
	look_free(&look);
	engine_close(&handle);
	print_result(result);
	if (gone)
		return gone;
	return result_shown(result, by_severity) ? EXIT_FINDINGS : EXIT_OK;
}

/**
 * audit_main() - taskshare audit
 * @argc: as of main()
 * @argv: as of main()
 * @all: the commands
 *
 * Return: the exit status.
 */
int audit_main(int argc, char **argv, const struct commands *all)
{
	struct result result = { 0 };
	struct selection sel = { 0 };
	struct options opt;
	struct error error;
	int ret;

	(void)all;
	ret = options_parse_audit(&opt, argc, argv, &error);
	if (ret > 0)
		close_or_exit(stdout, "the output");
	else
		or_exit(ret, &error);
	if (!ret) {
		result.opt = &opt;
		sel.pid = opt.pid;
		sel.nr = opt.nr_pids;
		sel.gone = calloc(sel.nr + 1, sizeof(*sel.gone));
		result.coverage = calloc(nr_audit_rules, sizeof(*result.coverage));
		result.suppressed = calloc(nr_audit_rules,
					   sizeof(*result.suppressed));
		if (!sel.gone || !result.coverage || !result.suppressed)
			errx(EXIT_ERROR, "no memory");
		ret = run(&result, &sel);
		findings_free(&result.findings);
		free(result.suppressed);
		free(result.coverage);
		free(sel.gone);
	} else {
		ret = EXIT_OK;
	}
	options_free_audit(&opt);
	return ret;
}
