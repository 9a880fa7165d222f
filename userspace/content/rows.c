// SPDX-License-Identifier: GPL-2.0-only
/* Assigns rows of the BPF program to tasks, and drops values that do not count. */
#include "content/content.h"
#include "util/array.h"

/**
 * content_depends_on() - the content to forget if an object was another one
 * @kind: of the object
 *
 * Return: mask as content_row.known.
 */
__u32 content_depends_on(int kind)
{
	__u32 mask = 1u << kind;
	int k;

	switch (kind) {
	case TASKSHARE_CRED:
		return mask | CONTENT_SECUREBITS | CONTENT_GROUPS_SEEN |
		       1u << TASKSHARE_USER;
	case TASKSHARE_FS:
		return mask | CONTENT_DIRS;
	case TASKSHARE_NSPROXY:
		for (k = TASKSHARE_UTS; k < TASKSHARE_USER; k++)
			if (k != TASKSHARE_PID)
				mask |= 1u << k;
		return mask;
	default:
		return mask;
	}
}

static const int id_kind[] = {
#define KIND(index, kind) [index] = TASKSHARE_##kind,
	CONTENT_IDS(KIND)
#undef KIND
};

/* The program says of five objects whether they stayed: so what is in them. */
static void spread(struct content_item *item)
{
	struct content_row *row = &item->row;
	__u32 lost = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(id_kind); i++)
		if (!(row->known & 1u << id_kind[i]))
			lost |= content_depends_on(id_kind[i]);
	if (item->groups.cred != row->id[0])
		lost |= CONTENT_GROUPS_SEEN;
	if (!(row->known & CONTENT_LEVELS))
		lost |= 1u << TASKSHARE_PID;
	for (i = TASKSHARE_UTS; i <= TASKSHARE_USER; i++)
		row->known |= 1u << i;
	row->known &= ~lost;
}

/* Whether the row is of the objects of the record */
static void check_ids(struct content_row *row,
		      const struct taskshare_record *rec)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(id_kind); i++)
		if (row->id[i] != rec->id[id_kind[i]])
			row->known &= ~content_depends_on(id_kind[i]);
}

/**
 * content_match_rows() - find the row of each task
 * @content: the content; its @rows are filled
 * @same_run: rows are of the run that wrote the records, ids and all
 */
void content_match_rows(struct content *content, bool same_run)
{
	const struct model *model = content->model;
	struct content_item *item;
	size_t i;
	__u32 task;

	for (i = 0; i < content->rows.nr; i++)
		spread(&content->rows.item[i]);
	content_rows_sort(&content->rows);
	for (task = 0; task < model->nr; task++) {
		const struct taskshare_record *rec = model->task[task];

		item = content_rows_find(&content->rows, rec->pid,
					 rec->start_ns);
		if (!item)
			continue;
		content->row_of[task] = item - content->rows.item;
		if (same_run)
			check_ids(&item->row, rec);
	}
}
