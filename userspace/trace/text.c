// SPDX-License-Identifier: GPL-2.0-only
/* Events as text, one line each. */
#include <string.h>

#include "event/details.h"
#include "event/sentence_parts.h"
#include "trace/depth.h"
#include "trace/summary.h"
#include "util/text.h"

/* No name of a task takes more columns, escaped or not. */
#define COMM_COLUMNS	20
/* Generations that are indented, and by how many columns each */
#define MAX_DEPTH	10
#define DEPTH_COLUMNS	2
/* However long the beginning of a line is */
#define MIN_COLUMNS	40

/* Time, PID and name; returns the columns that this takes. */
static int print_head(const struct trace_output *out,
		      const struct trace_event *ev)
{
	int depth = out->depths ? depth_of(out->depths, ev->pid) : 0;
	char comm[TEXT_COMM];
	struct line name;
	int columns;

	columns = fprintf(out->out, "%9.6f %5u %*s",
			  (__s64)(ev->ns - out->start) / 1e9, ev->pid,
			  DEPTH_COLUMNS * (depth < MAX_DEPTH ? depth :
					   MAX_DEPTH), "");
	line_begin(&name);
	line_add(&name, CLAUSE_CUT, "%s",
		 text_escape(comm, ev->comm, out->style.utf8));
	line_print(&name, out->out, COMM_COLUMNS);
	fputs(": ", out->out);
	columns += line_width(comm) < COMM_COLUMNS ? line_width(comm) :
						     COMM_COLUMNS;
	return columns + 2;
}

/*
 * When a process ends, each of its threads does; one line is enough, that of
 * the last.
 */
static bool is_part_of_end(const struct trace_event *ev)
{
	return ev->type == TRACE_EV_EXIT && ev->context & TRACE_CTX_GROUP &&
	       !(ev->context & TRACE_CTX_LAST);
}

/* A reason is never cut: one that does not fit has lines of its own. */
static void print_reason(const struct trace_output *out,
			 const struct trace_print *what, int columns)
{
	const struct trace_fail *fail = (const void *)what->ev;
	struct line line;
	char text[OUTPUT_INDENT + REASON_TEXT];

	line_begin(&line);
	line_add(&line, CLAUSE_MUST, ": %s", what->reason->text);
	if (line_columns(&line) > columns) {
		snprintf(text, sizeof(text), "%*s%s", OUTPUT_INDENT, "",
			 what->reason->text);
		fputs(":\n", out->out);
		text_wrap(out->out, text, OUTPUT_COLUMNS, OUTPUT_INDENT);
		return;
	}
	if (fail->ev.context & TRACE_CTX_NOT_ENTERED && what->reason->certain)
		line_add(&line, CLAUSE_MAY, "; the call never ran");
	line_print(&line, out->out, columns);
	putc('\n', out->out);
}

static void print_detail(void *arg, const char *detail)
{
	const struct trace_output *out = arg;
	char text[OUTPUT_INDENT + DETAIL_TEXT];

	snprintf(text, sizeof(text), "%*s%s", OUTPUT_INDENT, "", detail);
	text_wrap(out->out, text, OUTPUT_COLUMNS, OUTPUT_INDENT + 2);
}

static void print_details(const struct trace_output *out,
			  const struct trace_print *what)
{
	const struct event_details to = {
		.utf8 = out->style.utf8,
		.add = print_detail,
		.arg = (void *)out,
	};

	details_compose(&to, what);
}

/**
 * trace_text() - print an event as text
 * @out: output and style
 * @what: the event
 */
void trace_text(const struct trace_output *out, const struct trace_print *what)
{
	struct line line;
	int columns;

	if (is_part_of_end(what->ev))
		return;
	columns = OUTPUT_COLUMNS - print_head(out, what->ev);
	/* A colon before the reason */
	columns -= what->ev->type == TRACE_EV_FAIL;
	if (columns < MIN_COLUMNS)
		columns = MIN_COLUMNS;
	line_begin(&line);
	sentence_compose(&line, &out->style, what, false);
	if (line_columns(&line) > columns) {
		line_begin(&line);
		sentence_compose(&line, &out->style, what, true);
	}
	line_print(&line, out->out, columns);
	if (what->ev->type == TRACE_EV_FAIL)
		print_reason(out, what, columns + 1 - line_columns(&line));
	else
		putc('\n', out->out);
	if (out->verbose)
		print_details(out, what);
}

/**
 * trace_end_text() - print counts of events, and of those that are missing
 * @out: output and style
 * @sum: counts of events
 * @counts: counts of what is missing
 */
void trace_end_text(const struct trace_output *out,
		    const struct trace_summary *sum,
		    const struct trace_counts *counts)
{
	fprintf(out->out, "%llu task%s created", sum->created,
		sum->created == 1 ? "" : "s");
	if (sum->mismatches)
		fprintf(out->out, ", %s%llu DO NOT MATCH THE FLAGS%s",
			text_colour(&out->style, COLOUR_BAD), sum->mismatches,
			text_plain(&out->style));
	else if (sum->created)
		fprintf(out->out, ", %s the flags", sum->created == 1 ?
			"it matches" : "all match");
	fprintf(out->out, "; %llu failed call%s", sum->failed,
		sum->failed == 1 ? "" : "s");
	fprintf(out->out, "; %llu events, %llu lost", sum->events,
		counts->lost);
	if (counts->lost)
		fputs(": use a larger --buffer", out->out);
	if (counts->unfollowed)
		fprintf(out->out, "; %llu tasks not followed, too many at once",
			counts->unfollowed);
	if (counts->unseen)
		fprintf(out->out, "; %llu calls not watched, too many at once",
			counts->unseen);
	if (counts->skipped)
		fprintf(out->out, "; up to %llu more may be missing: the kernel skipped them",
			counts->skipped);
	putc('\n', out->out);
}
