// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking again: what was read beside the records counts only where the task
 * still holds the object that its record names.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "content/content.h"

/* To look at more tasks one by one takes longer than to look at all. */
#define MAX_TELLERS	32

/**
 * content_ask_again() - ask an engine for a selection once more
 * @sel: the selection; stays as it is
 * @recs: gets the records
 * @rows: gets the content, or NULL
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int content_ask_again(struct engine_handle *handle,
		      const struct selection *sel, struct records *recs,
		      struct content_rows *rows, struct error *error)
{
	struct selection again = *sel;
	int err;

	again.rows = rows;
	again.gone = calloc(sel->nr + 1, sizeof(*again.gone));
	if (!again.gone)
		return error_set(error, -ENOMEM, "no memory");
	err = handle->engine->collect(handle->state, &again, recs, error);
	free(again.gone);
	return err;
}

/*
 * struct later - the engine's later answer
 * @recs: the records, sorted
 * @rows: content, if the engine reads it, sorted
 */
struct later {
	struct records recs;
	struct content_rows rows;
};

/* Whether something is another one that stays as long as the object does */
static bool has_changed(const struct content_item *a,
			const struct content_item *b, int kind)
{
	switch (kind) {
	case TASKSHARE_CRED:
		return memcmp(a->row.cap, b->row.cap, sizeof(a->row.cap)) ||
		       memcmp(a->row.uid, b->row.uid, sizeof(a->row.uid)) ||
		       memcmp(a->row.gid, b->row.gid, sizeof(a->row.gid)) ||
		       memcmp(&a->groups, &b->groups, sizeof(a->groups));
	case TASKSHARE_CGROUPS:
		return a->row.cgroup != b->row.cgroup;
	default:
		return false;
	}
}

/*
 * Kinds whose objects a task no longer holds as in its record. An address may
 * have gone and come back: then what was read twice is not the same.
 */
static __u32 changed(const struct content *content, const struct later *later,
		     __u32 task)
{
	const struct taskshare_record *rec = content->model->task[task];
	const struct taskshare_record *now = records_find(&later->recs, rec);
	const struct content_item *old, *new = NULL;
	__u32 mask = 0;
	int k;

	if (!now)
		return UINT32_MAX;
	old = content_item(content, task, 0);
	if (later->rows.nr)
		new = content_rows_find(&later->rows, rec->pid, rec->start_ns);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (now->id[k] != rec->id[k] ||
		    (rec->seen ^ now->seen) & 1u << k ||
		    (old && new && has_changed(old, new, k)))
			mask |= 1u << k;
	return mask;
}

static void forget_rows(struct content *content, const struct later *later)
{
	__u32 task, mask, lost;
	int k;

	for (task = 0; task < content->model->nr; task++) {
		if (content->row_of[task] == NO_ROW)
			continue;
		mask = changed(content, later, task);
		lost = mask == UINT32_MAX ? mask : 0;
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			if (mask & 1u << k)
				lost |= content_depends_on(k);
		content->rows.item[content->row_of[task]].row.known &= ~lost;
	}
}

static size_t forget_texts(struct content *content, const struct later *later)
{
	size_t i, forgotten = 0;
	int t;

	for (t = 0; t < CONTENT_NR_TEXTS; t++) {
		for (i = 0; i < content->nr_texts[t]; i++) {
			if (content->text_of[t][i] == TEXT_UNKNOWN ||
			    !(changed(content, later, content->teller[t][i]) &
			      1u << content_text_kind(t)))
				continue;
			content->text_of[t][i] = TEXT_UNKNOWN;
			forgotten++;
		}
	}
	return forgotten;
}

/* The tasks that texts are from, if they are few; others do not matter then. */
static size_t tellers(const struct content *content, __u32 task[MAX_TELLERS])
{
	size_t i, j, nr = 0;
	int t;

	for (t = 0; t < CONTENT_NR_TEXTS; t++) {
		for (i = 0; i < content->nr_texts[t]; i++) {
			__u32 pid = content->model->task[content->teller[t][i]]->pid;

			if (content->text_of[t][i] == TEXT_UNKNOWN)
				continue;
			for (j = 0; j < nr && task[j] != pid; j++)
				;
			if (j == MAX_TELLERS)
				return 0;
			task[j] = pid;
			nr = j < nr ? nr : j + 1;
		}
	}
	return nr;
}

static int look_again(const struct content *content, struct later *later,
		      struct engine_handle *handle,
		      const struct selection *sel, bool all,
		      struct error *error)
{
	struct selection again = *sel;
	__u32 task[MAX_TELLERS];
	int err;

	later->recs.nr = 0;
	later->rows.nr = 0;
	again.once = true;
	again.task = task;
	again.nr_tasks = all ? 0 : tellers(content, task);
	err = content_ask_again(handle, &again, &later->recs, &later->rows,
				error);
	records_sort(&later->recs);
	content_rows_sort(&later->rows);
	return err;
}

/**
 * content_read_checked() - read from /proc what is not known yet
 * @handle: the engine of the model
 * @sel: the selection that it was read for
 * @numbers: whether also numbers are missing
 * @check_rows: whether the numbers are from beside the records
 * @error: says what is wrong
 *
 * Texts that were of another object by the time that it was looked at again
 * are read once more; objects that change as fast as that stay unknown.
 *
 * Return: 0 or a negative errno.
 */
int content_read_checked(struct content *content,
			 struct engine_handle *handle,
			 const struct selection *sel, bool numbers,
			 bool check_rows, struct error *error)
{
	bool check = check_rows || content->parts & ~CONTENT_NUMBERS;
	struct later later = { 0 };
	int round, err = 0;

	for (round = 0; round < 2; round++) {
		err = content_read_tasks(content, numbers && !round);
		if (err)
			error_set(error, err, "no memory");
		if (err || !check || !handle->engine->lasting)
			break;
		err = look_again(content, &later, handle, sel, check_rows,
				 error);
		if (err)
			break;
		if (check_rows && !round)
			forget_rows(content, &later);
		if (!forget_texts(content, &later))
			break;
	}
	records_free(&later.recs);
	content_rows_free(&later.rows);
	return err;
}
