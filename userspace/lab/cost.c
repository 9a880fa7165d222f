// SPDX-License-Identifier: GPL-2.0-only
/* Lab 10: what does it cost? */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/array.h"
#include "lab/lab.h"
#include "lab/plot.h"
#include "util/procfs.h"

/* Made to exec, it does nothing. */
static char program[sizeof("/bin/true")] = "/bin/true";
static char *const arguments[] = { program, NULL };

/* Each makes a child and sees it end. */

static int await(pid_t pid)
{
	return pid < 0 ? errno : waitpid(pid, NULL, 0) == pid ? 0 : errno;
}

static int by_fork(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return await(pid);
}

static int by_vfork(void)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(0);
	return await(pid);
}

static int nothing(void *unused)
{
	(void)unused;
	return 0;
}

static int by_clone(void)
{
	return await(clone(nothing, shared->stack[1] + LAB_STACK,
			   CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			   SIGCHLD, NULL));
}

static void *no_thread(void *unused)
{
	return unused;
}

static int by_pthread(void)
{
	pthread_t id;
	int err = pthread_create(&id, NULL, no_thread, NULL);

	return err ? err : pthread_join(id, NULL);
}

static int by_spawn(void)
{
	pid_t pid;
	int err = posix_spawn(&pid, program, NULL, NULL, arguments, environ);

	return err ? err : await(pid);
}

static int by_fork_exec(void)
{
	pid_t pid = fork();

	if (!pid) {
		execv(program, arguments);
		_exit(127);
	}
	return await(pid);
}

enum { FORK, VFORK, CLONE, PTHREAD, SPAWN, FORK_EXEC, CALLS };

static const struct {
	const char *name;
	int (*call)(void);
} calls[CALLS] = {
	[FORK] = { "fork", by_fork },
	[VFORK] = { "vfork", by_vfork },
	[CLONE] = { "clone VM", by_clone },
	[PTHREAD] = { "pthread_create", by_pthread },
	[SPAWN] = { "posix_spawn", by_spawn },
	[FORK_EXEC] = { "fork+exec", by_fork_exec },
};

/* In MiB, as far as they are wanted and fit */
static const int sizes[] = { 1, 4, 16, 64, 256, 1024, 4096 };

/* Values: for each size the resident size in KiB, then the calls, in ns */
#define ROW		(1 + CALLS)
#define FIRST		(ARRAY_SIZE(sizes) * ROW)

_Static_assert(FIRST < LAB_VALUES, "too few values");

static long result(int size, int call)
{
	return shared->value[size * ROW + 1 + call];
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return x < y ? -1 : x > y;
}

/*
 * Only the work is measured, not the queue: on one CPU, as waking up
 * a task on another one would be most of a small time, and before all that
 * has no real-time priority. Returns whether that is allowed.
 */
static bool go_first(cpu_set_t *everywhere)
{
	const struct sched_param first = { .sched_priority = 1 };
	cpu_set_t here;

	sched_getaffinity(0, sizeof(*everywhere), everywhere);
	CPU_ZERO(&here);
	CPU_SET(sched_getcpu(), &here);
	sched_setaffinity(0, sizeof(here), &here);
	return !sched_setscheduler(0, SCHED_FIFO, &first);
}

/* ... and back */
static void go_on(const cpu_set_t *everywhere)
{
	const struct sched_param usual = { .sched_priority = 0 };

	sched_setscheduler(0, SCHED_OTHER, &usual);
	sched_setaffinity(0, sizeof(*everywhere), everywhere);
}

/* As often as fits into the time, and often enough for a median to be one */
enum { LEAST_RUNS = 5, MOST_RUNS = 201, TIME_NS = 100000000 };

static int most_runs = MOST_RUNS;

static long median(int (*call)(void))
{
	static long ns[MOST_RUNS];
	long long begin, start;
	cpu_set_t everywhere;
	int nr, err;

	shared->value[FIRST] = go_first(&everywhere);
	begin = now();
	for (nr = 0; nr < most_runs; nr++) {
		if (nr >= LEAST_RUNS && now() - begin > TIME_NS)
			break;
		start = now();
		err = call();
		if (err)
			actor_fail("making a child", err);
		ns[nr] = now() - start;
	}
	go_on(&everywhere);
	qsort(ns, nr, sizeof(*ns), compare);
	return ns[nr / 2];
}

