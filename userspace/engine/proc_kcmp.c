// SPDX-License-Identifier: GPL-2.0-only
/*
 * Grouping tasks by kcmp(2), which says of two tasks whether they hold the
 * same object, and if not, whose comes first in an order that it makes up.
 *
 * Two NULL pointers are equal to it, but nothing is shared there. So every
 * task is compared with one that is known to hold none, a zombie child.
 * The rest is sorted, n log n calls, and each run of equals is a group.
 *
 * Tasks may change meanwhile. So at the end every task is compared with the
 * first of its group and every group with the next, twice over: a task for
 * which the answers differ is moving. Where groups are out of order each time,
 * the kind is not seen at all.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/kcmp.h>
#include <linux/sched.h>

#include "util/array.h"
#include "engine/proc.h"

/* Maximum number of times that a kind is sorted, if tasks keep moving */
#define MAX_SORTS	8

static const struct {
	int kind;
	int type;
} kcmp_kinds[] = {
	{ TASKSHARE_MM, KCMP_VM },
	{ TASKSHARE_FILES, KCMP_FILES },
	{ TASKSHARE_SIGHAND, KCMP_SIGHAND },
	{ TASKSHARE_FS, KCMP_FS },
	{ TASKSHARE_IO, KCMP_IO },
	{ TASKSHARE_SEMUNDO, KCMP_SYSVSEM },
};

#define NR_KCMP_KINDS	(ARRAY_SIZE(kcmp_kinds))

/* 0: the same object, 1: the first one's comes first, 2: last; or an errno */
static int kcmp(pid_t a, pid_t b, int type)
{
	long ret = syscall(SYS_kcmp, a, b, type, 0, 0);

	return ret < 0 ? -errno : ret;
}

/* It is the engine's: in a recording of a lab, it would be a part of the lab. */
static pid_t fork_untraced(void)
{
	struct clone_args args = {
		.flags = CLONE_UNTRACED,
		.exit_signal = SIGCHLD,
	};
	pid_t pid = syscall(SYS_clone3, &args, sizeof(args));

	return pid < 0 ? fork() : pid;
}

static pid_t make_zombie(void)
{
	siginfo_t info;
	pid_t pid;

	pid = fork_untraced();
	if (!pid)
		_exit(0);
	if (pid > 0 && waitid(P_PID, pid, &info, WEXITED | WNOWAIT)) {
		waitpid(pid, NULL, 0);
		return -1;
	}
	return pid;
}

/*
 * A task drops its I/O context only after it has become a zombie. Two children
 * of fork(2) never share one, so they are equal just when both have none.
 */
static bool wait_for_no_io(pid_t zombie)
{
	bool none = false;
	pid_t other;
	int i;

	other = make_zombie();
	if (other < 0)
		return false;
	for (i = 0; i < 1000 && !none; i++) {
		none = !kcmp(zombie, other, KCMP_IO);
		if (!none)
			usleep(100);
	}
	waitpid(other, NULL, 0);
	return none;
}

/**
 * proc_kcmp_open() - find out whether kcmp(2) is usable, and how well
 * @proc: its @kcmp_err, @null_task and @io_null are set
 */
void proc_kcmp_open(struct proc *proc)
{
	int ret = kcmp(getpid(), getpid(), KCMP_VM);

	proc->kcmp_err = ret < 0 ? ret : 0;
	if (proc->kcmp_err)
		return;
	proc->null_task = make_zombie();
	if (proc->null_task < 0) {
		proc->null_task = 0;
		proc->kcmp_err = -errno;
		return;
	}
	proc->io_null = wait_for_no_io(proc->null_task);
}

/**
 * proc_kcmp_close() - free what proc_kcmp_open() made
 * @proc: the engine
 */
void proc_kcmp_close(struct proc *proc)
{
	if (proc->null_task)
		waitpid(proc->null_task, NULL, 0);
	proc->null_task = 0;
}

/*
 * struct sorting - one kind of object while its tasks are sorted
 * @recs: all tasks
 * @type: its type for kcmp(2)
 * @task: those that hold one, the equal ones side by side in the end
 * @tmp: room for merging
 * @nr: number of tasks in @task
 */
struct sorting {
	struct records *recs;
	int kind;
	int type;
	__u32 *task;
	__u32 *tmp;
	size_t nr;
};

static int compare(const struct sorting *s, __u32 a, __u32 b)
{
	return kcmp(s->recs->rec[a].pid, s->recs->rec[b].pid, s->type);
}

static void set_seen(struct sorting *s, __u32 task, __u64 id)
{
	s->recs->rec[task].seen |= 1u << s->kind;
	s->recs->rec[task].id[s->kind] = id;
}

static void set_unseen(struct sorting *s, __u32 task)
{
	s->recs->rec[task].seen &= ~(1u << s->kind);
	s->recs->rec[task].moving &= ~(1u << s->kind);
	s->recs->rec[task].id[s->kind] = 0;
}

static void set_moving(struct sorting *s, __u32 task)
{
	set_unseen(s, task);
	s->recs->rec[task].moving |= 1u << s->kind;
}

