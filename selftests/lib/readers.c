// SPDX-License-Identifier: GPL-2.0-only
/* Processes that read the module's files over and over while a test runs. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "readers.h"
#include "util.h"

struct counters {
	unsigned long rounds;	/* that showed something */
	unsigned long before;	/* of those: before readers_start() was over */
	unsigned long faults;
};

struct job {
	int which;
	pid_t pid;
	readers_check_t check;
};

static struct counters *counters;	/* shared, one for each reader */
static pid_t readers[READERS_USUAL];
static int nr_readers;

/* An empty text is an error, too. */
static int read_text(const char *name)
{
	ssize_t len = taskshare_size("", name);

	return len < 0 ? len : len ? 0 : -EPROTO;
}

static int look_once(const struct job *job, struct snapshot *s)
{
	char name[16];

	snprintf(name, sizeof(name), "%d", job->pid);
	switch (job->which) {
	case 0:
		return snapshot_pid(s, job->pid);
	case 1:
		return read_text(name);
	case 2:
		return snapshot_all(s);
	default:
		return read_text("all");
	}
}

/* A single process may be gone. A round that shows no task does not count. */
static void look_forever(void *arg)
{
	const struct job *job = arg;
	bool one = job->which < 2;
	struct counters *c = &counters[job->which];
	struct snapshot s;
	int ret;

	for (;;) {
		memset(&s, 0, sizeof(s));
		ret = look_once(job, &s);
		if (ret && !(one && ret == -ENOENT)) {
			complain("a reader got error %d", ret);
			c->faults++;
		}
		if (!ret && s.nr && job->check)
			c->faults += job->check(&s);
		snapshot_free(&s);
		if (!ret)
			__atomic_add_fetch(&c->rounds, 1, __ATOMIC_RELEASE);
	}
}

/**
 * readers_prepare() - set up the counts, in memory shared with children
 * @nr: number of readers; each looks in another way
 *
 * Return: false if there is no memory, or there are too many of them.
 */
bool readers_prepare(int nr)
{
	if (nr > READERS_USUAL)
		return false;
	nr_readers = nr;
	counters = mmap(NULL, nr * sizeof(*counters), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return counters != MAP_FAILED;
}

/**
 * readers_start() - let processes read until readers_stop()
 * @pid: the process for the readers that look at a single one
 * @check: called for each snapshot of records, or NULL
 *
 * Return: false, with a complaint, if a reader does not begin in time.
 */
bool readers_start(pid_t pid, readers_check_t check)
{
	struct job job = { .pid = pid, .check = check };
	int i;

	die_with_parent();
	for (i = 0; i < nr_readers; i++) {
		job.which = i;
		counters[i].before = 0;
		readers[i] = spawn(look_forever, &job);
	}
	if (!readers_wait(1))
		return false;
	for (i = 0; i < nr_readers; i++)
		counters[i].before = __atomic_load_n(&counters[i].rounds,
						     __ATOMIC_ACQUIRE);
	return true;
}

/**
 * readers_wait() - wait until each reader has read its file so often
 * @rounds: times since readers_start()
 *
 * Return: false, with a complaint, if that takes too long.
 */
bool readers_wait(unsigned long rounds)
{
	if (eventually(readers_rounds() >= rounds))
		return true;
	complain("the slowest reader has read its file %lu times, not %lu",
		 readers_rounds(), rounds);
	return false;
}

/** readers_rounds() - how often the slowest reader has read its file */
unsigned long readers_rounds(void)
{
	unsigned long least = ~0ul, rounds;
	int i;

	for (i = 0; i < nr_readers; i++) {
		rounds = __atomic_load_n(&counters[i].rounds,
					 __ATOMIC_ACQUIRE) - counters[i].before;
		if (rounds < least)
			least = rounds;
	}
	return least;
}

/** readers_faults() - number of faults that all readers have found */
unsigned long readers_faults(void)
{
	unsigned long faults = 0;
	int i;

	for (i = 0; i < nr_readers; i++)
		faults += __atomic_load_n(&counters[i].faults,
					  __ATOMIC_RELAXED);
	return faults;
}

/** readers_stop() - end the readers; the counts stay */
void readers_stop(void)
{
	int i;

	for (i = 0; i < nr_readers; i++) {
		kill_and_reap(readers[i]);
		readers[i] = 0;
	}
}

static bool related(const struct taskshare_record *a,
		    const struct taskshare_record *b)
{
	return a->tgid == b->tgid || a->ppid == b->tgid || b->ppid == a->tgid;
}

/**
 * shares_of_strangers() - count shares that no fork, vfork or thread explains
 *
 * For systems whose processes use no other flags of clone(2): the threads of a
 * process share their objects, and a parent shares its mm with a vfork child.
 * Kernel threads are left out.
 */
unsigned long shares_of_strangers(const struct snapshot *s)
{
	static const int kinds[] = { TASKSHARE_MM, TASKSHARE_FILES,
		TASKSHARE_FS, TASKSHARE_SIGHAND, TASKSHARE_SIGNAL };
	const struct taskshare_record *a, *b;
	unsigned long found = 0;
	size_t i;

	for (a = s->rec; a < s->rec + s->nr; a++) {
		if (a->kind == TASKSHARE_TASK_KTHREAD)
			continue;
		for (b = s->rec; b < a; b++) {
			if (b->kind == TASKSHARE_TASK_KTHREAD)
				continue;
			for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
				int kind = kinds[i];

				if (!a->id[kind] || a->id[kind] != b->id[kind])
					continue;
				if (kind == TASKSHARE_MM ? related(a, b) :
				    a->tgid == b->tgid)
					continue;
				complain("%u and %u share %s", a->pid, b->pid,
					 kind_names[kind]);
				found++;
			}
		}
	}
	return found;
}
