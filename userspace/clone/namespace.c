// SPDX-License-Identifier: GPL-2.0-only
/* The types of namespaces. */
#include <stddef.h>

#include <linux/sched.h>

#include <taskshare.h>

#include "clone/namespace.h"

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
