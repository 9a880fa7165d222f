// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processes that run on while they are looked at, again and again. A look that
 * shows something else than the one before is a step; none says more than both
 * looks prove. A letter stays with a task where nothing speaks against it, which
 * does not prove that the object is the same: the recording says so.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/changes.h"
#include "record/kinds.h"
#include "recorder/clock.h"
#include "recorder/looks.h"

/* More of them are counted only. */
#define MOST_LINES	100

/*
 * struct news - the changes of a look
 * @line: each of them as text
 * @kept: number of lines
 * @nr: number of changes
 * @failed: there was no memory for a line
 */
struct news {
	char *line[MOST_LINES];
	size_t kept;
	size_t nr;
	bool failed;
};

static void add_line(void *arg, __u32 pid, const char *text)
{
	struct news *news = arg;

	if (news->nr++ >= MOST_LINES || news->failed)
		return;
	news->failed = asprintf(&news->line[news->kept], "%u %s", pid,
				text) < 0;
	news->kept += !news->failed;
}

static const struct snapshot *last_look(const struct looks *looks)
{
	return &looks->shot[!looks->now];
}

/* NULL without memory, to be freed */
static char *sentence(const struct looks *looks, const struct news *news)
{
	const struct model *model = &looks->shot[looks->now].model;
	char *text;
	int len;

	if (!looks->run->step)
		len = asprintf(&text, "The first look at %u task%s.", model->nr,
			       model->nr == 1 ? "" : "s");
	else if (!model->nr)
		len = asprintf(&text,
			       "None of the processes is there any more.");
	else if (!news->nr)
		len = asprintf(&text,
			       "This look shows the same as the one before.");
	else if (news->nr == 1)
		len = asprintf(&text, "%s", news->line[0]);
	else
		len = asprintf(&text, "%s; and %zu more change%s",
			       news->line[0], news->nr - 1,
			       news->nr == 2 ? "" : "s");
	return len < 0 ? NULL : text;
}

/* Tasks that hold another object: the letter is that of the others. */
static size_t add_renewals(struct renewal *renewal,
			   const struct history *history,
			   const struct changes *changes)
{
	size_t i, j, nr = 0;

	for (i = 0; i < changes->cmp.nr; i++) {
		const struct difference *d = &changes->cmp.diff[i];
		__u32 task = history_find(history,
					  changes->old->task[d->task]->pid);

		for (j = 0; j < nr && renewal[j].task != task; j++)
			;
		if (j == nr)
			renewal[nr++] = (struct renewal){ .task = task };
		renewal[j].kinds |= 1u << d->kind;
		renewal[j].surely |= 1u << d->kind;
	}
	return nr;
}

static int see(struct looks *looks, const struct changes *changes)
{
	struct run *run = looks->run;
	struct renewal *renewal = calloc(changes->cmp.nr + 1, sizeof(*renewal));
	int err;

	if (!renewal)
		return -ENOMEM;
	err = history_see(&run->history, &looks->shot[looks->now].recs, renewal,
			  add_renewals(renewal, &run->history, changes),
			  run->step);
	free(renewal);
	return err;
}

/* NULL if nothing is known, to be freed */
static char *about(const struct content *content, __u32 task, int k)
{
	const struct content_item *item = content_item(content, task, 1u << k);
	const char *path;
	char text[64];
	bool none;

	if (k == TASKSHARE_MM) {
		path = content_text(content, task, CONTENT_EXE, &none);
		return path ? strdup(path) : NULL;
	}
	if (!kind_is_namespace(k) || !item ||
	    !item->row.ns[CONTENT_NS(k)].inum)
		return NULL;
	snprintf(text, sizeof(text), "%s:[%u]", kind_name[kind_pair(k)],
		 item->row.ns[CONTENT_NS(k)].inum);
	return strdup(text);
}

static void explain(struct looks *looks)
{
	const struct snapshot *shot = &looks->shot[looks->now];
	struct history *history = &looks->run->history;
	__u32 i, task;
	int k;

	for (i = 0; i < shot->model.nr; i++) {
		task = history_find(history, shot->model.task[i]->pid);
		for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
			__s32 cell = history->task[task].row.cell[k];

			if (cell >= 0 && !history->object[cell].about)
				history->object[cell].about =
					about(&shot->content, i, k);
		}
	}
}

