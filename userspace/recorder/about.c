// SPDX-License-Identifier: GPL-2.0-only
/* Explains objects, for those who see only their letters. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "record/kinds.h"
#include "recorder/about.h"

/* The link in /proc of an object of a kind, of a task that holds it */
static const char *link_of(char *to, size_t size, int kind)
{
	if (kind == TASKSHARE_MM)
		return "exe";
	if (!kind_is_namespace(kind))
		return NULL;
	snprintf(to, size, "ns/%s", kind_name[kind]);
	return to;
}

static char *read_about(const struct row *row, int kind)
{
	char name[48], path[96], text[PATH_MAX];
	const char *link = link_of(name, sizeof(name), kind);
	ssize_t n;

	if (!link)
		return NULL;
	snprintf(path, sizeof(path), "/proc/%u/task/%u/%s", row->tgid,
		 row->pid, link);
	n = readlink(path, text, sizeof(text));
	return n <= 0 || n == sizeof(text) ? NULL : strndup(text, n);
}

/**
 * about_objects() - find out about the objects that a step has brought
 */
void about_objects(struct history *history, __u32 step)
{
	__u32 i;
	int k;

	for (i = 0; i < history->nr_tasks; i++) {
		const struct row *row = &history->task[i].row;

		for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
			struct history_object *obj;

			if (row->cell[k] < 0)
				continue;
			obj = &history->object[row->cell[k]];
			if (obj->first == step && !obj->about)
				obj->about = read_about(row, k);
		}
	}
}

/**
 * about_kind() - words for the effect of sharing an object
 * @kind: of the object
 *
 * There is no default, so that the compiler asks for the words of a new kind.
 *
 * Return: a sentence.
 */
const char *about_kind(int kind)
{
	switch ((enum taskshare_kind)kind) {
	case TASKSHARE_MM:
		return "Each task reads what the others write to memory.";
	case TASKSHARE_FILES:
		return "A file that one task opens or closes is open or closed in all.";
	case TASKSHARE_SIGHAND:
		return "A signal handler that one task sets is set in all.";
	case TASKSHARE_FS:
		return "Root, working directory and umask change for all at once.";
	case TASKSHARE_SIGNAL:
		return "The tasks are threads of one process.";
	case TASKSHARE_IO:
		return "The I/O scheduler counts the tasks as one.";
	case TASKSHARE_SEMUNDO:
		return "The adjustments of System V semaphores are undone when the last task ends.";
	case TASKSHARE_NSPROXY:
		return "The tasks have one nsproxy, so the namespaces in it are the same.";
	case TASKSHARE_CRED:
		return "One copy of IDs and capabilities; a task that changes them gets its own.";
	case TASKSHARE_CGROUPS:
		return "The tasks are in the same cgroup of each hierarchy.";
	case TASKSHARE_SECCOMP:
		return "The tasks have the same chain of filters for system calls.";
	case TASKSHARE_UTS:
		return "The tasks see the same host name.";
	case TASKSHARE_IPC:
		return "The tasks see the same System V IPC objects and POSIX message queues.";
	case TASKSHARE_MNT:
		return "The tasks see the same mounts.";
	case TASKSHARE_NET:
		return "The tasks see the same network devices, addresses and ports.";
	case TASKSHARE_PID:
		return "The tasks are numbered together.";
	case TASKSHARE_PID_FOR_CHILDREN:
		return "Processes that the tasks create are numbered together.";
	case TASKSHARE_CGROUP:
		return "The tasks see the hierarchy of cgroups from the same root.";
	case TASKSHARE_TIME:
		return "The tasks have the same monotonic and boot-time clocks.";
	case TASKSHARE_TIME_FOR_CHILDREN:
		return "Processes that the tasks create have the same clocks.";
	case TASKSHARE_USER:
		return "The same user IDs and capabilities mean the same in all tasks.";
	case TASKSHARE_NR_KINDS:
		break;
	}
	return "";
}
