// SPDX-License-Identifier: GPL-2.0-only
/* Events in words, one line each. */
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "util/array.h"
#include "record/kinds.h"
#include "util/text.h"
#include "trace/trace.h"

#define BIT(kind_)	(1u << TASKSHARE_##kind_)

/* What the lines speak of one by one */
#define OBJECTS	(BIT(MM) | BIT(FILES) | BIT(SIGHAND) | BIT(FS) | BIT(IO) | \
		 BIT(SEMUNDO) | BIT(SECCOMP))
/* By the flags NEW* of clone(2) */
#define SPACES	(BIT(UTS) | BIT(IPC) | BIT(MNT) | BIT(NET) | BIT(PID) | \
		 BIT(PID_FOR_CHILDREN) | BIT(CGROUP) | BIT(TIME) | \
		 BIT(TIME_FOR_CHILDREN) | BIT(USER))

#define CALL	"\033[1m"
#define GOOD	"\033[32m"
#define BAD	"\033[1;31m"

static const char *colour(const struct trace_output *out, const char *code)
{
	return out->colour ? code : "";
}

static const char *plain(const struct trace_output *out)
{
	return out->colour ? "\033[m" : "";
}

static __u32 changed(const struct trace_event *ev)
{
	return (ev->had | ev->has) & ~ev->same & ev->seen;
}

/* "a, b and c" */
static void put_words(FILE *out, __u32 mask,
		      const char *(*words)(enum taskshare_kind kind))
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(mask & (1u << k)))
			continue;
		fputs(words(k), out);
		mask &= ~(1u << k);
		if (mask)
			fputs(mask & (mask - 1) ? ", " : " and ", out);
	}
}

static void put_clause(FILE *out, const char *words, __u32 mask)
{
	if (!mask)
		return;
	fputs(words, out);
	put_words(out, mask, kind_text);
}

/* Those for real time have no names. */
static void put_signal(FILE *out, int nr)
{
	const char *name = sigabbrev_np(nr);

	if (name)
		fprintf(out, "SIG%s", name);
	else
		fprintf(out, "signal %d", nr);
}

static void put_flags(FILE *out, const struct trace_event *ev)
{
	char text[TRACE_TEXT];

	fprintf(out, "; flags %s",
		ev->flags ? flags_text(text, ev->flags, "|") : "none");
	if (ev->signal <= 0)
		return;
	fputs(", ", out);
	put_signal(out, ev->signal);
	fputs(" at its end", out);
}

static void put_verdict(const struct trace_output *out,
			const struct mismatch *mismatch, int nr)
{
	int i;

	if (!nr)
		fprintf(out->out, "; %sas the flags say%s", colour(out, GOOD),
			plain(out));
	for (i = 0; i < nr; i++)
		fprintf(out->out, "; %sNOT AS THE FLAGS SAY: %s %s, but %s: %s%s",
			colour(out, BAD), clone_flags[mismatch[i].flag].name,
			mismatch[i].given ? "was given" : "was not given",
			kind_text(mismatch[i].kind),
			relation_name[mismatch[i].relation], plain(out));
}

/* The library function that asks for these flags */
static const char *usual_name(const struct trace_event *ev)
{
	const __u64 numbers = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID |
			      CLONE_PARENT_SETTID;
	const __u64 thread = CLONE_VM | CLONE_FS | CLONE_FILES |
			     CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
			     CLONE_SETTLS;

	if (ev->call != TRACE_CLONE && ev->call != TRACE_CLONE3)
		return NULL;
	if ((ev->flags & ~numbers) == thread)
		return "pthread_create(3)";
	if (ev->signal != SIGCHLD)
		return NULL;
	if (!(ev->flags & ~numbers))
		return "fork(2)";
	if ((ev->flags & ~numbers) == (CLONE_VM | CLONE_VFORK))
		return "posix_spawn(3)";
	return NULL;
}

