// SPDX-License-Identifier: GPL-2.0-only
/* The flags of clone(2): what they do, and which go together. */
#include "array.h"
#include "flags.h"

#define SHARES(name_, bit_, kind_, help_)				\
	{ .name = name_, .bit = bit_, .effect = FLAG_SHARES,		\
	  .kind = TASKSHARE_##kind_, .help = help_ }

#define RENEWS(name_, bit_, kind_, help_)				\
	{ .name = name_, .bit = bit_, .effect = FLAG_RENEWS,		\
	  .kind = TASKSHARE_##kind_, .help = help_ }

#define OTHER(name_, bit_, since_, help_)				\
	{ .name = name_, .bit = bit_, .effect = FLAG_OTHER, .kind = -1,	\
	  .since = since_, .help = help_ }

/* Values of <linux/sched.h>, which older systems do not have all of */
#define VM		0x00000100ull
#define FS		0x00000200ull
#define FILES		0x00000400ull
#define SIGHAND		0x00000800ull
#define PIDFD		0x00001000ull
#define PARENT		0x00008000ull
#define THREAD		0x00010000ull
#define NEWNS		0x00020000ull
#define SYSVSEM		0x00040000ull
#define DETACHED	0x00400000ull
#define NEWIPC		0x08000000ull
#define NEWUSER		0x10000000ull
#define NEWPID		0x20000000ull
#define CLEAR_SIGHAND	(1ull << 32)
#define AUTOREAP	(1ull << 34)
#define NNP		(1ull << 35)
#define AUTOKILL	(1ull << 36)
#define EMPTY_MNTNS	(1ull << 37)

const struct clone_flag clone_flags[] = {
	RENEWS("NEWTIME", 0x00000080, TIME,
	       "new time namespace, for clone3(2) and unshare(2)"),
	SHARES("VM", VM, MM, "the same memory"),
	SHARES("FS", FS, FS, "the same root, working directory and umask"),
	SHARES("FILES", FILES, FILES, "the same table of open files"),
	SHARES("SIGHAND", SIGHAND, SIGHAND, "the same signal handlers"),
	OTHER("PIDFD", PIDFD, NULL, "give the parent a pidfd"),
	OTHER("PTRACE", 0x00002000, NULL, "trace the child like the parent"),
	OTHER("VFORK", 0x00004000, NULL,
	      "the parent waits until the child execs or exits"),
	OTHER("PARENT", PARENT, NULL, "the parent's parent is the child's"),
	SHARES("THREAD", THREAD, SIGNAL, "a thread of the same process"),
	RENEWS("NEWNS", NEWNS, MNT, "new mount namespace"),
	SHARES("SYSVSEM", SYSVSEM, SEMUNDO,
	       "the same undo list of System V semaphores"),
	OTHER("SETTLS", 0x00080000, NULL, "set thread-local storage"),
	OTHER("PARENT_SETTID", 0x00100000, NULL,
	      "write the child's number to the parent's memory"),
	OTHER("CHILD_CLEARTID", 0x00200000, NULL,
	      "clear the number in memory when the child ends"),
	OTHER("DETACHED", DETACHED, NULL, "ignored"),
	OTHER("UNTRACED", 0x00800000, NULL, "no tracer can follow the child"),
	OTHER("CHILD_SETTID", 0x01000000, NULL,
	      "write the child's number to its memory"),
	RENEWS("NEWCGROUP", 0x02000000, CGROUP, "new cgroup namespace"),
	RENEWS("NEWUTS", 0x04000000, UTS, "new UTS namespace"),
	RENEWS("NEWIPC", NEWIPC, IPC, "new IPC namespace"),
	RENEWS("NEWUSER", NEWUSER, USER, "new user namespace"),
	RENEWS("NEWPID", NEWPID, PID, "new pid namespace"),
	RENEWS("NEWNET", 0x40000000, NET, "new network namespace"),
	SHARES("IO", 0x80000000, IO, "the same I/O context"),
	OTHER("CLEAR_SIGHAND", CLEAR_SIGHAND, NULL,
	      "all signal handlers back to their default"),
	OTHER("INTO_CGROUP", 1ull << 33, NULL,
	      "into a given cgroup at once"),
	OTHER("AUTOREAP", AUTOREAP, "7.1", "no zombie when it ends"),
	OTHER("NNP", NNP, "7.1", "set no_new_privs"),
	OTHER("PIDFD_AUTOKILL", AUTOKILL, "7.1",
	      "kill it when its pidfd is closed"),
	OTHER("EMPTY_MNTNS", EMPTY_MNTNS, "7.2",
	      "new mount namespace with nothing in it"),
};

const int nr_clone_flags = ARRAY_SIZE(clone_flags);

_Static_assert(ARRAY_SIZE(clone_flags) <= MAX_FLAGS,
	       "MAX_FLAGS is too small");

const struct flag_rule flag_rules[] = {
	{ THREAD, SIGHAND, 0, "copy_process(): threads share signals" },
	{ SIGHAND, VM, 0, "copy_process(): handlers are addresses" },
	{ FS, 0, NEWNS | NEWUSER | EMPTY_MNTNS,
	  "copy_process(): no root directory of another namespace" },
	{ THREAD, 0, NEWUSER | NEWPID,
	  "copy_process(): a process is in one namespace" },
	{ SYSVSEM, 0, NEWIPC,
	  "copy_namespaces(): undo lists are of one namespace" },
	{ SIGHAND, 0, CLEAR_SIGHAND, "clone3_args_valid()" },
	{ PIDFD, 0, DETACHED, "copy_process()" },
	{ AUTOREAP, 0, THREAD | PARENT, "copy_process() of 7.1" },
	{ NNP, 0, THREAD, "copy_process() of 7.1" },
	{ AUTOKILL, PIDFD, 0, "copy_process() of 7.1" },
	{ AUTOKILL, AUTOREAP, 0, "copy_process() of 7.1" },
};

const int nr_flag_rules = ARRAY_SIZE(flag_rules);

/**
 * flags_fault() - would clone3(2) accept these flags?
 * @flags: the flags
 *
 * Only what the flags alone decide is looked at: neither permissions nor what
 * the caller is.
 *
 * Return: NULL, or where the kernel says that it would not.
 */
const char *flags_fault(__u64 flags)
{
	int i;

	for (i = 0; i < nr_flag_rules; i++) {
		const struct flag_rule *rule = &flag_rules[i];

		if (!(flags & rule->flag))
			continue;
		if (rule->needs && !(flags & rule->needs))
			return rule->source;
		if (flags & rule->clashes)
			return rule->source;
	}
	return NULL;
}
