// SPDX-License-Identifier: GPL-2.0-only
/* The answers of "why" for people: what fails comes first. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/terminal.h"
#include "util/text.h"
#include "clone/flags.h"
#include "cli/exit.h"
#include "why/why.h"

#define INDENT	8

/* Whether two rules read the same, but for their source */
static bool reads_same(const struct rule *a, const struct rule *b)
{
	return a == b || (a && b && a->err == b->err && a->text && b->text &&
			  !strcmp(a->text, b->text) && a->advice == b->advice);
}

/* Whether two answers have the same reason, and so are printed together */
static bool is_same(const struct answers *answers, const struct answer *a,
		    const struct answer *b)
{
	if (a->prediction.works != b->prediction.works ||
	    a->prediction.earlier != b->prediction.earlier)
		return false;
	if (answers->all)
		return a->prediction.rule == b->prediction.rule;
	return reads_same(a->prediction.rule, b->prediction.rule);
}

static const char *heading(const struct prediction *prediction)
{
	if (prediction->works == IS_SO)
		return "works";
	if (prediction->works == IS_UNKNOWN)
		return "unknown";
	return prediction->rule->err == ERRNO_KILLED ? "killed" :
	       strerrorname_np(prediction->rule->err);
}

/*
 * A group that most calls are in, of all or of those that create a task, is
 * called the rest if none of them works: the others are listed. NULL if not.
 */
static const char *rest_text(const struct answers *answers, size_t first)
{
	size_t of[2] = { 0 }, nr[2] = { 0 }, works[2] = { 0 }, i;

	for (i = 0; i < answers->nr; i++) {
		const struct answer *answer = &answers->answer[i];
		bool same = is_same(answers, &answers->answer[first], answer);
		bool creates = answer->question->request.call & CALLS_CREATE;

		of[creates]++;
		nr[creates] += same;
		works[creates] += answer->prediction.works == IS_SO;
	}
	if (answers->all || answers->single || works[true])
		return NULL;
	if (!works[false] && 2 * (nr[false] + nr[true]) > answers->nr)
		return nr[false] + nr[true] == answers->nr ? "every call" :
		       "every other call";
	if (!nr[false] && 2 * nr[true] > of[true])
		return nr[true] == of[true] ? "every call that creates a task" :
		       "every other call that creates a task";
	return NULL;
}

/* The calls with the same answer as one: "unshare FS, FILES; fork" */
static void put_calls(const struct answers *answers, size_t first, FILE *out)
{
	const char *call = rest_text(answers, first);
	char flags[FLAGS_TEXT];
	size_t i;

	if (call) {
		fputs(call, out);
		return;
	}
	for (i = first; i < answers->nr; i++) {
		const struct question *question = answers->answer[i].question;

		if (!is_same(answers, &answers->answer[first],
			     &answers->answer[i]))
			continue;
		if (call && !question->plain && !strcmp(call, question->call))
			fputs(", ", out);
		else
			fprintf(out, "%s%s%s", call ? "; " : "",
				question->call, question->plain ? "" : " ");
		if (!question->plain)
			fputs(flags_text(flags, question->request.flags, "|"),
			      out);
		call = question->plain ? "" : question->call;
	}
}

static void put_reason(const struct answers *answers,
		       const struct answer *answer, FILE *out)
{
	const struct prediction *prediction = &answer->prediction;
	const struct finding *found = finding_of(answers->caller, prediction);
	bool fails = prediction->works == IS_NOT;
	char text[RULE_TEXT], *culprits;

	fprintf(out, "%s %s", fails ? "because" : "fails if",
		rule_text(text, prediction->rule,
			  answer->question->request.flags));
	if (found && *found->note)
		fprintf(out, " (%s)", found->note);
	if (!fails || !found || !found->nr_culprits)
		return;
	culprits = culprits_text(answers->caller, prediction->rule, true);
	if (culprits)
		fprintf(out, ": %s", culprits);
	free(culprits);
}

/* A line that is written to a memory stream and printed with an indent */
struct line {
	FILE *out;
	char *text;
	size_t size;
};

static FILE *line_begin(struct line *line)
{
	*line = (struct line){ 0 };
	line->out = open_memstream(&line->text, &line->size);
	if (!line->out)
		errx(EXIT_ERROR, "not enough memory");
	return line->out;
}

