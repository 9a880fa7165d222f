// SPDX-License-Identifier: GPL-2.0-only
/* Small questions to /proc. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "procfs.h"

/**
 * procfs_read() - read a small file at once
 * @path: the file
 * @buf: where to; a zero byte is put behind
 * @room: of @buf
 *
 * Return: how many bytes, or a negative errno.
 */
ssize_t procfs_read(const char *path, char *buf, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, room - 1);
	err = errno;
	close(fd);
	if (n < 0)
		return -err;
	buf[n] = 0;
	return n;
}

/**
 * procfs_tgid() - the thread group that a task belongs to
 * @pid: the task
 *
 * Return: its number, or 0 if there is no such task.
 */
__u32 procfs_tgid(__u32 pid)
{
	char path[40], text[2048];
	unsigned int tgid = 0;
	char *line;

	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	if (procfs_read(path, text, sizeof(text)) <= 0)
		return 0;
	line = strstr(text, "\nTgid:");
	if (line && sscanf(line, "\nTgid: %u", &tgid) != 1)
		return 0;
	return tgid;
}

/**
 * procfs_threads() - how many threads a process has
 * @tgid: the process
 *
 * Return: the number, or 0 if it is gone.
 */
size_t procfs_threads(__u32 tgid)
{
	char path[40];
	struct stat st;

	/* procfs counts a directory for each. */
	snprintf(path, sizeof(path), "/proc/%u/task", tgid);
	return stat(path, &st) || st.st_nlink < 3 ? 0 : st.st_nlink - 2;
}