static void put_created(FILE *out, const struct trace_event *ev)
{
	static const char *const what[] = {
		[TASKSHARE_TASK_LEADER] = "process",
		[TASKSHARE_TASK_THREAD] = "thread",
		[TASKSHARE_TASK_KTHREAD] = "kernel thread",
		[TASKSHARE_TASK_IO_WORKER] = "io_uring worker",
		[TASKSHARE_TASK_USER_WORKER] = "kernel worker",
	};

	const char *usual = usual_name(ev);

	fprintf(out, " makes %s %u", ev->kind < ARRAY_SIZE(what) ?
		what[ev->kind] : "task", ev->child);
	if (ev->child_tgid != ev->child)
		fprintf(out, " of process %u", ev->child_tgid);
	else if (ev->child_ppid != ev->tgid)
		fprintf(out, ", a child of %u", ev->child_ppid);
	if (usual)
		fprintf(out, ", as %s does", usual);
}

static void put_create(const struct trace_output *out,
		       const struct trace_event *ev,
		       const struct mismatch *mismatch, int nr)
{
	__u32 shared = ev->same & OBJECTS, own = ev->has & ~ev->same;
	__u32 spaces = own & ev->had & SPACES;

	put_created(out->out, ev);
	put_clause(out->out, ": shares ", shared);
	put_clause(out->out, shared ? "; has its own " : ": its own copy of ",
		   own & ev->had & OBJECTS);
	put_clause(out->out, "; new: ", own & ~ev->had & OBJECTS);
	if (!shared)
		fputs(", nothing shared", out->out);
	put_clause(out->out, "; in namespaces of its own: ", spaces);
	if (!shared && !spaces)
		fputs(" but the namespaces", out->out);
	if (ev->flags & CLONE_VFORK)
		fputs("; waits until that one runs another program or ends",
		      out->out);
	put_flags(out->out, ev);
	put_verdict(out, mismatch, nr);
}

static void put_fail(const struct trace_output *out,
		     const struct trace_event *ev)
{
	const char *name = strerrorname_np(-ev->ret);
	char text[TRACE_TEXT];

	fprintf(out->out, " %sfails%s, %s: %s", colour(out, BAD), plain(out),
		name ?: "not done", trace_why(text, ev));
	if (ev->call != TRACE_CLOSE_RANGE)
		put_flags(out->out, ev);
}

/* A path, or what else a program was called by */
static void put_path(const struct trace_output *out, const char *path)
{
	char piece[2], text[TEXT_COMM];
	size_t len = strnlen(path, TRACE_FILE_LEN - 1), n;
	__u32 point;

	for (; len; path += n, len -= n) {
		n = text_utf8(path, len, &point);
		if (n > 1 && out->utf8 && !text_control(point)) {
			fwrite(path, 1, n, out->out);
			continue;
		}
		n = 1;
		piece[0] = *path;
		piece[1] = 0;
		fputs(text_escape(text, piece, false), out->out);
	}
}

/* What execve(2) leaves in what it keeps */
static const char *kept_words(enum taskshare_kind kind)
{
	switch (kind) {
	case TASKSHARE_FILES:
		return "file descriptor table (less close-on-exec)";
	case TASKSHARE_SIGHAND:
		return "signal handlers (all default or ignored)";
	default:
		return kind_text(kind);
	}
}

static void put_exec(const struct trace_output *out,
		     const struct trace_exec *exec)
{
	const struct trace_event *ev = &exec->ev;
	__u32 mask = OBJECTS | BIT(CRED);
	char comm[TEXT_COMM];

	fputs(" runs ", out->out);
	put_path(out, exec->file);
	fprintf(out->out, " and is %s now",
		text_escape(comm, exec->now, out->utf8));
	if (ev->about & TRACE_A_NUMBER)
		fprintf(out->out, "; it was thread %u and takes the number of its process",
			ev->child);
	put_clause(out->out, "; new: ", ev->has & changed(ev) & mask);
	put_clause(out->out, "; lost: ", changed(ev) & ~ev->has & mask);
	if (ev->same & mask) {
		fputs("; kept: ", out->out);
		put_words(out->out, ev->same & mask, kept_words);
	}
	if ((ev->same & SPACES) == (ev->had & SPACES))
		fputs(ev->seen ? ", all namespaces" : "", out->out);
	else
		put_clause(out->out, "; other namespaces: ",
			   changed(ev) & SPACES);
}

