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
 * procfs_gone() - was a task there no more?
 * @len: what procfs_read() returned for one of its files
 *
 * Return: true if so; any other error says nothing about the task.
 */
bool procfs_gone(ssize_t len)
{
	return !len || len == -ENOENT || len == -ESRCH;
}

/**
 * procfs_check() - does /proc number tasks as system calls of ours do?
 * @why: says what is wrong
 *
 * In a pid namespace that was entered without a procfs of its own, /proc is
 * still the outer one's: its numbers are those of other tasks here. It shows
 * our number in its own namespace and in each below, down to ours: see NSpid in
 * proc_pid_status(5).
 *
 * Return: 0, -EXDEV if it is that of another namespace, or a negative errno if
 * it cannot be read.
 */
int procfs_check(struct reason *why)
{
	char text[2048], next[2], *line;
	ssize_t len;

	len = procfs_read("/proc/self/status", text, sizeof(text));
	if (len == -ENOENT)
		return reason_set(why, len,
				  "no /proc of our pid namespace: mount -t proc proc /proc");
	if (len < 0)
		return reason_set(why, len, "/proc cannot be read: %s",
				  strerror(-len));
	line = strstr(text, "\nNSpid:");
	/* Without pid namespaces there is no such line. */
	if (line && sscanf(line, "\nNSpid: %*u%*1[\t]%1[0-9]", next) == 1)
		return reason_set(why, -EXDEV,
				  "/proc is that of another pid namespace: mount -t proc proc /proc");
	return 0;
}

/**
 * procfs_tgid() - the thread group that a task belongs to
 * @pid: the task
 * @tgid: its thread group's number, or 0 if there is no such task
 *
 * Return: 0, also if there is none, or a negative errno.
 */
int procfs_tgid(__u32 pid, __u32 *tgid)
{
	char path[40], text[2048], *line;
	ssize_t len;

	*tgid = 0;
	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	len = procfs_read(path, text, sizeof(text));
	if (procfs_gone(len))
		return 0;
	if (len < 0)
		return len;
	line = strstr(text, "\nTgid:");
	return line && sscanf(line, "\nTgid: %u", tgid) == 1 ? 0 : -EPROTO;
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
