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

/* One line for all the PIDs that do not exist */
static int report_gone(const struct ask *ask)
{
	char line[256] = "";
	size_t i, len = 0, nr = 0;

	for (i = 0; i < ask->nr; i++) {
		if (!ask->gone[i])
			continue;
		nr++;
		if (len + 16 < sizeof(line))
			len += sprintf(line + len, " %u", ask->pid[i]);
	}
	if (!nr)
		return EXIT_SHOWN;
	warnx("no such process:%s%s", line,
	      len + 16 < sizeof(line) ? "" : " and more");
	return EXIT_GONE;
}

static int compare_engines(struct ask *ask)
{
	struct reason why;
	int ret = crosscheck(ask, terminal_utf8(), &why);

	if (ret < 0)
		errx(ret == -ENODEV ? EXIT_NO_ENGINE : EXIT_ERROR, "%s",
		     why.text);
	if (fflush(stdout) || ret)
		return EXIT_ERROR;
	return report_gone(ask);
}

/*
 * Trees and flags are about parents and children, so everything is asked for,
 * and the PIDs are looked up afterwards.
 */
static int collect(const struct options *opt, struct source *source,
		   struct ask *ask, struct snapshot *snap)
{
	struct ask everything = { 0 };
	bool with_parents = opt->form == FORM_TREE || opt->form == FORM_FLAGS;
	struct ask *asked = with_parents ? &everything : ask;
	const struct records *recs = &snap->recs;
	struct reason why;
	size_t i, j;

	or_exit(snapshot_take(snap, source, asked, &why), &why);
	if (source->engine->note)
		warnx("%s", source->engine->note(source->state));
	if (opt->save)
		or_exit(records_save(recs, opt->save, &why), &why);
	for (i = 0; i < ask->nr && asked != ask; i++) {
		ask->gone[i] = true;
		for (j = 0; j < recs->nr; j++)
			if (recs->rec[j].pid == ask->pid[i])
				ask->gone[i] = false;
	}
	return report_gone(ask);
}

static int show_once(const struct options *opt, struct ask *ask)
{
	struct snapshot snap = { 0 };
	struct source source;
	struct reason why;
	int status;

	session_open(&source, opt->engine, SESSION_ANY, "");
	status = collect(opt, &source, ask, &snap);
	or_exit(show_model(opt, &snap.model, source.engine, stdout, &why),
		&why);
	if (fflush(stdout) || ferror(stdout))
		errx(EXIT_ERROR, "the output cannot be written: %s",
		     strerror(errno));
	snapshot_free(&snap);
	source_close(&source);
	return status;
}

static int watch_source(const struct options *opt, struct ask *ask)
{
	struct source source;
	struct reason why;
	int ret;

	session_open(&source, opt->engine, SESSION_LIVE, "");
	ret = watch(opt, &source, ask, &why);
	if (ret < 0)
		errx(EXIT_ERROR, "%s", why.text);
	source_close(&source);
	return ret ? report_gone(ask) : EXIT_SHOWN;
}

static int run(const struct options *opt, struct ask *ask)
{
	struct reason why;
	int err = 0;

	switch (opt->mode) {
	case MODE_SHOW:
		if (!strcmp(opt->engine, "all"))
			return compare_engines(ask);
		return show_once(opt, ask);
	case MODE_WATCH:
		return watch_source(opt, ask);
	case MODE_PIN:
		err = pin(&why);
		break;
	case MODE_UNPIN:
		err = unpin(&why);
		break;
	}
	or_exit(err, &why);
	return EXIT_SHOWN;
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
	struct ask ask = { 0 };
	struct options opt;
	struct reason why;
	int ret;

	ret = options_parse(&opt, argc, argv, all, &why);
	if (ret < 0)
		or_exit(ret, &why);
	if (ret)
		return fflush(stdout) ? EXIT_ERROR : EXIT_SHOWN;
	ask.pid = opt.pid;
	ask.nr = opt.nr_pids;
	ask.gone = calloc(ask.nr + 1, sizeof(*ask.gone));
	if (!ask.gone)
		errx(EXIT_ERROR, "no memory");
	ret = run(&opt, &ask);
	free(ask.gone);
	free(opt.pid);
	return ret;
}
