// SPDX-License-Identifier: GPL-2.0-only
/* Namespaces by their files: what is above one, and looking from inside one. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/nsfs.h>

#include "why/nsfs.h"

static void file_of(char path[64], __u32 pid, const char *name)
{
	if (pid)
		snprintf(path, 64, "/proc/%u/ns/%s", pid, name);
	else
		snprintf(path, 64, "/proc/self/ns/%s", name);
}

/**
 * nsfs_open() - open a namespace of a task
 * @pid: the task; 0: the calling process
 * @name: the file in /proc/PID/ns
 *
 * Return: a file descriptor or a negative errno.
 */
int nsfs_open(__u32 pid, const char *name)
{
	char path[64];
	int fd;

	file_of(path, pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/**
 * nsfs_inode() - the inode number of a namespace of a task
 * @pid: the task; 0: the calling process
 * @name: the file in /proc/PID/ns
 *
 * Return: the number, 0 with errno set if it cannot be read.
 */
ino_t nsfs_inode(__u32 pid, const char *name)
{
	struct stat st;
	char path[64];

	file_of(path, pid, name);
	return stat(path, &st) ? 0 : st.st_ino;
}

/**
 * nsfs_same() - check whether two tasks are in the same namespace
 * @pid: one task
 * @other: the other; 0: the calling process
 * @name: the file in /proc/PID/ns
 *
 * Return: whether they are.
 */
enum truth nsfs_same(__u32 pid, __u32 other, const char *name)
{
	ino_t a = nsfs_inode(pid, name);
	ino_t b = nsfs_inode(other, name);

	if (!a || !b)
		return IS_UNKNOWN;
	return a == b ? IS_SO : IS_NOT;
}

/**
 * nsfs_user_of() - open the user namespace that owns a namespace
 * @fd: the namespace
 *
 * Return: a file descriptor or a negative errno; -EPERM if the owner is not the
 * user namespace of the calling process or one below it.
 */
int nsfs_user_of(int fd)
{
	int user = ioctl(fd, NS_GET_USERNS);

	return user < 0 ? -errno : user;
}

/**
 * chain_open() - find the namespaces above one
 * @chain: set to them; empty if @fd is negative
 * @fd: a user or PID namespace; is closed by chain_close()
 * @users: it is a user namespace
 */
void chain_open(struct chain *chain, int fd, bool users)
{
	ino_t own = nsfs_inode(0, users ? "user" : "pid");
	ino_t initial = users ? INITIAL_USER : INITIAL_PID;
	struct stat st;

	*chain = (struct chain){ 0 };
	while (fd >= 0 && chain->nr < MAX_CHAIN) {
		int i = chain->nr;

		chain->fd[i] = fd;
		if (fstat(fd, &st))
			st.st_ino = 0;
		chain->inode[i] = st.st_ino;
		if (ioctl(fd, NS_GET_OWNER_UID, &chain->owner[i]))
			chain->owner[i] = -1;
		chain->nr++;
		chain->whole = st.st_ino == initial;
		chain->own = own && st.st_ino == own;
		fd = chain->own || chain->whole ? -1 : ioctl(fd, NS_GET_PARENT);
	}
}

/**
 * chain_close() - close the descriptors that chain_open() opened
 */
void chain_close(struct chain *chain)
{
	while (chain->nr)
		close(chain->fd[--chain->nr]);
}

/**
 * chain_find() - find a namespace in a chain
 * @inode: inode number of the namespace
 *
 * Return: its index or -1.
 */
int chain_find(const struct chain *chain, ino_t inode)
{
	int i;

	for (i = 0; i < chain->nr; i++)
		if (chain->inode[i] == inode)
			return i;
	return -1;
}

/**
 * inside() - let a child process look at something from inside namespaces
 * @fd: the namespaces that it joins, in this order
 * @nr: number of namespaces
 * @fn: the function that it calls there; writes to its second argument
 * @arg: first argument of @fn
 * @result: set to what @fn has written
 * @size: of @result
 *
 * The child takes no reference on anything but the namespaces, and ends at
 * once.
 *
 * Return: 0, or a negative errno if it could not join or did not come to an
 * end.
 */
int inside(const int *fd, size_t nr, void (*fn)(void *arg, void *result),
	   void *arg, void *result, size_t size)
{
	struct {
		int err;
		__u64 result[];
	} *shared = mmap(NULL, sizeof(*shared) + size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = -1, err;
	pid_t pid;
	size_t i;

	if (shared == MAP_FAILED)
		return -errno;
	pid = fork();
	if (!pid) {
		for (i = 0; i < nr && !shared->err; i++)
			if (setns(fd[i], 0))
				shared->err = -errno;
		if (!shared->err)
			fn(arg, shared->result);
		_exit(EXIT_SUCCESS);
	}
	if (pid < 0)
		shared->err = -errno;
	else
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	err = shared->err ? shared->err : status ? -ECHILD : 0;
	memcpy(result, shared->result, size);
	munmap(shared, sizeof(*shared) + size);
	return err;
}