static long resident_kib(void)
{
	char text[128];
	long pages;

	if (procfs_read("/proc/self/statm", text, sizeof(text)) <= 0 ||
	    sscanf(text, "%*d %ld", &pages) != 1)
		return 0;
	return pages * (sysconf(_SC_PAGESIZE) >> 10);
}

static size_t nr_sizes;

/* At once where the kernel can do that (5.14), page by page otherwise */
static void fill(char *memory, size_t size)
{
	if (madvise(memory, size, MADV_POPULATE_WRITE))
		memset(memory, 1, size);
}

/* One size after the other, the memory growing; small pages, as most are */
static void act(void)
{
	size_t have = 0, want, i;
	char *memory;
	int call;

	want = (size_t)sizes[nr_sizes - 1] << 20;
	memory = mmap(NULL, want, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		actor_fail("mmap", errno);
	madvise(memory, want, MADV_NOHUGEPAGE);
	for (i = 0; i < nr_sizes; i++) {
		want = (size_t)sizes[i] << 20;
		fill(memory + have, want - have);
		have = want;
		shared->value[i * ROW] = resident_kib();
		for (call = 0; call < CALLS; call++)
			shared->value[i * ROW + 1 + call] =
				median(calls[call].call);
		actor_arrive();
	}
}

/* Half of what is available, so that nothing has to go for it */
static __u64 memory_limit(void)
{
	char text[4096], *line;
	unsigned long long kib;

	if (procfs_read("/proc/meminfo", text, sizeof(text)) <= 0)
		return 0;
	line = strstr(text, "MemAvailable:");
	if (!line || sscanf(line, "MemAvailable: %llu", &kib) != 1)
		return 0;
	return kib << 9;
}

static size_t choose_sizes(const struct lab_run *run)
{
	__u64 limit = memory_limit();
	size_t nr = 1;

	if (limit > run->largest)
		limit = run->largest;
	while (nr < ARRAY_SIZE(sizes) && (__u64)sizes[nr] << 20 <= limit)
		nr++;
	return nr;
}

static double ratio(size_t size)
{
	return (double)result(size, FORK) / result(size, VFORK);
}

static void print_costs(struct lab_run *run)
{
	static const struct table_column column[] = {
		{ "MEMORY MiB", SCOLS_FL_RIGHT },
		{ "RESIDENT", SCOLS_FL_RIGHT }, { "fork", SCOLS_FL_RIGHT },
		{ "vfork", SCOLS_FL_RIGHT }, { "clone VM", SCOLS_FL_RIGHT },
		{ "pthread_create", SCOLS_FL_RIGHT },
		{ "posix_spawn", SCOLS_FL_RIGHT },
		{ "fork+exec", SCOLS_FL_RIGHT },
		{ "fork:vfork", SCOLS_FL_RIGHT },
	};
	struct libscols_table *table;
	size_t i;

	table = lab_table(run, column, ARRAY_SIZE(column));
	for (i = 0; i < nr_sizes; i++)
		lab_row(run, table,
			"%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f",
			sizes[i], shared->value[i * ROW] / 1024.,
			result(i, FORK) / 1e3, result(i, VFORK) / 1e3,
			result(i, CLONE) / 1e3, result(i, PTHREAD) / 1e3,
			result(i, SPAWN) / 1e3, result(i, FORK_EXEC) / 1e3,
			ratio(i));
	lab_print_table(run, table);
	run->gap = true;
}

static void judge_saying(void)
{
	size_t i, holds = 0;

	for (i = 0; i < nr_sizes; i++)
		holds += ratio(i) >= 4 && ratio(i) <= 5;
	printf("\n\"vfork is 4 to 5 times faster than fork\": true here for %zu of %zu sizes.\n"
	       "It was %.1f times faster with %d MiB, %.1f times with %d MiB.\n",
	       holds, nr_sizes, ratio(0), sizes[0], ratio(nr_sizes - 1),
	       sizes[nr_sizes - 1]);
}

/* With less, what grows is lost in what does not. */
enum { ENOUGH = 256 };

static void note_outcomes(struct lab_run *run)
{
	size_t last = nr_sizes - 1;

	lab_outcome(run, 0, result(last, VFORK) < result(last, FORK) ?
		    "vfork" : "fork");
	lab_outcome(run, 1, result(last, VFORK) > 2 * result(0, VFORK) ?
		    "yes" : "no");
}

static void check_growth(struct lab_run *run)
{
	size_t last = nr_sizes - 1;
	long fork_grows = result(last, FORK) - result(0, FORK);
	int call;

	lab_at_least(run, result(last, FORK), result(0, FORK) * 3 / 2,
		     "fork() costs more the more memory there is");
	for (call = VFORK; call <= PTHREAD; call++)
		lab_at_least(run, fork_grows / 2,
			     result(last, call) - result(0, call),
			     "%s() does not, or at most half as much",
			     call == CLONE ? "clone" : calls[call].name);
	lab_at_least(run, result(last, FORK_EXEC), result(last, SPAWN),
		     "posix_spawn() does not cost more than fork() with execve()");
}

static void check(struct lab_run *run)
{
	size_t i;

	if (run->recorded) {
		lab_unseen(run, "which call is faster: a recording stops each of them");
		return;
	}
	if (sizes[nr_sizes - 1] < ENOUGH)
		lab_unseen(run, "which call grows with memory: that takes %d MiB, see --max and free(1)",
			   ENOUGH);
	else
		check_growth(run);
	note_outcomes(run);
	for (i = 0; i < nr_sizes; i++)
		lab_at_least(run, result(i, FORK), result(i, VFORK),
			     "vfork() is not slower than fork() with %d MiB",
			     sizes[i]);
}

static void draw(struct lab_run *run)
{
	double x[ARRAY_SIZE(sizes)], y[CALLS * ARRAY_SIZE(sizes)];
	const char *name[CALLS];
	struct plot plot = {
		.title = "Making a child and seeing it end",
		.x_name = "memory of the parent, MiB",
		.y_name = "median, microseconds",
		.nr_x = nr_sizes, .x = x, .nr_curves = CALLS, .name = name,
		.y = y,
	};
	size_t i;
	int call;

	for (call = 0; call < CALLS; call++)
		name[call] = calls[call].name;
	for (i = 0; i < nr_sizes; i++) {
		x[i] = sizes[i];
		for (call = 0; call < CALLS; call++)
			y[call * nr_sizes + i] = result(i, call) / 1e3;
	}
	if (plot_svg(&plot, run->plot, &run->error))
		run->err = -EIO;
}

/**
 * lab_cost() - time to make a child, by call and by size of the parent
 * @run: the lab
 */
void lab_cost(struct lab_run *run)
{
	size_t i;

	nr_sizes = choose_sizes(run);
	if (run->recorded)
		most_runs = 1;
	lab_start(run, "main", act);
	for (i = 1; i <= nr_sizes; i++)
		lab_wait(run, i);
	if (run->err)
		return;
	printf("\nMicroseconds until a child has been made and has ended, medians.\n"
	       "posix_spawn and fork+exec start %s. On one CPU, %s.\n\n",
	       program, shared->value[FIRST] ? "at real-time priority" :
	       "among all that runs there, which adds waiting");
	print_costs(run);
	check(run);
	if (!run->recorded)
		judge_saying();
	if (run->plot)
		draw(run);
	if (run->err)
		return;
	lab_why(run,
		"fork() copies the tables that say where the memory is, and marks each page as\n"
		"common; the child's end takes that back. That is work for each page, so the\n"
		"cost grows with the memory. With CLONE_VM nothing is copied, whatever the\n"
		"size: vfork(), posix_spawn(), threads. So no factor between fork() and vfork()\n"
		"can be right: it grows with the memory, and has no limit. Where a program is\n"
		"started in the end, posix_spawn() is the cheap way, as what execve() costs\n"
		"comes on top of it. Huge pages (transparent or not) have far smaller tables;\n"
		"they are off here.");
	lab_reading("kernel/fork.c: dup_mmap(), copy_mm(), wait_for_vfork_done()\n"
		    "mm/memory.c: copy_page_range(), unmap_page_range()\n"
		    "man: vfork(2), posix_spawn(3), madvise(2)");
}
