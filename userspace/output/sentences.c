// SPDX-License-Identifier: GPL-2.0-only
/* A line of plain words for every task, or for many that are alike. */
#include <string.h>

#include "util/text.h"
#include "output/view.h"

/* So many tasks in a row with the same words are worth one line of them */
#define FOLD	4

static void put_line(const struct view *view, __u32 first, __u32 nr,
		     const char *words)
{
	const struct taskshare_record *rec = view->model->task[first];
	char comm[TEXT_COMM], more[32] = "";

	if (nr > 1)
		snprintf(more, sizeof(more), " and %u more", nr - 1);
	fprintf(view->out, "%7u %s%s: %s\n", rec->pid,
		text_escape(comm, rec->comm, view->utf8), more, words);
}

/**
 * output_words() - print what each task is and shares in plain words
 * @view: what to print
 */
void output_words(const struct view *view)
{
	char words[CAPTION_TEXT], next[CAPTION_TEXT];
	const struct model *model = view->model;
	__u32 i = 0, run, j;

	while (i < model->nr) {
		caption(words, view->captions, i);
		for (run = 1; i + run < model->nr; run++) {
			if (model->process_of[i + run] != model->process_of[i])
				break;
			caption(next, view->captions, i + run);
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
