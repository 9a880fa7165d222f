// SPDX-License-Identifier: GPL-2.0-only
/*
 * Facts about a task whose call has failed, for the table of refusals. A fact
 * that was not seen stays unknown.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <linux/capability.h>

#include "clone/compat.h"
#include "clone/namespace.h"
#include "event/facts.h"
#include "util/procfs.h"

#define NAMESPACE_FLAGS	(CLONE_NEWTIME | CLONE_NEWNS | CLONE_NEWCGROUP | \
			 CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
			 CLONE_NEWPID | CLONE_NEWNET)

/* See MAX_PID_NS_LEVEL, and create_user_ns() */
#define MAX_PID_LEVEL	32
#define MAX_USER_LEVEL	32

/* A number that a file below /proc has, or @otherwise */
static long number_of(const char *path, long otherwise)
{
	char text[32];

	return procfs_read(path, text, sizeof(text)) > 0 ?
	       strtol(text, NULL, 10) : otherwise;
}

static bool has_cap(const struct trace_fail *fail, int cap)
{
	return fail->cred.caps[TRACE_CAP_EFFECTIVE] & 1ull << cap;
}

static void set_if_known(struct facts *facts, enum fact fact,
			 const struct trace_facts *seen, __u32 bit)
{
	if (seen->known & bit)
		fact_set(facts, fact, seen->is & bit);
}

static void about_process(struct facts *facts, const struct trace_fail *fail)
{
	const struct trace_facts *seen = &fail->facts;

	fact_set(facts, HAS_THREADS, fail->ev.nr_threads > 1);
	fact_set(facts, HAS_LIVE_THREADS, seen->live != 1);
	fact_set(facts, SHARES_SIGHAND, seen->sighand_users > 1);
	fact_set(facts, SHARES_FS, seen->fs_users != 1);
	/* An execve(2) of another thread may have ended since. */
	if (seen->fs_in_exec)
		fact_set(facts, FS_IN_EXEC, true);
	/*
	 * Programs that read /proc use the memory, too. The kernel itself has
	 * counted if only that can be why it found more than one task.
	 */
	if (seen->mm_users <= seen->live)
		fact_set(facts, SHARES_MM, false);
	else if (fail->ret == -EUSERS && seen->live == 1)
		fact_set(facts, SHARES_MM, true);
	set_if_known(facts, IS_INIT, seen, TRACE_IS_INIT);
	set_if_known(facts, NO_NEW_PRIVS, seen, TRACE_IS_NNP);
	set_if_known(facts, NPROC_AT_SETUID, seen, TRACE_IS_NPROC_EXCEEDED);
}

/* Debian has a switch that others have not. */
static void about_restriction(struct facts *facts,
			      const struct trace_fail *fail)
{
	bool privileged = !fail->facts.user_ns_level &&
			  has_cap(fail, CAP_SYS_ADMIN);

	fact_set(facts, RESTRICTED, !privileged &&
		 !number_of("/proc/sys/kernel/unprivileged_userns_clone", 1));
}

static void about_namespaces(struct facts *facts,
			     const struct trace_fail *fail)
{
	const struct trace_facts *seen = &fail->facts;
	char path[64];
	int i;

	for (i = 0; i < NR_NAMESPACE_TYPES; i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s",
			 namespace_types[i].name);
		fact_set(facts, namespace_types[i].no_type,
			 access(path, F_OK));
	}
	set_if_known(facts, PID_ELSEWHERE, seen, TRACE_IS_PID_ELSEWHERE);
	set_if_known(facts, PID_DEAD, seen, TRACE_IS_PID_DEAD);
	set_if_known(facts, TIME_ELSEWHERE, seen, TRACE_IS_TIME_ELSEWHERE);
	set_if_known(facts, CHROOTED, seen, TRACE_IS_CHROOTED);
	fact_set(facts, PID_DEEP, seen->pid_ns_level >= MAX_PID_LEVEL);
	fact_set(facts, USER_DEEP, seen->user_ns_level > MAX_USER_LEVEL);
	/* The initial user namespace is above all others, and maps all IDs. */
	if (!seen->user_ns_level) {
		fact_set(facts, PID_FOREIGN, false);
		fact_set(facts, UNMAPPED, false);
		fact_set(facts, SETGROUPS_DENIED, false);
	}
	about_restriction(facts, fail);
}

