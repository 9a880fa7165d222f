// SPDX-License-Identifier: GPL-2.0-only
/*
 * Obstacles to joining the namespaces of a given process by setns(2), with a
 * file descriptor of them at hand.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/procfs.h"
#include "clone/flags.h"
#include "clone/namespace.h"
#include "why/nsfs.h"
#include "why/caller.h"

static uid_t effective_uid(__u32 pid)
{
	char path[64], *text, *line;
	unsigned int uid = -1;

	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	text = procfs_read_all(path);
	line = text ? strstr(text, "\nUid:") : NULL;
	if (line)
		sscanf(line, "\nUid: %*u %u", &uid);
	free(text);
	return uid;
}

/*
 * Whether the task has CAP_SYS_ADMIN in a user namespace, as cap_capable()
 * decides: it is above its own, or the task owns one between the two.
 */
static enum truth lacks_admin(const struct caller *caller,
			      const struct chain *owner)
{
	ino_t own = nsfs_inode(caller_record(caller)->pid, "user");
	int i = chain_find(owner, own);

	if (!own || !owner->nr)
		return IS_UNKNOWN;
	if (i < 0)
		return owner->whole ? IS_SO : IS_UNKNOWN;
	if (i > 0 && owner->owner[i - 1] != (uid_t)-1 &&
	    owner->owner[i - 1] == effective_uid(caller_record(caller)->pid))
		return IS_NOT;
	return fact_get(&caller->facts, NO_ADMIN);
}

static void look_at_admin(struct caller *caller, int fd, bool is_user)
{
	struct chain owner;
	enum truth lacks;

	chain_open(&owner, is_user ? dup(fd) : nsfs_user_of(fd), true);
	lacks = lacks_admin(caller, &owner);
	chain_close(&owner);
	/* Of several types, one that cannot be joined decides. */
	if (lacks == IS_SO)
		caller_set(caller, TARGET_NO_ADMIN, true);
	else if (lacks == IS_UNKNOWN &&
		 fact_get(&caller->facts, TARGET_NO_ADMIN) == IS_NOT)
		caller_unknown(caller, TARGET_NO_ADMIN,
			       "the owner of the namespace cannot be seen");
}

/* Only PID namespaces below the task's own may be joined, and its own. */
static void look_at_pids(struct caller *caller, int fd)
{
	ino_t own = nsfs_inode(caller_record(caller)->pid, "pid");
	struct chain pids;

	chain_open(&pids, dup(fd), false);
	if (own && chain_find(&pids, own) >= 0)
		caller_set(caller, TARGET_OUTSIDE, false);
	else if (own && (pids.whole || pids.own))
		caller_set(caller, TARGET_OUTSIDE, true);
	else
		caller_unknown(caller, TARGET_OUTSIDE,
			       "the PID namespaces above it cannot be seen");
	chain_close(&pids);
}

static void look_at_type(struct caller *caller, __u32 target, __u64 type)
{
	const char *name = namespace_file(type);
	__u32 pid = caller_record(caller)->pid;
	bool is_user = !strcmp(name, "user");
	int fd = nsfs_open(target, name);

	if (fd < 0) {
		caller_unknown(caller, TARGET_NO_ADMIN,
			       "the %s namespace of %u cannot be read", name,
			       target);
		return;
	}
	if (is_user)
		caller_set(caller, TARGET_OWN_USER,
			   nsfs_same(pid, target, name) == IS_SO);
	if (!strcmp(name, "pid"))
		look_at_pids(caller, fd);
	look_at_admin(caller, fd, is_user);
	close(fd);
}

/**
 * look_at_target() - find out whether a task may join namespaces of another
 * @caller: the task; set are TARGET_* and FD_SEVERAL
 * @target: the other task
 * @types: the types of the namespaces
 */
void look_at_target(struct caller *caller, __u32 target, __u64 types)
{
	__u64 type;

	caller_set(caller, FD_SEVERAL, types & (types - 1));
	for (type = 1; type; type <<= 1)
		if (types & type && namespace_file(type))
			look_at_type(caller, target, type);
}
