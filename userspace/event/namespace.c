// SPDX-License-Identifier: GPL-2.0-only
/* Namespaces by the names that /proc and lsns(8) have for them, and whose. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "event/namespace.h"
#include "record/kinds.h"

/* Without what a namespace is for: "pid" of "pid_for_children" */
static const char *type_name(int kind)
{
	switch (kind) {
	case TASKSHARE_PID_FOR_CHILDREN:
		return kind_name[TASKSHARE_PID];
	case TASKSHARE_TIME_FOR_CHILDREN:
		return kind_name[TASKSHARE_TIME];
	default:
		return kind_name[kind];
	}
}

/**
 * namespace_text() - a namespace as /proc/PID/ns has it
 * @to: room for NAMESPACE_TEXT bytes
 * @kind: enum taskshare_kind
 * @inode: its inode number, 0 if it is not known: /proc shows that of a PID
 *	   namespace for children only once it has a process
 *
 * Return: @to.
 */
char *namespace_text(char *to, int kind, __u32 inode)
{
	if (inode)
		snprintf(to, NAMESPACE_TEXT, "%s:[%u]", type_name(kind), inode);
	else
		snprintf(to, NAMESPACE_TEXT, "%s namespace", type_name(kind));
	return to;
}

/* Inode number of the namespace that PID 1 is in, 0 if that cannot be seen */
static __u32 inode_of_init(int kind)
{
	static __u32 inode[TRACE_NR_NS];
	static bool known[TRACE_NR_NS];
	int i = kind - TRACE_FIRST_NS;
	char path[64];
	struct stat st;

	if (!known[i]) {
		snprintf(path, sizeof(path), "/proc/1/ns/%s", kind_name[kind]);
		inode[i] = stat(path, &st) ? 0 : st.st_ino;
		known[i] = true;
	}
	return inode[i];
}

/**
 * namespace_is_inits() - compare a namespace with that of PID 1
 * @change: a task exchanged it
 * @kind: enum taskshare_kind
 * @now: the one that the task is in now; otherwise the one before
 *
 * Return: true if they are the same; false too if that cannot be seen.
 */
bool namespace_is_inits(const struct trace_change *change, int kind, bool now)
{
	const __u32 *inode = now ? change->ns_now : change->ns_before;
	__u32 init = inode_of_init(kind);

	return init && inode[kind - TRACE_FIRST_NS] == init;
}

/**
 * namespace_owner() - name the task whose namespace it is
 * @change: a task exchanged it
 * @kind: enum taskshare_kind
 * @now: the one that the task is in now; otherwise the one before
 *
 * Return: words like "its parent's", or NULL.
 */
const char *namespace_owner(const struct trace_change *change, int kind,
			    bool now)
{
	__u32 leaders = now ? change->has_leaders : change->had_leaders;
	__u32 parents = now ? change->has_parents : change->had_parents;

	if (leaders & 1u << kind && change->ev.pid != change->ev.tgid)
		return "its process's";
	if (namespace_is_inits(change, kind, now))
		return "PID 1's";
	if (parents & 1u << kind)
		return "its parent's";
	return NULL;
}