static void about_capabilities(struct facts *facts,
			       const struct trace_fail *fail)
{
	bool initial = !fail->facts.user_ns_level;
	bool checkpoint = has_cap(fail, CAP_SYS_ADMIN) ||
			  has_cap(fail, CAP_CHECKPOINT_RESTORE);

	fact_set(facts, NO_ADMIN, !has_cap(fail, CAP_SYS_ADMIN));
	fact_set(facts, NO_CHROOT, !has_cap(fail, CAP_SYS_CHROOT));
	fact_set(facts, NO_SETUID, !has_cap(fail, CAP_SETUID));
	fact_set(facts, NO_SETGID, !has_cap(fail, CAP_SETGID));
	/* Those of the initial user namespace count in all others. */
	if (initial && has_cap(fail, CAP_SYS_ADMIN))
		fact_set(facts, TARGET_NO_ADMIN, false);
	if (initial && (checkpoint || !fail->facts.pid_ns_level))
		fact_set(facts, NO_CHECKPOINT, !checkpoint);
}

static void about_set_tid(struct facts *facts, const struct trace_fail *fail)
{
	const struct clone_args *args = &fail->clone3;
	__u64 nr = args->set_tid_size;

	fact_set(facts, SET_TID_GIVEN, nr);
	fact_set(facts, SET_TID_HALF, !args->set_tid != !nr);
	fact_set(facts, SET_TID_MANY, nr > MAX_PID_LEVEL);
	fact_set(facts, SET_TID_LEVELS, nr > fail->facts.pid_ns_level + 1);
	/* Only the first was read. */
	if (nr && (fail->set_tid < 1 ||
		   fail->set_tid >= number_of("/proc/sys/kernel/pid_max",
					      INT_MAX)))
		fact_set(facts, SET_TID_RANGE, true);
	else if (nr <= 1)
		fact_set(facts, SET_TID_RANGE, false);
	if (!nr) {
		fact_set(facts, SET_TID_BAD, false);
		fact_set(facts, SET_TID_INIT, false);
		fact_set(facts, SET_TID_TAKEN, false);
	}
}

static void about_clone3(struct facts *facts, const struct trace_fail *fail)
{
	const struct clone_args *args = &fail->clone3;
	bool small = fail->args[1] < CLONE_ARGS_SIZE_VER2;

	fact_set(facts, ARGS_SHORT, fail->args[1] < CLONE_ARGS_SIZE_VER0);
	fact_set(facts, ARGS_LONG, fail->args[1] > (__u64)sysconf(_SC_PAGESIZE));
	fact_set(facts, ARGS_BAD, !fail->clone3_read);
	fact_set(facts, ARGS_TAIL, fail->ret == -E2BIG &&
		 fail->args[1] <= (__u64)sysconf(_SC_PAGESIZE));
	if (!fail->clone3_read)
		return;
	fact_set(facts, SIGNAL_INVALID, args->exit_signal > 64);
	fact_set(facts, STACK_HALF, !args->stack != !args->stack_size);
	if (!args->stack)
		fact_set(facts, STACK_BAD, false);
	fact_set(facts, CGROUP_HALF, small || args->cgroup > INT_MAX);
	fact_set(facts, CGROUP_CLOSED, fail->target.fd == TRACE_FD_NONE);
	fact_set(facts, CGROUP_OTHER, fail->target.fd != TRACE_FD_NONE &&
		 fail->target.fd != TRACE_FD_CGROUP);
	fact_set(facts, PIDFD_SAME, args->pidfd == args->parent_tid);
	about_set_tid(facts, fail);
}