static void line_end(struct line *line, FILE *out)
{
	if (fclose(line->out))
		errx(EXIT_ERROR, "not enough memory");
	text_wrap(out, line->text, terminal_width(), INDENT);
	free(line->text);
}

static void put_group(const struct answers *answers, size_t first, FILE *out)
{
	const struct answer *answer = &answers->answer[first];
	const struct prediction *prediction = &answer->prediction;
	const struct rule *rule = prediction->rule;
	char text[RULE_TEXT];
	struct line line;

	fprintf(line_begin(&line), "%-*s", INDENT, heading(prediction));
	put_calls(answers, first, line.out);
	line_end(&line, out);
	if (!rule)
		return;
	fprintf(line_begin(&line), "%*s", INDENT, "");
	put_reason(answers, answer, line.out);
	line_end(&line, out);
	if (prediction->earlier && prediction->earlier->err != ERRNO_ANY) {
		rule_text(text, prediction->earlier,
			  answer->question->request.flags);
		fprintf(line_begin(&line), "%*s%s %s", INDENT, "",
			"but with another error if", text);
		line_end(&line, out);
	}
	/* The decision of a filter can only be read in its profile. */
	if (rule->advice && (prediction->works == IS_NOT ||
			     rule->err == ERRNO_ANY)) {
		fprintf(line_begin(&line), "%*sAdvice: %s%s.", INDENT, "",
			rule->advice, prediction->works == IS_NOT ? "" :
			"; \"taskshare trace\" reports each call that fails");
		line_end(&line, out);
	}
	if (answers->all || answers->single)
		fprintf(out, "%*sKernel: %s\n", INDENT, "", rule->source);
}

static void put_groups(const struct answers *answers, enum truth works,
		       FILE *out)
{
	size_t i, j;

	for (i = 0; i < answers->nr; i++) {
		if (answers->answer[i].prediction.works != works)
			continue;
		for (j = 0; j < i; j++)
			if (is_same(answers, &answers->answer[i],
				    &answers->answer[j]))
				break;
		if (j == i)
			put_group(answers, i, out);
	}
}

static size_t count(const struct answers *answers, enum truth works)
{
	size_t nr = 0, i;

	for (i = 0; i < answers->nr; i++)
		nr += answers->answer[i].prediction.works == works;
	return nr;
}

/* Names the task of the answers: "thread 813 worker of process 812 httpd". */
static void put_task(const struct answers *answers, FILE *out)
{
	const struct taskshare_record *rec = caller_record(answers->caller);
	char comm[TEXT_COMM];

	text_escape(comm, rec->comm, terminal_utf8());
	if (answers->asked != rec->pid)
		fprintf(out, "The first thread of process %u has ended; thread %u %s would make the calls",
			answers->asked, rec->pid, comm);
	else if (rec->pid != rec->tgid)
		fprintf(out, "Thread %u %s of process %u", rec->pid, comm,
			rec->tgid);
	else
		fprintf(out, "Process %u %s", rec->pid, comm);
}

static void put_summary(const struct answers *answers, FILE *out)
{
	size_t no = count(answers, IS_NOT), unknown = count(answers, IS_UNKNOWN);
	size_t yes = count(answers, IS_SO);

	if (answers->single)
		return;
	fprintf(out, ": of %zu calls %zu would fail", answers->nr, no);
	if (unknown)
		fprintf(out, ", %zu cannot be predicted", unknown);
	if (yes)
		fprintf(out, ", %zu would work%s", yes,
			answers->all ? "" : " (--all lists them)");
}

/**
 * answers_text() - print answers for people
 */
void answers_text(const struct answers *answers, FILE *out)
{
	struct line line;

	put_task(answers, line_begin(&line));
	put_summary(answers, line.out);
	if (answers->target)
		fprintf(line.out, ", into namespaces of %u", answers->target);
	putc(answers->single ? ':' : '.', line.out);
	line_end(&line, out);
	put_groups(answers, IS_NOT, out);
	put_groups(answers, IS_UNKNOWN, out);
	if (answers->all || answers->single)
		put_groups(answers, IS_SO, out);
}
