// SPDX-License-Identifier: GPL-2.0-only
/* A process that does something while readers look at it. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <unistd.h>
#include <fcntl.h>

#include "observed.h"
#include "util.h"

struct job {
	struct observed *o;
	void (*work)(struct observed *o);
};

static void run(void *arg)
{
	const struct job *job = arg;

	job->work(job->o);
}

/**
 * observed_prepare() - set up the pipes and the readers' counts
 * @rounds: least number of times that the process will do it
 *
 * Return: false if there are no descriptors or no memory.
 */
bool observed_prepare(struct observed *o, long rounds)
{
	*o = (struct observed){ .rounds = rounds };
	return readers_prepare(READERS_USUAL) && !pipe2(o->go, O_CLOEXEC) &&
	       !pipe(o->enough);
}

/**
 * observed_start() - start the process, and readers that look at it
 * @work: the work of the process, from observed_begin() on
 * @check: as for readers_start()
 *
 * The process begins when all readers have read their files.
 *
 * Return: false if that takes too long.
 */
bool observed_start(struct observed *o, void (*work)(struct observed *o),
		    readers_check_t check)
{
	struct job job = { o, work };

	die_with_parent();
	o->pid = spawn(run, &job);
	return readers_start(o->pid, check) && write(o->go[1], "", 1) == 1;
}

/**
 * observed_enough() - let the process end once it has been observed
 * @times: each reader has read its file this many times since it began
 *
 * Return: false, with a complaint, if a reader takes too long.
 */
bool observed_enough(struct observed *o, unsigned long times)
{
	return readers_wait(times) && write(o->enough[1], "", 1) == 1;
}

/**
 * observed_end() - wait for the process, and stop the readers
 *
 * Return: false if the process did not exit with 0, or a reader found a fault.
 */
bool observed_end(struct observed *o)
{
	bool done = exited_with(o->pid, 0);

	o->pid = 0;
	readers_stop();
	return done && !readers_faults();
}

/** observed_stop() - end the process and the readers, whatever they do */
void observed_stop(struct observed *o)
{
	readers_stop();
	kill_and_reap(o->pid);
	o->pid = 0;
}

/** observed_begin() - in the process: wait until all readers look at it */
void observed_begin(const struct observed *o)
{
	char byte;

	if (read(o->go[0], &byte, 1) != 1)
		_exit(EXIT_FAILURE);
}

/**
 * observed_goes_on() - in the process: returns true to do it once more
 * @done: number of times that it was done
 */
bool observed_goes_on(const struct observed *o, long done)
{
	return done < o->rounds || !readable(o->enough[0]);
}
