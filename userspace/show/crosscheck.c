// SPDX-License-Identifier: GPL-2.0-only
/*
 * --engine=all: asking every usable engine and comparing the answers: which
 * tasks there are, and what they share.
 *
 * The first engine is asked again at the end: where it does not agree with
 * itself, a task changed meanwhile, and no engine is wrong. Where engines differ,
 * all are asked again, and only what differs every time is reported.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/array.h"
#include "cli/session.h"
#include "model/compare.h"
#include "show/crosscheck.h"
#include "record/kinds.h"
#include "util/table.h"
#include "util/text.h"

#define MAX_ENGINES	8
#define ROUNDS		3
#define SAYS_TEXT	32

static size_t open_all(struct engine_handle *handle)
{
	struct error error;
	size_t i, nr = 0;

	for (i = 0; i < nr_engines && nr < MAX_ENGINES; i++) {
		handle[nr].engine = engines[i];
		if (engines[i]->open(&handle[nr].state, NULL, false, &error))
			warnx("left out: %s", error.text);
		else
			nr++;
	}
	return nr;
}

/* The task that a difference between two models is about */
static const struct taskshare_record *about(const struct difference *diff,
					    const struct model *a,
					    const struct model *b)
{
	return diff->task == NO_OBJECT ? b->task[diff->other] :
					 a->task[diff->task];
}

/* Returns true if one of the differences between two snapshots is about this. */
static bool has(const struct comparison *cmp, const struct snapshot *a,
		const struct snapshot *b, __u32 pid, int kind)
{
	size_t i;

	for (i = 0; i < cmp->nr; i++)
		if (cmp->diff[i].kind == kind &&
		    about(&cmp->diff[i], &a->model, &b->model)->pid == pid)
			return true;
	return false;
}

static const char *says(char *to, const struct model *model, __u32 task, int k)
{
	const struct object *obj;
	const __u32 *holder;

	if (task == NO_OBJECT)
		return strcpy(to, "no such task");
	if (k == COMPARE_THERE)
		return strcpy(to, "is there");
	obj = model_object(model, task, k);
	if (!obj)
		return strcpy(to, "none");
	if (obj->nr == 1)
		return strcpy(to, "separate");
	holder = &model->kind[k].holders[obj->first];
	sprintf(to, "shared with %u",
		model->task[holder[holder[0] == task]]->pid);
	return to;
}

static int put_difference(struct libscols_table *table,
			  const struct difference *diff,
			  const struct snapshot *a, const char *a_name,
			  const struct snapshot *b, const char *b_name,
			  bool utf8)
{
	const struct taskshare_record *rec = about(diff, &a->model, &b->model);
	char comm[TEXT_COMM], a_says[SAYS_TEXT], b_says[SAYS_TEXT];

	return table_row(table, "%u\t%s\t%s\t%s\t%s\t%s\t%s", rec->pid,
			 text_escape(comm, rec->comm, utf8),
			 diff->kind == COMPARE_THERE ? "task" :
			 kind_name[diff->kind], a_name,
			 says(a_says, &a->model, diff->task, diff->kind),
			 b_name,
			 says(b_says, &b->model, diff->other, diff->kind));
}

/*
 * struct round - all engines asked once
 * @snap: snapshot of each engine
 * @again: another snapshot of the first engine, at the end
 * @changed: differences between the first engine's two snapshots
 * @diff: differences of the others from the first
 */
struct round {
	struct snapshot snap[MAX_ENGINES];
	struct snapshot again;
	struct comparison changed;
	struct comparison diff[MAX_ENGINES];
};

static int compare(struct comparison *cmp, const struct snapshot *a,
		   const struct snapshot *b)
{
	int err = compare_models(cmp, &a->model, &b->model, COMPARE_ENGINES);

	return err ?: compare_there(cmp);
}

static int run_round(struct round *round, struct engine_handle *handle,
		     size_t nr, struct selection *sel, struct error *error)
{
	size_t i;
	int err = 0;

	for (i = 0; i < nr && !err; i++)
		err = snapshot_take(&round->snap[i], &handle[i], sel, error);
	if (!err)
		err = snapshot_take(&round->again, &handle[0], sel, error);
	if (err)
		return err;
	err = compare(&round->changed, &round->snap[0], &round->again);
	for (i = 1; i < nr && !err; i++)
		err = compare(&round->diff[i], &round->snap[0],
			      &round->snap[i]);
	return err ? error_set(error, err, "%s", strerror(-err)) : 0;
}