static void put_divide(const struct trace_output *out,
		       const struct trace_event *ev)
{
	__u32 mask = changed(ev) & (OBJECTS | SPACES | BIT(CRED));

	if (ev->call == TRACE_UNSHARE || ev->call == TRACE_SETNS) {
		char text[TRACE_TEXT];

		fprintf(out->out, " of %s", ev->flags ?
			flags_text(text, ev->flags, "|") : "any type");
	} else if (ev->call == TRACE_CLOSE_RANGE) {
		fputs(" with UNSHARE", out->out);
	}
	if (!mask) {
		fputs(": nothing changes, it shared none of it", out->out);
		return;
	}
	put_clause(out->out, ev->call == TRACE_SETNS ? ": goes over to other " :
		   ": from now on its own ", mask & ev->has);
	put_clause(out->out, "; gave up: ", mask & ~ev->has);
	if (mask & BIT(CRED) && ev->about & TRACE_A_THREADS)
		fprintf(out->out, "; the other %u threads keep theirs",
			ev->nr_threads - 1);
}

static void put_exit(const struct trace_output *out,
		     const struct trace_event *ev)
{
	const char *what = ev->pid == ev->tgid ? "" : ", a thread";

	if (WIFSIGNALED(ev->ret)) {
		fputs("is killed by ", out->out);
		put_signal(out->out, WTERMSIG(ev->ret));
	} else {
		fprintf(out->out, "ends with %d", WEXITSTATUS(ev->ret));
	}
	if (!(ev->about & TRACE_A_LAST))
		fprintf(out->out, "%s; its process lives on", what);
	else if (ev->pid != ev->tgid)
		fprintf(out->out, "%s, the last of its process", what);
}

static void put_call(const struct trace_output *out,
		     const struct trace_event *ev)
{
	const char *name = "clone";

	/* A call of 32-bit programs is not seen, what it made is. */
	if (ev->call)
		name = trace_call_name[ev->call];
	else if (ev->type == TRACE_EV_EXEC)
		name = "execve";
	else if (ev->kind >= TASKSHARE_TASK_KTHREAD)
		name = NULL;
	if (name)
		fprintf(out->out, "%s%s()%s", colour(out, CALL), name,
			plain(out));
	else
		fprintf(out->out, "%sthe kernel%s", colour(out, CALL),
			plain(out));
}

/**
 * trace_words() - tell of an event
 * @out: where to
 * @ev: the event
 * @mismatch: what its verdict is, for TRACE_EV_CREATE
 * @nr: how many
 */
void trace_words(const struct trace_output *out, const struct trace_event *ev,
		 const struct mismatch *mismatch, int nr)
{
	char comm[TEXT_COMM];

	fprintf(out->out, "%10.6f %7u %-15s ",
		(__s64)(ev->ns - out->start) / 1e9, ev->pid,
		text_escape(comm, ev->comm, out->utf8));
	if (ev->type != TRACE_EV_EXIT && ev->type != TRACE_EV_RELEASE)
		put_call(out, ev);
	switch (ev->type) {
	case TRACE_EV_CREATE:
		put_create(out, ev, mismatch, nr);
		break;
	case TRACE_EV_FAIL:
		put_fail(out, ev);
		break;
	case TRACE_EV_RELEASE:
		fprintf(out->out, "goes on after %.3f ms: %u has let go of the memory",
			ev->waited / 1e6, ev->child);
		break;
	case TRACE_EV_EXEC:
		put_exec(out, (const struct trace_exec *)ev);
		break;
	case TRACE_EV_DIVIDE:
		put_divide(out, ev);
		break;
	case TRACE_EV_NUMBER:
		fputs(": its end will clear a number in its memory and wake up who waits for that",
		      out->out);
		break;
	case TRACE_EV_EXIT:
		put_exit(out, ev);
		break;
	}
	putc('\n', out->out);
}

/**
 * trace_end_words() - tell what there was, and what is missing
 * @out: where to
 * @sum: what there was
 * @counts: what is missing
 */
void trace_end_words(const struct trace_output *out,
		     const struct trace_summary *sum,
		     const struct trace_counts *counts)
{
	fprintf(out->out, "%llu task%s created", sum->created,
		sum->created == 1 ? "" : "s");
	if (sum->mismatches)
		fprintf(out->out, ", %s%llu NOT AS THE FLAGS SAY%s",
			colour(out, BAD), sum->mismatches,
			plain(out));
	else if (sum->created)
		fprintf(out->out, ", %s as the flags say",
			sum->created == 1 ? "it is" : "all");
	fprintf(out->out, "; %llu events, %llu lost",
		sum->events,
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
