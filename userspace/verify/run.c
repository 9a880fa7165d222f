// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenes are run with test tasks until there is no room for more; then each
 * engine is asked for one snapshot of all of them, which is compared with what
 * has to be. So few snapshots are needed for thousands of tasks.
 */
#include "engine/engine.h"
#include "verify/steps.h"

/*
 * struct run - one run
 * @handle: the engines that are asked
 * @counting: nothing is run yet, only counted
 * @total: number of cases
 * @done: number of cases that have been run
 * @shown: length of the bar, in percent; -1 for no bar
 */
static struct run {
	struct engine_handle handle[MAX_ENGINES];
	bool counting;
	long total;
	long done;
	int shown;
} run;

/**
 * verify_add_engine() - have another engine look
 * @handle: the engine, open
 */
void verify_add_engine(const struct engine_handle *handle)
{
	run.handle[report.nr_engines] = *handle;
	report.engine[report.nr_engines++] = handle->engine->name;
}

static void show_progress(void)
{
	int percent = run.total ? run.done * 100 / run.total : 0;

	if (run.shown < 0 || percent == run.shown)
		return;
	run.shown = percent;
	fprintf(stderr, "\r[%-50.*s] %3d %%", percent / 2,
		"##################################################", percent);
}

static void hide_progress(void)
{
	if (run.shown >= 0)
		fprintf(stderr, "\r%60s\r", "");
}

static void look(void)
{
	int e;

	for (e = 0; e < report.nr_engines; e++)
		check_batch(&run.handle[e], e);
	report.tasks += testtasks_nr();
	batch_clear();
}

/**
 * verify_next() - check whether a case is to be run now
 *
 * Makes room for it, if there is none.
 *
 * Return: false if cases are only counted.
 */
bool verify_next(void)
{
	if (run.counting) {
		run.total++;
		return false;
	}
	if (batch_full())
		look();
	run.done++;
	show_progress();
	return true;
}

/**
 * verify_count() - have verify_next() only count, or count no longer
 * @counting: true to only count
 * @progress: show a bar on standard error
 */
void verify_count(bool counting, bool progress)
{
	run.counting = counting;
	run.shown = progress ? 0 : -1;
}

/**
 * verify_look() - judge what the engines see of what was run last
 */
void verify_look(void)
{
	look();
	hide_progress();
}

/**
 * verify_close() - close the engines
 */
void verify_close(void)
{
	int e;

	for (e = 0; e < report.nr_engines; e++)
		engine_close(&run.handle[e]);
}
