// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cgroups: one that only its processes are in, and one inside of it
 * that single threads join. Without a hierarchy of version 2, there are none.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/cgroup2.h"
#include "tests/claims/world.h"

char *cgroup_dir;
/* Where this program was before */
static char *cgroup_before;
/* For a task that has not moved, and for one that has: as in the sentences */
static char cgroup_texts[2][1024];

static bool cgroup_write(const char *dir, const char *name, const char *text)
{
	char path[512];
	bool good;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	good = fd >= 0 && write(fd, text, strlen(text)) >= 0;
	close(fd);
	return good;
}

/* The paths of all hierarchies; @own is that of version 2. */
static void cgroup_paths(char *own, size_t own_size, char *others, size_t size)
{
	FILE *in = fopen("/proc/self/cgroup", "re");
	char line[512], *names, *path;

	*own = 0;
	*others = 0;
	while (in && fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = 0;
		path = line;
		strsep(&path, ":");
		names = strsep(&path, ":");
		if (!*names)
			snprintf(own, own_size, "%s", strcmp(path, "/") ?
				 path : "");
		else if (strcmp(path, "/"))
			snprintf(strchr(others, 0), size - strlen(others),
				 ", %s:%s", names, path);
	}
	if (in)
		fclose(in);
}

/* Moves this program. Afterwards cgroup_dir says whether there are cgroups. */
void cgroup_enter(void)
{
	char line[512], own[256], others[512], *dir, *inner;
	int i;

	dir = find_cgroup2(line, sizeof(line));
	cgroup_paths(own, sizeof(own), others, sizeof(others));
	if (!dir || asprintf(&cgroup_before, "%s%s", dir, own) < 0 ||
	    asprintf(&cgroup_dir, "%s/taskshare-claims-XXXXXX",
		     cgroup_before) < 0 || !mkdtemp(cgroup_dir) ||
	    asprintf(&inner, "%s/inner", cgroup_dir) < 0) {
		cgroup_dir = NULL;
		return;
	}
	if (mkdir(inner, 0755) ||
	    !cgroup_write(cgroup_dir, "cgroup.procs", "0") ||
	    !cgroup_write(inner, "cgroup.type", "threaded")) {
		cgroup_write(cgroup_before, "cgroup.procs", "0");
		rmdir(inner);
		rmdir(cgroup_dir);
		cgroup_dir = NULL;
	}
	free(inner);
	for (i = 0; cgroup_dir && i < 2; i++)
		snprintf(cgroup_texts[i], sizeof(cgroup_texts[i]),
			 "%s%s%s%s", own, strrchr(cgroup_dir, '/'),
			 i ? "/inner" : "", others);
}

/* The reader is not one of those that are looked at. */
void cgroup_leave(void)
{
	if (cgroup_dir && !cgroup_write(cgroup_before, "cgroup.procs", "0"))
		_exit(125);
}

bool cgroup_join(pid_t tid)
{
	char text[16];

	if (!cgroup_dir)
		return false;
	snprintf(text, sizeof(text), "%d", tid);
	if (!cgroup_write(cgroup_dir, "inner/cgroup.threads", text))
		errx(1, "cgroup.threads: %s", strerror(errno));
	return true;
}

const char *cgroup_text(bool moved)
{
	return cgroup_texts[moved];
}

void cgroup_remove(void)
{
	char inner[512];

	if (!cgroup_dir)
		return;
	snprintf(inner, sizeof(inner), "%s/inner", cgroup_dir);
	cgroup_leave();
	if (rmdir(inner) || rmdir(cgroup_dir))
		printf("# %s stays: %s\n", cgroup_dir, strerror(errno));
}
