// SPDX-License-Identifier: GPL-2.0-only
/* Why a call failed, in words, by the table of refusals. */
#include <stdio.h>
#include <string.h>

#include "clone/rules.h"
#include "event/explain.h"
#include "event/facts.h"
#include "util/text.h"

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
	[TRACE_SETUID] = CALL_SETUID,
	[TRACE_SETREUID] = CALL_SETUID,
	[TRACE_SETRESUID] = CALL_SETUID,
	[TRACE_SETGID] = CALL_SETGID,
	[TRACE_SETREGID] = CALL_SETGID,
	[TRACE_SETRESGID] = CALL_SETGID,
	[TRACE_SETGROUPS] = CALL_SETGROUPS,
	[TRACE_CAPSET] = CALL_CAPSET,
	[TRACE_SECCOMP] = CALL_SECCOMP,
	[TRACE_LANDLOCK_RESTRICT_SELF] = CALL_LANDLOCK,
};

/* A descriptor says which namespace setns(2) is to join; a pidfd does not. */
static __u64 types_to_join(const struct trace_fail *fail)
{
	return fail->target.fd == TRACE_FD_NAMESPACE ? fail->target.ns_type :
						       fail->flags;
}

static void explain(struct explanation *explanation,
		    const struct trace_fail *fail)
{
	__u32 call = fail->ev.call;
	const struct request request = {
		.call = call_of[call],
		.flags = call == TRACE_SETNS ? types_to_join(fail) :
					       fail->flags,
		.flags_unknown = call == TRACE_CLONE3 && !fail->clone3_read,
		.exit_signal = call == TRACE_CLONE ? fail->args[0] & CSIGNAL :
						     fail->clone3.exit_signal,
		.release = release_running(),
	};
	struct facts facts;

	*explanation = (struct explanation){ 0 };
	trace_facts(&facts, fail);
	if (request.call && fail->ret < 0)
		rules_explain(&facts, &request, -fail->ret, explanation);
}

/* By the table, or what the errno means */
static void by_rules(struct reason *reason, const struct trace_fail *fail)
{
	struct explanation explanation;
	char rule[RULE_TEXT];
	struct text text;
	int i;

	explain(&explanation, fail);
	text_begin(&text, reason->text, sizeof(reason->text));
	reason->certain = explanation.certain;
	if (!explanation.nr)
		text_add(&text, "%s", strerror(-fail->ret));
	else if (!explanation.certain)
		text_add(&text, "possible reason%s: ",
			 explanation.nr > 1 ? "s" : "");
	for (i = 0; i < explanation.nr; i++)
		text_add(&text, "%s%s", i ? "; " : "",
			 rule_text(rule, explanation.rule[i], fail->flags));
	if (explanation.nr != 1)
		return;
	reason->advice = explanation.rule[0]->advice;
	reason->source = explanation.rule[0]->source;
}

/* Finds out which mechanism answered a call that never began. */
static bool by_interceptor(struct reason *reason, const struct trace_fail *fail)
{
	__u32 context = fail->ev.context;
	const char *who = "a seccomp filter";
	const char *what = "refuses it";

	if (!(context & TRACE_CTX_NOT_ENTERED))
		return false;
	if (context & TRACE_CTX_TRACED)
		who = context & TRACE_CTX_FILTERED ?
		      "a seccomp filter or its tracer" : "its tracer";
	if (fail->ret >= 0 && !(context & TRACE_CTX_SIGSYS))
		what = "answers it";
	reason->certain = !(context & TRACE_CTX_MAYBE_OLDER);
	snprintf(reason->text, sizeof(reason->text), "%s%s %s",
		 reason->certain ? "" : "its entry was missed, or ", who,
		 what);
	return true;
}

/* TSYNC gives filters only to threads that have none or some of the caller's. */
static bool by_thread(struct reason *reason, const struct trace_fail *fail)
{
	if (fail->ev.call != TRACE_SECCOMP || fail->ret <= 0)
		return false;
	reason->certain = true;
	reason->source = "seccomp_can_sync_threads()";
	if (fail->thread)
		snprintf(reason->text, sizeof(reason->text),
			 "thread %u has filters that the caller lacks",
			 fail->thread);
	else
		snprintf(reason->text, sizeof(reason->text),
			 "a thread, %lld in its PID namespace, has filters that the caller lacks",
			 fail->ret);
	return true;
}

static bool by_kept_id(struct reason *reason, const struct trace_fail *fail)
{
	if (!(fail->ev.context & TRACE_CTX_KEPT))
		return false;
	reason->certain = true;
	strcpy(reason->text, "not permitted; this call has no error");
	return true;
}

/**
 * trace_reason() - why a call failed
 * @reason: set to it: the reason, if all facts behind it were seen; otherwise
 *	    what is possible; without either, what the errno means
 * @fail: the event
 */
void trace_reason(struct reason *reason, const struct trace_fail *fail)
{
	reason->advice = NULL;
	reason->source = NULL;
	if (!by_interceptor(reason, fail) && !by_thread(reason, fail) &&
	    !by_kept_id(reason, fail))
		by_rules(reason, fail);
}
