// SPDX-License-Identifier: GPL-2.0-only
/* Events as JSON, one object a line: see taskshare(5). */
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include "event/cred.h"
#include "event/explain.h"
#include "event/json.h"
#include "event/namespace.h"
#include "record/kinds.h"
#include "trace/summary.h"
#include "util/json.h"
#include "clone/namespace.h"

/* Version of the format; taskshare(5) says which changes raise it. */
#define VERSION	1

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

static void put_verdict(struct json *json, const struct flag_mismatch *mismatch,
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

static void put_bytes(struct json *json, const char *key, const char *s,
		      size_t size)
{
	json_bytes(json, key, s, strnlen(s, size));
}

static void put_create(struct json *json, const struct trace_print *what)
{
	const struct trace_create *create = (const void *)what->ev;

	json_open(json, "child", '{');
	json_uint(json, "pid", create->child);
	json_uint(json, "tgid", create->child_tgid);
	json_uint(json, "ppid", create->child_ppid);
	json_string(json, "kind", task_name[create->ev.kind]);
	json_close(json, '}');
	event_json_clone_flags(json, create->flags);
	json_int(json, "exit_signal", create->signal);
	put_relations(json, what->ev);
	put_verdict(json, what->mismatch, what->nr);
}

static void put_cred(struct json *json, const char *key,
		     const struct trace_cred *cred)
{
	int i;

	json_open(json, key, '{');
	for (i = 0; i < TRACE_NR_IDS; i++)
		json_uint(json, trace_id_name[i], cred->id[i]);
	json_uint(json, "groups", cred->groups);
	for (i = 0; i < TRACE_NR_CAPS; i++)
		json_id(json, trace_caps_name[i], cred->caps[i]);
	json_uint(json, "securebits", cred->securebits);
	json_close(json, '}');
}

/* The interceptors that may have kept the call from being entered */
static void put_interceptor(struct json *json, __u32 context)
{
	if (context & TRACE_CTX_FILTERED)
		json_bool(json, "filtered", true);
	if (context & TRACE_CTX_TRACED)
		json_bool(json, "traced", true);
	if (context & TRACE_CTX_MAYBE_OLDER)
		json_bool(json, "maybe_older", true);
	if (context & TRACE_CTX_SIGSYS)
		json_string(json, "signal", "SIGSYS");
}

static void put_target(struct json *json, const struct trace_target *target)
{
	static const char *const name[] = {
		[TRACE_FD_NONE] = "none", [TRACE_FD_NAMESPACE] = "namespace",
		[TRACE_FD_PIDFD] = "pidfd", [TRACE_FD_CGROUP] = "cgroup",
		[TRACE_FD_OTHER] = "other",
	};
	const char *type = namespace_file(target->ns_type);

	if (target->fd == TRACE_FD_NOT_GIVEN)
		return;
	json_open(json, "descriptor", '{');
	json_string(json, "is", name[target->fd]);
	if (target->fd == TRACE_FD_NAMESPACE) {
		if (type)
			json_string(json, "type", type);
		json_uint(json, "inode", target->ns_inode);
		json_bool(json, "own", target->ns_own);
	}
	json_close(json, '}');
}

static void put_fail(struct json *json, const struct trace_print *what)
{
	const struct trace_fail *fail = (const void *)what->ev;
	const char *name = fail->ret < 0 ? strerrorname_np(-fail->ret) : NULL;
	__u32 context = fail->ev.context;
	size_t i;

	event_json_flags(json, what->ev);
	json_open(json, "args", '[');
	for (i = 0; i < sizeof(fail->args) / sizeof(*fail->args); i++)
		json_id(json, NULL, fail->args[i]);
	json_close(json, ']');
	if (*fail->file)
		put_bytes(json, "file", fail->file, sizeof(fail->file));
	put_target(json, &fail->target);
	if (fail->ret < 0)
		json_int(json, "errno", -fail->ret);
	else
		json_int(json, "returned", fail->ret);
	if (name)
		json_string(json, "error", name);
	if (fail->thread)
		json_uint(json, "thread", fail->thread);
	json_bool(json, "entered", !(context & TRACE_CTX_NOT_ENTERED));
	if (context & TRACE_CTX_NOT_ENTERED)
		put_interceptor(json, context);
	json_string(json, "reason", what->reason->text);
	json_bool(json, "certain", what->reason->certain);
	if (what->reason->advice)
		json_string(json, "advice", what->reason->advice);
}

static void put_exec(struct json *json, const struct trace_event *ev)
{
	const struct trace_exec *exec = (const void *)ev;

	put_bytes(json, "file", exec->file, sizeof(exec->file));
	put_bytes(json, "now", exec->now, sizeof(exec->now));
	if (ev->context & TRACE_CTX_TOOK_PID)
		json_uint(json, "was_pid", exec->was_pid);
	json_uint(json, "threads_ended", exec->ended);
	if (ev->seen)
		put_cred(json, "credentials_before", &exec->before);
	put_cred(json, "credentials", &exec->cred);
	put_relations(json, ev);
}

static void put_namespace(struct json *json, const char *key,
			  const struct trace_change *change, int kind, bool now)
{
	__u32 leaders = now ? change->has_leaders : change->had_leaders;
	__u32 parents = now ? change->has_parents : change->had_parents;
	const __u32 *inode = now ? change->ns_now : change->ns_before;

	json_open(json, key, '{');
	json_uint(json, "inode", inode[kind - TRACE_FIRST_NS]);
	json_bool(json, "process", leaders & 1u << kind);
	json_bool(json, "parent", parents & 1u << kind);
	json_bool(json, "init", namespace_is_inits(change, kind, now));
	json_close(json, '}');
}

static void put_namespaces(struct json *json, const struct trace_change *change)
{
	__u32 mask = event_changed(&change->ev) & NAMESPACES;
	int k;

	json_open(json, "namespaces", '{');
	for (k = TRACE_FIRST_NS; k < TASKSHARE_NR_KINDS; k++) {
		if (!(mask & 1u << k))
			continue;
		json_open(json, kind_name[k], '{');
		put_namespace(json, "before", change, k, false);
		put_namespace(json, "now", change, k, true);
		json_close(json, '}');
	}
	json_close(json, '}');
}

static void put_threads(struct json *json, const struct trace_threads *threads)
{
	json_open(json, "other_threads", '{');
	json_uint(json, "alive", threads->others);
	json_uint(json, "same_credentials", threads->same_cred);
	json_uint(json, "equal_credentials", threads->equal_cred);
	json_uint(json, "same_filters", threads->same_seccomp);
	json_close(json, '}');
}

static void put_change(struct json *json, const struct trace_event *ev)
{
	const struct trace_change *change = (const void *)ev;
	__u32 changed = event_changed(ev);
	size_t i;

	event_json_flags(json, ev);
	put_relations(json, ev);
	if (changed & NAMESPACES)
		put_namespaces(json, change);
	if (changed & 1u << TASKSHARE_FILES)
		json_uint(json, "files_users_before", change->files_users);
	if (changed & 1u << TASKSHARE_FS)
		json_uint(json, "fs_users_before", change->fs_users);
	if (changed & 1u << TASKSHARE_CRED) {
		put_cred(json, "credentials_before", &change->before);
		put_cred(json, "credentials", &change->cred);
		json_open(json, "keyrings_replaced", '[');
		for (i = 0; i < 4; i++)
			if (change->keyrings & 1u << i)
				json_string(json, NULL, trace_keyring_name[i]);
		json_close(json, ']');
	}
	if (changed & 1u << TASKSHARE_SECCOMP) {
		json_uint(json, "filters_before", change->filters_before);
		json_uint(json, "filters", change->filters);
	}
	put_threads(json, &change->threads);
}

static void put_exit(struct json *json, const struct trace_event *ev)
{
	const struct trace_exit *end = (const void *)ev;

	if (WIFSIGNALED(end->status))
		json_int(json, "signal", WTERMSIG(end->status));
	else
		json_int(json, "status", WEXITSTATUS(end->status));
	json_bool(json, "last", ev->context & TRACE_CTX_LAST);
	json_bool(json, "process_ends", ev->context & TRACE_CTX_GROUP);
	if (ev->context & TRACE_CTX_BY_EXEC)
		json_uint(json, "by_exec_of", end->by);
	if (end->threads)
		json_uint(json, "threads", end->threads);
}

static void put_vfork_done(struct json *json, const struct trace_event *ev)
{
	const struct trace_vfork *vfork = (const void *)ev;

	json_open(json, "child", '{');
	json_uint(json, "pid", vfork->child);
	json_close(json, '}');
	json_uint(json, "waited_ns", vfork->waited);
	json_bool(json, "released", !(ev->context & TRACE_CTX_DYING));
}

static void put_more(struct json *json, const struct trace_print *what)
{
	switch (what->ev->type) {
	case TRACE_EV_CREATE:
		put_create(json, what);
		break;
	case TRACE_EV_FAIL:
		put_fail(json, what);
		break;
	case TRACE_EV_VFORK_DONE:
		put_vfork_done(json, what->ev);
		break;
	case TRACE_EV_EXEC:
		put_exec(json, what->ev);
		break;
	case TRACE_EV_UNSHARE:
	case TRACE_EV_SETNS:
	case TRACE_EV_CRED:
	case TRACE_EV_SECCOMP:
		put_change(json, what->ev);
		break;
	case TRACE_EV_EXIT:
		put_exit(json, what->ev);
		break;
	}
}

/**
 * trace_json() - print an event as JSON
 * @out: output and style
 * @what: the event
 */
void trace_json(const struct trace_output *out, const struct trace_print *what)
{
	const struct trace_event *ev = what->ev;
	struct json json;

	json_begin(&json, out->out);
	json_open(&json, NULL, '{');
	json_string(&json, "event", trace_type_name[ev->type]);
	json_int(&json, "time_ns", ev->ns - out->start);
	json_uint(&json, "pid", ev->pid);
	json_uint(&json, "tgid", ev->tgid);
	put_bytes(&json, "comm", ev->comm, sizeof(ev->comm));
	if (ev->call)
		json_string(&json, "call", trace_call_name[ev->call]);
	put_more(&json, what);
	json_close(&json, '}');
	putc('\n', out->out);
}

/**
 * trace_begin_json() - the first object
 * @out: output and style
 */
void trace_begin_json(const struct trace_output *out)
{
	struct utsname uts;
	struct json json;

	json_begin(&json, out->out);
	json_open(&json, NULL, '{');
	json_string(&json, "event", "begin");
	json_uint(&json, "version", VERSION);
	if (!uname(&uts))
		json_string(&json, "kernel", uts.release);
	json_uint(&json, "monotonic_ns", out->start);
	json_close(&json, '}');
	putc('\n', out->out);
}

/**
 * trace_lost_json() - events are missing here
 * @out: output and style
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
 * trace_end_json() - the last object: counts
 * @out: output and style
 * @sum: counts of events
 * @counts: counts of what is missing
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
	json_uint(&json, "printed", sum->printed);
	json_uint(&json, "created", sum->created);
	json_uint(&json, "mismatches", sum->mismatches);
	json_uint(&json, "failed", sum->failed);
	json_uint(&json, "lost", counts->lost);
	json_uint(&json, "unfollowed", counts->unfollowed);
	json_uint(&json, "unseen", counts->unseen);
	json_uint(&json, "skipped", counts->skipped);
	json_open(&json, "sets", '[');
	for (i = 0; i < sum->nr; i++) {
		const struct flag_set *set = &sum->set[i];

		json_open(&json, NULL, '{');
		json_uint(&json, "created", set->created);
		json_uint(&json, "failed", set->failed);
		json_uint(&json, "mismatches", set->mismatches);
		event_json_clone_flags(&json, set->flags);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	putc('\n', out->out);
}
