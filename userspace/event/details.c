// SPDX-License-Identifier: GPL-2.0-only
/* Details of events, which their sentences leave out. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "clone/flags.h"
#include "clone/namespace.h"
#include "event/cred.h"
#include "event/details.h"
#include "event/explain.h"
#include "event/namespace.h"
#include "record/kinds.h"
#include "util/array.h"
#include "util/text.h"

static void __attribute__((format(printf, 2, 3)))
print(const struct event_details *to, const char *format, ...)
{
	char text[DETAIL_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	to->add(to->arg, text);
}

/* Restricts an object that execve(2) keeps to the part that it keeps */
static const char *kept_text(enum taskshare_kind kind)
{
	switch (kind) {
	case TASKSHARE_FILES:
		return " (less close-on-exec)";
	case TASKSHARE_SIGHAND:
		return " (all default or ignored)";
	default:
		return "";
	}
}

static void print_kinds(const struct event_details *to,
			const struct trace_event *ev, const char *name,
			__u32 mask)
{
	bool exec = ev->type == TRACE_EV_EXEC && mask & ev->same;
	char kinds[DETAIL_TEXT / 2];
	struct text text;
	int k;

	text_begin(&text, kinds, sizeof(kinds));
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (mask & 1u << k)
			text_add(&text, "%s %s%s", text.len ? "," : "",
				 kind_text(k), exec ? kept_text(k) : "");
	if (text.len)
		print(to, "%s:%s", name, kinds);
}

/* Every kind of object, by its relation to the one before */
static void print_objects(const struct event_details *to,
			  const struct trace_event *ev, bool create)
{
	const char *name[NR_RELATIONS] = {
		[RELATION_UNKNOWN] = "not seen",
		[RELATION_SHARED] = create ? "shared" : "kept",
		[RELATION_COPIED] = create ? "copied" : "new",
		[RELATION_NEW] = "new",
		[RELATION_ABSENT] = "has no",
	};
	__u32 mask[NR_RELATIONS] = { 0 };
	int k, i;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		mask[trace_relation(ev, k)] |= 1u << k;
	if (!create) {
		mask[RELATION_NEW] |= mask[RELATION_COPIED];
		mask[RELATION_COPIED] = 0;
	}
	for (i = RELATION_SHARED; i < NR_RELATIONS; i++)
		print_kinds(to, ev, name[i], mask[i]);
	print_kinds(to, ev, name[RELATION_UNKNOWN], mask[RELATION_UNKNOWN]);
}

static void print_flags(const struct event_details *to,
			const struct trace_event *ev)
{
	char text[FLAGS_TEXT];

	if (ev->call == TRACE_SECCOMP || ev->call == TRACE_CLOSE_RANGE)
		print(to, "flags: %#llx", event_flags(ev));
	else if (event_flags(ev))
		print(to, "flags: %s", flags_text(text, event_flags(ev), "|"));
}

static void print_cred(const struct event_details *to,
		       const struct trace_cred *cred)
{
	char line[DETAIL_TEXT / 2];
	struct text text;
	int i;

	text_begin(&text, line, sizeof(line));
	for (i = 0; i < TRACE_NR_IDS; i++)
		text_add(&text, " %s %u,", trace_id_name[i], cred->id[i]);
	print(to, "credentials:%s %u supplementary groups, securebits %#x",
	      line, cred->groups, cred->securebits);
	text_begin(&text, line, sizeof(line));
	for (i = 0; i < TRACE_NR_CAPS; i++)
		text_add(&text, "%s %s %#llx", i ? "," : "", trace_caps_name[i],
			 cred->caps[i]);
	print(to, "capabilities:%s", line);
}

static void print_create(const struct event_details *to,
			 const struct trace_event *ev)
{
	const struct trace_create *create = (const void *)ev;

	print_flags(to, ev);
	print(to, "parent: %u; exit signal: %d", create->child_ppid,
	      create->signal > 0 ? create->signal : 0);
	print_objects(to, ev, true);
}

