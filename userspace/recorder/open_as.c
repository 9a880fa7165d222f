// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens files that a recorded program names, but does not open itself. It may have
 * fewer rights than its recorder, and could have any file shown to it otherwise.
 */
#include <fcntl.h>
#include <grp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include "recorder/open_as.h"
#include "util/procfs.h"

/* IDs by which access to files is decided */
struct ids {
	uid_t uid;
	gid_t gid;
};

static bool read_ids(pid_t pid, struct ids *ids)
{
	char path[40], text[2048], *at;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	if (procfs_read(path, text, sizeof(text)) <= 0)
		return false;
	at = strstr(text, "\nUid:");
	return at && sscanf(at, "\nUid: %*u %*u %*u %u Gid: %*u %*u %*u %u",
			    &ids->uid, &ids->gid) == 2;
}

/* Capabilities about files go with the user ID of root, and come back with it. */
static bool take_ids(const struct ids *ids)
{
	setfsgid(ids->gid);
	setfsuid(ids->uid);
	return (gid_t)setfsgid(-1) == ids->gid && (uid_t)setfsuid(-1) == ids->uid;
}

static int open_file(const char *path)
{
	return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static int open_with(const struct ids *ids, const struct ids *own,
		     const char *path)
{
	int nr = getgroups(0, NULL), fd = -1;
	gid_t *groups = calloc(nr + 1, sizeof(*groups));

	if (groups && getgroups(nr, groups) == nr && !setgroups(0, NULL)) {
		if (take_ids(ids))
			fd = open_file(path);
		take_ids(own);
		setgroups(nr, groups);
	}
	free(groups);
	return fd;
}

/**
 * open_as() - open a file to read it, if a task could do so
 * @pid: the task; its supplementary groups do not count
 * @path: the file, as this process sees it
 *
 * Return: a file descriptor, or -1.
 */
int open_as(pid_t pid, const char *path)
{
	const struct ids own = { geteuid(), getegid() };
	struct ids ids;

	if (!read_ids(pid, &ids))
		return -1;
	if (ids.uid == own.uid && ids.gid == own.gid)
		return open_file(path);
	return open_with(&ids, &own, path);
}
