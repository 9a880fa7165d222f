// SPDX-License-Identifier: GPL-2.0-only
/* taskshare: what do these tasks share? */
#include <err.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "crosscheck.h"
#include "engine.h"
#include "options.h"

/* Exit codes, a contract */
enum {
	EXIT_SHOWN = 0,
	EXIT_ERROR = 1,
	EXIT_NO_ENGINE = 2,
	EXIT_GONE = 3,
};

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

static bool reader_knows_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static int print_model(const struct options *opt, const struct model *model,
		       const struct engine *engine)
{
	struct view view = {
		.out = stdout,
		.model = model,
		.engine = engine->name,
		.raw = opt->raw,
		.noheadings = opt->noheadings,
		.extras = !opt->raw && !opt->noheadings && !opt->nr_columns &&
			  opt->nr_pids,
		.utf8 = reader_knows_utf8(),
	};
	int list[2 * MAX_COLUMNS];
	struct utsname uts;

	view.columns = list;
	if (!opt->nr_columns || opt->add_columns)
		view.nr_columns = columns_default(list, model);
	memcpy(list + view.nr_columns, opt->columns,
	       opt->nr_columns * sizeof(*list));
	view.nr_columns += opt->nr_columns;
	if (engine != &engine_file && !uname(&uts))
		view.kernel = uts.release;
	if (opt->form == FORM_JSON)
		return output_json(&view);
	return output_table(&view);
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

int main(int argc, char **argv)
{
	struct records recs = { 0 };
	struct source source;
	struct reason why;
	struct options opt;
	struct model model;
	struct ask ask = { 0 };
	int err, status;

	setlocale(LC_ALL, "");
	err = options_parse(&opt, argc, argv, &why);
	if (err < 0)
		errx(EXIT_ERROR, "%s", why.text);
	if (err)
		return fflush(stdout) ? EXIT_ERROR : EXIT_SHOWN;

	ask.pid = opt.pid;
	ask.nr = opt.nr_pids;
	ask.gone = calloc(ask.nr + 1, sizeof(*ask.gone));
	if (!ask.gone)
		errx(EXIT_ERROR, "no memory");
	if (!strcmp(opt.engine, "all"))
		return compare_engines(&ask);
	open_source(&source, opt.engine);
	if (source.engine->collect(source.state, &ask, &recs, &why))
		errx(EXIT_ERROR, "%s", why.text);
	if (source.engine->note)
		warnx("%s", source.engine->note(source.state));
	if (opt.save && records_save(&recs, opt.save, &why))
		errx(EXIT_ERROR, "%s", why.text);
	status = report_gone(&ask);
	err = model_build(&model, &recs);
	if (!err)
		err = print_model(&opt, &model, source.engine);
	if (err)
		errx(EXIT_ERROR, "%zu tasks cannot be shown: %s", recs.nr,
		     strerror(-err));
	if (fflush(stdout) || ferror(stdout))
		errx(EXIT_ERROR, "the output cannot be written: %s",
		     strerror(errno));

	model_free(&model);
	records_free(&recs);
	source_close(&source);
	free(ask.gone);
	free(opt.pid);
	return status;
}
