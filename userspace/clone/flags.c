// SPDX-License-Identifier: GPL-2.0-only
/* The flags of clone(2), and what each does. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

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

/**
 * flags_text() - flags by their names
 * @to: room for FLAGS_TEXT bytes
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

/* The flag of a name, with or without CLONE_, in capital letters or not */
static __u64 flag_of(const char *name, size_t len)
{
	static const char prefix[] = "CLONE_";
	size_t skip = sizeof(prefix) - 1;
	int i;

	if (len > skip && !strncasecmp(name, prefix, skip)) {
		name += skip;
		len -= skip;
	}
	for (i = 0; i < nr_clone_flags; i++)
		if (strlen(clone_flags[i].name) == len &&
		    !strncasecmp(clone_flags[i].name, name, len))
			return clone_flags[i].bit;
	return 0;
}

/**
 * flags_parse() - flags from their names
 * @text: the names, separated by "|" or ","
 * @flags: set to the flags
 *
 * Return: 0, or -EINVAL if one is not known.
 */
int flags_parse(const char *text, __u64 *flags)
{
	static const char between[] = "|,";
	size_t len;
	__u64 flag;

	*flags = 0;
	for (;;) {
		len = strcspn(text, between);
		flag = flag_of(text, len);
		if (!flag)
			return -EINVAL;
		*flags |= flag;
		if (!text[len])
			return 0;
		text += len + 1;
	}
}
