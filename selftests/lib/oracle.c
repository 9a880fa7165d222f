// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own answers about sharing: kcmp(2) and /proc/PID/ns. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "oracle.h"
#include "taskshare.h"

const struct oracle_kind oracle_kinds[] = {
	{ TASKSHARE_MM, KCMP_VM, NULL },
	{ TASKSHARE_FILES, KCMP_FILES, NULL },
	{ TASKSHARE_FS, KCMP_FS, NULL },
	{ TASKSHARE_SIGHAND, KCMP_SIGHAND, NULL },
	{ TASKSHARE_IO, KCMP_IO, NULL },
	{ TASKSHARE_SEMUNDO, KCMP_SYSVSEM, NULL },
	{ TASKSHARE_UTS, -1, "uts" },
	{ TASKSHARE_IPC, -1, "ipc" },
	{ TASKSHARE_MNT, -1, "mnt" },
	{ TASKSHARE_NET, -1, "net" },
	{ TASKSHARE_PID, -1, "pid" },
	{ TASKSHARE_PID_FOR_CHILDREN, -1, "pid_for_children" },
	{ TASKSHARE_CGROUP, -1, "cgroup" },
	{ TASKSHARE_TIME, -1, "time" },
	{ TASKSHARE_TIME_FOR_CHILDREN, -1, "time_for_children" },
	{ TASKSHARE_USER, -1, "user" },
};

const int oracle_nr_kinds = sizeof(oracle_kinds) / sizeof(*oracle_kinds);

/**
 * oracle_kcmp() - ask kcmp(2) whether two tasks have the same pointer
 *
 * That is not the same object: kcmp(2) takes two NULL pointers for equal, so
 * the caller must know that there is an object at all.
 *
 * Return: 1 if so, 0 if not, or a negative errno.
 */
int oracle_kcmp(pid_t a, pid_t b, int type)
{
	long ret = syscall(SYS_kcmp, a, b, type, 0, 0);

	return ret < 0 ? -errno : !ret;
}

/**
 * oracle_ns() - inode number of one of a task's namespaces
 * @pid: a process or a thread: /proc finds it though it does not list it
 *
 * Return: the number, or -1 if the task has none or is gone.
 */
long long oracle_ns(pid_t pid, const char *name)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
	return stat(path, &st) ? -1 : (long long)st.st_ino;
}

/** oracle_missing() - returns true on a kernel without CONFIG_KCMP */
bool oracle_missing(void)
{
	return oracle_kcmp(getpid(), getpid(), KCMP_VM) == -ENOSYS;
}