static void print_fail(const struct event_details *to,
		       const struct trace_print *what)
{
	const struct trace_fail *fail = (const void *)what->ev;
	const struct trace_target *target = &fail->target;
	const __u64 *args = fail->args;
	char text[NAMESPACE_TEXT];
	const char *type = namespace_file(target->ns_type);

	if (what->reason->source)
		print(to, "kernel: %s", what->reason->source);
	if (what->reason->advice)
		print(to, "advice: %s", what->reason->advice);
	print_flags(to, what->ev);
	if (!*fail->file)
		print(to, "arguments: %#llx, %#llx, %#llx, %#llx, %#llx",
		      args[0], args[1], args[2], args[3], args[4]);
	snprintf(text, sizeof(text), "%s:[%u]", type ?: "namespace",
		 target->ns_inode);
	if (target->fd == TRACE_FD_NAMESPACE)
		print(to, "descriptor: %s%s", text,
		      target->ns_own ? ", where it is already" : "");
	if (fail->ev.call == TRACE_CLONE3)
		print(to, "clone3: exit signal %llu, stack %#llx of %#llx bytes, %llu PIDs at %#llx, cgroup %llu",
		      fail->clone3.exit_signal, fail->clone3.stack,
		      fail->clone3.stack_size, fail->clone3.set_tid_size,
		      fail->clone3.set_tid, fail->clone3.cgroup);
	if (fail->ret == -EPERM || fail->ret == -EACCES)
		print_cred(to, &fail->cred);
}

static void print_exec(const struct event_details *to,
		       const struct trace_event *ev)
{
	const struct trace_exec *exec = (const void *)ev;
	char comm[TEXT_COMM];

	print(to, "name: %s", text_escape(comm, exec->now, to->utf8));
	print_cred(to, &exec->cred);
	print_objects(to, ev, false);
}

static void print_namespace(const struct event_details *to,
			    const struct trace_change *change, int kind)
{
	const char *was = namespace_owner(change, kind, false);
	const char *is = namespace_owner(change, kind, true);
	char before[NAMESPACE_TEXT], now[NAMESPACE_TEXT];
	int i = kind - TRACE_FIRST_NS;

	namespace_text(before, kind, change->ns_before[i]);
	namespace_text(now, kind, change->ns_now[i]);
	print(to, "%s: %s%s%s -> %s%s%s", kind_text(kind), before,
	      was ? ", " : "", was ?: "", now, is ? ", " : "", is ?: "");
}

static void print_change(const struct event_details *to,
			 const struct trace_event *ev)
{
	const struct trace_change *change = (const void *)ev;
	__u32 changed = event_changed(ev), nr = change->threads.others;
	int k;

	print_flags(to, ev);
	for (k = TRACE_FIRST_NS; k < TASKSHARE_NR_KINDS; k++)
		if (changed & 1u << k)
			print_namespace(to, change, k);
	if (changed & 1u << TASKSHARE_CRED)
		print_cred(to, &change->cred);
	if (nr)
		print(to, "other threads: %u alive; of these, %u with the same credentials, %u with equal ones, %u with the same filters",
		      nr, change->threads.same_cred, change->threads.equal_cred,
		      change->threads.same_seccomp);
	print_kinds(to, ev, "new", changed & ev->has);
	print_kinds(to, ev, "lost", changed & ~ev->has);
}

/**
 * details_compose() - the details of an event, a line each
 * @to: gets them
 * @what: the event
 */
void details_compose(const struct event_details *to,
		     const struct trace_print *what)
{
	switch (what->ev->type) {
	case TRACE_EV_CREATE:
		print_create(to, what->ev);
		break;
	case TRACE_EV_FAIL:
		print_fail(to, what);
		break;
	case TRACE_EV_EXEC:
		print_exec(to, what->ev);
		break;
	case TRACE_EV_UNSHARE:
	case TRACE_EV_SETNS:
	case TRACE_EV_CRED:
	case TRACE_EV_SECCOMP:
		print_change(to, what->ev);
		break;
	}
}
