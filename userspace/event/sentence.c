// SPDX-License-Identifier: GPL-2.0-only
/* Events as sentences. */
#include <string.h>

#include "event/sentence_parts.h"

static void add_error(struct line *line, const struct event_style *how,
		      const struct trace_fail *fail)
{
	const char *name = fail->ret < 0 ? strerrorname_np(-fail->ret) : NULL;

	if (fail->ev.context & TRACE_CTX_KEPT)
		line_add(line, CLAUSE_MUST, " %schanges nothing%s",
			 text_colour(how, COLOUR_BAD), text_plain(how));
	else
		line_add(line, CLAUSE_MUST, " %sfails%s",
			 text_colour(how, COLOUR_BAD), text_plain(how));
	if (fail->ev.context & TRACE_CTX_SIGSYS)
		line_add(line, CLAUSE_MUST, ", SIGSYS");
	else if (fail->ret < 0)
		line_add(line, CLAUSE_MUST, ", %s", name ?: "interrupted");
}

/* All but the reason */
static void add_fail(struct line *line, const struct event_style *how,
		     const struct trace_event *ev, bool brief)
{
	const struct trace_fail *fail = (const void *)ev;
	char flags[FLAGS_TEXT] = "";

	if (!brief && (ev->call == TRACE_UNSHARE || ev->call == TRACE_SETNS))
		flags_text(flags, fail->flags, "|");
	if (ev->call == TRACE_SECCOMP && fail->ret > 0)
		strcpy(flags, "TSYNC");
	text_call(line, how, ev, flags);
	if (*fail->file) {
		line_add(line, CLAUSE_MUST, " of ");
		text_path(line, how, fail->file, brief);
	}
	add_error(line, how, fail);
}

static void add_vfork_done(struct line *line, const struct trace_event *ev)
{
	const struct trace_vfork *vfork = (const void *)ev;

	line_add(line, CLAUSE_MUST, ev->context & TRACE_CTX_DYING ?
		 "stops waiting for child %2$u after %1$.1f ms: a fatal signal came" :
		 "resumes after %1$.1f ms: child %2$u has released the memory",
		 vfork->waited / 1e6, vfork->child);
}

/**
 * sentence_compose() - write an event as a sentence
 * @how: style of the output
 * @what: the event
 * @brief: leave out arguments, and the beginning of long paths
 *
 * The reason of a call that failed is not in it.
 */
void sentence_compose(struct line *line, const struct event_style *how,
		      const struct trace_print *what, bool brief)
{
	const struct trace_event *ev = what->ev;

	switch (ev->type) {
	case TRACE_EV_CREATE:
		text_create(line, how, what);
		break;
	case TRACE_EV_FAIL:
		add_fail(line, how, ev, brief);
		break;
	case TRACE_EV_VFORK_DONE:
		add_vfork_done(line, ev);
		break;
	case TRACE_EV_EXEC:
		text_exec(line, how, ev, brief);
		break;
	case TRACE_EV_UNSHARE:
		text_unshare(line, how, ev);
		break;
	case TRACE_EV_SETNS:
		text_setns(line, how, ev);
		break;
	case TRACE_EV_CRED:
		text_cred(line, how, ev);
		break;
	case TRACE_EV_SECCOMP:
		text_seccomp(line, how, ev);
		break;
	case TRACE_EV_SET_TID:
		text_call(line, how, ev, "");
		line_add(line, CLAUSE_MUST,
			 " registers an address to clear at exit");
		break;
	case TRACE_EV_EXIT:
		text_exit(line, ev);
		break;
	}
}
