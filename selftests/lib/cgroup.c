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

/** cgroup_make() - false if this system has no memory controller there */
bool cgroup_make(void)
{
	return write_file(ROOT "/cgroup.subtree_control", "+memory") &&
	       !mkdir(GROUP, 0700);
}

/** cgroup_remove() - once everybody in it has been reaped */
void cgroup_remove(void)
{
	if (!eventually(!rmdir(GROUP)))
		complain("%s stays", GROUP);
}

/** cgroup_enter() - for the caller and its children */
bool cgroup_enter(void)
{
	return write_file(GROUP "/cgroup.procs", "0");
}

/** cgroup_limit() - the most memory it may have, -1 for any */
bool cgroup_limit(long bytes)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", bytes);
	return write_file(GROUP "/memory.max", bytes < 0 ? "max" : text);
}

/** cgroup_value() - as proc_field(), of one of its files */
long cgroup_value(const char *file, const char *key)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), GROUP "/%s", file);
	return proc_field(path, key);
}
