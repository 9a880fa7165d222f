// SPDX-License-Identifier: GPL-2.0-only
/* Events as JSON, one object a line. */
#include <string.h>
#include <sys/wait.h>

#include "kinds.h"
#include "text.h"
#include "trace.h"

static const char *const type_name[] = {
	[TRACE_EV_CREATE] = "create",
	[TRACE_EV_FAIL] = "fail",
	[TRACE_EV_RELEASE] = "release",
	[TRACE_EV_EXEC] = "exec",
	[TRACE_EV_DIVIDE] = "divide",
	[TRACE_EV_NUMBER] = "set_tid_address",
	[TRACE_EV_EXIT] = "exit",
};

static void put_name(FILE *out, const char *key, const char *s, size_t room)
{
	fprintf(out, ", \"%s\": ", key);
	text_json(out, s, strnlen(s, room));
}

/* The names of flags; what has none is a number. */
static void put_flags(FILE *out, __u64 flags)
{
	const char *comma = "";
	int i;

	fputs(", \"flags\": [", out);
	for (i = 0; i < nr_clone_flags; i++) {
		if (!(flags & clone_flags[i].bit))
			continue;
		fprintf(out, "%s\"%s\"", comma, clone_flags[i].name);
		flags &= ~clone_flags[i].bit;
		comma = ", ";
	}
	if (flags)
		fprintf(out, "%s%llu", comma, flags);
	putc(']', out);
}

static void put_relations(FILE *out, const struct trace_event *ev)
{
	const char *comma = "";
	int k;

	fputs(", \"objects\": {", out);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		enum relation relation = trace_relation(ev, k);

		if (relation == RELATION_UNKNOWN)
			continue;
		fprintf(out, "%s\"%s\": \"%s\"", comma, kind_name[k],
			relation_name[relation]);
		comma = ", ";
	}
	putc('}', out);
}

static void put_verdict(FILE *out, const struct mismatch *mismatch, int nr)
{
	int i;

	fprintf(out, ", \"verdict\": \"%s\"", nr ? "bad" : "good");
	if (!nr)
		return;
	fputs(", \"mismatches\": [", out);
	for (i = 0; i < nr; i++) {
		fprintf(out, "%s{\"flag\": \"%s\", \"given\": %s, ",
			i ? ", " : "", clone_flags[mismatch[i].flag].name,
			mismatch[i].given ? "true" : "false");
		fprintf(out, "\"kind\": \"%s\", \"is\": \"%s\"}",
			kind_name[mismatch[i].kind],
			relation_name[mismatch[i].relation]);
	}
	putc(']', out);
}

static void put_error(FILE *out, const struct trace_event *ev)
{
	const char *name = strerrorname_np(-ev->ret);
	char text[TRACE_TEXT];

	fprintf(out, ", \"errno\": %d", -ev->ret);
	if (name)
		put_name(out, "error", name, 32);
	put_name(out, "reason", trace_why(text, ev), TRACE_TEXT);
}

static void put_more(FILE *out, const struct trace_event *ev,
		     const struct mismatch *mismatch, int nr)
{
	const struct trace_exec *exec = (const struct trace_exec *)ev;

	switch (ev->type) {
	case TRACE_EV_CREATE:
		fprintf(out, ", \"child\": {\"pid\": %u, \"tgid\": %u, ",
			ev->child, ev->child_tgid);
		fprintf(out, "\"ppid\": %u, \"kind\": \"%s\"}", ev->child_ppid,
			task_name[ev->kind]);
		put_flags(out, ev->flags);
		fprintf(out, ", \"exit_signal\": %d", ev->signal);
		put_relations(out, ev);
		put_verdict(out, mismatch, nr);
		break;
	case TRACE_EV_FAIL:
		put_flags(out, ev->flags);
		put_error(out, ev);
		break;
	case TRACE_EV_RELEASE:
		fprintf(out, ", \"child\": {\"pid\": %u}, \"waited_ns\": %llu",
			ev->child, ev->waited);
		break;
	case TRACE_EV_EXEC:
		put_name(out, "file", exec->file, sizeof(exec->file));
		put_name(out, "now", exec->now, sizeof(exec->now));
		if (ev->about & TRACE_A_NUMBER)
			fprintf(out, ", \"was_pid\": %u", ev->child);
		put_relations(out, ev);
		break;
	case TRACE_EV_DIVIDE:
		if (ev->call == TRACE_UNSHARE || ev->call == TRACE_SETNS)
			put_flags(out, ev->flags);
		put_relations(out, ev);
		break;
	case TRACE_EV_EXIT:
		if (WIFSIGNALED(ev->ret))
			fprintf(out, ", \"signal\": %d", WTERMSIG(ev->ret));
		else
			fprintf(out, ", \"status\": %d", WEXITSTATUS(ev->ret));
		fprintf(out, ", \"last\": %s",
			ev->about & TRACE_A_LAST ? "true" : "false");
		break;
	}
}

/**
 * trace_json() - an event as JSON
 * @out: where to
 * @ev: the event
 * @mismatch: what its verdict is, for TRACE_EV_CREATE
 * @nr: how many
 */
void trace_json(const struct trace_output *out, const struct trace_event *ev,
		const struct mismatch *mismatch, int nr)
{
	fprintf(out->out, "{\"event\": \"%s\", \"time_ns\": %lld, \"pid\": %u, \"tgid\": %u",
		type_name[ev->type], (__s64)(ev->ns - out->start), ev->pid,
		ev->tgid);
	put_name(out->out, "comm", ev->comm, sizeof(ev->comm));
	if (ev->call)
		put_name(out->out, "call", trace_call_name[ev->call], 32);
	put_more(out->out, ev, mismatch, nr);
	fputs("}\n", out->out);
}

/**
 * trace_end_json() - what there was, and what is missing, as JSON
 * @out: where to
 * @sum: what there was
 * @counts: what is missing
 */
void trace_end_json(const struct trace_output *out,
		    const struct trace_summary *sum,
		    const struct trace_counts *counts)
{
	size_t i;

	fprintf(out->out, "{\"event\": \"end\", \"events\": %llu, \"created\": %llu, \"mismatches\": %llu",
		sum->events, sum->created, sum->mismatches);
	fprintf(out->out, ", \"lost\": %llu, \"unfollowed\": %llu",
		counts->lost, counts->unfollowed);
	fprintf(out->out, ", \"unseen\": %llu, \"sets\": [", counts->unseen);
	for (i = 0; i < sum->nr; i++) {
		const struct flag_set *set = &sum->set[i];

		fprintf(out->out, "%s{\"created\": %llu, \"failed\": %llu, \"mismatches\": %llu",
			i ? ", " : "", set->created, set->failed,
			set->mismatches);
		put_flags(out->out, set->flags);
		putc('}', out->out);
	}
	fputs("]}\n", out->out);
}
