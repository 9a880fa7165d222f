// SPDX-License-Identifier: GPL-2.0-only
/* taskshare: what do these tasks share? */
#include <err.h>
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "crosscheck.h"
#include "exits.h"
#include "lab.h"
#include "pin.h"
#include "show.h"
#include "trace.h"
#include "verify.h"
#include "watch.h"
#include "why.h"

static void open_source(struct source *source, const char *choice)
{
	struct reason why[nr_engines];
	size_t i, nr;
	int err;

	err = source_open(source, choice, why, &nr);
	if (!err)
		return;
	if (err == -EINVAL)
		errx(EXIT_ERROR,
		     "'%s' is no engine: see taskshare --help for their names",
		     choice);
	for (i = 0; i < nr; i++)
		warnx("%s", why[i].text);
	exit(EXIT_NO_ENGINE);
}

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
	int ret = crosscheck(ask, reader_knows_utf8(), &why);

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
		   struct ask *ask, struct records *recs)
{
	struct ask everything = { 0 };
	bool with_parents = opt->form == FORM_TREE || opt->form == FORM_FLAGS;
	struct ask *asked = with_parents ? &everything : ask;
	struct reason why;
	size_t i, j;

	if (source->engine->collect(source->state, asked, recs, &why))
		errx(EXIT_ERROR, "%s", why.text);
	if (source->engine->note)
		warnx("%s", source->engine->note(source->state));
	if (opt->save && records_save(recs, opt->save, &why))
		errx(EXIT_ERROR, "%s", why.text);
	for (i = 0; i < ask->nr && asked != ask; i++) {
		ask->gone[i] = true;
		for (j = 0; j < recs->nr; j++)
			if (recs->rec[j].pid == ask->pid[i])
				ask->gone[i] = false;
	}
	return report_gone(ask);
}

static int show(const struct options *opt, struct ask *ask)
{
	struct records recs = { 0 };
	struct source source;
	struct reason why;
	struct model model;
	int err, status;

	open_source(&source, opt->engine);
	status = collect(opt, &source, ask, &recs);
	err = model_build(&model, &recs);
	if (err)
		errx(EXIT_ERROR, "%zu tasks cannot be shown: %s", recs.nr,
		     strerror(-err));
	if (show_model(opt, &model, source.engine, stdout, &why))
		errx(EXIT_ERROR, "%s", why.text);
	if (fflush(stdout) || ferror(stdout))
		errx(EXIT_ERROR, "the output cannot be written: %s",
		     strerror(errno));
	model_free(&model);
	records_free(&recs);
	source_close(&source);
	return status;
}

static int watch_source(const struct options *opt, struct ask *ask)
{
	struct source source;
	struct reason why;
	int ret;

	open_source(&source, opt->engine);
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

	switch (opt->command) {
	case COMMAND_SHOW:
		if (!strcmp(opt->engine, "all"))
			return compare_engines(ask);
		return show(opt, ask);
	case COMMAND_WATCH:
		return watch_source(opt, ask);
	case COMMAND_PIN:
		err = pin(&why);
		break;
	case COMMAND_UNPIN:
		err = unpin(&why);
		break;
	}
	if (err)
		errx(EXIT_ERROR, "%s", why.text);
	return EXIT_SHOWN;
}

/* What has options of its own */
static const struct {
	const char *name;
	int (*main)(int argc, char **argv);
} commands[] = {
	{ "lab", lab_main },
	{ "trace", trace_main },
	{ "verify", verify_main },
	{ "why", why_main },
};

int main(int argc, char **argv)
{
	struct ask ask = { 0 };
	struct options opt;
	struct reason why;
	int ret;

	setlocale(LC_ALL, "");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (argc > 1 && !strcmp(argv[1], commands[i].name))
			return commands[i].main(argc - 1, argv + 1);
	ret = options_parse(&opt, argc, argv, &why);
	if (ret < 0)
		errx(EXIT_ERROR, "%s", why.text);
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
