// SPDX-License-Identifier: GPL-2.0-only
/* taskshare without a command, and watch, pin and unpin. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/exit.h"
#include "cli/session.h"
#include "content/summary.h"
#include "engine/bpf_pin.h"
#include "show/crosscheck.h"
#include "show/show.h"
#include "show/watch.h"
#include "util/terminal.h"

static int compare_engines(struct selection *sel)
{
	struct error error;
	int ret = crosscheck(sel, terminal_utf8(), &error);

	if (ret < 0)
		errx(ret == -ENODEV ? EXIT_NO_ENGINE : EXIT_ERROR, "%s",
		     error.text);
	if (fflush(stdout) || ret)
		return EXIT_ERROR;
	return session_report_gone(NULL, sel);
}

/* Saves the records for --save, and reports gaps of the engine. */
static void save_and_note(const struct options *opt,
			  const struct engine_handle *handle,
			  const struct snapshot *snap)
{
	struct error error;

	if (handle->engine->note)
		warnx("%s", handle->engine->note(handle->state));
	if (opt->save)
		or_exit(records_save(&snap->recs, opt->save, &error), &error);
}

/*
 * If the choice of the engine was left to taskshare and the one chosen is not
 * shown a task that /proc has, the proc engine takes over. Returns true then:
 * the tasks must be looked at again.
 */
static bool engine_changed(const struct options *opt,
			   struct engine_handle *handle,
			   const struct selection *sel)
{
	size_t i = 0;

	while (i < sel->nr && !session_unseen(handle->engine, sel, i))
		i++;
	if (i == sel->nr || strcmp(opt->engine, "auto") ||
	    handle->engine == &engine_proc)
		return false;
	warnx("in /proc, but not shown to the %s engine: %u; using the proc engine",
	      handle->engine->name, sel->pid[i]);
	engine_close(handle);
	session_open(handle, engine_proc.name, SESSION_ANY, "");
	return true;
}

/* Returns true if the engine reads references, of whatever kind. */
static bool has_references(const struct model *model)
{
	__u32 i;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		for (i = 0; i < model->kind[k].nr; i++)
			if (model->kind[k].obj[i].refs)
				return true;
	return false;
}

/*
 * Whether to look for tasks that hold some of this, too: there are references
 * that the tasks shown do not account for; an object that may cross processes
 * has a count that the engine cannot read, as the module for semundo; or a task
 * differs from its process in something of which references do not count tasks.
 * An engine without any references would have to look at all tasks each time,
 * which takes proc too long.
 */
static bool has_partners(const struct model *model)
{
	bool found = false, counts = has_references(model);
	struct baseline baseline;
	const struct object *obj;
	__u32 i;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		for (i = 0; i < model->kind[k].nr && !found; i++) {
			obj = &model->kind[k].obj[i];
			found = model_unshown(obj, k) ||
				(counts && kind_crosses(k) && !obj->refs);
		}
	}
	found |= baseline_init(&baseline, model);
	for (i = 0; i < model->nr && !found; i++)
		for (k = 0; k < TASKSHARE_NR_KINDS && !found; k++)
			found = baseline_unusual(&baseline, i) & (1u << k) &&
				model_object(model, i, k) && !kind_crosses(k);
	baseline_free(&baseline);
	return found;
}

/* Whether a task is in namespaces of which another process may be named */
static bool in_others_namespaces(const struct snapshot *snap)
{
	__u32 i;

	for (i = 0; i < snap->model.nr; i++)
		if (content_elsewhere(&snap->content, i))
			return true;
	return false;
}

/*
 * Looks at all tasks, to name others. An id of another look is no evidence, so
 * the processes that were asked for are taken from this one, too.
 */
static void look_at_all(struct snapshot *all, struct snapshot *snap,
			struct selection *sel, struct engine_handle *handle)
{
	struct selection everything = { 0 };
	__u32 parts = snap->parts;
	struct error error;

	all->parts = parts;
	or_exit(snapshot_take(all, handle, &everything, &error), &error);
	or_exit(snapshot_narrow(snap, all, sel, &error), &error);
	or_exit(snapshot_read_content(snap, handle, sel, &error), &error);
}

/* The processes that were asked for, and others that hold what they hold */
static int show_processes(const struct options *opt, struct selection *sel,
			  struct engine_handle *handle)
{
	struct snapshot snap = { .parts = show_parts(opt) };
	struct snapshot all = { 0 };
	bool wide, may;
	struct error error;