/* Finds the tasks whose object is NULL, or is not; others stay unknown. */
static void choose_tasks(const struct proc *proc, struct sorting *s)
{
	const struct taskshare_record *rec;
	size_t i;
	int ret;

	s->nr = 0;
	for (i = 0; i < s->recs->nr; i++) {
		rec = &s->recs->rec[i];
		/* The mm of a kernel thread is borrowed, not its own. */
		if (s->kind == TASKSHARE_MM &&
		    rec->kind == TASKSHARE_TASK_KTHREAD) {
			set_seen(s, i, 0);
			continue;
		}
		if (s->kind == TASKSHARE_SIGHAND) {
			/* Even a zombie has one. */
			ret = kcmp(rec->pid, rec->pid, s->type);
			ret = ret < 0 ? ret : 1;
		} else {
			ret = kcmp(rec->pid, proc->null_task, s->type);
		}
		if (!ret)
			set_seen(s, i, 0);
		else if (ret > 0)
			s->task[s->nr++] = i;
		else if (ret == -ESRCH)
			set_moving(s, i);
	}
}

/* Merges two sorted runs. Errors count as any order: the check finds them. */
static void merge(struct sorting *s, size_t from, size_t mid, size_t to)
{
	size_t a = from, b = mid, at = from;

	while (a < mid && b < to)
		s->tmp[at++] = compare(s, s->task[a], s->task[b]) == 2 ?
			       s->task[b++] : s->task[a++];
	while (a < mid)
		s->tmp[at++] = s->task[a++];
	while (b < to)
		s->tmp[at++] = s->task[b++];
	memcpy(s->task + from, s->tmp + from, (to - from) * sizeof(*s->task));
}

static void sort(struct sorting *s, size_t from, size_t to)
{
	size_t mid = from + (to - from) / 2;
	int ret;

	if (to - from < 2)
		return;
	sort(s, from, mid);
	sort(s, mid, to);
	/* Threads hold the same, so most runs are in order already. */
	ret = compare(s, s->task[mid - 1], s->task[mid]);
	if (ret == 0 || ret == 1)
		return;
	merge(s, from, mid, to);
}

/* Gives every run of equals an id; the first of a run stands for it. */
static void number_groups(const struct proc *proc, struct sorting *s)
{
	size_t i, first = 0;

	for (i = 0; i < s->nr; i++) {
		if (i && compare(s, s->task[first], s->task[i]))
			first = i;
		set_seen(s, s->task[i],
			 proc_id(proc, (__u64)s->kind << 32 |
				       s->recs->rec[s->task[first]].pid));
	}
}

/* A task that is gone cannot be compared any more and is left out. */
static void drop_gone(struct sorting *s)
{
	size_t i, kept = 0;

	for (i = 0; i < s->nr; i++) {
		if (compare(s, s->task[i], s->task[i]) < 0)
			set_moving(s, s->task[i]);
		else
			s->task[kept++] = s->task[i];
	}
	s->nr = kept;
}

/*
 * A task whose objects are no longer as the ids say is moving. Returns true if the
 * groups are in strict order, so that no two of them are the same.
 */
static bool check_groups(struct sorting *s)
{
	__u32 first = 0, task;
	bool ordered = true;
	size_t i;

	drop_gone(s);
	for (i = 0; i < s->nr; i++) {
		__u64 id;

		task = s->task[i];
		id = s->recs->rec[task].id[s->kind];
		if (!i) {
			first = task;
		} else if (id && id == s->recs->rec[first].id[s->kind]) {
			if (compare(s, first, task))
				set_moving(s, task);
		} else if (id) {
			if (compare(s, first, task) != 1)
				ordered = false;
			first = task;
		}
	}
	return ordered;
}

static void group_kind(const struct proc *proc, struct sorting *s)
{
	bool ordered = false;
	int tries;
	size_t i;

	for (tries = 0; tries < MAX_SORTS && !ordered; tries++) {
		for (i = 0; i < s->recs->nr; i++)
			set_unseen(s, i);
		choose_tasks(proc, s);
		sort(s, 0, s->nr);
		number_groups(proc, s);
		ordered = check_groups(s);
		ordered = check_groups(s) && ordered;
	}
	/* Without an order, one object may have got two ids: nothing is known. */
	for (i = 0; i < s->nr && !ordered; i++)
		set_unseen(s, s->task[i]);
}

static size_t count_denied(const struct proc *proc, const struct records *recs)
{
	size_t i, denied = 0;

	for (i = 0; i < recs->nr; i++)
		denied += kcmp(recs->rec[i].pid, proc->null_task,
			       KCMP_FILES) == -EPERM;
	return denied;
}

/**
 * proc_kcmp() - add to records what kcmp(2) finds
 * @proc: the engine; its @denied is set
 * @recs: the records, of tasks that were alive
 *
 * Return: 0 or -ENOMEM.
 */
int proc_kcmp(struct proc *proc, struct records *recs)
{
	struct sorting s = { .recs = recs };
	int err = 0;
	size_t i;

	if (proc->kcmp_err)
		return 0;
	s.task = calloc(recs->nr + 1, sizeof(*s.task));
	s.tmp = calloc(recs->nr + 1, sizeof(*s.tmp));
	if (!s.task || !s.tmp)
		err = -ENOMEM;
	for (i = 0; i < NR_KCMP_KINDS && !err; i++) {
		s.kind = kcmp_kinds[i].kind;
		s.type = kcmp_kinds[i].type;
		if (s.type != KCMP_IO || proc->io_null)
			group_kind(proc, &s);
	}
	if (!err)
		proc->denied = count_denied(proc, recs);
	free(s.task);
	free(s.tmp);
	return err;
}
