// SPDX-License-Identifier: GPL-2.0-only
/* taskshare without a command, and watch, pin and unpin. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/exit.h"
#include "cli/session.h"
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

/*
 * Trees and flags are about parents and children, so everything is asked for,
 * and the PIDs are looked up afterwards.
 */
static void look(const struct options *opt, struct engine_handle *handle,
		 struct selection *sel, struct snapshot *snap)
{
	struct selection everything = { 0 };
	bool with_parents = opt->form == FORM_TREE || opt->form == FORM_FLAGS;
	struct selection *asked = with_parents ? &everything : sel;
	const struct records *recs = &snap->recs;
	struct error error;
	size_t i, j;

	or_exit(snapshot_take(snap, handle, asked, &error), &error);
	for (i = 0; i < sel->nr && asked != sel; i++) {
		sel->gone[i] = true;
		for (j = 0; j < recs->nr; j++)
			if (recs->rec[j].pid == sel->pid[i])
				sel->gone[i] = false;
	}
}

/* Whoever left the choice to taskshare gets the engine that sees the task. */
static void look_again(const struct options *opt, struct engine_handle *handle,
		       struct selection *sel, struct snapshot *snap)
{
	size_t i = 0;

	while (i < sel->nr && !session_unseen(handle->engine, sel, i))
		i++;
	if (i == sel->nr || strcmp(opt->engine, "auto") ||
	    handle->engine == &engine_proc)
		return;
	warnx("in /proc, but not shown to the %s engine: %u; using the proc engine",
	      handle->engine->name, sel->pid[i]);
	engine_close(handle);
	session_open(handle, engine_proc.name, SESSION_ANY, "");
	look(opt, handle, sel, snap);
}

static int show_once(const struct options *opt, struct selection *sel)
{
	struct snapshot snap = { 0 };
	struct engine_handle handle;
	struct error error;
	int status;

	session_open(&handle, opt->engine, SESSION_ANY, "");
	look(opt, &handle, sel, &snap);
	look_again(opt, &handle, sel, &snap);
	if (handle.engine->note)
		warnx("%s", handle.engine->note(handle.state));
	if (opt->save)
		or_exit(records_save(&snap.recs, opt->save, &error), &error);
	status = session_report_gone(handle.engine, sel);
	or_exit(show_model(opt, &snap.model, handle.engine, stdout, &error),
		&error);
	if (fflush(stdout) || ferror(stdout))
		errx(EXIT_ERROR, "the output cannot be written: %s",
		     strerror(errno));
	snapshot_free(&snap);
	engine_close(&handle);
	return status;
}

static int watch_source(const struct options *opt, struct selection *sel)
{
	struct engine_handle handle;
	struct error error;
	int ret;

	session_open(&handle, opt->engine, SESSION_LIVE, "");
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