	do {
		or_exit(snapshot_take(&snap, handle, sel, &error), &error);
	} while (engine_changed(opt, handle, sel));
	may = sel->nr && opt->form == FORM_DEFAULT;
	wide = may && has_partners(&snap.model);
	if (!wide)
		or_exit(snapshot_read_content(&snap, handle, sel, &error),
			&error);
	wide |= may && in_others_namespaces(&snap);
	if (wide)
		look_at_all(&all, &snap, sel, handle);
	save_and_note(opt, handle, &snap);
	or_exit(show_snapshot(opt, &snap, wide ? &all : &snap, handle->engine,
			      stdout, &error), &error);
	snapshot_free(&all);
	snapshot_free(&snap);
	return session_report_gone(handle->engine, sel);
}

/*
 * Trees and flags are about parents and children, so everything is looked at,
 * and the PIDs are looked up afterwards.
 */
static int show_family(const struct options *opt, struct selection *sel,
		       struct engine_handle *handle)
{
	struct selection everything = { 0 };
	struct snapshot snap = { 0 };
	struct error error;
	size_t i, j;

	do {
		or_exit(snapshot_take(&snap, handle, &everything, &error),
			&error);
		for (i = 0; i < sel->nr; i++) {
			sel->gone[i] = true;
			for (j = 0; j < snap.recs.nr; j++)
				if (snap.recs.rec[j].pid == sel->pid[i])
					sel->gone[i] = false;
		}
	} while (engine_changed(opt, handle, sel));
	save_and_note(opt, handle, &snap);
	or_exit(show_snapshot(opt, &snap, &snap, handle->engine, stdout,
			      &error), &error);
	snapshot_free(&snap);
	return session_report_gone(handle->engine, sel);
}

static int show_once(const struct options *opt, struct selection *sel)
{
	bool family = opt->form == FORM_TREE || opt->form == FORM_FLAGS;
	struct engine_handle handle;
	int status;

	session_open(&handle, opt->engine, show_parts(opt) ? SESSION_CONTENT :
		     SESSION_ANY, "");
	status = family ? show_family(opt, sel, &handle) :
			  show_processes(opt, sel, &handle);
	written_or_exit(0);
	engine_close(&handle);
	return status;
}

static int watch_source(const struct options *opt, struct selection *sel)
{
	struct engine_handle handle;
	struct error error;
	int ret;

	session_open(&handle, opt->engine, show_parts(opt) ?
		     SESSION_LIVE | SESSION_CONTENT : SESSION_LIVE, "");
	ret = watch(opt, &handle, sel, &error);
	if (ret < 0)
		errx(EXIT_ERROR, "%s", error.text);
	ret = ret ? session_report_gone(handle.engine, sel) : EXIT_OK;
	engine_close(&handle);
	return ret;
}

static int run(const struct options *opt, struct selection *sel)
{
	struct error error;
	int err = 0;

	switch (opt->mode) {
	case MODE_SHOW:
		if (!strcmp(opt->engine, "all"))
			return compare_engines(sel);
		return show_once(opt, sel);
	case MODE_WATCH:
		return watch_source(opt, sel);
	case MODE_PIN:
		err = pin(&error);
		break;
	case MODE_UNPIN:
		err = unpin(&error);
		break;
	}
	or_exit(err, &error);
	return EXIT_OK;
}

/**
 * show_main() - taskshare without a command, and watch, pin and unpin
 * @argc: as of main()
 * @argv: as of main()
 * @all: the commands, for --help
 *
 * Return: the exit status.
 */
int show_main(int argc, char **argv, const struct commands *all)
{
	struct selection sel = { 0 };
	struct options opt;
	struct error error;
	int ret;

	ret = options_parse(&opt, argc, argv, all, &error);
	if (ret < 0)
		or_exit(ret, &error);
	if (ret)
		return fflush(stdout) ? EXIT_ERROR : EXIT_OK;
	sel.pid = opt.pid;
	sel.nr = opt.nr_pids;
	sel.gone = calloc(sel.nr + 1, sizeof(*sel.gone));
	if (!sel.gone)
		errx(EXIT_ERROR, "no memory");
	ret = run(&opt, &sel);
	free(sel.gone);
	free(opt.pid);
	return ret;
}
