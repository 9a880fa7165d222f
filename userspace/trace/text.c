// SPDX-License-Identifier: GPL-2.0-only
/* Events as text, one line each. */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include <linux/seccomp.h>

#include "record/kinds.h"
#include "trace/cred.h"
#include "trace/depth.h"
#include "trace/explain.h"
#include "trace/line.h"
#include "trace/namespace.h"
#include "trace/summary.h"
#include "util/array.h"
#include "util/text.h"

#define BIT(kind_)	(1u << TASKSHARE_##kind_)

/* Objects of tasks, by flags of clone(2) */
#define OBJECTS	(BIT(MM) | BIT(FILES) | BIT(SIGHAND) | BIT(FS) | BIT(IO) | \
		 BIT(SEMUNDO))

#define CALL	"\033[1m"
#define GOOD	"\033[32m"
#define BAD	"\033[1;31m"

/* No name of a task takes more columns, escaped or not. */
#define COMM_COLUMNS	20
/* Generations that are indented, and by how many columns each */
#define MAX_DEPTH	10
#define DEPTH_COLUMNS	2
/* However long the beginning of a line is */
#define MIN_COLUMNS	40
/* A path that does not fit is cut to this. */
#define PATH_COLUMNS	28

static const char *colour(const struct trace_output *out, const char *code)
{
	return out->colour ? code : "";
}

static const char *plain(const struct trace_output *out)
{
	return out->colour ? "\033[m" : "";
}

static const char *plural(__u32 nr)
{
	return nr == 1 ? "" : "s";
}

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

