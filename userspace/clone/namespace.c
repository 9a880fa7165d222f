// SPDX-License-Identifier: GPL-2.0-only
/* The types of namespaces. */
#include <stddef.h>

#include <linux/sched.h>

#include <taskshare.h>

#include "clone/namespace.h"
#include "clone/rules.h"

const struct namespace_type namespace_types[NR_NAMESPACE_TYPES] = {
#define TYPE(name_, flag_, TYPE_)					\
	{ .name = name_, .flag = flag_, .kind = TASKSHARE_##TYPE_,	\
	  .no_type = NO_TYPE_##TYPE_, .limit = LIMIT_##TYPE_ }
	TYPE("user", CLONE_NEWUSER, USER),
	TYPE("mnt", CLONE_NEWNS, MNT),
	TYPE("uts", CLONE_NEWUTS, UTS),
	TYPE("ipc", CLONE_NEWIPC, IPC),
	TYPE("pid", CLONE_NEWPID, PID),
	TYPE("cgroup", CLONE_NEWCGROUP, CGROUP),
	TYPE("net", CLONE_NEWNET, NET),
	TYPE("time", CLONE_NEWTIME, TIME),
#undef TYPE
};

/**
 * namespace_file() - file of a type of namespace in /proc/PID/ns
 * @flag: the flag of the type
 *
 * Return: the name, or NULL if the flag is of no type.
 */
const char *namespace_file(__u64 flag)
{
	int i;

	for (i = 0; i < NR_NAMESPACE_TYPES; i++)
		if (namespace_types[i].flag == flag)
			return namespace_types[i].name;
	return NULL;
}

/**
 * namespace_empty_is_dead() - check what a PID namespace without a task is
 *
 * /proc/PID/ns/pid_for_children of Linux 6.18 can be read only after the first
 * process has been created: a namespace that it shows and that has no task has
 * lost that one. Linux 7.3 shows it before, too, and nothing in /proc
 * distinguishes the two. Releases between them count as the latter.
 *
 * Return: true if such a namespace takes no more processes; false if it may be
 * waiting for its first one.
 */
bool namespace_empty_is_dead(void)
{
	unsigned int release = release_running();

	return release && release < RELEASE(6, 19);
}
