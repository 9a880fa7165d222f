// SPDX-License-Identifier: GPL-2.0-only
/*
 * Content that /proc has, task by task. One task is read for each object; another
 * one is asked only if that task may not be looked into, or is gone.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/procfs.h"
#include "content/owners.h"
#include "content/parse.h"
#include "content/proc.h"

/* Number of tasks that are asked about an object, at most */
#define TRIES	4

/*
 * struct reading - reading content of all tasks
 * @content: gets the content
 * @owners: owners of namespaces
 * @tries: for each text, how many tasks were asked about each object
 */
struct reading {
	struct content *content;
	struct owners owners;
	__u8 *tries[CONTENT_NR_TEXTS];
};

static int put_text(struct content *content, const char *text, __u32 *at)
{
	size_t len = strlen(text) + 1, capacity = content->text_capacity;
	char *more;

	while (content->text_len + len > capacity)
		capacity *= 2;
	if (capacity > UINT32_MAX)
		return -ENOMEM;
	if (capacity > content->text_capacity) {
		more = realloc(content->text, capacity);
		if (!more)
			return -ENOMEM;
		content->text = more;
		content->text_capacity = capacity;
	}
	memcpy(content->text + content->text_len, text, len);
	*at = content->text_len;
	content->text_len += len;
	return 0;
}

/* More groups than fit are read as text. */
static bool has_group_list(const struct content *content, __u32 task)
{
	const struct content_item *item =
		content_item(content, task, CONTENT_GROUPS_SEEN);

	return item && item->groups.nr > CONTENT_GROUPS;
}

/* Texts that this task is asked for */
static __u32 wanted(const struct reading *r, __u32 task)
{
	const struct content *content = r->content;
	__u32 mask = 0, slot;
	int t;

	for (t = 0; t < CONTENT_NR_TEXTS; t++) {
		slot = content_slot(content, task, t);
		if (slot == NO_OBJECT || r->tries[t][slot] >= TRIES ||
		    content->text_of[t][slot] != TEXT_UNKNOWN)
			continue;
		if (t == CONTENT_GROUP_LIST ? has_group_list(content, task) :
					      content->parts & 1u << t)
			mask |= 1u << t;
	}
	return mask;
}

/* The cgroup that a path leads to has to be that of the task's row. */
static bool cgroup_fits(const struct content *content, __u32 task,
			const char *lines)
{
	const struct content_item *item;
	__u64 id;

	item = content_item(content, task, 1u << TASKSHARE_CGROUPS);
	id = content->source->cgroup2 < 0 ? 0 :
	     proc_cgroup_id(content->source->cgroup2, lines);
	return !item || !id || item->row.cgroup == id;
}

/* A list of groups begins with those of the task's row. */
static bool groups_fit(const struct content *content, __u32 task,
		       const char *list)
{
	const struct content_item *item =
		content_item(content, task, CONTENT_GROUPS_SEEN);
	__u32 group[CONTENT_GROUPS];
	size_t nr;

	return item && parse_groups(list, group, CONTENT_GROUPS, &nr) &&
	       nr == item->groups.nr &&
	       !memcmp(group, item->groups.group, sizeof(group));
}

/*
 * A task that exits seems to be in the root of each hierarchy of version 1, where
 * it may not have been: see proc_cgroup_show().
 */
static bool cgroups_are_hidden(const struct taskshare_record *rec, int dir,
			       const char *lines)
{
	const char *controllers, *path;
	size_t len, path_len;

	do {
		if (!parse_cgroup(&lines, &controllers, &len, &path, &path_len))
			return false;
	} while (!len || path_len != 1);
	return proc_is_exiting(rec, dir);
}

/* A text that repeats numbers has to agree with them. */
static bool fits(const struct content *content, int dir, __u32 task,
		 enum content_text which, const char *text)
{
	if (which == CONTENT_CGROUP)
		return cgroup_fits(content, task, text) &&
		       !cgroups_are_hidden(content->model->task[task], dir,
					   text);
	if (which == CONTENT_GROUP_LIST)
		return groups_fit(content, task, text);
	return true;
}

static int read_text(struct reading *r, int dir, __u32 task,
		     enum content_text which)
{
	struct content *content = r->content;
	__u32 slot = content_slot(content, task, which);
	__u32 *at = &content->text_of[which][slot];
	char *text;
	bool none;
	int err = 0;

	r->tries[which][slot]++;
	errno = 0;
	text = proc_read_text(content->source, dir, which, &none);
	if (!text && errno == ENOMEM)
		return -ENOMEM;
	if (none)
		*at = TEXT_NONE;
	else if (text && fits(content, dir, task, which, text))
		err = put_text(content, text, at);
	content->teller[which][slot] = task;
	free(text);
	return err;
}

/* The id of its cgroup, as a BPF program would read it */
static void put_cgroup(struct content *content, __u32 task)
{
	struct content_row *row;
	const char *lines;
	bool none;

	lines = content_text(content, task, CONTENT_CGROUP, &none);
	if (!lines || content->source->cgroup2 < 0 ||
	    content->row_of[task] == NO_ROW)
		return;
	row = &content->rows.item[content->row_of[task]].row;
	row->cgroup = proc_cgroup_id(content->source->cgroup2, lines);
	if (row->cgroup)
		row->known |= 1u << TASKSHARE_CGROUPS;
}

static int read_numbers(struct reading *r, int dir, __u32 task)
{
	struct content *content = r->content;
	struct content_item *item = content_rows_new(&content->rows);
	__u32 slot = content_slot(content, task, CONTENT_GROUP_LIST);
	char *groups;
	int err = 0;

	if (!item)
		return -ENOMEM;
	content->row_of[task] = content->rows.nr - 1;
	proc_read_numbers(content->source, dir, item, &groups);
	if (groups && slot != NO_OBJECT) {
		err = put_text(content, groups,
			       &content->text_of[CONTENT_GROUP_LIST][slot]);
		content->teller[CONTENT_GROUP_LIST][slot] = task;
	}
	free(groups);
	return err ?: owners_put(&r->owners, dir, &item->row);
}

static int read_task(struct reading *r, __u32 task, bool numbers)
{
	__u32 mask = wanted(r, task);
	int dir, t, err = 0;

	if (!mask && !numbers)
		return 0;
	errno = 0;
	dir = proc_task_open(r->content->source,
			     r->content->model->task[task],
			     r->content->by_task);
	if (dir < 0)
		return errno == ENOMEM ? -ENOMEM : 0;
	if (numbers)
		err = read_numbers(r, dir, task);
	mask = wanted(r, task);
	for (t = 0; t < CONTENT_NR_TEXTS && !err; t++)
		if (mask & 1u << t)
			err = read_text(r, dir, task, t);
	if (numbers)
		put_cgroup(r->content, task);
	close(dir);
	return err;
}

/**
 * content_read_tasks() - read what is not known yet from /proc
 * @numbers: whether that is also numbers, which then have no rows yet
 *
 * Return: 0 or -ENOMEM.
 */
int content_read_tasks(struct content *content, bool numbers)
{
	struct reading r = { .content = content };
	int t, err = 0;
	__u32 task;

	if (!content->source->proc_usable)
		return 0;
	for (t = 0; t < CONTENT_NR_TEXTS; t++) {
		r.tries[t] = calloc(content->nr_texts[t] + 1, 1);
		if (!r.tries[t])
			err = -ENOMEM;
	}
	for (task = 0; task < content->model->nr && !err; task++)
		err = read_task(&r, task, numbers);
	for (t = 0; t < CONTENT_NR_TEXTS; t++)
		free(r.tries[t]);
	owners_free(&r.owners);
	return err;
}
