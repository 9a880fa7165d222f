// SPDX-License-Identifier: GPL-2.0-only
/* Pictures of the tasks of an experiment, through an engine. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output/columns.h"
#include "lab/lab.h"
#include "util/procfs.h"
#include "util/terminal.h"

/* All processes that have an actor; some actors may be gone by now. */
static int collect(struct lab_run *run)
{
	__u32 pid[LAB_ACTORS];
	bool gone[LAB_ACTORS];
	struct selection sel = { .pid = pid, .gone = gone };
	int i;

	for (i = 0; i < LAB_ACTORS; i++)
		if (shared->actor[i].tid)
			pid[sel.nr++] = shared->actor[i].tid;
	return snapshot_take(&run->seen, run->handle, &sel, &run->error);
}

static int choose_columns(const struct lab_run *run, const char *columns,
			  int *list, struct error *error)
{
	if (!columns)
		return columns_default(list, &run->seen.model);
	return columns_parse(list, 0, columns, error);
}

static int print(struct lab_run *run, const char *columns)
{
	struct describer describer = {
		.now_ns = run->seen.now_ns,
		.utf8 = terminal_utf8(),
	};
	int list[MAX_COLUMNS];
	struct view view = {
		.out = stdout,
		.model = &run->seen.model,
		.describer = &describer,
		.engine = run->handle->engine->name,
		.columns = list,
		.utf8 = terminal_utf8(),
		.colour = terminal_colours(),
		.width = terminal_width(),
	};
	int err;

	view.nr_columns = choose_columns(run, columns, list, &run->error);
	if (view.nr_columns < 0)
		return view.nr_columns;
	err = baseline_init(&describer.baseline, &run->seen.model);
	if (!err)
		err = output_table(&view);
	if (!err) {
		putchar('\n');
		err = output_sentences(&view);
	}
	baseline_free(&describer.baseline);
	return err;
}

/* Actors arrive a moment before they stand still. */
static void settle(void)
{
	char path[32], stat[256], *state;
	int i, tries;

	for (i = 0; i < LAB_ACTORS; i++) {
		if (!shared->actor[i].tid)
			continue;
		snprintf(path, sizeof(path), "/proc/%d/stat",
			 shared->actor[i].tid);
		for (tries = 0; tries < 2000; tries++) {
			if (procfs_read(path, stat, sizeof(stat)) <= 0)
				break;
			state = strrchr(stat, ')');
			if (!state || state[2] != 'R')
				break;
			usleep(1000);
		}
	}
}

/**
 * lab_look() - see what the actors hold now, and print it
 * @run: the lab
 * @title: title of the look
 * @columns: of the matrix, as of --output; NULL for the usual ones
 *
 * Nobody may move meanwhile.
 */
void lab_look(struct lab_run *run, const char *title, const char *columns)
{
	int err;

	lab_step(run);
	if (run->err)
		return;
	settle();
	printf("\n%s\n\n", title);
	err = collect(run);
	if (!err)
		err = print(run, columns);
	if (err)
		lab_fail(run, err, "the tasks cannot be shown: %s",
			 strerror(-err));
	run->gap = true;
}

/**
 * lab_record() - the record of an actor in the last look
 * @run: the lab
 * @slot: index of the actor
 *
 * Return: its record, or NULL if it was not seen.
 */
const struct taskshare_record *lab_record(const struct lab_run *run, int slot)
{
	__u32 i;

	for (i = 0; i < run->seen.model.nr; i++)
		if (run->seen.model.task[i]->pid == (__u32)shared->actor[slot].tid)
			return run->seen.model.task[i];
	return NULL;
}

/**
 * lab_flag() - an actor's flag in the last look
 * @run: the lab
 * @slot: index of the actor
 * @flag: one of TASKSHARE_F_*, but for those that say that it is ending
 *
 * Return: 1, 0, or -1 if the engine does not see such flags.
 */
int lab_flag(const struct lab_run *run, int slot, __u32 flag)
{
	const struct taskshare_record *rec = lab_record(run, slot);

	if (run->handle->engine == &engine_proc)
		return -1;
	return rec && rec->flags & flag;
}
