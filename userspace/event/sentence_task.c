// SPDX-License-Identifier: GPL-2.0-only
/* Lines about tasks: creation, execve and end. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "event/cred.h"
#include "event/namespace.h"
#include "event/sentence_parts.h"
#include "record/kinds.h"
#include "util/array.h"

/* Those for real time have no names. */
static const char *signal_text(char *to, size_t size, int nr)
{
	const char *name = sigabbrev_np(nr);

	if (name)
		snprintf(to, size, "SIG%s", name);
	else
		snprintf(to, size, "signal %d", nr);
	return to;
}

/* "a, b, c", at most this many of them */
static char *kinds_text(char *to, __u32 mask, int most)
{
	int nr = __builtin_popcount(mask), shown = 0, k;
	char *at = to;

	*to = 0;
	for (k = 0; k < TASKSHARE_NR_KINDS && shown < most; k++)
		if (mask & 1u << k)
			at += sprintf(at, "%s%s", shown++ ? ", " : "",
				      kind_text(k));
	if (nr > shown)
		sprintf(at, " and %d more", nr - shown);
	return to;
}

/* Kinds that have a relation */
static __u32 related(const struct trace_event *ev, enum relation relation)
{
	__u32 mask = 0;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (trace_relation(ev, k) == relation)
			mask |= 1u << k;
	return mask;
}

/* The library function that makes tasks in this way */
static const char *library_name(const struct trace_create *create)
{
	const __u64 any = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID |
			  CLONE_PARENT_SETTID;
	const __u64 thread = CLONE_VM | CLONE_FS | CLONE_FILES |
			     CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
			     CLONE_SETTLS;
	const __u64 spawn = CLONE_VM | CLONE_VFORK;
	__u64 flags = create->flags & ~any;

	if (create->ev.call != TRACE_CLONE && create->ev.call != TRACE_CLONE3)
		return NULL;
	if (flags == thread)
		return "pthread_create";
	if (create->signal != SIGCHLD)
		return NULL;
	if (!flags)
		return "fork";
	if ((flags & ~CLONE_CLEAR_SIGHAND) != spawn)
		return NULL;
	/* The child of vfork(2) has its parent's stack. */
	if (create->ev.context & TRACE_CTX_STACK)
		return "posix_spawn";
	return flags == spawn ? "vfork" : NULL;
}

static void add_verdict(struct line *line, const struct event_style *how,
			const struct trace_print *what)
{
	int i;

	if (!what->nr)
		line_add(line, CLAUSE_MAY, "; %smatches the flags%s",
			 text_colour(how, COLOUR_GOOD), text_plain(how));
	for (i = 0; i < what->nr; i++) {
		const struct flag_mismatch *mismatch = &what->mismatch[i];

		line_add(line, CLAUSE_MUST, "; %sDOES NOT MATCH: %s %s, %s %s%s",
			 text_colour(how, COLOUR_BAD), clone_flags[mismatch->flag].name,
			 mismatch->given ? "given" : "not given",
			 kind_text(mismatch->kind),
			 relation_name[mismatch->relation], text_plain(how));
	}
}

/* A task that shares no object of flags shares cgroups and namespaces still. */
static void add_shares(struct line *line, const struct trace_event *ev)
{
	__u32 shared = related(ev, RELATION_SHARED);
	__u32 others = shared & ~(NAMESPACES | BIT(NSPROXY));
	char text[KINDS_TEXT];

	if (shared & OBJECTS)
		line_add(line, CLAUSE_MAY, "; shares %s",
			 kinds_text(text, shared & OBJECTS, 3));
	else if (shared)
		line_add(line, CLAUSE_MAY, "; shares only %s%s%s",
			 kinds_text(text, others, 3),
			 others && shared & NAMESPACES ? ", " : "",
			 shared & NAMESPACES ? "namespaces" : "");
}

/**
 * text_create() - compose the line of TRACE_EV_CREATE
 * @how: style of the output
 * @what: the event and its verdict
 */
