// SPDX-License-Identifier: GPL-2.0-only
/* A memory cgroup (version 2) to put a reader into. */
#define _GNU_SOURCE
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"
#include "util.h"

#define ROOT	"/sys/fs/cgroup"
#define GROUP	ROOT "/ts-reader"

/** cgroup_make() - make the cgroup; false without a memory controller */
bool cgroup_make(void)
{
	/* of a test that was killed */
	rmdir(GROUP);
	return write_file(ROOT "/cgroup.subtree_control", "+memory") &&
	       !mkdir(GROUP, 0700);
}

/** cgroup_remove() - remove it; all tasks in it must have been reaped */
void cgroup_remove(void)
{
	if (!eventually(!rmdir(GROUP)))
		complain("%s stays", GROUP);
}

/** cgroup_enter() - move the caller, and its future children, into it */
bool cgroup_enter(void)
{
	return write_file(GROUP "/cgroup.procs", "0");
}

/** cgroup_limit() - set its limit of memory in bytes, -1 for none */
bool cgroup_limit(long bytes)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", bytes);
	return write_file(GROUP "/memory.max", bytes < 0 ? "max" : text);
}

/** cgroup_value() - proc_field() of one of its files */
long cgroup_value(const char *file, const char *key)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), GROUP "/%s", file);
	return proc_field(path, key);
}
