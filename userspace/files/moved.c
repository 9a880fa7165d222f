// SPDX-License-Identifier: GPL-2.0-only
/* Tasks that got another table while descriptors were read. */
#include <errno.h>

#include "files/output.h"
#include "files/source.h"

/*
 * Whether a task of one model shares the table of another task of it in a later
 * one, too. Ids of two models need not be comparable, and this is all that counts.
 */
static bool still_shares(const struct model *later, __u32 task, __u32 other)
{
	const struct model_kind *kind = &later->kind[TASKSHARE_FILES];

	return model_holding(later, task, TASKSHARE_FILES) == HOLDS_OBJECT &&
	       kind->of[task] == kind->of[other];
}

/* Index of a task in a model, or its number of tasks */
static __u32 find_task(const struct model *model,
		       const struct taskshare_record *like)
{
	__u32 i, process = model_find_process(model, like->tgid);
	const struct process *p;

	if (process == NO_PROCESS)
		return model->nr;
	p = &model->process[process];
	for (i = p->first; i < p->first + p->nr; i++)
		if (!records_compare(model->task[i], like))
			return i;
	return model->nr;
}

/**
 * files_check_tables() - compare the tables of tasks with those afterwards
 * @files: open files in the tables of @before; loses the descriptors of a table
 *	   if the task that it was read of does not hold it any more
 * @before: the tasks, before descriptors were read
 * @after: the tasks, later
 * @lasting: a table has the same id in both
 * @moved: set for each task of @before that holds another table now, or none
 *
 * Return: 0 or -ENOMEM.
 */
int files_check_tables(struct files *files, const struct model *before,
		       const struct model *after, bool lasting, bool *moved)
{
	const struct model_kind *kind = &before->kind[TASKSHARE_FILES];
	__u32 i, of, task, reader;

	for (i = 0; i < before->nr; i++) {
		of = kind->of[i];
		if (of == NO_OBJECT)
			continue;
		task = find_task(after, before->task[i]);
		reader = find_task(after,
				   before->task[files->table[of].task]);
		moved[i] = task == after->nr || reader == after->nr ||
			   !still_shares(after, task, reader) ||
			   (lasting && after->task[task]->id[TASKSHARE_FILES] !=
				       kind->obj[of].id);
	}
	for (i = 0; i < files->nr_tables; i++)
		if (moved[files->table[i].task])
			files->table[i].err = -EAGAIN;
	for (i = 0; i < files->nr; i++)
		if (files->table[files->descriptor[i].table].err)
			files->descriptor[i].confirmed = false;
	return files_prune(files);
}
