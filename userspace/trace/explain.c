// SPDX-License-Identifier: GPL-2.0-only
/* Why a call that makes or divides failed, in words. */
#include <errno.h>
#include <string.h>

#include "util/array.h"
#include "clone/compat.h"
#include "trace/trace.h"

#define CREATE	(1u << TRACE_CLONE | 1u << TRACE_CLONE3 | 1u << TRACE_FORK | \
		 1u << TRACE_VFORK)
#define CLONE3	(1u << TRACE_CLONE3)
#define UNSHARE	(1u << TRACE_UNSHARE)
#define SETNS	(1u << TRACE_SETNS)

#define SPACES	(CLONE_NEWTIME | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | \
		 CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET)
#define NEWUSER	((__u64)CLONE_NEWUSER)

/* What else is an error to the kernel, a signal taken before it began */
#define ERESTARTSYS	512
#define ERESTARTNOINTR	513

/*
 * struct cause - one reason for an error
 * @calls: of these calls
 * @err: the error
 * @any: with one of these flags, or 0
 * @without: and none of these
 * @about: and the task being any of this, TRACE_A_*, or 0
 * @words: the reason
 */
struct cause {
	__u32 calls;
	int err;
	__u64 any;
	__u64 without;
	__u32 about;
	const char *words;
};

/* The first that fits is told, so the surest come first. */
static const struct cause causes[] = {
	{ CREATE, EINVAL, CLONE_PARENT, 0, TRACE_A_INIT,
	  "init may have no siblings: nobody would reap them" },
	{ CREATE, EINVAL, CLONE_THREAD, 0, TRACE_A_PIDNS,
	  "its children go to another pid namespace, and a process is in one" },
	{ CLONE3, EINVAL, CLONE_THREAD | CLONE_PARENT, 0, 0,
	  "clone3(2) takes no exit signal with THREAD or PARENT, and a stack only with its size" },
	{ CLONE3, EINVAL, 0, 0, 0,
	  "flags that this kernel does not know, or a wrong stack or size" },
	{ CREATE, EINVAL, 0, 0, 0,
	  "the flags go together, but an argument is wrong" },
	{ UNSHARE, EINVAL, CLONE_THREAD | CLONE_SIGHAND | CLONE_VM |
	  CLONE_NEWUSER, 0, TRACE_A_THREADS,
	  "the process has other threads, or one that is not reaped yet" },
	{ UNSHARE, EINVAL, CLONE_SIGHAND | CLONE_VM, 0, TRACE_A_SIGHAND,
	  "another process shares the signal handlers for good" },
	{ UNSHARE, EINVAL, CLONE_VM, 0, 0,
	  "another process shares the memory, and it cannot be divided" },
	{ UNSHARE, EINVAL, CLONE_NEWPID, 0, TRACE_A_PIDNS,
	  "it has changed the pid namespace of its children already" },
	{ UNSHARE, EINVAL, 0, 0, 0, "a flag that unshare(2) does not take" },
	{ SETNS, EINVAL, 0, 0, TRACE_A_FS,
	  "its working directory is shared, so no other mounts or user namespace" },
	{ SETNS, EINVAL, 0, 0, TRACE_A_THREADS,
	  "the process has other threads, so no other user namespace" },
	{ SETNS, EINVAL, 0, 0, 0,
	  "not a namespace of the type asked for, or one that it cannot enter" },
	{ SETNS, EUSERS, 0, 0, 0,
	  "the process has other threads, so no other clocks" },
	{ SETNS, EBADF, 0, 0, 0, "no such file descriptor" },
	{ SETNS, EPERM, 0, 0, 0,
	  "CAP_SYS_ADMIN is missing in one of the user namespaces" },
	{ CREATE | UNSHARE, EPERM, SPACES, NEWUSER, 0,
	  "a new namespace needs CAP_SYS_ADMIN, or NEWUSER with it" },
	{ CREATE | UNSHARE, EPERM, NEWUSER, 0, 0,
	  "only the privileged may here, or it is in a chroot or not mapped" },
	{ CREATE, EPERM, 0, 0, 0,
	  "setting the number needs CAP_CHECKPOINT_RESTORE in the pid namespace" },
	{ CREATE | UNSHARE, ENOSPC, 0, 0, 0,
	  "the limit of namespaces or of their nesting is reached: see /proc/sys/user" },
	{ CREATE, EAGAIN, CLONE_FS, 0, TRACE_A_FS,
	  "a limit of processes, or who shares the working directory execs" },
	{ CREATE, EAGAIN, 0, 0, 0,
	  "a limit: RLIMIT_NPROC, threads-max, pid_max, the cgroup's pids.max" },
	{ CREATE, ENOMEM, 0, 0, TRACE_A_PIDNS,
	  "no memory, or the init of the children's pid namespace is dead" },
	{ CREATE | UNSHARE, ENOMEM, 0, 0, 0, "no memory" },
	{ CREATE, EEXIST, 0, 0, 0, "the number asked for is in use" },
	{ CLONE3, E2BIG, 0, 0, 0,
	  "its arguments are larger than this kernel knows, and not zero there" },
	{ CLONE3, EBADF, 0, 0, 0, "the cgroup asked for is no file descriptor" },
	{ CLONE3, EBUSY, 0, 0, 0, "the cgroup asked for takes no processes" },
	{ CLONE3, EACCES, 0, 0, 0, "the cgroup asked for may not be entered" },
	{ CLONE3, ENOSYS, 0, 0, 0, "clone3(2) is forbidden here, by seccomp perhaps" },
	{ CREATE, EFAULT, 0, 0, 0, "an argument is no address" },
	{ ~0u, EINTR, 0, 0, 0, "a signal came first" },
	{ ~0u, ERESTARTSYS, 0, 0, 0, "a signal came first; it is called again" },
	{ ~0u, ERESTARTNOINTR, 0, 0, 0,
	  "a signal came first; it is called again" },
};

