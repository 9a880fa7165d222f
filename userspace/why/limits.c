// SPDX-License-Identifier: GPL-2.0-only
/* The limits on the number of tasks, and the scheduling policy. */
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/capability.h>

#include "util/procfs.h"
#include "why/nsfs.h"
#include "why/caller.h"

#ifndef SCHED_DEADLINE
#define SCHED_DEADLINE	6
#endif

/* Below these, PIDs are not used again: RESERVED_PIDS of the kernel */
#define RESERVED_PIDS	300

static long read_number(const char *path)
{
	char text[32], *end;
	long number;

	if (procfs_read(path, text, sizeof(text)) <= 0)
		return -1;
	number = strtol(text, &end, 10);
	return end == text ? -1 : number;
}

/* Tasks in the system, those that /proc hides from us included */
static long count_tasks(void)
{
	char text[64];
	long nr;

	/* "0.00 0.01 0.05 running/all last" */
	if (procfs_read("/proc/loadavg", text, sizeof(text)) <= 0 ||
	    sscanf(text, "%*s %*s %*s %*d/%ld", &nr) != 1)
		return -1;
	return nr;
}

static void look_at_threads_max(struct caller *caller)
{
	long max = read_number("/proc/sys/kernel/threads-max");
	long nr = count_tasks();

	if (max < 0 || nr < 0) {
		caller_unknown(caller, THREADS_MAX_REACHED,
			       "/proc cannot be read");
		return;
	}
	caller_set(caller, THREADS_MAX_REACHED, nr >= max);
	caller_note(caller, THREADS_MAX_REACHED, "%ld of %ld", nr, max);
}

/*
 * Numbers are also in use for sessions and process groups whose tasks have
 * ended, two for each task at most.
 */
static void look_at_pid_max(struct caller *caller)
{
	long max = read_number("/proc/sys/kernel/pid_max");
	long nr = count_tasks();

	if (max < 0 || nr < 0)
		caller_unknown(caller, PID_MAX_REACHED, "/proc cannot be read");
	else if (3 * nr + RESERVED_PIDS < max)
		caller_set(caller, PID_MAX_REACHED, false);
	else
		caller_unknown(caller, PID_MAX_REACHED,
			       "kernel.pid_max is %ld, and there are %ld tasks",
			       max, nr);
}

/* The soft limit of a task's own, or LONG_MAX for none, or -1 */
static long nproc_limit(__u32 pid)
{
	static const char name[] = "Max processes";
	char path[64], soft[32], *text, *line;
	long limit = -1;

	snprintf(path, sizeof(path), "/proc/%u/limits", pid);
	text = procfs_read_all(path);
	line = text ? strstr(text, name) : NULL;
	if (line && sscanf(line + strlen(name), "%31s", soft) == 1)
		limit = *soft == 'u' ? LONG_MAX : strtol(soft, NULL, 10);
	free(text);
	return limit;
}

struct user {
	unsigned long uid;
	unsigned long long caps;
};

static bool read_user(__u32 pid, struct user *user)
{
	char path[64], *text, *uid, *caps;
	bool read = false;

	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	text = procfs_read_all(path);
	uid = text ? strstr(text, "\nUid:") : NULL;
	caps = uid ? strstr(uid, "\nCapEff:") : NULL;
	if (caps)
		read = sscanf(uid, "\nUid: %lu", &user->uid) == 1 &&
		       sscanf(caps, "\nCapEff: %llx", &user->caps) == 1;
	free(text);
	return read;
}

/*
 * How many tasks count against the limit of a user in a user namespace: those
 * of that user there, and perhaps those in other user namespaces. -1: some task
 * could not be read.
 */
struct tally {
	long certain;
	long possible;
};

static bool count_user(const struct caller *caller, unsigned long uid,
		       struct tally *tally)
{
	ino_t ns = nsfs_inode(caller_record(caller)->pid, "user");
	struct user user;
	__u32 i;

	*tally = (struct tally){ 0 };
	for (i = 0; i < caller->model->nr; i++) {
		__u32 pid = caller->model->task[i]->pid;
		ino_t other = nsfs_inode(pid, "user");
		bool same = other == ns;

		/* Some may belong to a user that cannot be seen. */
		if (!ns || !read_user(pid, &user)) {
			tally->possible++;
			continue;
		}
		if (same && user.uid == uid)
			tally->certain++;
		else if (!other || !same)
			tally->possible += other || user.uid == uid;
	}
	return ns;
}

/*
 * The rule spares the root user of the initial user namespace, wherever that
 * one is, and those who have capabilities there.
 */
static enum truth is_spared(const struct caller *caller,
			    const struct user *user)
{
	ino_t ns = nsfs_inode(caller_record(caller)->pid, "user");

	if (!ns || nsfs_inode(0, "user") != INITIAL_USER)
		return IS_UNKNOWN;
	if (!user->uid)
		return IS_SO;
	return ns == INITIAL_USER &&
	       user->caps & (1ull << CAP_SYS_RESOURCE | 1ull << CAP_SYS_ADMIN) ?
	       IS_SO : IS_NOT;
}

static void look_at_nproc(struct caller *caller)
{
	long limit = nproc_limit(caller_record(caller)->pid);
	long nr = count_tasks();
	enum truth spared;
	struct tally tally;
	struct user user;

	if (limit < 0 || nr < 0 ||
	    !read_user(caller_record(caller)->pid, &user)) {
		caller_unknown(caller, NPROC_REACHED,
			       "its limits cannot be read");
		return;
	}
	spared = is_spared(caller, &user);
	if (spared == IS_SO || nr < limit) {
		caller_set(caller, NPROC_REACHED, false);
		return;
	}
	if (spared == IS_NOT && count_user(caller, user.uid, &tally)) {
		if (tally.certain >= limit) {
			caller_set(caller, NPROC_REACHED, true);
			caller_note(caller, NPROC_REACHED, "%ld of %ld",
				    tally.certain, limit);
			return;
		}
		if (tally.certain + tally.possible < limit && !procfs_hides()) {
			caller_set(caller, NPROC_REACHED, false);
			return;
		}
	}
	caller_unknown(caller, NPROC_REACHED, "the limit is %ld", limit);
}

static void look_at_policy(struct caller *caller)
{
	int policy = sched_getscheduler(caller_record(caller)->pid);

	if (policy < 0)
		caller_unknown(caller, IS_DEADLINE,
			       "its scheduling policy cannot be read");
	else
		caller_set(caller, IS_DEADLINE, policy == SCHED_DEADLINE);
}

/**
 * look_at_limits() - find out whether limits allow another task
 * @caller: the task; set are THREADS_MAX_REACHED, PID_MAX_REACHED,
 *	    NPROC_REACHED, PIDS_MAX_REACHED, IS_DEADLINE and IS_AUTOREAP
 */
void look_at_limits(struct caller *caller)
{
	look_at_threads_max(caller);
	look_at_pid_max(caller);
	look_at_nproc(caller);
	look_at_pids_max(caller);
	look_at_policy(caller);
	if (release_running() < RELEASE(7, 1))
		caller_set(caller, IS_AUTOREAP, false);
	else
		caller_unknown(caller, IS_AUTOREAP, "nothing shows that");
}
