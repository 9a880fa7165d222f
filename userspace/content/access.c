// SPDX-License-Identifier: GPL-2.0-only
/* Finding in content what is of a task. */
#include "content/content.h"

/**
 * content_item() - numbers of a task
 * @task: index of the task
 * @known: mask of what has to be known, see struct content_row
 *
 * Return: the numbers, or NULL if not all of that is known.
 */
const struct content_item *content_item(const struct content *content,
					__u32 task, __u32 known)
{
	const struct content_item *item;

	if (!content || !content->row_of || content->row_of[task] == NO_ROW)
		return NULL;
	item = &content->rows.item[content->row_of[task]];
	return (item->row.known & known) == known ? item : NULL;
}

/**
 * content_waiter() - find out which task waits for a child in vfork(2)
 * @content: the content, or NULL where none was read
 * @child: record of the child, which need not be of the content's model
 *
 * Return: PID of the waiting task, or 0 if that is not known.
 */
__u32 content_waiter(const struct content *content,
		     const struct taskshare_record *child)
{
	const struct content_item *item;

	if (!content || !content->row_of)
		return 0;
	item = content_rows_find(&content->rows, child->pid, child->start_ns);
	return item ? item->row.waiter : 0;
}

/**
 * content_idle_cred() - whether a task holds the credentials of the idle task
 * @task: index of the task
 * @same: set to true if they are one object
 *
 * Return: true if that is known.
 */
bool content_idle_cred(const struct content *content, __u32 task, bool *same)
{
	const struct content_item *item =
		content_item(content, task,
			     CONTENT_IDLE_CRED | 1u << TASKSHARE_CRED);

	if (item)
		*same = item->row.idle_cred;
	return item;
}

/**
 * content_text_kind() - the kind of object that a text is about
 * @which: the text
 *
 * Return: the kind.
 */
int content_text_kind(enum content_text which)
{
	switch (which) {
	case CONTENT_EXE:
		return TASKSHARE_MM;
	case CONTENT_ROOT:
	case CONTENT_CWD:
		return TASKSHARE_FS;
	case CONTENT_GROUP_LIST:
	case CONTENT_LABEL:
		return TASKSHARE_CRED;
	case CONTENT_CGROUP:
	case CONTENT_NR_TEXTS:
		break;
	}
	return TASKSHARE_CGROUPS;
}

/**
 * content_slot() - position of a text of a task
 * @task: index of the task
 * @which: the text
 *
 * Return: index into @text_of, or NO_OBJECT if it has none.
 */
__u32 content_slot(const struct content *content, __u32 task,
		   enum content_text which)
{
	if (content->by_task)
		return task;
	return content->model->kind[content_text_kind(which)].of[task];
}

/**
 * content_text() - a text of a task
 * @task: index of the task
 * @which: the text
 * @none: set to whether there is none, rather than one that is not known
 *
 * Return: the text, or NULL.
 */
const char *content_text(const struct content *content, __u32 task,
			 enum content_text which, bool *none)
{
	int kind = content_text_kind(which);
	__u32 slot, at;

	*none = false;
	if (!content || !content->row_of)
		return NULL;
	*none = model_holding(content->model, task, kind) == HOLDS_NONE;
	slot = content_slot(content, task, which);
	at = *none || slot == NO_OBJECT ? TEXT_UNKNOWN :
					  content->text_of[which][slot];
	if (at == TEXT_NONE)
		*none = true;
	return at > TEXT_NONE ? content->text + at : NULL;
}
