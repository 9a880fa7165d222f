// SPDX-License-Identifier: GPL-2.0-only
/* The flags of clone(2): what they do, and which go together. */
#include <stdio.h>
#include <sys/utsname.h>

#include "array.h"
#include "empty_mntns.h"
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
#define PARENT_SETTID	0x00100000ull
#define DETACHED	0x00400000ull
#define NEWIPC		0x08000000ull
#define NEWUSER		0x10000000ull
#define NEWPID		0x20000000ull
#define CLEAR_SIGHAND	(1ull << 32)
#define AUTOREAP	(1ull << 34)
#define NNP		(1ull << 35)
#define AUTOKILL	(1ull << 36)
/* Where clone(2) has its exit signal, but for what became CLONE_NEWTIME */
#define CSIGNAL_BITS	0x0000007full
#define UNKNOWN		(~0ull << 38)

/* A wrong table, for the test that verify finds it */
#ifdef SEED_WRONG_FLAG
#define TASKSHARE_FS_SHARES	TASKSHARE_FILES
#else
#define TASKSHARE_FS_SHARES	TASKSHARE_FS
#endif

const struct clone_flag clone_flags[] = {
	RENEWS("NEWTIME", 0x00000080, TIME,
	       "new time namespace, for clone3(2) and unshare(2)"),
	SHARES("VM", VM, MM, "the same memory"),
	SHARES("FS", FS, FS_SHARES, "the same root, working directory and umask"),
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
	OTHER("PARENT_SETTID", PARENT_SETTID, NULL,
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
	OTHER("EMPTY_MNTNS", CLONE_EMPTY_MNTNS, "7.2",
	      "new mount namespace with nothing in it"),
};

const int nr_clone_flags = ARRAY_SIZE(clone_flags);

_Static_assert(ARRAY_SIZE(clone_flags) <= MAX_FLAGS,
	       "MAX_FLAGS is too small");

#define NEEDS(flag_, needs_, source_)					\
	{ .flag = flag_, .needs = needs_, .source = source_ }

#define CLASHES(flag_, with_, source_, ...)				\
	{ .flag = flag_, .clashes = with_, .source = source_, ##__VA_ARGS__ }

#define NO_SIGNAL(flag_, source_, ...)					\
	{ .flag = flag_, .no_signal = true, .source = source_, ##__VA_ARGS__ }

const struct flag_rule flag_rules[] = {
	NEEDS(THREAD, SIGHAND, "copy_process(): threads share signals"),
	NEEDS(SIGHAND, VM, "copy_process(): handlers are addresses"),
	CLASHES(FS, NEWNS | NEWUSER | CLONE_EMPTY_MNTNS,
		"copy_process(): no root directory of another namespace"),
	CLASHES(THREAD, NEWUSER | NEWPID,
		"copy_process(): a process is in one namespace"),
	CLASHES(SYSVSEM, NEWIPC,
		"copy_namespaces(): undo lists are of one namespace",
		.late = true),
	CLASHES(SIGHAND, CLEAR_SIGHAND,
		"clone3_args_valid(): shared handlers are not cleared"),
	CLASHES(PIDFD, DETACHED, "copy_process(): kept for later"),
	CLASHES(PIDFD, THREAD, "copy_process() before 6.9: not for threads",
		.until = RELEASE(6, 9)),
	CLASHES(PIDFD, PARENT_SETTID,
		"kernel_clone(): clone(2) has one place for both",
		.calls = CALL_CLONE),
	CLASHES(DETACHED, DETACHED, "clone3_args_valid(): kept for later",
		.calls = CALL_CLONE3),
	CLASHES(CSIGNAL_BITS, CSIGNAL_BITS,
		"clone3_args_valid(): the exit signal has its own place",
		.calls = CALL_CLONE3),
	CLASHES(UNKNOWN, UNKNOWN, "clone3_args_valid(): no such flag",
		.calls = CALL_CLONE3),
	NO_SIGNAL(THREAD | PARENT,
		  "clone3_args_valid(): the exit signal is not theirs",
		  .calls = CALL_CLONE3),
	CLASHES(AUTOREAP, THREAD | PARENT, "copy_process() of 7.1"),
	NO_SIGNAL(AUTOREAP, "copy_process() of 7.1"),
	CLASHES(NNP, THREAD, "copy_process() of 7.1"),
	NEEDS(AUTOKILL, PIDFD, "copy_process() of 7.1"),
	NEEDS(AUTOKILL, AUTOREAP, "copy_process() of 7.1"),
};

const int nr_flag_rules = ARRAY_SIZE(flag_rules);

/**
 * release_running() - which Linux is this?
 *
 * Return: its RELEASE(), 0 if it does not say.
 */
unsigned int release_running(void)
{
	static unsigned int release;
	unsigned int major, minor;
	struct utsname uts;

	if (!release && !uname(&uts) &&
	    sscanf(uts.release, "%u.%u", &major, &minor) == 2)
		release = RELEASE(major, minor);
	return release;
}

static bool refuses(const struct flag_rule *rule, __u64 flags)
{
	if (!(flags & rule->flag))
		return false;
	return (rule->needs && !(flags & rule->needs)) ||
	       flags & rule->clashes;
}

/**
 * flags_refused() - would a kernel refuse this call?
 * @request: the call
 *
 * Only what the call alone decides is looked at: neither permissions nor what
 * the caller is.
 *
 * Return: NULL, or the rule by which it fails with EINVAL.
 */
const struct flag_rule *flags_refused(const struct clone_request *request)
{
	int i;

	for (i = 0; i < nr_flag_rules; i++) {
		const struct flag_rule *rule = &flag_rules[i];

		if (rule->calls && !(rule->calls & request->call))
			continue;
		if (rule->until && request->release >= rule->until)
			continue;
		if (refuses(rule, request->flags) ||
		    (rule->no_signal && request->exit_signal &&
		     request->flags & rule->flag))
			return rule;
	}
	return NULL;
}

/**
 * flags_fault() - do these flags never go together?
 * @flags: the flags
 *
 * Only what holds for every call and every release is looked at, see
 * flags_refused().
 *
 * Return: NULL, or where the kernel says that it does not accept them.
 */
const char *flags_fault(__u64 flags)
{
	int i;

	for (i = 0; i < nr_flag_rules; i++)
		if (!flag_rules[i].calls && !flag_rules[i].until &&
		    refuses(&flag_rules[i], flags))
			return flag_rules[i].source;
	return NULL;
}
