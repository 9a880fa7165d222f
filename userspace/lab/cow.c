// SPDX-License-Identifier: GPL-2.0-only
/* Lab 7: copy on write. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "util/array.h"
#include "lab/lab.h"

enum { MAIN, CHILD };

#define SIZE	(16ul << 20)

/* Results of the actors; indices of values */
enum { ADDRESS, CHILD_FAULTS, MAIN_FAULTS };

static char *region;

/* In the middle of what is not accessible, so that it is an area of its own */
static void make_region(void)
{
	size_t page = sysconf(_SC_PAGESIZE);

	region = mmap(NULL, SIZE + 2 * page, PROT_NONE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (region == MAP_FAILED)
		actor_fail("mmap", errno);
	region += page;
	if (mprotect(region, SIZE, PROT_READ | PROT_WRITE))
		actor_fail("mprotect", errno);
	/* Huge pages are copied as a whole; EINVAL: there are none. */
	madvise(region, SIZE, MADV_NOHUGEPAGE);
	memset(region, 1, SIZE);
	shared->value[ADDRESS] = (long)region;
}

/* Writes to the first half, and returns how many minor faults that took. */
static long write_half(int value)
{
	size_t at, page = sysconf(_SC_PAGESIZE);
	struct rusage before, after;

	getrusage(RUSAGE_SELF, &before);
	for (at = 0; at < SIZE / 2; at += page)
		((volatile char *)region)[at] = value;
	getrusage(RUSAGE_SELF, &after);
	return after.ru_minflt - before.ru_minflt;
}

static void act(void)
{
	pid_t pid;

	make_region();
	actor_arrive();
	actor_await(1);
	pid = fork();
	if (!pid) {
		actor_enter(CHILD, "child");
		actor_arrive();
		actor_await(2);
		shared->value[CHILD_FAULTS] = write_half(2);
		actor_arrive();
		actor_pause();
	}
	if (pid < 0)
		actor_fail("fork", errno);
	actor_await(3);
	shared->value[MAIN_FAULTS] = write_half(3);
	actor_arrive();
}

/* struct usage - of the region, in KiB, as proc_pid_smaps(5) says it */
struct usage {
	long shared;
	long private;
};

/* The lines behind the one that begins with the region's address */
static struct usage read_usage(struct lab_run *run, int slot)
{
	struct usage usage = { 0 };
	char path[32], line[256];
	bool here = false;
	unsigned long start, end;
	FILE *smaps;
	long kib;

	snprintf(path, sizeof(path), "/proc/%d/smaps", shared->actor[slot].tid);
	smaps = fopen(path, "re");
	if (!smaps)
		lab_fail(run, -errno, "%s: %s", path, strerror(errno));
	while (smaps && fgets(line, sizeof(line), smaps)) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			here = start == (unsigned long)shared->value[ADDRESS];
		else if (here && (sscanf(line, "Shared_Clean: %ld", &kib) == 1 ||
				  sscanf(line, "Shared_Dirty: %ld", &kib) == 1))
			usage.shared += kib;
		else if (here && (sscanf(line, "Private_Clean: %ld", &kib) == 1 ||
				  sscanf(line, "Private_Dirty: %ld", &kib) == 1))
			usage.private += kib;
	}
	if (smaps)
		fclose(smaps);
	return usage;
}

#define BIT(n)		(1ull << (n))
#define PRESENT		BIT(63)
#define FRAME(entry)	((entry) & (BIT(55) - 1))

/* The pages of the region as proc_pid_pagemap(5) gives them */
static __u64 *read_pages(int slot, size_t nr)
{
	off_t at = shared->value[ADDRESS] / sysconf(_SC_PAGESIZE) * 8;
	__u64 *entry = calloc(nr, sizeof(*entry));
	char path[32];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap",
		 shared->actor[slot].tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = entry ? pread(fd, entry, nr * sizeof(*entry), at) : -1;
	if (fd >= 0)
		close(fd);
	if (len == (ssize_t)(nr * sizeof(*entry)))
		return entry;
	free(entry);
	return NULL;
}

/* Number of pages in the same place of the machine, -1: not permitted to see */
static long same_frames(void)
{
	size_t i, nr = SIZE / sysconf(_SC_PAGESIZE);
	__u64 *a = read_pages(MAIN, nr), *b = read_pages(CHILD, nr);
	long same = 0, visible = 0;

	for (i = 0; a && b && i < nr; i++) {
		if (!(a[i] & b[i] & PRESENT) || !FRAME(a[i]))
			continue;
		visible++;
		same += FRAME(a[i]) == FRAME(b[i]);
	}
	free(a);
	free(b);
	return visible ? same : -1;
}

/* Measurements of each step: by which actor, and when */
enum {
	BEFORE,
	FORKED_MAIN,
	FORKED_CHILD,
	WRITTEN_MAIN,
	WRITTEN_CHILD,
	BOTH_MAIN,
	STEPS,
};

static const struct {
	int slot;
	const char *when;
} step[STEPS] = {
	{ MAIN, "before fork()" },
	{ MAIN, "after fork()" },
	{ CHILD, "after fork()" },
	{ MAIN, "the child has written to half" },
	{ CHILD, "the child has written to half" },
	{ MAIN, "main has written to it, too" },
};

