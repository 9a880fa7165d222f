// SPDX-License-Identifier: GPL-2.0-only
/* The limit pids.max of a task's cgroup and of those above it. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/procfs.h"
#include "why/nsfs.h"
#include "why/caller.h"

/*
 * struct hierarchy - the cgroups that have the controller "pids"
 * @path: the task's cgroup, as the reader's cgroup namespace has it
 * @v1: a hierarchy of version 1
 * @root: the cgroup that is mounted
 */
struct hierarchy {
	char path[PATH_MAX];
	bool v1;
	char root[PATH_MAX];
	char mount[PATH_MAX];
};

static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (; list; list = strchr(list, ','), list = list ? list + 1 : NULL)
		if (!strncmp(list, word, len) && (list[len] == ',' ||
						  !list[len]))
			return true;
	return false;
}

/* The line of /proc/PID/cgroup: "8:pids:/path", or "0::/path" of version 2 */
static int find_path(struct hierarchy *h, __u32 pid)
{
	char name[64], controllers[256], *text, *line, *next;
	int start;

	snprintf(name, sizeof(name), "/proc/%u/cgroup", pid);
	text = procfs_read_all(name);
	if (!text)
		return -errno;
	*h->path = 0;
	for (line = text; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		*controllers = 0;
		start = 0;
		if (sscanf(line, "%*d:%255[^:]:%n", controllers, &start) < 1)
			sscanf(line, "%*d::%n", &start);
		if (!start || (*controllers && !has_word(controllers, "pids")))
			continue;
		snprintf(h->path, sizeof(h->path), "%s", line + start);
		h->v1 = *controllers;
		if (h->v1)
			break;
	}
	free(text);
	return 0;
}

/*
 * Whether what is left of a path behind the root of a mount is in that mount: a
 * cgroup outside of the reader's cgroup namespace has a path with "/..".
 */
static bool is_below(const char *rest)
{
	return !*rest || (*rest == '/' && strcmp(rest, "/..") &&
			  strncmp(rest, "/../", 4));
}

/* A mount of that hierarchy that has the cgroup */
static bool find_mount(struct hierarchy *h)
{
	char type[64], options[1024];
	bool found = false;
	char *line = NULL;
	size_t size = 0;
	FILE *f;

	f = fopen("/proc/self/mountinfo", "re");
	while (f && !found && getline(&line, &size, f) > 0) {
		char *rest = strstr(line, " - ");
		size_t len;

		if (!rest || sscanf(rest, " - %63s %*s %1023s", type,
				    options) != 2 ||
		    strcmp(type, h->v1 ? "cgroup" : "cgroup2") ||
		    (h->v1 && !has_word(options, "pids")) ||
		    sscanf(line, "%*s %*s %*s %4095s %4095s", h->root,
			   h->mount) != 2)
			continue;
		len = strcmp(h->root, "/") ? strlen(h->root) : 0;
		found = !strncmp(h->path, h->root, len) &&
			is_below(h->path + len);
		if (found)
			memmove(h->path, h->path + len,
				strlen(h->path + len) + 1);
	}
	free(line);
	if (f)
		fclose(f);
	return found;
}

/* A number of a cgroup; LONG_MAX for "max", -ENOENT without the controller */
static long read_value(const struct hierarchy *h, const char *file)
{
	char path[3 * PATH_MAX], text[32];
	ssize_t len;

	snprintf(path, sizeof(path), "%s%s/%s", h->mount, h->path, file);
	len = procfs_read(path, text, sizeof(text));
	if (len <= 0)
		return len ? len : -EIO;
	return *text == 'm' ? LONG_MAX : strtol(text, NULL, 10);
}

static bool go_up(struct hierarchy *h)
{
	char *slash = strrchr(h->path, '/');

	if (!slash || !strcmp(h->path, "/") || !*h->path)
		return false;
	*slash = 0;
	return true;
}

static void look_at_hierarchy(struct caller *caller, struct hierarchy *h)
{
	caller_set(caller, PIDS_MAX_REACHED, false);
	do {
		long max = read_value(h, "pids.max");
		long nr = read_value(h, "pids.current");

		if (max == -ENOENT)
			continue;
		if (max < 0 || nr < 0) {
			caller_unknown(caller, PIDS_MAX_REACHED,
				       "pids.max cannot be read");
		} else if (nr >= max) {
			caller_set(caller, PIDS_MAX_REACHED, true);
			caller_note(caller, PIDS_MAX_REACHED,
				    "%ld of %ld in %.80s", nr, max,
				    *h->path ? h->path : "/");
			return;
		}
	} while (go_up(h));
}

/**
 * look_at_pids_max() - find out whether a task's cgroups allow another task
 * @caller: the task; set are PIDS_MAX_REACHED
 *
 * Cgroups above the root of a cgroup namespace limit this program, too, which
 * has just created tasks.
 */
void look_at_pids_max(struct caller *caller)
{
	static struct hierarchy h;
	int err = find_path(&h, caller_record(caller)->pid);

	if (err == -ENOENT || (!err && !*h.path))
		caller_set(caller, PIDS_MAX_REACHED, false);
	else if (err)
		caller_unknown(caller, PIDS_MAX_REACHED,
			       "its cgroup cannot be read");
	else if (!strcmp(h.path, "/") &&
		 nsfs_inode(0, "cgroup") == INITIAL_CGROUP)
		caller_set(caller, PIDS_MAX_REACHED, false);
	else if (find_mount(&h))
		look_at_hierarchy(caller, &h);
	else
		caller_unknown(caller, PIDS_MAX_REACHED,
			       "its cgroup is not mounted here");
}