static void free_round(struct round *round)
{
	size_t i;

	for (i = 0; i < MAX_ENGINES; i++) {
		compare_free(&round->diff[i]);
		snapshot_free(&round->snap[i]);
	}
	compare_free(&round->changed);
	snapshot_free(&round->again);
}

/* Keeps the differences that are not changes and that were there before. */
static size_t sift(struct round *round, size_t nr, const struct round *before)
{
	const struct snapshot *snap = round->snap;
	size_t i, j, kept, left = 0;

	for (i = 1; i < nr; i++) {
		struct comparison *cmp = &round->diff[i];

		for (j = kept = 0; j < cmp->nr; j++) {
			const struct difference *diff = &cmp->diff[j];
			__u32 pid = about(diff, &snap[0].model,
					  &snap[i].model)->pid;

			if (has(&round->changed, &snap[0], &round->again, pid,
				diff->kind))
				continue;
			if (before && !has(&before->diff[i], &before->snap[0],
					   &before->snap[i], pid, diff->kind))
				continue;
			cmp->diff[kept++] = cmp->diff[j];
		}
		cmp->nr = kept;
		left += kept;
	}
	return left;
}

static int report(const struct round *round, const struct engine_handle *handle,
		  size_t nr, size_t left, bool utf8)
{
	static const struct table_column column[] = {
		{ "PID", SCOLS_FL_RIGHT }, { "COMM", 0 }, { "object", 0 },
		{ "engine", 0 }, { "says", 0 }, { "engine", 0 }, { "says", 0 },
	};
	const struct table_style style = table_style(stdout);
	struct libscols_table *table;
	size_t i, j, compared = 0;
	int err = 0;

	for (i = 1; i < nr; i++)
		compared += round->diff[i].compared;
	if (!left) {
		printf("engines agree:");
		for (i = 0; i < nr; i++)
			printf(" %s", handle[i].engine->name);
		printf("; %u tasks, %zu answers compared, %zu changed meanwhile\n",
		       round->snap[0].model.nr, compared, round->changed.nr);
		return 0;
	}
	table = table_new(&style, column, ARRAY_SIZE(column));
	for (i = 1; i < nr; i++)
		for (j = 0; j < round->diff[i].nr && !err; j++)
			err = put_difference(table, &round->diff[i].diff[j],
					     &round->snap[0],
					     handle[0].engine->name,
					     &round->snap[i],
					     handle[i].engine->name, utf8);
	err = table_finish(table, err);
	printf("engines differ: %zu of %zu answers, %zu changed meanwhile\n",
	       left, compared, round->changed.nr);
	return err;
}

static int run_rounds(struct engine_handle *handle, size_t nr,
		      struct selection *sel, bool utf8, struct error *error)
{
	struct round round[2] = { 0 };
	size_t left = 1;
	int i, err = 0;

	for (i = 0; i < ROUNDS && left && !err; i++) {
		struct round *now = &round[i % 2];
		struct round *before = i ? &round[(i + 1) % 2] : NULL;

		free_round(now);
		err = run_round(now, handle, nr, sel, error);
		if (!err)
			left = sift(now, nr, before);
	}
	if (!err && report(&round[(i + 1) % 2], handle, nr, left, utf8))
		err = error_set(error, -ENOMEM, "no memory");
	free_round(&round[0]);
	free_round(&round[1]);
	return err ? err : left != 0;
}

/**
 * crosscheck() - compare all engines, and print what comes out
 * @sel: the processes to read; its @gone is set
 * @utf8: whether the reader understands UTF-8
 * @error: says what is wrong
 *
 * Return: 0 if they agree, 1 if not, or a negative errno; -ENODEV if there are
 * not two engines to compare.
 */
int crosscheck(struct selection *sel, bool utf8, struct error *error)
{
	struct engine_handle handle[MAX_ENGINES];
	size_t i, nr = open_all(handle);
	int ret;

	if (nr < 2)
		ret = error_set(error, -ENODEV,
				"fewer than two engines are usable: nothing to compare");
	else
		ret = run_rounds(handle, nr, sel, utf8, error);
	for (i = 0; i < nr; i++)
		engine_close(&handle[i]);
	return ret;
}
