// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: reader_measure RUNS NAME CMD [ARG...]
 *
 * Runs CMD that often, without what it prints, and prints a line: the medians
 * of wall-clock and CPU time in milliseconds, and the highest memory.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_RUNS 101

static double seconds(struct timeval t)
{
	return t.tv_sec + t.tv_usec / 1e6;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void run(char **argv, double *wall, double *cpu, long *kib)
{
	struct rusage usage;
	double start = now();
	int status, null;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, 1);
		dup2(null, 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &usage) != pid)
		err(1, "wait4");
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		errx(1, "%s has failed", argv[0]);
	*wall = now() - start;
	*cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime);
	if (usage.ru_maxrss > *kib)
		*kib = usage.ru_maxrss;
}

int main(int argc, char **argv)
{
	double wall[MAX_RUNS], cpu[MAX_RUNS];
	int runs = argc > 3 ? atoi(argv[1]) : 0, i;
	long kib = 0;

	if (runs < 1 || runs > MAX_RUNS)
		errx(1, "usage: reader_measure RUNS NAME CMD [ARG...]");
	for (i = 0; i < runs; i++)
		run(argv + 3, &wall[i], &cpu[i], &kib);
	qsort(wall, runs, sizeof(*wall), compare);
	qsort(cpu, runs, sizeof(*cpu), compare);
	printf("%-44s %9.1f %9.1f %9ld\n", argv[2], wall[runs / 2] * 1e3,
	       cpu[runs / 2] * 1e3, kib);
	return 0;
}
