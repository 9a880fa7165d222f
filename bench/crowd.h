/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include <sys/types.h>

/**
 * struct crowd - many tasks that do nothing
 * @name: their name in the output
 * @flags: the objects that each shares with its creator, for clone(2)
 * @maker: the process that made them, and ends them when it ends
 * @pid: their PIDs
 * @nr: number of tasks
 */
struct crowd {
	const char *name;
	unsigned long flags;
	pid_t maker;
	pid_t *pid;
	unsigned int nr;
};

/**
 * crowd_start() - make the tasks
 * @crowd: @name, @flags and @nr are given, the rest is filled in
 *
 * Returns when all of them are there. Ends the program if they cannot be made.
 */
void crowd_start(struct crowd *crowd);

/**
 * crowd_stop() - end the tasks and wait until they are gone
 * @crowd: the tasks of crowd_start()
 */
void crowd_stop(struct crowd *crowd);

#endif
