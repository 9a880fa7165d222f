// SPDX-License-Identifier: GPL-2.0-only
/* Events as text, one line each. */
#include <string.h>

#include "trace/depth.h"
#include "trace/explain.h"
#include "trace/summary.h"
#include "trace/text.h"
#include "util/text.h"

/* No name of a task takes more columns, escaped or not. */
#define COMM_COLUMNS	20
/* Generations that are indented, and by how many columns each */
#define MAX_DEPTH	10
#define DEPTH_COLUMNS	2
/* However long the beginning of a line is */
#define MIN_COLUMNS	40

static void add_error(struct line *line, const struct trace_output *out,
		      const struct trace_fail *fail)
{
	const char *name = fail->ret < 0 ? strerrorname_np(-fail->ret) : NULL;

	if (fail->ev.context & TRACE_CTX_KEPT)
		line_add(line, CLAUSE_MUST, " %schanges nothing%s",
			 text_colour(out, COLOUR_BAD), text_plain(out));
	else
		line_add(line, CLAUSE_MUST, " %sfails%s",
			 text_colour(out, COLOUR_BAD), text_plain(out));
	if (fail->ev.context & TRACE_CTX_SIGSYS)
		line_add(line, CLAUSE_MUST, ", SIGSYS");
	else if (fail->ret < 0)
		line_add(line, CLAUSE_MUST, ", %s", name ?: "interrupted");
}

/* All but the reason */
static void add_fail(struct line *line, const struct trace_output *out,
		     const struct trace_event *ev, bool brief)
{
	const struct trace_fail *fail = (const void *)ev;
	char flags[FLAGS_TEXT] = "";

	if (!brief && (ev->call == TRACE_UNSHARE || ev->call == TRACE_SETNS))
		flags_text(flags, fail->flags, "|");
	if (ev->call == TRACE_SECCOMP && fail->ret > 0)
		strcpy(flags, "TSYNC");
	text_call(line, out, ev, flags);
	if (*fail->file) {
		line_add(line, CLAUSE_MUST, " of ");
		text_path(line, out, fail->file, brief);
	}
	add_error(line, out, fail);
}

static void compose(struct line *line, const struct trace_output *out,
		    const struct trace_print *what, bool brief)
{
	const struct trace_event *ev = what->ev;
	const struct trace_vfork *vfork = (const void *)ev;

	switch (ev->type) {
	case TRACE_EV_CREATE:
		text_create(line, out, what);
		break;
	case TRACE_EV_FAIL:
		add_fail(line, out, ev, brief);
		break;
	case TRACE_EV_VFORK_DONE:
		line_add(line, CLAUSE_MUST,
			 "resumes after %.1f ms: child %u has released the memory",
			 vfork->waited / 1e6, vfork->child);
		break;
	case TRACE_EV_EXEC:
		text_exec(line, out, ev, brief);
		break;
	case TRACE_EV_UNSHARE:
		text_unshare(line, out, ev);
		break;
	case TRACE_EV_SETNS:
		text_setns(line, out, ev);
		break;
	case TRACE_EV_CRED:
		text_cred(line, out, ev);
		break;
	case TRACE_EV_SECCOMP:
		text_seccomp(line, out, ev);
		break;
	case TRACE_EV_SET_TID:
		text_call(line, out, ev, "");
		line_add(line, CLAUSE_MUST,
			 " registers an address to clear at exit");
		break;
	case TRACE_EV_EXIT:
		text_exit(line, ev);
		break;
	}
}

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
		 text_escape(comm, ev->comm, out->utf8));
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
	if (fail->ev.context & TRACE_CTX_NOT_ENTERED)
		line_add(&line, CLAUSE_MAY, "; the call never ran");
	line_print(&line, out->out, columns);
	putc('\n', out->out);
}

/**
 * trace_text() - print an event as text
 * @out: how and where to
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
	compose(&line, out, what, false);
	if (line_columns(&line) > columns) {
		line_begin(&line);
		compose(&line, out, what, true);
	}
	line_print(&line, out->out, columns);
	if (what->ev->type == TRACE_EV_FAIL)
		print_reason(out, what, columns + 1 - line_columns(&line));
	else
		putc('\n', out->out);
	if (out->verbose)
		trace_details(out, what);
}

/**
 * trace_end_text() - print counts of events, and of those that are missing
 * @out: how and where to
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
			text_colour(out, COLOUR_BAD), sum->mismatches,
			text_plain(out));
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
	putc('\n', out->out);
}
