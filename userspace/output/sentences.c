// SPDX-License-Identifier: GPL-2.0-only
/* A line of plain words for every task, or for many that are alike. */
#include <string.h>

#include "util/text.h"
#include "output/view.h"

/* Number of tasks in a row with the same words that share one line */
#define FOLD	4
/* Of the lines after the first, behind the task's number */
#define INDENT	10

static void put_line(const struct view *view, __u32 first, __u32 nr,
		     const char *words)
{
	const struct taskshare_record *rec = view->model->task[first];
	char line[DESCRIPTION_TEXT + 128], comm[TEXT_COMM], more[32] = "";

	if (nr > 1)
		snprintf(more, sizeof(more), " and %u more", nr - 1);
	snprintf(line, sizeof(line), "%7u %s%s: %s", rec->pid,
		 text_escape(comm, rec->comm, view->utf8), more, words);
	text_wrap(view->out, line, view->width, INDENT);
}

/**
 * output_sentences() - print what each task is and shares in plain words
 * @view: what to print
 */
void output_sentences(const struct view *view)
{
	char words[DESCRIPTION_TEXT], next[DESCRIPTION_TEXT];
	const struct model *model = view->model;
	__u32 i = 0, run, j;

	while (i < model->nr) {
		view_describe(words, view, i);
		for (run = 1; i + run < model->nr; run++) {
			if (model->process_of[i + run] != model->process_of[i])
				break;
			view_describe(next, view, i + run);
			if (strcmp(words, next))
				break;
		}
		if (run < FOLD)
			for (j = 0; j < run; j++)
				put_line(view, i + j, 1, words);
		else
			put_line(view, i, run, words);
		i += run;
	}
}
