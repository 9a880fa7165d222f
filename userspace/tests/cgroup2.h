/* SPDX-License-Identifier: GPL-2.0-only */
/* Cgroups of version 2, for tests that make some. */
#ifndef CGROUP2_H
#define CGROUP2_H

#include <stdio.h>
#include <string.h>

/* Where the unified hierarchy is mounted, or NULL */
static char *find_cgroup2(char *line, size_t size)
{
	FILE *f = fopen("/proc/self/mounts", "r");
	char *dir = NULL;

	while (f && !dir && fgets(line, size, f))
		if (strstr(line, " cgroup2 ")) {
			strsep(&line, " ");
			dir = strsep(&line, " ");
		}
	if (f)
		fclose(f);
	return dir;
}

#endif /* CGROUP2_H */
