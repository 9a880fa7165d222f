// SPDX-License-Identifier: GPL-2.0-only
/* Parts that all outputs have. */
#include "output/view.h"

/**
 * view_table() - begin a table in the style of a view
 * @column: the columns
 * @nr: number of columns
 *
 * Return: the table, or NULL without memory.
 */
struct libscols_table *view_table(const struct view *view,
				  const struct table_column *column, size_t nr)
{
	const struct table_style style = {
		.out = view->out,
		.raw = view->raw,
		.noheadings = view->noheadings,
		.utf8 = view->utf8,
		.colour = view->colour,
	};

	return table_new(&style, column, nr);
}

/**
 * view_all() - the model that knows whose an object is
 *
 * Return: a model of all tasks, of the same moment; NULL if there is none.
 */
const struct model *view_all(const struct view *view)
{
	return view->describer->complete ? view->describer->baseline.model :
					   NULL;
}

/**
 * view_described() - find a task of the view in the describer's model
 * @task: index of the task in the view's model
 *
 * That model has at least the same tasks, in the same order.
 *
 * Return: its index there, or NO_OBJECT.
 */
__u32 view_described(const struct view *view, __u32 task)
{
	const struct model *all = view->describer->baseline.model;
	const struct process *process;
	__u32 i, first;

	if (all == view->model)
		return task;
	first = view->model->process[view->model->process_of[task]].first;
	i = model_find_process(all, view->model->task[task]->tgid);
	if (i == NO_PROCESS)
		return NO_OBJECT;
	process = &all->process[i];
	return task - first < process->nr ? process->first + task - first :
					    NO_OBJECT;
}

/**
 * view_unusual() - in what a task differs from the rest of its process
 * @task: index of the task in the view's model
 *
 * Return: mask of kinds, see baseline_unusual().
 */
__u32 view_unusual(const struct view *view, __u32 task)
{
	return baseline_unusual(&view->describer->baseline,
				view_described(view, task));
}

/**
 * view_split() - check whether a task stands apart from its process
 * @task: index of the task in the view's model
 *
 * Return: true if so, see baseline_split().
 */
bool view_split(const struct view *view, __u32 task)
{
	return baseline_split(&view->describer->baseline,
			      view_described(view, task));
}

/**
 * view_odd() - check whether --odd shows a task
 * @task: index of the task in the view's model
 *
 * Return: true if so, see baseline_odd().
 */
bool view_odd(const struct view *view, __u32 task)
{
	return baseline_odd(&view->describer->baseline, view_described(view, task));
}

/**
 * view_others() - name the processes not shown that hold an object, too
 * @to: set to the names; empty if there are none or if unknown
 * @size: number of bytes there
 * @kind: of the object
 * @obj: the object, of the view's model
 */
void view_others(char *to, size_t size, const struct view *view, int kind,
		 const struct object *obj)
{
	const struct model *all = view->describer->baseline.model;
	const struct object *same;
	__u32 holder;

	*to = 0;
	if (all == view->model)
		return;
	holder = view_described(view, view->model->kind[kind].holders[obj->first]);
	same = model_object(all, holder, kind);
	if (same)
		describe_holders(to, size, view->describer, kind, same,
				 view->model);
}