/* struct measured - all of it */
struct measured {
	struct usage usage[STEPS];
	long same_forked;
	long same_written;
};

static void measure(struct lab_run *run, struct measured *all)
{
	all->usage[BEFORE] = read_usage(run, MAIN);
	lab_go(run, 1);
	lab_wait(run, 2);
	all->usage[FORKED_MAIN] = read_usage(run, MAIN);
	all->usage[FORKED_CHILD] = read_usage(run, CHILD);
	all->same_forked = same_frames();
	lab_go(run, 2);
	lab_wait(run, 3);
	all->usage[WRITTEN_MAIN] = read_usage(run, MAIN);
	all->usage[WRITTEN_CHILD] = read_usage(run, CHILD);
	all->same_written = same_frames();
	lab_go(run, 3);
	lab_wait(run, 4);
	all->usage[BOTH_MAIN] = read_usage(run, MAIN);
}

static void print_usage(struct lab_run *run, const struct measured *all)
{
	static const struct table_column column[] = {
		{ "WHEN", 0 }, { "WHO", 0 }, { "OWN KiB", SCOLS_FL_RIGHT },
		{ "IN COMMON KiB", SCOLS_FL_RIGHT },
	};
	struct libscols_table *table;
	int i;

	printf("\n%lu MiB of main's memory, step by step\n\n", SIZE >> 20);
	table = lab_table(run, column, ARRAY_SIZE(column));
	for (i = 0; i < STEPS; i++)
		lab_row(run, table, "%s\t%s\t%ld\t%ld", step[i].when,
			shared->actor[step[i].slot].name,
			all->usage[i].private, all->usage[i].shared);
	lab_print_table(run, table);
	run->gap = true;
}

static void check_frames(struct lab_run *run, long same, long taught,
			 const char *when)
{
	if (same < 0)
		lab_unseen(run, "in which pages of the machine they are: run it as root");
	else
		lab_expect(run, same, taught,
			   "%s, %ld pages of the two are the same pages of the machine",
			   when, taught);
}

static void check(struct lab_run *run, const struct measured *all)
{
	long pages = SIZE / sysconf(_SC_PAGESIZE), kib = SIZE >> 10;
	const struct usage *usage = all->usage;

	lab_outcome(run, 0, "%ld", usage[FORKED_MAIN].shared);
	lab_outcome(run, 1, "%ld", usage[WRITTEN_CHILD].shared);
	lab_expect(run, usage[BEFORE].private, kib, "at first all pages are main's");
	lab_expect(run, usage[FORKED_MAIN].shared, kib,
		   "after fork() main has all of them in common ...");
	lab_expect(run, usage[FORKED_CHILD].shared, kib, "... with the child");
	check_frames(run, all->same_forked, pages, "then");
	lab_expect(run, usage[WRITTEN_CHILD].private, kib / 2,
		   "after the child has written, half is its own ...");
	lab_expect(run, usage[WRITTEN_CHILD].shared, kib / 2,
		   "... and half still in common");
	lab_expect(run, usage[WRITTEN_MAIN].private, kib / 2,
		   "main's old half is main's alone now");
	check_frames(run, all->same_written, pages / 2, "then");
	lab_at_least(run, shared->value[CHILD_FAULTS], pages / 2,
		     "writing took the child a minor fault for each page: %ld for %ld pages",
		     shared->value[CHILD_FAULTS], pages / 2);
	lab_expect(run, shared->value[CHILD_FAULTS] < pages / 2 + 64, 1,
		   "and no more");
	lab_expect(run, usage[BOTH_MAIN].private, kib / 2,
		   "main writes to that half, too, and keeps the old pages: %ld faults",
		   shared->value[MAIN_FAULTS]);
}

/**
 * lab_cow() - pages in common before and after a write
 * @run: the lab
 */
void lab_cow(struct lab_run *run)
{
	struct measured all;

	lab_start(run, "main", act);
	lab_wait(run, 1);
	lab_look(run, "Before fork()", NULL);
	if (run->err)
		return;
	measure(run, &all);
	lab_look(run, "After fork()", NULL);
	lab_shares(run, MAIN, CHILD, 0, LAB_KIND(MM));
	if (run->err)
		return;
	print_usage(run, &all);
	check(run, &all);
	lab_why(run,
		"fork() gives the child a memory of its own, a new mm_struct: nothing is shared\n"
		"in the sense of CLONE_VM. But only the tables are copied, not the pages: both\n"
		"point to the same pages, which are read-only now. The first task that writes to\n"
		"a page gets a fault, and the kernel gives it a copy (wp_page_copy()). The task\n"
		"that is left alone with a page keeps it (wp_page_reuse()): a fault, but no copy. So fork() costs time in proportion to the tables (lab 10), and\n"
		"memory in proportion to what is written to afterwards.");
	lab_reading("mm/memory.c: copy_page_range(), do_wp_page(), wp_page_copy(),\n"
		    "  wp_page_reuse()\n"
		    "kernel/fork.c: dup_mm(), dup_mmap()\n"
		    "man: fork(2), getrusage(2), proc(5)");
}