static const struct flag_rule *broken_rule(__u64 flags)
{
	int i;

	for (i = 0; i < nr_flag_rules; i++) {
		const struct flag_rule *rule = &flag_rules[i];

		if (flags & rule->flag &&
		    (flags & rule->clashes ||
		     (rule->needs && !(flags & rule->needs))))
			return rule;
	}
	return NULL;
}

static char *rule_text(char *to, const struct flag_rule *rule, __u64 flags)
{
	char flag[FLAGS_TEXT], other[FLAGS_TEXT];

	flags_text(flag, rule->flag, "|");
	if (flags & rule->clashes)
		snprintf(to, TRACE_TEXT, "%.40s does not go with %.80s: %s",
			 flag, flags_text(other, flags & rule->clashes,
						" and "), rule->source);
	else
		snprintf(to, TRACE_TEXT, "%.40s needs %.80s: %s", flag,
			 flags_text(other, rule->needs, " and "),
			 rule->source);
	return to;
}

/**
 * trace_why() - why a call failed
 * @to: room for TRACE_TEXT bytes
 * @ev: TRACE_EV_FAIL
 *
 * The rules of flags.c come first; then what is known about the task.
 *
 * Return: @to.
 */
char *trace_why(char *to, const struct trace_event *ev)
{
	__u32 call = 1u << ev->call;
	const struct flag_rule *rule = NULL;
	size_t i;

	if (call & CREATE && ev->ret == -EINVAL)
		rule = broken_rule(ev->flags);
	if (rule)
		return rule_text(to, rule, ev->flags);
	for (i = 0; i < ARRAY_SIZE(causes); i++) {
		const struct cause *cause = &causes[i];

		if (!(call & cause->calls) || -ev->ret != cause->err ||
		    (cause->any && !(ev->flags & cause->any)) ||
		    ev->flags & cause->without ||
		    (cause->about && !(ev->about & cause->about)))
			continue;
		snprintf(to, TRACE_TEXT, "%s", cause->words);
		return to;
	}
	snprintf(to, TRACE_TEXT, "%s", strerror(-ev->ret));
	return to;
}
