// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task in words: its role, what it shares, and content of objects that differ
 * from those of its process: that two are not the same does not say that their
 * contents differ.
 */
#include <stdlib.h>

#include "content/equal.h"
#include "content/fields.h"
#include "content/summary.h"
#include "record/kinds.h"
#include "util/text.h"
#include "output/view.h"

/* Number of tasks of a process that one is compared with */
#define COMPARED	64

/* The content by which objects of a kind are compared; NULL for none */
static const char *compared(int kind)
{
	switch (kind) {
	case TASKSHARE_CRED:
		return "IDs, groups and capabilities";
	case TASKSHARE_FS:
		return "root, working directory and umask";
	default:
		return NULL;
	}
}

static void put_task(FILE *out, const struct view *view, __u32 task)
{
	const struct taskshare_record *rec = view->model->task[task];
	char comm[TEXT_COMM];

	fprintf(out, "%u %s", rec->pid,
		text_escape(comm, rec->comm, view->utf8));
}

static bool other_object(const struct model *model, __u32 a, __u32 b, int kind)
{
	const struct object *x = model_object(model, a, kind);
	const struct object *y = model_object(model, b, kind);

	return x && y && x != y;
}

/* Another object that is equal, of the leader if that has one */
static void put_equal(FILE *out, const struct view *view, __u32 task, int kind)
{
	const struct model *model = view->model;
	const struct process *process =
		&model->process[model->process_of[task]];
	__u32 i;

	for (i = process->first; compared(kind) && i < process->first +
	     process->nr && i < process->first + COMPARED; i++) {
		if (!model_live(model, i) ||
		    !other_object(model, task, i, kind) ||
		    content_equal(view->content, kind, task, i) != EQUAL_YES)
			continue;
		fprintf(out, ", with the same %s as ", compared(kind));
		put_task(out, view, i);
		fputs(", but not the same object", out);
		return;
	}
}

/*
 * An engine that cannot see an object may read another content. The leader's was
 * read at another time, so the two are not compared.
 */
static bool differs(const struct view *view, __u32 task, int kind)
{
	const struct model *model = view->model;
	__u32 leader = model->process[model->process_of[task]].first;

	return leader != task && model_live(model, leader) &&
	       model_holding(model, task, kind) == HOLDS_UNSEEN &&
	       content_equal(view->content, kind, task, leader) == EQUAL_NO;
}

static void put_contents(FILE *out, const struct view *view, __u32 task)
{
	__u32 unusual = view_unusual(view, task);
	char before[64];
	int k;

	if (!view->content)
		return;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (k == TASKSHARE_MM || k == TASKSHARE_NSPROXY)
			continue;
		if (!(unusual & (1u << k) && model_object(view->model, task, k)) &&
		    !differs(view, task, k))
			continue;
		snprintf(before, sizeof(before), "; %s: ", kind_text(k));
		if (content_summary(out, view->content, view_all(view), k, task,
				    before, view->utf8))
			put_equal(out, view, task, k);
	}
}

/*
 * The record of a process with threads does not say which of them waits. Those
 * that it waits for are among the other holders of its memory, which are few.
 */
static void put_waits(FILE *out, const struct view *view, __u32 task)
{
	const struct model *all = view->describer->baseline.model;
	__u32 same = view_described(view, task), i;
	const struct object *mm = same == NO_OBJECT ? NULL :
				  model_object(all, same, TASKSHARE_MM);
	struct range inside;

	if (!mm || all->process[all->process_of[same]].nr == 1)
		return;
	inside = model_inside(all, same, TASKSHARE_MM);
	for (i = 0; i < mm->nr; i++) {
		const struct taskshare_record *child;

		if (i >= inside.from && i < inside.to) {
			i = inside.to - 1;
			continue;
		}
		child = all->task[all->kind[TASKSHARE_MM].holders[mm->first + i]];
		if (child->flags & TASKSHARE_F_VFORK &&
		    content_waiter(view->content, child) == all->task[same]->pid)
			fprintf(out, "; this is the thread that waits for %u",
				child->pid);
	}
}

/**
 * view_put_description() - describe a task, and what its objects hold
 * @out: gets a sentence without a full stop
 * @view: the view
 * @task: index of the task in the view's model
 */
void view_put_description(FILE *out, const struct view *view, __u32 task)
{
	char words[DESCRIPTION_TEXT];

	fputs(describe(words, view->describer, view_described(view, task)), out);
	put_contents(out, view, task);
	put_waits(out, view, task);
}

/**
 * view_description() - describe a task as view_put_description() does
 * @view: the view
 * @task: index of the task in the view's model
 *
 * Return: a sentence without a full stop, to be freed, or NULL without memory.
 */
char *view_description(const struct view *view, __u32 task)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	view_put_description(out, view, task);
	if (!fclose(out))
		return text;
	free(text);
	return NULL;
}
