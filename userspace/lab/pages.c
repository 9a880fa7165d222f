// SPDX-License-Identifier: GPL-2.0-only
/* taskshare lab --record: a lesson in a directory, a page for each lab. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exit.h"
#include "lab/lab.h"
#include "page/page.h"
#include "recorder/recording.h"
#include "util/embed.h"
#include "util/io.h"

#define REPORT_MOST	(64 << 10)

EMBED(lab_index, LAB_INDEX);

/**
 * struct lesson - pages that are made
 * @dir: their directory
 * @engine: the name of the engine
 * @index: the index, or NULL
 * @report: a file that each lab reports to
 */
struct lesson {
	const char *dir;
	const char *engine;
	FILE *index;
	int report;
};

/* The name of a file of the lesson; for a lab that of its page */
static void path_to(char *to, const struct lesson *lesson,
		    const struct lab *lab)
{
	int len;

	if (lab)
		len = snprintf(to, PATH_MAX, "%s/%02d-%s.html", lesson->dir,
			       lab->number, lab->name);
	else
		len = snprintf(to, PATH_MAX, "%s/index.html", lesson->dir);
	if (len >= PATH_MAX)
		errx(EXIT_ERROR, "%s: %s", lesson->dir, strerror(ENAMETOOLONG));
}

static FILE *create(const char *path)
{
	FILE *file = fopen(path, "we");

	if (!file)
		err(EXIT_ERROR, "%s: cannot be written", path);
	return file;
}

static void finish(const char *path, FILE *file)
{
	bool failed = ferror(file);

	if (fclose(file) || failed)
		err(EXIT_ERROR, "%s", path);
}

/* Returns the report of the lab, or NULL; to be freed. */
static char *read_report(const struct lesson *lesson)
{
	char *text = calloc(1, REPORT_MOST);

	if (!text)
		errx(EXIT_ERROR, "not enough memory");
	lseek(lesson->report, 0, SEEK_SET);
	if (io_read_full(lesson->report, text, REPORT_MOST - 1) > 0)
		return text;
	free(text);
	return NULL;
}

/* Its output is on the page: it needs none on a terminal. */
static bool run_it(const struct lesson *lesson, const struct lab *lab,
		   struct run *run)
{
	char report[16];
	char *program = realpath("/proc/self/exe", NULL);
	const char *const argv[] = {
		program ?: "/proc/self/exe", "lab", "--engine", lesson->engine,
		"--max", "1M", "--report", report, lab->name, NULL,
	};
	int ret;

	snprintf(report, sizeof(report), "%d", lesson->report);
	if (ftruncate(lesson->report, 0) ||
	    lseek(lesson->report, 0, SEEK_SET) || run_open(run))
		errx(EXIT_ERROR, "not enough memory");
	run->streams.silent = true;
	ret = run_program(run, (char *const *)argv);
	free(program);
	if (ret || *run->error.text)
		warnx("lab %s: %s", lab->name, run->error.text);
	if (!run->started)
		errx(EXIT_ERROR, "lab %s cannot be recorded", lab->name);
	if (WIFSIGNALED(run->main_status))
		errx(EXIT_ERROR, "lab %s was killed", lab->name);
	return !ret && !tape_close(&run->tape);
}

static void write_page(const struct lesson *lesson, const struct lab *lab,
		       const struct run *run, const char *report)
{
	const char *const argv[] = { "taskshare", "lab", lab->name, NULL };
	char path[PATH_MAX], *text;
	struct error error;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		errx(EXIT_ERROR, "not enough memory");
	recording_write(run, (char *const *)argv, report, out);
	if (fclose(out))
		errx(EXIT_ERROR, "not enough memory");
	path_to(path, lesson, lab);
	out = create(path);
	if (page_check(text, len, &error) ||
	    page_write(out, text, len, &error))
		errx(EXIT_ERROR, "%s: %s", path, error.text);
	finish(path, out);
	free(text);
	printf("%s: %u steps\n", path, run->step);
	fflush(stdout);
}

static void list(const struct lesson *lesson, const struct lab *lab)
{
	const char *at;

	fprintf(lesson->index,
		"<li><a href=\"%02d-%s.html\"><b>%d</b><span><strong>%s</strong><q>",
		lab->number, lab->name, lab->number, lab->title);
	for (at = lab->question; *at; at++)
		putc(*at == '\n' ? ' ' : *at, lesson->index);
	fputs("</q></span></a></li>\n", lesson->index);
}

static bool make_page(const struct lesson *lesson, const struct lab *lab)
{
	struct run run = { .max_steps = PAGE_MAX_STEPS };
	char *report;
	bool good;

	session_open(&run.engine, lesson->engine, SESSION_LIVE, "lab ");
	good = run_it(lesson, lab, &run);
	report = read_report(lesson);
	if (!report)
		warnx("lab %s did not get to its end: see taskshare lab %s",
		      lab->name, lab->name);
	if (good)
		write_page(lesson, lab, &run, report);
	list(lesson, lab);
	good &= report && !WEXITSTATUS(run.main_status);
	free(report);
	run_close(&run);
	engine_close(&run.engine);
	return good;
}

/**
 * lab_pages() - record labs
 * @dir: the directory of the pages, made if it is missing
 * @engine: name of the engine
 * @lab: the labs, NULL at the end
 *
 * The pages can be moved together. Ends the program if one cannot be written.
 *
 * Return: true if every lab agrees with the kernel.
 */
bool lab_pages(const char *dir, const char *engine,
	       const struct lab *const *lab)
{
	struct lesson lesson = { .dir = dir, .engine = engine };
	const char *rest = strstr(lab_index, "@LABS@");
	char path[PATH_MAX];
	bool good = true;

	if (mkdir(dir, 0777) && errno != EEXIST)
		err(EXIT_ERROR, "%s: cannot be made", dir);
	path_to(path, &lesson, NULL);
	lesson.index = create(path);
	/* The lab inherits it. */
	lesson.report = memfd_create("taskshare report", 0);
	if (lesson.report < 0)
		err(EXIT_ERROR, "no memory for a report");
	fwrite(lab_index, 1, rest - lab_index, lesson.index);
	for (; *lab; lab++)
		good &= make_page(&lesson, *lab);
	fputs(rest + strlen("@LABS@"), lesson.index);
	finish(path, lesson.index);
	close(lesson.report);
	return good;
}
