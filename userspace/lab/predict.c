// SPDX-License-Identifier: GPL-2.0-only
/* Predictions: asked for before an experiment, compared with it afterwards. */
#include <ctype.h>
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "lab/lab.h"

static void read_line(char *to, size_t size)
{
	char *line = NULL;
	size_t capacity = 0;

	fflush(stdout);
	if (getline(&line, &capacity, stdin) < 0)
		errx(EXIT_ERROR,
		     "no answer: type one in, or leave out --ask and --step");
	line[strcspn(line, "\n")] = 0;
	snprintf(to, size, "%s", line);
	free(line);
}

/**
 * lab_ask() - ask for predictions
 * @run: the lab
 */
void lab_ask(struct lab_run *run)
{
	const struct lab_question *ask = run->lab->ask;
	int i;

	lab_section("Your prediction");
	for (i = 0; i < LAB_QUESTIONS && ask[i].text; i++) {
		printf("%s\n> ", ask[i].text);
		read_line(run->answer[i], sizeof(run->answer[i]));
	}
}

/**
 * lab_step() - wait for Enter before the next stage, with --step
 * @run: the lab
 */
void lab_step(struct lab_run *run)
{
	char ignored[LAB_ANSWER];

	if (run->err || !run->step)
		return;
	fputs("\n-- Enter: the next stage --", stdout);
	read_line(ignored, sizeof(ignored));
}

/**
 * lab_outcome() - note what the right answer to a question turned out to be
 * @run: the lab
 * @question: number of the question, from 0
 * @format: of the answer, as of printf(3)
 */
void lab_outcome(struct lab_run *run, int question, const char *format, ...)
{
	va_list args;

	if (run->err)
		return;
	va_start(args, format);
	vsnprintf(run->outcome[question], LAB_ANSWER, format, args);
	va_end(args);
}

static int compare_chars(const void *a, const void *b)
{
	return *(const char *)a - *(const char *)b;
}

/* Letters and digits count, in any case; of a set, in any order. */
static void normalise(char *to, const char *from, bool set)
{
	size_t len = 0;

	for (; *from; from++)
		if (isalnum((unsigned char)*from) || *from == '-')
			to[len++] = tolower((unsigned char)*from);
	to[len] = 0;
	if (set)
		qsort(to, len, 1, compare_chars);
}

/* The input may be anything: only graphic ASCII is printed. */
static void put_answer(const char *s)
{
	for (; *s; s++)
		putchar(*s >= ' ' && *s < 127 ? *s : '?');
}

/**
 * lab_predictions() - compare the predictions with what was observed
 * @run: the lab
 */
void lab_predictions(const struct lab_run *run)
{
	const struct lab_question *ask = run->lab->ask;
	char said[LAB_ANSWER], seen[LAB_ANSWER];
	int i, right = 0, asked = 0;

	lab_section("Your prediction and the outcome");
	for (i = 0; i < LAB_QUESTIONS && ask[i].text; i++) {
		printf("%s\n  ", ask[i].text);
		if (!*run->outcome[i]) {
			puts("not observed here");
			continue;
		}
		normalise(said, run->answer[i], ask[i].set);
		normalise(seen, run->outcome[i], ask[i].set);
		asked++;
		if (!strcmp(said, seen)) {
			printf("right: %s\n", run->outcome[i]);
			right++;
		} else {
			fputs("you said: ", stdout);
			put_answer(run->answer[i]);
			printf("; outcome: %s\n", run->outcome[i]);
		}
	}
	printf("%d of %d predictions were right.\n", right, asked);
}
