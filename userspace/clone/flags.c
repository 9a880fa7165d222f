// SPDX-License-Identifier: GPL-2.0-only
/* The flags of clone(2): what they do, and which go together. */
#include <stdio.h>
#include <sys/utsname.h>

#include "util/array.h"
#include "clone/compat.h"
#include "clone/flags.h"

#define SHARES(flag, kind_, help_)					\
	{ .name = #flag, .bit = CLONE_##flag, .effect = FLAG_SHARES,	\
	  .kind = TASKSHARE_##kind_, .help = help_ }

#define RENEWS(flag, kind_, help_)					\
	{ .name = #flag, .bit = CLONE_##flag, .effect = FLAG_RENEWS,	\
	  .kind = TASKSHARE_##kind_, .help = help_ }

#define OTHER(flag, since_, help_)					\
	{ .name = #flag, .bit = CLONE_##flag, .effect = FLAG_OTHER,	\
	  .kind = -1, .since = since_, .help = help_ }

/* The signal of clone(2), of which one bit became CLONE_NEWTIME elsewhere */
#define CSIGNAL_BITS	0x0000007full
#define UNKNOWN		(~0ull << 38)

const struct clone_flag clone_flags[] = {
	RENEWS(NEWTIME, TIME,
	       "new time namespace, for clone3(2) and unshare(2)"),
	SHARES(VM, MM, "the same memory"),
	SHARES(FS, FS, "the same root, working directory and umask"),
	SHARES(FILES, FILES, "the same table of open files"),
	SHARES(SIGHAND, SIGHAND, "the same signal handlers"),
	OTHER(PIDFD, NULL, "give the parent a pidfd"),
	OTHER(PTRACE, NULL, "trace the child like the parent"),
	OTHER(VFORK, NULL,
	      "the parent waits until the child execs or exits"),
	OTHER(PARENT, NULL, "the parent's parent is the child's"),
	SHARES(THREAD, SIGNAL, "a thread of the same process"),
	RENEWS(NEWNS, MNT, "new mount namespace"),
	SHARES(SYSVSEM, SEMUNDO,
	       "the same undo list of System V semaphores"),
	OTHER(SETTLS, NULL, "set thread-local storage"),
	OTHER(PARENT_SETTID, NULL,
	      "write the child's number to the parent's memory"),
	OTHER(CHILD_CLEARTID, NULL,
	      "clear the number in memory when the child ends"),
	OTHER(DETACHED, NULL, "ignored"),
	OTHER(UNTRACED, NULL, "no tracer can follow the child"),
	OTHER(CHILD_SETTID, NULL,
	      "write the child's number to its memory"),
	RENEWS(NEWCGROUP, CGROUP, "new cgroup namespace"),
	RENEWS(NEWUTS, UTS, "new UTS namespace"),
	RENEWS(NEWIPC, IPC, "new IPC namespace"),
	RENEWS(NEWUSER, USER, "new user namespace"),
	RENEWS(NEWPID, PID, "new pid namespace"),
	RENEWS(NEWNET, NET, "new network namespace"),
	SHARES(IO, IO, "the same I/O context"),
	OTHER(CLEAR_SIGHAND, NULL,
	      "all signal handlers back to their default"),
	OTHER(INTO_CGROUP, NULL,
	      "into a given cgroup at once"),
	OTHER(AUTOREAP, "7.1", "no zombie when it ends"),
	OTHER(NNP, "7.1", "set no_new_privs"),
	OTHER(PIDFD_AUTOKILL, "7.1",
	      "kill it when its pidfd is closed"),
	OTHER(EMPTY_MNTNS, "7.2",
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
	NEEDS(CLONE_THREAD, CLONE_SIGHAND,
	      "copy_process(): threads share signals"),
	NEEDS(CLONE_SIGHAND, CLONE_VM,
	      "copy_process(): handlers are addresses"),
	CLASHES(CLONE_FS, CLONE_NEWNS | CLONE_NEWUSER | CLONE_EMPTY_MNTNS,
		"copy_process(): no root directory of another namespace"),
	CLASHES(CLONE_THREAD, CLONE_NEWUSER | CLONE_NEWPID,
		"copy_process(): a process is in one namespace"),
	CLASHES(CLONE_SYSVSEM, CLONE_NEWIPC,
		"copy_namespaces(): undo lists are of one namespace",
		.late = true),
	CLASHES(CLONE_SIGHAND, CLONE_CLEAR_SIGHAND,
		"clone3_args_valid(): shared handlers are not cleared"),
	CLASHES(CLONE_PIDFD, CLONE_DETACHED, "copy_process(): kept for later"),
	CLASHES(CLONE_PIDFD, CLONE_THREAD,
		"copy_process() before 6.9: not for threads",
		.until = RELEASE(6, 9)),
	CLASHES(CLONE_PIDFD, CLONE_PARENT_SETTID,
		"kernel_clone(): clone(2) has one place for both",
		.calls = CALL_CLONE),
	CLASHES(CLONE_DETACHED, CLONE_DETACHED,
		"clone3_args_valid(): kept for later",
		.calls = CALL_CLONE3),
	CLASHES(CSIGNAL_BITS, CSIGNAL_BITS,
		"clone3_args_valid(): the exit signal has its own place",
		.calls = CALL_CLONE3),
	CLASHES(UNKNOWN, UNKNOWN, "clone3_args_valid(): no such flag",
		.calls = CALL_CLONE3),
	NO_SIGNAL(CLONE_THREAD | CLONE_PARENT,
		  "clone3_args_valid(): the exit signal is not theirs",
		  .calls = CALL_CLONE3),
	CLASHES(CLONE_AUTOREAP, CLONE_THREAD | CLONE_PARENT,
		"copy_process() of 7.1"),
	NO_SIGNAL(CLONE_AUTOREAP, "copy_process() of 7.1"),
	CLASHES(CLONE_NNP, CLONE_THREAD, "copy_process() of 7.1"),
	NEEDS(CLONE_PIDFD_AUTOKILL, CLONE_PIDFD, "copy_process() of 7.1"),
	NEEDS(CLONE_PIDFD_AUTOKILL, CLONE_AUTOREAP, "copy_process() of 7.1"),
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

/**
 * flags_text() - flags by their names
 * @to: room for FLAGS_TEXT bytes
 * @flags: the flags
 * @between: separates two of them; at most 5 bytes
 *
 * A bit without a name is given as a number.
 *
 * Return: @to; it is empty if @flags is 0.
 */
char *flags_text(char *to, __u64 flags, const char *between)
{
	char *at = to;
	int i;

	*to = 0;
	for (i = 0; i < nr_clone_flags; i++) {
		if (!(flags & clone_flags[i].bit))
			continue;
		flags &= ~clone_flags[i].bit;
		at += sprintf(at, "%s%s", at == to ? "" : between,
			      clone_flags[i].name);
	}
	if (flags)
		sprintf(at, "%s%#llx", at == to ? "" : between, flags);
	return to;
}

/**
 * namespace_file() - what /proc/PID/ns calls a type of namespace
 * @flag: the flag of the type
 *
 * Return: the name, or NULL if it is none.
 */
const char *namespace_file(__u64 flag)
{
	static const struct {
		__u64 flag;
		const char *name;
	} files[] = {
		{ CLONE_NEWNS, "mnt" }, { CLONE_NEWUTS, "uts" },
		{ CLONE_NEWIPC, "ipc" }, { CLONE_NEWUSER, "user" },
		{ CLONE_NEWPID, "pid" }, { CLONE_NEWNET, "net" },
		{ CLONE_NEWCGROUP, "cgroup" }, { CLONE_NEWTIME, "time" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		if (files[i].flag == flag)
			return files[i].name;
	return NULL;
}