void text_create(struct line *line, const struct event_style *how,
		 const struct trace_print *what)
{
	static const char *const kinds[] = {
		[TASKSHARE_TASK_LEADER] = "process",
		[TASKSHARE_TASK_THREAD] = "thread",
		[TASKSHARE_TASK_KTHREAD] = "kernel thread",
		[TASKSHARE_TASK_IO_WORKER] = "io_uring worker",
		[TASKSHARE_TASK_USER_WORKER] = "kernel worker",
	};
	const struct trace_create *create = (const void *)what->ev;
	const char *like = library_name(create);
	const struct trace_event *ev = what->ev;
	__u32 spaces = related(ev, RELATION_NEW) & NAMESPACES;
	char text[KINDS_TEXT];

	text_call(line, how, ev, "");
	line_add(line, CLAUSE_MUST, " creates %s %u",
		 ev->kind < ARRAY_SIZE(kinds) ? kinds[ev->kind] : "task",
		 create->child);
	if (create->child_tgid == create->child &&
	    create->child_ppid != ev->tgid)
		line_add(line, CLAUSE_MAY, ", a child of %u",
			 create->child_ppid);
	if (like)
		line_add(line, CLAUSE_MAY, " like %s", like);
	if (spaces)
		line_add(line, CLAUSE_MAY, "; new %s",
			 kinds_text(text, spaces, 2));
	/* A verdict that is good may be left how before anything else. */
	if (what->nr)
		add_verdict(line, how, what);
	if (!like)
		add_shares(line, ev);
	/* arm64 has no vfork(2): there, the C library calls clone(2). */
	if (create->flags & CLONE_VFORK && (!like || !strcmp(like, "vfork")))
		line_add(line, CLAUSE_MAY, "; waits for it");
	if (!what->nr)
		add_verdict(line, how, what);
}

/**
 * text_exec() - compose the line of TRACE_EV_EXEC
 * @how: style of the output
 * @brief: cut a long path
 */
void text_exec(struct line *line, const struct event_style *how,
	       const struct trace_event *ev, bool brief)
{
	const struct trace_exec *exec = (const void *)ev;
	char text[CRED_TEXT];

	text_call(line, how, ev, "");
	line_add(line, CLAUSE_MUST, " runs ");
	text_path(line, how, exec->file, brief);
	if (ev->context & TRACE_CTX_SYSTEM && !strcmp(exec->file, "/bin/sh"))
		line_add(line, CLAUSE_MAY, " like system");
	if (ev->seen && cred_ids_text(text, sizeof(text), &exec->before,
				      &exec->cred))
		line_add(line, CLAUSE_MAY, "; %s", text);
	if (ev->context & TRACE_CTX_TOOK_PID)
		line_add(line, CLAUSE_MAY, "; thread %u takes over this PID",
			 exec->was_pid);
	if (exec->ended)
		line_add(line, CLAUSE_MAY, "; ends %u thread%s", exec->ended,
			 exec->ended == 1 ? "" : "s");
	if (ev->seen && cred_rights_text(text, sizeof(text), &exec->before,
					 &exec->cred))
		line_add(line, CLAUSE_MAY, "; %s", text);
}

static void add_status(struct line *line, const char *who, int status)
{
	char text[32];

	if (WIFSIGNALED(status))
		line_add(line, CLAUSE_MUST, "%sis killed by %s", who,
			 signal_text(text, sizeof(text), WTERMSIG(status)));
	else
		line_add(line, CLAUSE_MUST, "%sexits with status %d", who,
			 WEXITSTATUS(status));
}

/**
 * text_exit() - compose the line of TRACE_EV_EXIT
 */
void text_exit(struct line *line, const struct trace_event *ev)
{
	const struct trace_exit *end = (const void *)ev;
	char who[32] = "thread ";

	if (ev->context & TRACE_CTX_BY_EXEC) {
		line_add(line, CLAUSE_MUST,
			 "thread is ended by the execve() of %u", end->by);
		return;
	}
	if (!(ev->context & TRACE_CTX_LAST)) {
		add_status(line, who, end->status);
		line_add(line, CLAUSE_MAY, "; its process lives on");
		return;
	}
	snprintf(who, sizeof(who), "process %u ", ev->tgid);
	add_status(line, ev->pid == ev->tgid ? "" : who, end->status);
	if (end->threads > 1)
		line_add(line, CLAUSE_MAY, "; %u other thread%s with it",
			 end->threads - 1, text_plural(end->threads - 1));
}
