// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's counts of objects, to find what is not freed. */
#define _GNU_SOURCE
#include <stdio.h>

#include "slab.h"
#include "util.h"

/**
 * slab_objects() - number of active objects of a slab cache
 * @cache: its name in /proc/slabinfo
 *
 * Return: the number, or -1 if there is no such count.
 */
long slab_objects(const char *cache)
{
	char line[64];

	snprintf(line, sizeof(line), "%s ", cache);
	return proc_field("/proc/slabinfo", line);
}

static long tasks(void)
{
	char text[64] = "";
	long nr = 0;

	read_file("/proc/loadavg", text, sizeof(text));
	return sscanf(text, "%*f %*f %*f %*d/%ld", &nr) == 1 ? nr : 0;
}

/* Shrinking frees those that are only kept for the next task. */
static long spare(void)
{
	long objects;

	write_file("/sys/kernel/slab/task_struct/shrink", "1");
	objects = slab_objects("task_struct");
	return objects < 0 ? -1 : objects - tasks();
}

/**
 * slab_spare_tasks() - number of task_structs beyond those of tasks
 *
 * A task that has ended keeps its task_struct for a while. Waits until their
 * number does not fall any more.
 *
 * Return: the number, or -1 if the kernel does not count task_structs.
 */
long slab_spare_tasks(void)
{
	long before, now = spare();

	do {
		before = now;
		wait_for_rcu();
		now = spare();
	} while (now >= 0 && now < before);
	return now;
}

/**
 * slab_tasks_freed() - returns true if hardly more task_structs than before exist
 * @before: from slab_spare_tasks()
 * @tolerance: this many more may come from other tasks that have ended
 *
 * To be polled.
 */
bool slab_tasks_freed(long before, long tolerance)
{
	long now = spare();

	return now >= 0 && now <= before + tolerance;
}