/* They are sorted, and only the records of a model must not be. */
static void see_files(struct looks *looks)
{
	struct run *run = looks->run;
	struct records recs = { 0 };
	struct error error;

	if (records_copy(&recs, &looks->shot[looks->now].recs, &error) ||
	    open_files_see(&run->open_files, &run->history, &recs, &error))
		tape_note(&run->tape,
			  "Open files were not recorded at every step: %s.",
			  error.text);
	records_free(&recs);
}

static int write_step(struct looks *looks, const struct news *news)
{
	struct run *run = looks->run;
	struct look look = {
		.ns = clock_ns(), .sentence = sentence(looks, news),
		.detail = news->line, .nr = news->kept,
		.more = news->nr - news->kept,
	};
	int err = -ENOMEM;

	if (run->open_files.differs)
		look.files = run->open_files.text;
	if (look.sentence && !news->failed)
		err = tape_look(&run->tape, &run->history, &run->streams,
				run->step, &look);
	free(look.sentence);
	return err;
}

static int add_step(struct looks *looks, const struct changes *changes)
{
	struct run *run = looks->run;
	struct news news = { .nr = 0 };
	int err;

	err = snapshot_read_content(&looks->shot[looks->now], &run->engine,
				    looks->sel, &run->error);
	if (err)
		return err;
	if (run->step)
		changes_list(changes, true, add_line, &news);
	err = see(looks, changes);
	if (!err) {
		explain(looks);
		see_files(looks);
		err = write_step(looks, &news);
	}
	while (news.kept)
		free(news.line[--news.kept]);
	if (err)
		return error_set(&run->error, err, "no memory");
	looks->now = !looks->now;
	if (++run->step == run->max_steps)
		tape_end_note(&run->tape,
			      "The recording ends with %u looks that differ.",
			      run->step);
	return 1;
}

/**
 * looks_open() - set a recording of looks up
 * @looks: set up
 * @run: as for run_open(), with the engine opened for content
 * @sel: the processes
 *
 * Return: 0 or -ENOMEM.
 */
int looks_open(struct looks *looks, struct run *run, struct selection *sel)
{
	int i;

	*looks = (struct looks){ .run = run, .sel = sel };
	looks->shot[0].parts = LOOKS_PARTS;
	looks->shot[1].parts = LOOKS_PARTS;
	/* There is no output. */
	for (i = 0; i < NR_STREAMS; i++)
		run->streams.from[i] = -1;
	if (run_open(run))
		return -ENOMEM;
	tape_note(&run->tape,
		  "The processes ran on while they were looked at. Between two looks, only the result of what happened is known.");
	tape_note(&run->tape,
		  "In one look, the same letter is the same object. If a task keeps its letter from one look to the next, its object may be another one: it may have been replaced in between.");
	return 0;
}

/**
 * looks_take() - look, once
 * @looks: the recording
 * @always: the look is a step even if nothing has changed
 *
 * Return: 1 if it is a step, 0 if not, or a negative errno with an error of
 * the run.
 */
int looks_take(struct looks *looks, bool always)
{
	struct snapshot *shot = &looks->shot[looks->now];
	struct run *run = looks->run;
	struct changes changes;
	int ret;

	ret = snapshot_take(shot, &run->engine, looks->sel, &run->error);
	if (ret)
		return ret;
	ret = changes_find(&changes, &last_look(looks)->model, &shot->model,
			   run->engine.engine->lasting);
	if (ret)
		error_set(&run->error, ret, "no memory");
	else if (always || !run->step || changes_any(&changes))
		ret = add_step(looks, &changes);
	changes_free(&changes);
	return ret;
}

/**
 * looks_over() - check whether there can be no more steps
 * @looks: the recording
 *
 * Return: true if none of the processes is there, or no step has room.
 */
bool looks_over(const struct looks *looks)
{
	const struct run *run = looks->run;

	return run->step &&
	       (!last_look(looks)->model.nr || run->step >= run->max_steps);
}

/**
 * looks_close() - forget a recording of looks
 * @looks: the recording
 */
void looks_close(struct looks *looks)
{
	snapshot_free(&looks->shot[0]);
	snapshot_free(&looks->shot[1]);
	run_close(looks->run);
}
