// SPDX-License-Identifier: GPL-2.0-only
/* Reads a task's state from /proc. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "content/proc.h"
#include "recorder/look.h"

/**
 * look_at() - read credentials and namespaces of a task
 * @tracee: the task
 * @item: set to them; what cannot be read stays unknown
 *
 * Return: true if it could read the credentials.
 */
bool look_at(struct run *run, const struct tracee *tracee,
	     struct content_item *item)
{
	const struct taskshare_record rec = {
		.pid = tracee->pid, .tgid = tracee->tgid,
	};
	int dir = proc_task_open(&run->source, &rec, false);
	char *groups;

	memset(item, 0, sizeof(*item));
	if (dir < 0)
		return false;
	proc_read_numbers(&run->source, dir, item, &groups);
	free(groups);
	close(dir);
	return item->row.known & 1u << TASKSHARE_CRED;
}
