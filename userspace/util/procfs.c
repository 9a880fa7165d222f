// SPDX-License-Identifier: GPL-2.0-only
/* Small questions to /proc. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/capability.h>

#include "util/procfs.h"

/**
 * procfs_read_at() - read a small file at once
 * @dir: directory of the file, for openat(2)
 * @name: the file
 * @buf: buffer; a zero byte is put behind
 * @size: of @buf
 *
 * Return: number of bytes, or a negative errno.
 */
ssize_t procfs_read_at(int dir, const char *name, char *buf, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	err = errno;
	close(fd);
	if (n < 0)
		return -err;
	buf[n] = 0;
	return n;
}

/**
 * procfs_read() - read a small file at once, as procfs_read_at() does
 * @path: the file
 * @buf: buffer; a zero byte is put behind
 * @size: of @buf
 *
 * Return: number of bytes, or a negative errno.
 */
ssize_t procfs_read(const char *path, char *buf, size_t size)
{
	return procfs_read_at(AT_FDCWD, path, buf, size);
}

/**
 * procfs_read_all_at() - read all of a file
 * @dir: directory of the file, for openat(2)
 * @name: the file; one as status of proc(5) is as long as a task has groups
 *
 * Return: what it holds, to be freed; NULL with errno set if it cannot be read.
 */
char *procfs_read_all_at(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC), err = 0;
	size_t size = 4096, len = 0;
	char *text = NULL, *more;
	ssize_t n = 0;

	if (fd < 0)
		return NULL;
	do {
		if (!text || len + 1 == size) {
			size *= text ? 2 : 1;
			more = realloc(text, size);
			if (!more) {
				err = ENOMEM;
				break;
			}
			text = more;
		}
		n = read(fd, text + len, size - 1 - len);
		if (n < 0)
			err = errno;
		else
			len += n;
	} while (n > 0);
	close(fd);
	if (!err) {
		text[len] = 0;
		return text;
	}
	free(text);
	errno = err;
	return NULL;
}

/**
 * procfs_read_memory() - read a task's memory
 * @pid: the task
 * @address: its address there
 * @to: buffer for @len bytes
 * @len: number of bytes
 *
 * process_vm_readv(2) is an option of the kernel (CONFIG_CROSS_MEMORY_ATTACH).
 *
 * Return: number of bytes that could be read, or a negative errno.
 */
ssize_t procfs_read_memory(pid_t pid, __u64 address, void *to, size_t len)
{
	char path[32];
	ssize_t n;
	int fd, err;

	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = pread64(fd, to, len, address);
	err = errno;
	close(fd);
	return n < 0 ? -err : n;
}

/**
 * procfs_read_all() - read all of a file, as procfs_read_all_at() does
 * @path: the file
 *
 * Return: what it holds, to be freed; NULL with errno set if it cannot be read.
 */
char *procfs_read_all(const char *path)
{
	return procfs_read_all_at(AT_FDCWD, path);
}

/**
 * procfs_gone() - check whether a task was gone
 * @len: return value of procfs_read() for one of its files
 *
 * Return: true if so; any other error says nothing about the task.
 */
bool procfs_gone(ssize_t len)
{
	return !len || len == -ENOENT || len == -ESRCH;
}

/**
 * procfs_check() - check that /proc has the PIDs that system calls here have
 * @error: says what is wrong
 *
 * In a pid namespace that was entered without a procfs of its own, /proc is
 * still the outer one's: its numbers are those of other tasks here. It shows
 * this process's number in its own namespace and in each below, down to that of
 * this process: see NSpid in proc_pid_status(5).
 *
 * Return: 0, -EXDEV if it is that of another namespace, or a negative errno if
 * it cannot be read.
 */
int procfs_check(struct error *error)
{
	char next[2], *line, *text;
	bool own;

	text = procfs_read_all("/proc/self/status");
	if (!text && errno == ENOENT)
		return error_set(error, -ENOENT,
				 "no /proc of our pid namespace: mount -t proc proc /proc");
	if (!text)
		return error_set(error, -errno, "/proc cannot be read: %s",
				 strerror(errno));
	line = strstr(text, "\nNSpid:");
	/* Without pid namespaces there is no such line. */
	own = !line || sscanf(line, "\nNSpid: %*u%*1[\t]%1[0-9]", next) != 1;
	free(text);
	if (!own)
		return error_set(error, -EXDEV,
				 "/proc is that of another pid namespace: mount -t proc proc /proc");
	return 0;
}

/* That of the initial time namespace: PROC_TIME_INIT_INO of linux/proc_ns.h */
#define INITIAL_TIME	0xeffffffau

/**
 * procfs_boot_offset() - by how much the times in /proc are later than the
 * kernel's
 * @ns: set to it, in nanoseconds; may be negative
 * @error: says what is wrong
 *
 * Times are shown as the reader's time namespace has them, of which only those
 * for children have their offsets: see time_namespaces(7).
 *
 * Return: 0, -EXDEV if it cannot be known, or a negative errno.
 */
int procfs_boot_offset(long long *ns, struct error *error)
{
	struct stat own, of_children;
	char text[256], *line;
	long long seconds;
	ssize_t len;

	*ns = 0;
	if (stat("/proc/self/ns/time", &own))
		return errno == ENOENT ? 0 :
		       error_set(error, -errno, "/proc/self/ns/time: %s",
				 strerror(errno));
	if (own.st_ino == INITIAL_TIME)
		return 0;
	if (stat("/proc/self/ns/time_for_children", &of_children) ||
	    own.st_ino != of_children.st_ino)
		return error_set(error, -EXDEV,
				 "the offset of this time namespace cannot be known: start it from the namespace for children");
	len = procfs_read("/proc/self/timens_offsets", text, sizeof(text));
	line = len > 0 ? strstr(text, "boottime") : NULL;
	if (!line || sscanf(line, "boottime %lld %lld", &seconds, ns) != 2)
		return error_set(error, -EPROTO,
				 "/proc/self/timens_offsets cannot be read");
	*ns += seconds * 1000000000;
	return 0;
}

/* That of the initial user namespace: PROC_USER_INIT_INO of linux/proc_ns.h */
#define INITIAL_USER	0xeffffffdu

/* Whether this process may look into every task: then none is hidden from it. */
static bool sees_every_task(void)
{
	unsigned long long caps;
	struct stat user;
	char *text, *line;
	bool sees;

	if (!stat("/proc/self/ns/user", &user) && user.st_ino != INITIAL_USER)
		return false;
	text = procfs_read_all("/proc/self/status");
	line = text ? strstr(text, "\nCapEff:") : NULL;
	sees = line && sscanf(line, "\nCapEff: %llx", &caps) == 1 &&
	       caps & 1ull << CAP_SYS_PTRACE;
	free(text);
	return sees;
}

/**
 * procfs_hides() - check whether /proc may leave out tasks of its PID namespace
 *
 * The option hidepid= of proc(5) hides tasks that a reader may not look into. Of
 * several mounts on /proc, the last one is seen.
 *
 * Return: true if it may, also if the mount cannot be found.
 */
bool procfs_hides(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	bool hides = true;
	char *line = NULL, *rest, dir[16];
	size_t size = 0;

	while (f && getline(&line, &size, f) > 0) {
		rest = strstr(line, " - ");
		if (rest && sscanf(line, "%*s %*s %*s %*s %15s", dir) == 1 &&
		    !strcmp(dir, "/proc"))
			hides = strstr(rest, "hidepid=");
	}
	free(line);
	if (f)
		fclose(f);
	return hides && !sees_every_task();
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
 * procfs_threads() - number of threads of a process
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