static void add_call(struct line *line, const struct trace_output *out,
		     const struct trace_event *ev, const char *arguments)
{
	const char *name = "clone";

	/* Calls of 32-bit programs are not seen, their effects are. */
	if (ev->call)
		name = trace_call_name[ev->call];
	else if (ev->type == TRACE_EV_EXEC)
		name = "execve";
	else if (ev->kind >= TASKSHARE_TASK_KTHREAD)
		name = NULL;
	if (name)
		line_add(line, CLAUSE_MUST, "%s%s(%s)%s", colour(out, CALL),
			 name, arguments, plain(out));
	else
		line_add(line, CLAUSE_MUST, "%sthe kernel%s",
			 colour(out, CALL), plain(out));
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

static void add_verdict(struct line *line, const struct trace_output *out,
			const struct trace_print *what)
{
	int i;

	if (!what->nr)
		line_add(line, CLAUSE_MAY, "; %smatches the flags%s",
			 colour(out, GOOD), plain(out));
	for (i = 0; i < what->nr; i++) {
		const struct mismatch *mismatch = &what->mismatch[i];

		line_add(line, CLAUSE_MUST, "; %sDOES NOT MATCH: %s %s, %s %s%s",
			 colour(out, BAD), clone_flags[mismatch->flag].name,
			 mismatch->given ? "given" : "not given",
			 kind_text(mismatch->kind),
			 relation_name[mismatch->relation], plain(out));
	}
}

static void add_shares(struct line *line, const struct trace_event *ev)
{
	__u32 shared = related(ev, RELATION_SHARED);
	char text[KINDS_TEXT];

	if (shared & OBJECTS)
		line_add(line, CLAUSE_MAY, "; shares %s",
			 kinds_text(text, shared & OBJECTS, 3));
	else if ((shared & NAMESPACES) == (ev->has & NAMESPACES))
		line_add(line, CLAUSE_MAY, "; shares only namespaces");
}

static void add_create(struct line *line, const struct trace_output *out,
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

	add_call(line, out, ev, "");
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
	/* A verdict that is good may be left out before anything else. */
	if (what->nr)
		add_verdict(line, out, what);
	if (!like)
		add_shares(line, ev);
	if (create->flags & CLONE_VFORK && !like)
		line_add(line, CLAUSE_MAY, "; waits for it");
	if (!what->nr)
		add_verdict(line, out, what);
}

/* Bytes of a program as a text that cannot steer a terminal */
static char *path_text(char *to, const char *path, const struct trace_output *out)
{
	size_t len = strnlen(path, TRACE_FILE_LEN - 1), n;
	char piece[2] = "", *at = to;
	__u32 point;

	for (; len; path += n, len -= n) {
		n = text_utf8(path, len, &point);
		if (n > 1 && out->utf8 && !text_control(point)) {
			memcpy(at, path, n);
			at += n;
			continue;
		}
		n = 1;
		*piece = *path;
		text_escape(at, piece, false);
		at += strlen(at);
	}
	*at = 0;
	return to;
}

static void add_error(struct line *line, const struct trace_output *out,
		      const struct trace_fail *fail)
{
	const char *name = fail->ret < 0 ? strerrorname_np(-fail->ret) : NULL;

	if (fail->ev.context & TRACE_CTX_KEPT)
		line_add(line, CLAUSE_MUST, " %schanges nothing%s",
			 colour(out, BAD), plain(out));
	else
		line_add(line, CLAUSE_MUST, " %sfails%s", colour(out, BAD),
			 plain(out));
	if (fail->ev.context & TRACE_CTX_SIGSYS)
		line_add(line, CLAUSE_MUST, ", SIGSYS");
	else if (fail->ret < 0)
		line_add(line, CLAUSE_MUST, ", %s", name ?: "interrupted");
}

/* The end of a path, which says more than its beginning */
static void add_path(struct line *line, const struct trace_output *out,
		     const char *file, bool brief)
{
	char path[TRACE_FILE_LEN * 4], *end = path;

	path_text(path, file, out);
	while (brief && line_width(end) > PATH_COLUMNS)
		end++;
	/* Neither within a character nor within an escaped one */
	while (end > path && *end && *end != '/')
		end++;
	if (end > path && *end)
		line_add(line, CLAUSE_MUST, "...%s", end);
	else
		line_add(line, CLAUSE_MUST, "%s", path);
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
	add_call(line, out, ev, flags);
	if (*fail->file) {
		line_add(line, CLAUSE_MUST, " of ");
		add_path(line, out, fail->file, brief);
	}
	add_error(line, out, fail);
}

static void add_exec(struct line *line, const struct trace_output *out,
		     const struct trace_event *ev, bool brief)
{
	const struct trace_exec *exec = (const void *)ev;
	char text[CRED_TEXT];

	add_call(line, out, ev, "");
	line_add(line, CLAUSE_MUST, " runs ");
	add_path(line, out, exec->file, brief);
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

/* A namespace for children that is the same as that for the task */
static bool is_repeated(const __u32 *inode, __u32 mask, int kind)
{
	int base = kind - 1;

	return (kind == TASKSHARE_PID_FOR_CHILDREN ||
		kind == TASKSHARE_TIME_FOR_CHILDREN) && mask & 1u << base &&
	       inode[kind - TRACE_FIRST_NS] == inode[base - TRACE_FIRST_NS];
}

/* The namespaces that a task enters or leaves; the first with a verb */
static void add_namespaces(struct line *line, enum clause_kind first,
			   const char *verb, const struct trace_change *change,
			   bool now)
{
	const __u32 *inode = now ? change->ns_now : change->ns_before;
	__u32 mask = event_changed(&change->ev) & NAMESPACES &
		     (now ? change->ev.has : change->ev.had);
	char text[NAMESPACE_TEXT];
	int k;

	for (k = TRACE_FIRST_NS; k < TASKSHARE_NR_KINDS; k++) {
		const char *owner = namespace_owner(change, k, now);

		if (!(mask & 1u << k) || is_repeated(inode, mask, k))
			continue;
		line_add(line, first, "%s%s%s", verb,
			 namespace_text(text, k, inode[k - TRACE_FIRST_NS]),
			 k == TASKSHARE_PID_FOR_CHILDREN ||
			 k == TASKSHARE_TIME_FOR_CHILDREN ?
			 " for children" : "");
		if (owner)
			line_add(line, CLAUSE_MAY, " (%s)", owner);
		first = CLAUSE_MAY;
		verb = ", ";
	}
}

/*
 * An object that the task has for itself now. One that it had for itself before
 * may have been replaced, too, which changes nothing.
 */
static const char *add_private(struct line *line, const char *between,
			       enum taskshare_kind kind, __u32 users)
{
	if (users < 2)
		return between;
	line_add(line, *between == ':' ? CLAUSE_CUT : CLAUSE_MAY,
		 "%s %s was shared with %u other%s, now private", between,
		 kind_text(kind), users - 1, plural(users - 1));
	return ";";
}

static void add_unshare(struct line *line, const struct trace_output *out,
			const struct trace_event *ev)
{
	const struct trace_change *change = (const void *)ev;
	__u32 changed = event_changed(ev);
	char flags[FLAGS_TEXT] = "";
	const char *between = ":";

	if (ev->call == TRACE_UNSHARE && !(changed & (OBJECTS | NAMESPACES)))
		flags_text(flags, change->flags, "|");
	add_call(line, out, ev, flags);
	if (!(changed & (OBJECTS | NAMESPACES)))
		line_add(line, CLAUSE_MUST, ": nothing was shared");
	if (changed & NAMESPACES) {
		add_namespaces(line, CLAUSE_MUST, ": new ", change, true);
		between = ";";
	}
	if (changed & BIT(FILES))
		between = add_private(line, between, TASKSHARE_FILES,
				      change->files_users);
	if (changed & BIT(FS))
		between = add_private(line, between, TASKSHARE_FS,
				      change->fs_users);
	if (changed & BIT(SEMUNDO))
		line_add(line, CLAUSE_MAY, "%s gives up %s", between,
			 kind_text(TASKSHARE_SEMUNDO));
	add_namespaces(line, CLAUSE_MAY, "; leaves ", change, false);
}

static void add_setns(struct line *line, const struct trace_output *out,
		      const struct trace_event *ev)
{
	const struct trace_change *change = (const void *)ev;

	add_call(line, out, ev, "");
	if (!(event_changed(ev) & NAMESPACES))
		line_add(line, CLAUSE_MUST,
			 ": it is in this namespace already");
	add_namespaces(line, CLAUSE_MUST, " joins ", change, true);
	add_namespaces(line, CLAUSE_MAY, "; leaves ", change, false);
}

/* Equal in content is another thing than the same object. */
static void add_equal_threads(struct line *line,
			      const struct trace_threads *threads)
{
	__u32 nr = threads->others, equal = threads->equal_cred;

	if (!nr || (nr == 1 && threads->unknown_cred))
		return;
	if (nr == 1)
		line_add(line, CLAUSE_MAY, "; the other thread %s",
			 equal ? "has equal ones" : "differs");
	else if (equal == nr)
		line_add(line, CLAUSE_MAY,
			 "; all %u other threads have equal ones", nr);
	else if (equal || threads->unknown_cred)
		line_add(line, CLAUSE_MAY,
			 "; %u of %u other threads have equal ones", equal, nr);
	else
		line_add(line, CLAUSE_MAY, "; %u other threads differ", nr);
}

/* What a call has changed that no content shows */
static const char *unseen_change(const struct trace_event *ev)
{
	switch (ev->call) {
	case TRACE_LANDLOCK_RESTRICT_SELF:
		return "enters a Landlock domain";
	case TRACE_LSM_SET_SELF_ATTR:
		return "new security attributes";
	case TRACE_SETGROUPS:
		return "new supplementary groups";
	default:
		return "new credentials, equal to the old";
	}
}

static void add_cred(struct line *line, const struct trace_output *out,
		     const struct trace_event *ev)
{
	const struct trace_change *change = (const void *)ev;
	char ids[CRED_TEXT], rights[CRED_TEXT];
	bool some;
	int i;

	add_call(line, out, ev, "");
	some = cred_ids_text(ids, sizeof(ids), &change->before, &change->cred);
	if (some)
		line_add(line, CLAUSE_CUT, ": %s", ids);
	for (i = 0; i < (int)ARRAY_SIZE(trace_keyring_name); i++) {
		if (!(change->keyrings & 1u << i))
			continue;
		line_add(line, CLAUSE_MAY, "%s new %s keyring",
			 some ? "," : ":", trace_keyring_name[i]);
		some = true;
	}
	if (!cred_rights_text(rights, sizeof(rights), &change->before,
			      &change->cred) && !some)
		line_add(line, CLAUSE_MUST, ": %s", unseen_change(ev));
	else if (!some)
		line_add(line, CLAUSE_CUT, ": %s", rights);
	add_equal_threads(line, &change->threads);
	if (some && *rights)
		line_add(line, CLAUSE_MAY, "; %s", rights);
}

static void add_seccomp(struct line *line, const struct trace_output *out,
			const struct trace_event *ev)
{
	const struct trace_change *change = (const void *)ev;
	const struct trace_threads *threads = &change->threads;
	__u32 nr = threads->others;

	add_call(line, out, ev, "");
	if (change->filters == change->filters_before + 1)
		line_add(line, CLAUSE_MUST, " adds a filter, %u now",
			 change->filters);
	else
		line_add(line, CLAUSE_MUST, ": filters %u -> %u",
			 change->filters_before, change->filters);
	if (nr && threads->same_seccomp == nr)
		line_add(line, CLAUSE_MAY,
			 "; all %u threads have the same filters", nr + 1);
	else if (nr)
		line_add(line, CLAUSE_MAY, "; %u other thread%s",
			 nr - threads->same_seccomp,
			 nr - threads->same_seccomp == 1 ? " differs" :
							   "s differ");
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

static void add_exit(struct line *line, const struct trace_event *ev)
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
			 end->threads - 1, plural(end->threads - 1));
}

static void compose(struct line *line, const struct trace_output *out,
		    const struct trace_print *what, bool brief)
{
	const struct trace_event *ev = what->ev;
	const struct trace_vfork *vfork = (const void *)ev;

	switch (ev->type) {
	case TRACE_EV_CREATE:
		add_create(line, out, what);
		break;
	case TRACE_EV_FAIL:
		add_fail(line, out, ev, brief);
		break;
	case TRACE_EV_VFORK_DONE:
		line_add(line, CLAUSE_MUST, "resumes after %.1f ms: child %u has released the memory",
			 vfork->waited / 1e6, vfork->child);
		break;
	case TRACE_EV_EXEC:
		add_exec(line, out, ev, brief);
		break;
	case TRACE_EV_UNSHARE:
		add_unshare(line, out, ev);
		break;
	case TRACE_EV_SETNS:
		add_setns(line, out, ev);
		break;
	case TRACE_EV_CRED:
		add_cred(line, out, ev);
		break;
	case TRACE_EV_SECCOMP:
		add_seccomp(line, out, ev);
		break;
	case TRACE_EV_SET_TID:
		add_call(line, out, ev, "");
		line_add(line, CLAUSE_MUST,
			 " registers an address to clear at exit");
		break;
	case TRACE_EV_EXIT:
		add_exit(line, ev);
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
		print_reason(out, what, columns - line_columns(&line));
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
			colour(out, BAD), sum->mismatches, plain(out));
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
