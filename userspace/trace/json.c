// SPDX-License-Identifier: GPL-2.0-only
/* Events as JSON, one object a line. */
#include <string.h>
#include <sys/wait.h>

#include "record/kinds.h"
#include "util/json.h"
#include "trace/trace.h"

static const char *const type_name[] = {
	[TRACE_EV_CREATE] = "create",
	[TRACE_EV_FAIL] = "fail",
	[TRACE_EV_RELEASE] = "release",
	[TRACE_EV_EXEC] = "exec",
	[TRACE_EV_DIVIDE] = "divide",
	[TRACE_EV_NUMBER] = "set_tid_address",
	[TRACE_EV_EXIT] = "exit",
};

static void put_flags(struct json *json, __u64 flags)
{
	int i;

	json_open(json, "flags", '[');
	for (i = 0; i < nr_clone_flags; i++) {
		if (!(flags & clone_flags[i].bit))
			continue;
		json_string(json, NULL, clone_flags[i].name);
		flags &= ~clone_flags[i].bit;
	}
	/* What has no name is a number. */
	if (flags)
		json_uint(json, NULL, flags);
	json_close(json, ']');
}

static void put_relations(struct json *json, const struct trace_event *ev)
{
	int k;

	json_open(json, "objects", '{');
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		enum relation relation = trace_relation(ev, k);

		if (relation != RELATION_UNKNOWN)
			json_string(json, kind_name[k],
				    relation_name[relation]);
	}
	json_close(json, '}');
}

static void put_verdict(struct json *json, const struct mismatch *mismatch,
			int nr)
{
	int i;

	json_string(json, "verdict", nr ? "bad" : "good");
	if (!nr)
		return;
	json_open(json, "mismatches", '[');
	for (i = 0; i < nr; i++) {
		json_open(json, NULL, '{');
		json_string(json, "flag", clone_flags[mismatch[i].flag].name);
		json_bool(json, "given", mismatch[i].given);
		json_string(json, "kind", kind_name[mismatch[i].kind]);
		json_string(json, "is", relation_name[mismatch[i].relation]);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void put_error(struct json *json, const struct trace_event *ev)
{
	const char *name = strerrorname_np(-ev->ret);
	char text[TRACE_TEXT];

	json_int(json, "errno", -ev->ret);
	if (name)
		json_string(json, "error", name);
	json_string(json, "reason", trace_why(text, ev));
}

static void put_child(struct json *json, const struct trace_event *ev)
{
	json_open(json, "child", '{');
	json_uint(json, "pid", ev->child);
	if (ev->type == TRACE_EV_CREATE) {
		json_uint(json, "tgid", ev->child_tgid);
		json_uint(json, "ppid", ev->child_ppid);
		json_string(json, "kind", task_name[ev->kind]);
	}
	json_close(json, '}');
}

static void put_bytes(struct json *json, const char *key, const char *s,
		      size_t size)
{
	json_bytes(json, key, s, strnlen(s, size));
}

static void put_more(struct json *json, const struct trace_event *ev,
		     const struct mismatch *mismatch, int nr)
{
	const struct trace_exec *exec = (const struct trace_exec *)ev;

	switch (ev->type) {
	case TRACE_EV_CREATE:
		put_child(json, ev);
		put_flags(json, ev->flags);
		json_int(json, "exit_signal", ev->signal);
		put_relations(json, ev);
		put_verdict(json, mismatch, nr);
		break;
	case TRACE_EV_FAIL:
		put_flags(json, ev->flags);
		put_error(json, ev);
		break;
	case TRACE_EV_RELEASE:
		put_child(json, ev);
		json_uint(json, "waited_ns", ev->waited);
		break;
	case TRACE_EV_EXEC:
		put_bytes(json, "file", exec->file, sizeof(exec->file));
		put_bytes(json, "now", exec->now, sizeof(exec->now));
		if (ev->about & TRACE_A_NUMBER)
			json_uint(json, "was_pid", ev->child);
		put_relations(json, ev);
		break;
	case TRACE_EV_DIVIDE:
		if (ev->call == TRACE_UNSHARE || ev->call == TRACE_SETNS)
			put_flags(json, ev->flags);
		put_relations(json, ev);
		break;
	case TRACE_EV_EXIT:
		if (WIFSIGNALED(ev->ret))
			json_int(json, "signal", WTERMSIG(ev->ret));
		else
			json_int(json, "status", WEXITSTATUS(ev->ret));
		json_bool(json, "last", ev->about & TRACE_A_LAST);
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
	struct json json;

	json_begin(&json, out->out);
	json_open(&json, NULL, '{');
	json_string(&json, "event", type_name[ev->type]);
	json_int(&json, "time_ns", ev->ns - out->start);
	json_uint(&json, "pid", ev->pid);
	json_uint(&json, "tgid", ev->tgid);
	put_bytes(&json, "comm", ev->comm, sizeof(ev->comm));
	if (ev->call)
		json_string(&json, "call", trace_call_name[ev->call]);
	put_more(&json, ev, mismatch, nr);
	json_close(&json, '}');
	putc('\n', out->out);
}

/**
 * trace_lost_json() - that events are missing here, as JSON
 * @out: where to
 * @lost: number of events
 */
void trace_lost_json(const struct trace_output *out, __u64 lost)
{
	struct json json;

	json_begin(&json, out->out);
	json_open(&json, NULL, '{');
	json_string(&json, "event", "lost");
	json_uint(&json, "lost", lost);
	json_close(&json, '}');
	putc('\n', out->out);
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
	struct json json;
	size_t i;

	json_begin(&json, out->out);
	json_open(&json, NULL, '{');
	json_string(&json, "event", "end");
	json_uint(&json, "events", sum->events);
	json_uint(&json, "created", sum->created);
	json_uint(&json, "mismatches", sum->mismatches);
	json_uint(&json, "lost", counts->lost);
	json_uint(&json, "unfollowed", counts->unfollowed);
	json_uint(&json, "unseen", counts->unseen);
	json_open(&json, "sets", '[');
	for (i = 0; i < sum->nr; i++) {
		const struct flag_set *set = &sum->set[i];

		json_open(&json, NULL, '{');
		json_uint(&json, "created", set->created);
		json_uint(&json, "failed", set->failed);
		json_uint(&json, "mismatches", set->mismatches);
		put_flags(&json, set->flags);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	putc('\n', out->out);
}
