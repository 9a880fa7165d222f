// SPDX-License-Identifier: GPL-2.0-only
/* A line of plain words for every task, or for many that are alike. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"
#include "output/view.h"

/* Number of tasks in a row with the same words that share one line */
#define FOLD	4
/* Indentation of the lines after the first, which has the task's number */
#define INDENT	10

static int put_line(const struct view *view, __u32 first, __u32 nr,
		    const char *words)
{
	const struct taskshare_record *rec = view->model->task[first];
	char comm[TEXT_COMM], more[32] = "", *line;

	if (nr > 1)
		snprintf(more, sizeof(more), " and %u more", nr - 1);
	if (asprintf(&line, "%7u %s%s: %s", rec->pid,
		     text_escape(comm, rec->comm, view->utf8), more, words) < 0)
		return -ENOMEM;
	text_wrap(view->out, line, view->width, INDENT);
	free(line);
	return 0;
}

/* Tasks of one process with the same words, as many as follow each other */
static int put_run(const struct view *view, __u32 first, __u32 nr,
		   const char *words)
{
	__u32 i;
	int err = 0;

	if (nr >= FOLD)
		return put_line(view, first, nr, words);
	for (i = first; i < first + nr && !err; i++)
		err = put_line(view, i, 1, words);
	return err;
}

/* The words of each task are written over those of the task before. */
static int put_lines(const struct view *view, FILE *words, char *const *text,
		     char **last)
{
	const struct model *model = view->model;
	__u32 first = 0, i;
	int err;

	for (i = 0; i < model->nr; i++) {
		rewind(words);
		view_put_description(words, view, i);
		putc('\0', words);
		if (fflush(words))
			return -ENOMEM;
		if (*last && model->process_of[i] == model->process_of[first] &&
		    !strcmp(*last, *text))
			continue;
		err = *last ? put_run(view, first, i - first, *last) : 0;
		free(*last);
		*last = strdup(*text);
		first = i;
		if (err || !*last)
			return -ENOMEM;
	}
	return *last ? put_run(view, first, model->nr - first, *last) : 0;
}

/**
 * output_sentences() - print what each task is and shares in plain words
 * @view: the model and the style
 *
 * Return: 0 or -ENOMEM.
 */
int output_sentences(const struct view *view)
{
	char *text = NULL, *last = NULL;
	size_t size;
	FILE *words = open_memstream(&text, &size);
	int err;

	if (!words)
		return -ENOMEM;
	err = put_lines(view, words, &text, &last);
	fclose(words);
	free(text);
	free(last);
	return err;
}