static void about_setns(struct facts *facts, const struct trace_fail *fail)
{
	const struct trace_target *target = &fail->target;
	__u64 flags = fail->flags;
	bool pidfd = target->fd == TRACE_FD_PIDFD;

	/* One that was opened with O_PATH is shown as any other. */
	fact_set(facts, FD_CLOSED, fail->ret == -EBADF);
	fact_set(facts, FD_OTHER, target->fd == TRACE_FD_OTHER ||
		 target->fd == TRACE_FD_CGROUP);
	fact_set(facts, FD_TYPE, target->fd == TRACE_FD_NAMESPACE && flags &&
		 flags != target->ns_type);
	fact_set(facts, FD_NO_TYPES, pidfd &&
		 (!flags || flags & ~(__u64)NAMESPACE_FLAGS));
	fact_set(facts, FD_SEVERAL, pidfd && flags & (flags - 1));
	if (target->fd != TRACE_FD_NAMESPACE)
		return;
	fact_set(facts, TARGET_GONE, false);
	fact_set(facts, TARGET_HIDDEN, false);
	fact_set(facts, TARGET_OWN_USER, target->ns_type == CLONE_NEWUSER &&
		 target->ns_own);
}

/*
 * IDs are those of the task's user namespace, which are the same numbers only
 * in the initial one. The first @nr arguments are IDs; -1 leaves one as it is,
 * but for calls of a single ID.
 */
static void about_ids(struct facts *facts, const struct trace_fail *fail,
		      int first, int nr)
{
	const __u32 *id = fail->cred.id + first;
	bool other = false, invalid = false;
	int i;

	if (fail->facts.user_ns_level)
		return;
	for (i = 0; i < nr; i++) {
		__u32 wanted = fail->args[i];

		invalid = invalid || (nr == 1 && wanted == (__u32)-1);
		if (wanted == (__u32)-1)
			continue;
		other = other || (wanted != id[TRACE_UID] &&
				  wanted != id[TRACE_EUID] &&
				  wanted != id[TRACE_SUID]);
	}
	fact_set(facts, NOT_OWN_ID, other);
	fact_set(facts, ID_UNMAPPED, invalid);
}

/**
 * trace_facts() - facts about a task whose call has failed
 * @facts: set to it
 * @fail: the event
 */
void trace_facts(struct facts *facts, const struct trace_fail *fail)
{
	bool entered = !(fail->ev.context & TRACE_CTX_NOT_ENTERED);

	*facts = (struct facts){ 0 };
	fact_set(facts, FILTERED, !entered);
	fact_set(facts, SECCOMP_STRICT, false);
	if (!LOOKS_AT_TLS)
		fact_set(facts, TLS_BAD, false);
	if (!LOOKS_AT_STACK)
		fact_set(facts, STACK_BAD, false);
	about_process(facts, fail);
	about_namespaces(facts, fail);
	about_capabilities(facts, fail);
	switch (fail->ev.call) {
	case TRACE_CLONE:
		fact_set(facts, SIGNAL_INVALID,
			 (fail->args[0] & CSIGNAL) > 64);
		break;
	case TRACE_CLONE3:
		about_clone3(facts, fail);
		break;
	case TRACE_SETNS:
		about_setns(facts, fail);
		break;
	case TRACE_SETUID:
		about_ids(facts, fail, TRACE_UID, 1);
		break;
	case TRACE_SETGID:
		about_ids(facts, fail, TRACE_GID, 1);
		break;
	case TRACE_SETREUID:
		about_ids(facts, fail, TRACE_UID, 2);
		break;
	case TRACE_SETREGID:
		about_ids(facts, fail, TRACE_GID, 2);
		break;
	case TRACE_SETRESUID:
		about_ids(facts, fail, TRACE_UID, 3);
		break;
	case TRACE_SETRESGID:
		about_ids(facts, fail, TRACE_GID, 3);
		break;
	}
}
