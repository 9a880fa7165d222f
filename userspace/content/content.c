// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading what the objects of a model hold.
 *
 * Numbers come with the records from the BPF engine: one run of its program
 * reads which object a task holds and what is in it. Beside another engine
 * they are read by that program, or from /proc; texts are from /proc always,
 * of one task for each object. Content that is read beside the records may be of
 * an object that came later, so the engine is asked again afterwards: content
 * counts only where the task still holds the object of its record. Ids of the
 * proc engine do not last; there, content is of tasks and not of objects.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "content/content.h"

static bool read_beside(struct content *content, const struct selection *sel)
{
	struct engine_handle *beside = content_source_beside(content->source);
	struct records recs = { 0 };
	struct error unused;
	int err;

	if (!beside)
		return false;
	err = content_ask_again(beside, sel, &recs, &content->rows, &unused);
	records_free(&recs);
	if (err)
		content->rows.nr = 0;
	else
		content_match_rows(content, false);
	return !err;
}

/* A task may have gone to another namespace since its record was made. */
static void check_inodes(struct content *content,
			 const struct engine_handle *handle)
{
	__u32 task;
	int k;

	for (task = 0; task < content->model->nr; task++) {
		const struct taskshare_record *rec = content->model->task[task];
		struct content_row *row;

		if (content->row_of[task] == NO_ROW)
			continue;
		row = &content->rows.item[content->row_of[task]].row;
		for (k = TASKSHARE_UTS; k <= TASKSHARE_USER; k++)
			if (rec->id[k] &&
			    !handle->engine->has_inode(handle->state,
						       rec->id[k],
						       row->ns[CONTENT_NS(k)].inum))
				row->known &= ~(1u << k);
	}
}

static int make_room(struct content *content)
{
	const struct model *model = content->model;
	size_t nr;
	int t;

	content->row_of = malloc((model->nr + 1) * sizeof(__u32));
	/* Two offsets are no texts. */
	content->text_len = 2;
	content->text_capacity = 4096;
	content->text = malloc(content->text_capacity);
	if (!content->row_of || !content->text)
		return -ENOMEM;
	memset(content->row_of, 0xff, (model->nr + 1) * sizeof(__u32));
	for (t = 0; t < CONTENT_NR_TEXTS; t++) {
		nr = content->by_task ? model->nr :
		     model->kind[content_text_kind(t)].nr;
		content->nr_texts[t] = nr;
		content->text_of[t] = calloc(nr + 1, sizeof(__u32));
		content->teller[t] = calloc(nr + 1, sizeof(__u32));
		if (!content->text_of[t] || !content->teller[t])
			return -ENOMEM;
	}
	return 0;
}

/* A task that holds the initial namespaces, where /proc does not say which */
static void find_initial(struct content *content)
{
	__u32 task;
	int i;

	for (task = 0; task < content->model->nr; task++) {
		const struct content_item *item;

		if (content->model->task[task]->kind != TASKSHARE_TASK_KTHREAD)
			continue;
		item = content_item(content, task, 1u << TASKSHARE_MNT);
		for (i = 0; item && i < CONTENT_NR_NS; i++)
			if (!content->source->initial[i])
				content->source->initial[i] =
					item->row.ns[i].inum;
		return;
	}
}

/**
 * content_read() - read what the objects of a model hold
 * @content: set to the content; an engine that reads it with the records
 *	     has filled its @rows already
 * @source: opened; must stay
 * @model: the model; must stay
 * @handle: the engine of the model
 * @sel: the selection that the model was made for
 * @parts: parts to read, see CONTENT_NUMBERS
 * @error: says what is wrong
 *
 * A value that cannot be read is unknown, which is no error. Takes time and
 * memory in proportion to the number of tasks.
 *
 * Return: 0 or a negative errno; call content_free() in any case.
 */
int content_read(struct content *content, struct content_source *source,
		 const struct model *model, struct engine_handle *handle,
		 const struct selection *sel, __u32 parts, struct error *error)
{
	bool same_run = handle->engine == &engine_bpf, numbers = false;
	int err;

	content->model = model;
	content->source = source;
	content->parts = parts;
	content->by_task = !handle->engine->lasting;
	if (make_room(content))
		return error_set(error, -ENOMEM, "no memory");
	if (same_run)
		content_match_rows(content, true);
	else
		numbers = content->by_task || !read_beside(content, sel);
	err = content_read_checked(content, handle, sel, numbers, !same_run, error);
	if (!err && handle->engine->has_inode)
		check_inodes(content, handle);
	if (!err)
		find_initial(content);
	return err;
}

/**
 * content_free() - forget content
 * @content: the content, emptied; may be read again
 */
void content_free(struct content *content)
{
	int t;

	content_rows_free(&content->rows);
	for (t = 0; t < CONTENT_NR_TEXTS; t++) {
		free(content->text_of[t]);
		free(content->teller[t]);
	}
	free(content->row_of);
	free(content->text);
	memset(content, 0, sizeof(*content));
}
