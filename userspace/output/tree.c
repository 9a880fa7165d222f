// SPDX-License-Identifier: GPL-2.0-only
/* Parents and children, and the flags that each was created with. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/array.h"
#include "model/infer.h"
#include "record/kinds.h"
#include "util/text.h"
#include "output/view.h"

/* Number of threads in a row with the same flags that share one line */
#define FOLD	4

/*
 * struct tree - the processes as a tree
 * @view: the model and the style
 * @table: gets a line for each process
 * @parent: for each process its parent, or NO_PROCESS
 * @row: for each process its row, once it has one
 */
struct tree {
	const struct view *view;
	struct libscols_table *table;
	__u32 *parent;
	struct libscols_line **row;
};

/* Proven ones, then with a question mark what something points to */
static const char *inferred_text(char *to, const struct model *model,
				 __u32 task)
{
	struct verdict verdict[MAX_FLAGS];
	char *at = to;
	int i, pass;

	*to = 0;
	if (model->task[task]->flags & TASKSHARE_F_DEAD)
		return to;
	flags_infer(model, task, verdict);
	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < nr_clone_flags; i++) {
			if (pass ? verdict[i].grade != GRADE_CONSISTENT ||
			    !verdict[i].hint :
				   verdict[i].grade != GRADE_PROVEN)
				continue;
			at += sprintf(at, "%s%s%s", at == to ? "" : "|",
				      clone_flags[i].name, pass ? "?" : "");
		}
	}
	return to;
}

static struct libscols_line *add_row(struct tree *tree,
				     struct libscols_line *above, __u32 task,
				     __u32 more, const char *flags)
{
	struct libscols_line *row = scols_table_new_line(tree->table, above);
	const struct taskshare_record *rec = tree->view->model->task[task];
	char cell[TEXT_COMM + 40], comm[TEXT_COMM];

	if (!row)
		return NULL;
	text_escape(comm, rec->comm, tree->view->utf8);
	if (more)
		sprintf(cell, "%u %s and %u more", rec->pid, comm, more);
	else
		sprintf(cell, "%u %s", rec->pid, comm);
	if (scols_line_set_data(row, 0, cell) ||
	    scols_line_set_data(row, 1, task_name[rec->kind]) ||
	    scols_line_set_data(row, 2, flags))
		return NULL;
	return row;
}

static int add_threads(struct tree *tree, const struct process *process,
		       struct libscols_line *above)
{
	const struct model *model = tree->view->model;
	char flags[FLAGS_TEXT], next[FLAGS_TEXT];
	__u32 i, j, run, end = process->first + process->nr;

	for (i = process->first + 1; i < end; i += run) {
		inferred_text(flags, model, i);
		for (run = 1; i + run < end; run++)
			if (strcmp(flags, inferred_text(next, model, i + run)))
				break;
		if (run >= FOLD) {
			if (!add_row(tree, above, i, run - 1, flags))
				return -ENOMEM;
			continue;
		}
		for (j = 0; j < run; j++)
			if (!add_row(tree, above, i + j, 0, flags))
				return -ENOMEM;
	}
	return 0;
}

static int add_process(struct tree *tree, __u32 p)
{
	const struct model *model = tree->view->model;
	__u32 above = tree->parent[p];
	char flags[FLAGS_TEXT];

	inferred_text(flags, model, model->process[p].first);
	tree->row[p] = add_row(tree,
			       above == NO_PROCESS ? NULL : tree->row[above],
			       model->process[p].first, 0, flags);
	if (!tree->row[p])
		return -ENOMEM;
	return add_threads(tree, &model->process[p], tree->row[p]);
}

/*
 * A parent's row comes before those of its children. Records may say that two
 * tasks are each other's parents; then the one met first is the upper one.
 */
static int add_with_parents(struct tree *tree, __u32 p)
{
	__u32 up = p, depth = 0, q;
	int err;

	while (!tree->row[up]) {
		while ((q = tree->parent[up]) != NO_PROCESS && !tree->row[q]) {
			if (q == p || depth++ > tree->view->model->nr_processes)
				break;
			up = q;
		}
		if (q != NO_PROCESS && !tree->row[q])
			tree->parent[up] = NO_PROCESS;
		err = add_process(tree, up);
		if (err)
			return err;
		up = p;
		depth = 0;
	}
	return 0;
}

static void find_parents(struct tree *tree)
{
	const struct model *model = tree->view->model;
	__u32 p;

	for (p = 0; p < model->nr_processes; p++) {
		__u32 first = model->process[p].first;

		tree->parent[p] = model_find_process(model,
						     model->task[first]->ppid);
		if (tree->parent[p] == p)
			tree->parent[p] = NO_PROCESS;
	}
}

/* Returns true if it is one of the processes asked for, or below one. */
static bool wanted(const struct tree *tree, __u32 p, const __u32 *root,
		   size_t nr_roots)
{
	__u32 depth = 0;
	size_t i;

	if (!nr_roots)
		return true;
	while (p != NO_PROCESS && depth++ <= tree->view->model->nr_processes) {
		for (i = 0; i < nr_roots; i++)
			if (root[i] == p)
				return true;
		p = tree->parent[p];
	}
	return false;
}

/* The processes asked for are on top, without their parents. */
static int add_wanted(struct tree *tree, const __u32 *root, size_t nr_roots)
{
	const struct model *model = tree->view->model;
	bool *want = calloc(model->nr_processes + 1, sizeof(*want));
	int err = want ? 0 : -ENOMEM;
	__u32 p;

	for (p = 0; p < model->nr_processes && !err; p++)
		want[p] = wanted(tree, p, root, nr_roots);
	for (p = 0; p < model->nr_processes && !err; p++)
		if (tree->parent[p] != NO_PROCESS && !want[tree->parent[p]])
			tree->parent[p] = NO_PROCESS;
	for (p = 0; p < model->nr_processes && !err; p++)
		if (want[p])
			err = add_with_parents(tree, p);
	free(want);
	return err;
}

static __u32 find_process_of(const struct model *model, __u32 pid)
{
	__u32 i;

	for (i = 0; i < model->nr; i++)
		if (model->task[i]->pid == pid)
			return model->process_of[i];
	return NO_PROCESS;
}

/**
 * output_tree() - print parents, children and the flags of their creation
 * @view: the model, which should hold the parents, too, and the style
 * @pid: tasks of the processes to print, with what descends from them
 * @nr_pids: number of PIDs; 0 for all
 *
 * Return: 0 or a negative errno; the caller has to check @out for errors.
 */
int output_tree(const struct view *view, const __u32 *pid, size_t nr_pids)
{
	static const struct table_column column[] = {
		{ "TASK", SCOLS_FL_TREE }, { "KIND", 0 },
		{ "CREATED WITH", SCOLS_FL_WRAP },
	};
	struct tree tree = { .view = view };
	__u32 *root = calloc(nr_pids + 1, sizeof(*root));
	int err = 0;
	size_t i;

	tree.table = view_table(view, column, ARRAY_SIZE(column));
	tree.parent = calloc(view->model->nr_processes + 1,
			     sizeof(*tree.parent));
	tree.row = calloc(view->model->nr_processes + 1, sizeof(*tree.row));
	if (!root || !tree.table || !tree.parent || !tree.row)
		err = -ENOMEM;
	for (i = 0; i < nr_pids && !err; i++)
		root[i] = find_process_of(view->model, pid[i]);
	if (!err) {
		find_parents(&tree);
		err = add_wanted(&tree, root, nr_pids);
	}
	err = table_finish(tree.table, err);
	free(tree.parent);
	free(tree.row);
	free(root);
	return err;
}
