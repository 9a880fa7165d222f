// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares each sentence with the facts. It makes random processes, whose tasks
 * take objects out of sharing; the sentences of all views are parsed back into facts, and each
 * fact is compared with kcmp(2), /proc and construction.
 *
 *	claims [TREES [SEED]]
 *
 * Each tree is one process and those that its tasks make.
 *
 * A sentence that is missing counts, too: about a task that holds an object alone
 * in its process, and about an object that crosses processes.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "record/kinds.h"
#include "testtask/testtask.h"
#include "tests/claims/judge.h"
#include "tests/tap.h"

/* struct score - what came of one engine's sentences */
struct score {
	long processes;
	long failed;
};

/* Reads the @columns of a process, or, without, everything that people get. */
static int look_at(const struct engine *engine, int leader, char *columns,
		   struct line *line)
{
	char choice[32], pid[16];
	const char *const argv[] = { "taskshare", choice, pid,
				     columns ? "-rno" : NULL, columns, NULL };
	int nr;

	snprintf(choice, sizeof(choice), "--engine=%s", engine->name);
	snprintf(pid, sizeof(pid), "%d", world[leader].pid);
	nr = read_lines(line, argv);
	if (nr < 0)
		printf("# the reader failed for %s\n", pid);
	return nr;
}

/* The sentences of one process, as the column WORDS has them */
static bool judge_process(const struct engine *engine, int leader)
{
	struct line line[MAX_LINES + 1];
	char columns[512] = "PID";
	bool good;
	int nr, k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		snprintf(strchr(columns, 0), 32, ",%s%s",
			 k >= TASKSHARE_UTS ? "ns/" : "", kind_name[k]);
	strcat(columns, ",WORDS");
	nr = look_at(engine, leader, columns, line);
	good = nr >= 0 && judge_lines(engine, world[leader].tgid, line, nr);
	free_lines(line, nr);
	return good;
}

/* The table and its legend */
static bool judge_legend(const struct engine *engine, int leader)
{
	struct line line[MAX_LINES + 1];
	int nr = look_at(engine, leader, NULL, line);
	bool good = nr >= 0 && judge_legend_lines(engine, world[leader].tgid,
						  line, nr);

	free_lines(line, nr);
	return good;
}

/* The view of the system: what it says of these tasks */
static bool judge_system(const struct engine *engine)
{
	char choice[32];
	const char *const argv[] = { "taskshare", choice, "-r", "-n", NULL };
	struct line line[MAX_LINES + 1];
	bool good;
	int nr;

	snprintf(choice, sizeof(choice), "--engine=%s", engine->name);
	nr = read_lines(line, argv);
	if (nr < 0) {
		printf("# the reader failed for the system\n");
		return false;
	}
	good = judge_system_lines(engine, line, nr);
	free_lines(line, nr);
	return good;
}

static void judge_world(struct score *score, const struct engine *engine)
{
	int i;

	for (i = 1; i < nr_world; i++) {
		if (world[i].pid != world[i].tgid)
			continue;
		score->processes++;
		score->failed += !judge_process(engine, i);
		/* One process is enough for the legend, and takes less time. */
		score->failed += i == 1 && !judge_legend(engine, i);
	}
	score->failed += !judge_system(engine);
}

static bool is_usable(const struct engine *engine, struct error *error)
{
	void *state;

	if (engine->open(&state, NULL, false, error))
		return false;
	engine->close(state);
	return true;
}

/* A run may take an hour. */
static void print_progress(int done, const struct score *score)
{
	size_t e;

	printf("# %d trees", done);
	for (e = 0; e < nr_engines; e++)
		if (score[e].processes)
			printf("; %s: %ld processes, %ld claims, %ld failed",
			       engines[e]->name, score[e].processes,
			       nr_claims[e], score[e].failed);
	putchar('\n');
}

int main(int argc, char **argv)
{
	int wanted = argc > 1 ? atoi(argv[1]) : 60;
	unsigned int seed = argc > 2 ? strtoul(argv[2], NULL, 0) :
					(unsigned long)time(NULL);
	struct score score[MAX_ENGINES] = { 0 };
	struct error error[MAX_ENGINES];
	bool usable[MAX_ENGINES];
	size_t e;
	int done;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!getenv("TASKSHARE"))
		errx(1, "TASKSHARE: say which program to try");
	printf("# seed %u\n", seed);
	srandom(seed);
	/* Each task would have a copy of our I/O context, if it had a priority. */
	syscall(SYS_ioprio_set, 1, 0, 0);
	leave_machine();
	if (testtasks_open(&error[0]))
		errx(1, "%s", error[0].text);
	for (e = 0; e < nr_engines; e++)
		usable[e] = is_usable(engines[e], &error[e]);
	for (done = 1; done <= wanted; done++) {
		world[0] = (struct member){ .pid = getpid(), .tgid = getpid() };
		renew(0, TASKSHARE_CRED);
		make_process();
		ask_all();
		for (e = 0; e < nr_engines; e++)
			if (usable[e])
				judge_world(&score[e], engines[e]);
		testtasks_end();
		if (done % 100 == 0)
			print_progress(done, score);
	}
	testtasks_close();
	cgroup_remove();
	tap_ok(wanted < 50 || (nr_contents && nr_legends),
	       "claims: about what objects hold: %ld in sentences, %ld in legends",
	       nr_contents, nr_legends);
	if (cgroup_dir)
		tap_ok(wanted < 50 || nr_cgroups, "claims: about cgroups: %ld",
		       nr_cgroups);
	else
		tap_skip("no cgroup can be made here", "claims: about cgroups");
	for (e = 0; e < nr_engines; e++) {
		if (!usable[e])
			tap_skip(error[e].text, "claims: by %s",
				 engines[e]->name);
		else
			tap_ok(score[e].processes >= wanted && !score[e].failed,
			       "claims: by %s: %ld processes, %ld claims, %ld views with a false one",
			       engines[e]->name, score[e].processes,
			       nr_claims[e], score[e].failed);
	}
	return tap_end();
}
