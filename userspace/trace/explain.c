// SPDX-License-Identifier: GPL-2.0-only
/* Why a call failed, in words, by the table of refusals. */
#include <string.h>

#include "util/array.h"
#include "clone/rules.h"
#include "trace/trace.h"

/* The calls that have rules */
static const enum call call_of[TRACE_NR_CALLS] = {
	[TRACE_CLONE] = CALL_CLONE,
	[TRACE_CLONE3] = CALL_CLONE3,
	[TRACE_FORK] = CALL_FORK,
	[TRACE_VFORK] = CALL_VFORK,
	[TRACE_UNSHARE] = CALL_UNSHARE,
	[TRACE_SETNS] = CALL_SETNS,
	[TRACE_EXECVE] = CALL_EXECVE,
	[TRACE_EXECVEAT] = CALL_EXECVE,
	[TRACE_CLOSE_RANGE] = CALL_CLOSE_RANGE,
};

/* TRACE_A_*: a bit that is not set says that the fact does not hold. */
static const struct {
	__u32 about;
	enum fact fact;
} seen[] = {
	{ TRACE_A_THREADS, HAS_THREADS },
	{ TRACE_A_FS, SHARES_FS },
	{ TRACE_A_SIGHAND, SHARES_SIGHAND },
	{ TRACE_A_INIT, IS_INIT },
	{ TRACE_A_PIDNS, PID_ELSEWHERE },
};

static struct facts facts_of(const struct trace_event *ev)
{
	struct facts facts = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(seen); i++)
		fact_set(&facts, seen[i].fact, ev->about & seen[i].about);
	/* A task in no other namespace for its children has none that died. */
	if (!(ev->about & TRACE_A_PIDNS))
		fact_set(&facts, PID_DEAD, false);
	return facts;
}

static struct explanation explain(const struct trace_event *ev)
{
	const struct request request = {
		.call = call_of[ev->call],
		.flags = ev->flags,
		.flags_unknown = ev->call == TRACE_SETNS && !ev->flags,
		.exit_signal = ev->signal,
		.release = release_running(),
	};
	struct facts facts = facts_of(ev);
	struct explanation explanation = { 0 };

	if (ev->call < TRACE_NR_CALLS && request.call)
		rules_explain(&facts, &request, -ev->ret, &explanation);
	return explanation;
}

/**
 * trace_why() - why a call failed
 * @to: room for TRACE_TEXT bytes
 * @ev: TRACE_EV_FAIL
 *
 * Return: @to: the reason, if all facts behind it were seen; otherwise what is
 * possible; without either, what the errno means.
 */
char *trace_why(char *to, const struct trace_event *ev)
{
	struct explanation explanation = explain(ev);
	char text[RULE_TEXT];
	int i, len = 0;

	if (!explanation.nr)
		snprintf(to, TRACE_TEXT, "%s", strerror(-ev->ret));
	else if (explanation.certain)
		snprintf(to, TRACE_TEXT, "%s",
			 rule_text(text, explanation.rule[0], ev->flags));
	if (!explanation.nr || explanation.certain)
		return to;
	len = snprintf(to, TRACE_TEXT, "possible reason%s: ",
		       explanation.nr > 1 ? "s" : "");
	for (i = 0; i < explanation.nr && len < TRACE_TEXT; i++)
		len += snprintf(to + len, TRACE_TEXT - len, "%s%s",
				i ? "; " : "",
				rule_text(text, explanation.rule[i],
					  ev->flags));
	return to;
}
