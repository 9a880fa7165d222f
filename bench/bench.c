// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long it takes to learn what many tasks share, and how much memory.
 *
 * usage: bench OBJECT
 *
 * OBJECT is the BPF iterator's. All figures that are compared come from one
 * run on one crowd. Needs the module loaded, root, and a cgroup2 mount.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <taskshare.h>

#include "crowd.h"
#include "methods.h"

#define DIR	"/sys/kernel/debug/taskshare"
#define CGROUP	"/sys/fs/cgroup/bench"
#define RUNS	7

enum method { ALL, PROCESS, TEXT, BPF, KCMP, PS, METHODS };

static const char *const names[METHODS] = {
	"module: records/all", "module: records/<pid>", "module: all",
	"bpf: iter/task, one pass", "kcmp: sorted, six kinds", "ps -eLf",
};

static void run(enum method method, const struct crowd *crowd)
{
	char path[64];

	switch (method) {
	case ALL:
		read_file(DIR "/records/all");
		break;
	case PROCESS:
		snprintf(path, sizeof(path), DIR "/records/%d",
			 crowd->pid[0]);
		read_file(path);
		break;
	case TEXT:
		read_file(DIR "/all");
		break;
	case BPF:
		bpf_all();
		break;
	case KCMP:
		kcmp_sort(crowd);
		break;
	case PS:
		run_ps();
		break;
	default:
		abort();
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The median in milliseconds, the first run not counted. */
static double measure(enum method method, const struct crowd *crowd)
{
	unsigned int runs = method == KCMP || method == PS ? 1 : RUNS;
	double ms[RUNS], start;
	unsigned int i;

	if (runs > 1)
		run(method, crowd);
	for (i = 0; i < runs; i++) {
		start = now();
		run(method, crowd);
		ms[i] = now() - start;
	}
	qsort(ms, runs, sizeof(*ms), by_value);
	return ms[runs / 2];
}

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(1, "%s", path);
	close(fd);
}

static long charged(void)
{
	FILE *f = fopen(CGROUP "/memory.current", "r");
	long bytes;

	if (!f || fscanf(f, "%ld", &bytes) != 1)
		err(1, "memory.current");
	fclose(f);
	return bytes;
}

/*
 * Measures the memory of an open file, by the charge to its opener's memory
 * cgroup. The kernel charges in steps of some hundred KiB a CPU, so the figure
 * is only good for many tasks.
 */
static void measure_memory(const char *path, unsigned int tasks)
{
	long before, open_, after;
	int fd, status;
	pid_t pid;

	mkdir(CGROUP, 0755);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		write_to(CGROUP "/cgroup.procs", "0");
		/* The first opening pays for dentries, which may stay. */
		close(open(path, O_RDONLY));
		before = charged();
		fd = open(path, O_RDONLY);
		if (fd < 0)
			err(1, "%s", path);
		open_ = charged();
		close(fd);
		after = charged();
		printf("%-42s %7.0f bytes a task while open, %5.0f after\n",
		       path, (double)(open_ - before) / tasks,
		       (double)(after - before) / tasks);
		fflush(stdout);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		errx(1, "memory was not measured");
	rmdir(CGROUP);
}

static void bench(struct crowd *crowd)
{
	double us[METHODS] = { }, ms;
	unsigned int all;
	int method;

	crowd_start(crowd);
	all = read_file(DIR "/records/all") / sizeof(struct taskshare_record);
	printf("\n%u %s, %u tasks in all\n\n", crowd->nr, crowd->name, all);
	printf("%-28s %10s %10s %16s\n", "", "ms", "us a task",
	       "x records/all");
	for (method = 0; method < METHODS; method++) {
		if (method == PROCESS && !(crowd->flags & CLONE_THREAD))
			continue;
		ms = measure(method, crowd);
		/* These two look at no other task. */
		us[method] = ms * 1e3 / (method == PROCESS || method == KCMP ?
					 crowd->nr : all);
		printf("%-28s %10.2f %10.3f %16.2f\n", names[method], ms,
		       us[method], us[method] / us[ALL]);
		fflush(stdout);
	}
	if (all >= 10000) {
		printf("\n");
		measure_memory(DIR "/records/all", all);
		measure_memory(DIR "/all", all);
	}
	crowd_stop(crowd);
}

int main(int argc, char **argv)
{
	static const unsigned int sizes[] = { 1000, 10000, 20000 };
	struct crowd threads = {
		.name = "threads of one process",
		.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			CLONE_THREAD | CLONE_SYSVSEM,
	};
	struct crowd processes = {
		.name = "processes that share memory only",
		.flags = CLONE_VM,
	};
	unsigned int i;

	if (argc != 2)
		errx(1, "usage: bench OBJECT");
	bpf_load(argv[1]);
	write_to("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	write_to("/proc/sys/kernel/threads-max", "200000");
	write_to("/proc/sys/kernel/pid_max", "400000");
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		threads.nr = sizes[i];
		bench(&threads);
		processes.nr = sizes[i];
		bench(&processes);
	}
	return 0;
}
