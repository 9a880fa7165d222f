// SPDX-License-Identifier: GPL-2.0-only
/* The processors that a task runs on. */
#define _GNU_SOURCE
#include <sched.h>

#include "cpu.h"

/**
 * cpu_two() - find two processors that the caller may use
 *
 * Return: false if there is only one.
 */
bool cpu_two(int cpu[2])
{
	cpu_set_t cpus;
	int i, nr = 0;

	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		return false;
	for (i = 0; i < CPU_SETSIZE && nr < 2; i++)
		if (CPU_ISSET(i, &cpus))
			cpu[nr++] = i;
	return nr == 2;
}

/** cpu_use() - let a task, 0 for the caller, run on one processor only */
bool cpu_use(pid_t tid, int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	return !sched_setaffinity(tid, sizeof(cpus), &cpus);
}
