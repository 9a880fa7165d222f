// SPDX-License-Identifier: GPL-2.0-only
/* Printing a model in the form that the command line asks for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "show/show.h"
#include "util/terminal.h"

static void choose_columns(struct view *view, const struct options *opt,
			   int *list)
{
	if (!opt->nr_columns || opt->add_columns)
		view->nr_columns = columns_default(list, view->model);
	memcpy(list + view->nr_columns, opt->columns,
	       opt->nr_columns * sizeof(*list));
	view->nr_columns += opt->nr_columns;
	view->columns = list;
}

static bool has_extras(const struct options *opt)
{
	return !opt->raw && !opt->noheadings && !opt->nr_columns && !opt->all;
}

/* Without one that was asked for: the matrix, if it is clear of what */
static enum form form_of(const struct options *opt)
{
	if (opt->form != FORM_DEFAULT)
		return opt->form;
	return opt->nr_pids || opt->all || opt->nr_columns ? FORM_MATRIX :
							     FORM_DEFAULT;
}

/**
 * show_parts() - the parts of content that the form needs
 * @opt: the command line
 *
 * Return: mask for content_read().
 */
__u32 show_parts(const struct options *opt)
{
	switch (form_of(opt)) {
	case FORM_DEFAULT:
	case FORM_JSON:
		return CONTENT_ALL;
	case FORM_MATRIX:
		return has_extras(opt) ? CONTENT_ALL :
		       columns_parts(opt->columns, opt->nr_columns);
	default:
		return 0;
	}
}

static int put(const struct view *view, const struct options *opt,
	       struct error *error)
{
	switch (form_of(opt)) {
	case FORM_DEFAULT:
		return output_system(view);
	case FORM_MATRIX:
		return output_table(view);
	case FORM_JSON:
		return output_json(view);
	case FORM_TREE:
		return output_tree(view, opt->pid, opt->nr_pids);
	case FORM_FLAGS:
		return output_flags(view, opt->pid, opt->nr_pids);
	case FORM_DOT:
		return output_dot(view);
	case FORM_SVG:
		return output_svg(view, error);
	case FORM_MATRIX_SVG:
		return output_matrix_svg(view);
	}
	return -EINVAL;
}

/**
 * show_snapshot() - print what was seen
 * @opt: the command line
 * @snap: the tasks that were asked for
 * @all: all tasks, of the same moment, to find partners among; may be @snap
 * @engine: the engine that saw them
 * @out: the output
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno; the caller has to check @out for errors.
 */
int show_snapshot(const struct options *opt, const struct snapshot *snap,
		  const struct snapshot *all, const struct engine *engine,
		  FILE *out, struct error *error)
{
	struct describer describer = {
		.complete = all->complete,
		.now_ns = all->now_ns,
		.utf8 = terminal_utf8(),
		.waiter = content_waiter,
		.content = &snap->content,
	};
	struct view view = {
		.out = out,
		.model = &snap->model,
		.content = &snap->content,
		.describer = &describer,
		.engine = engine->name,
		.raw = opt->raw,
		.noheadings = opt->noheadings,
		.asked = opt->nr_pids,
		.odd = opt->odd,
		.extras = has_extras(opt),
		.utf8 = terminal_utf8(),
		.colour = terminal_colours(),
		.width = terminal_width(),
	};
	int list[2 * MAX_COLUMNS];
	struct utsname uts;
	int err;

	*error->text = 0;
	choose_columns(&view, opt, list);
	if (engine != &engine_file && !uname(&uts))
		view.kernel = uts.release;
	err = baseline_init(&describer.baseline, &all->model);
	if (!err)
		err = put(&view, opt, error);
	baseline_free(&describer.baseline);
	if (err && !*error->text)
		error_set(error, err, err == -EFBIG ?
			  "too many groups for a picture: give PIDs" :
			  "%u tasks cannot be shown: %s", snap->model.nr,
			  strerror(-err));
	return err;
}
