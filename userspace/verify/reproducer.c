// SPDX-License-Identifier: GPL-2.0-only
/*
 * A C program that makes the calls of some test tasks and checks the result by
 * itself: it shows a mismatch on machines without taskshare.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/sched.h>

#include "util/embed.h"
#include "record/kinds.h"
#include "clone/namespace.h"
#include "verify/steps.h"

EMBED(raw_h, "../selftests/lib/raw.h");
EMBED(reproduce_c, "verify/programs/reproduce.c");

static const char *const op_name[] = {
	[STEP_IO] = "IO", [STEP_SEMUNDO] = "SEMUNDO",
	[STEP_UNSHARE] = "UNSHARE", [STEP_SETNS] = "SETNS",
	[STEP_CLOSE_RANGE] = "CLOSE_RANGE", [STEP_EXEC] = "EXEC",
	[STEP_EXIT] = "EXIT",
};

/* struct excerpt - the tasks of a case that matter, and their new numbers */
struct excerpt {
	const struct test_case *tc;
	int number[MAX_TREE];
};

/* A task needs its creators, and those whose namespaces they joined. */
static void need(struct excerpt *x, int task)
{
	int i;

	if (task < x->tc->first || x->number[task - x->tc->first])
		return;
	x->number[task - x->tc->first] = 1;
	if (expected[task].creator >= 0)
		need(x, expected[task].creator);
	for (i = 0; i < x->tc->nr_steps; i++) {
		const struct step *step =
			&batch.step[x->tc->first_step + i];

		if (step->task == task && step->op == STEP_SETNS)
			need(x, step->other);
	}
}

/* The first task is 0; those that are not needed are -1. */
static void number_all(struct excerpt *x)
{
	int i, nr = 0;

	for (i = 0; i < MAX_TREE; i++)
		x->number[i] = x->number[i] ? nr++ : -1;
}

static int number(const struct excerpt *x, int task)
{
	int i = task - x->tc->first;

	return i >= 0 && i < MAX_TREE ? x->number[i] : -1;
}

static void put_flags(FILE *out, __u64 flags)
{
	const char *bar = "";
	int i;

	for (i = 0; i < nr_clone_flags; i++) {
		if (!(flags & clone_flags[i].bit))
			continue;
		/* Headers may be older than the flag. */
		if (clone_flags[i].since)
			fprintf(out, "%s%#llx", bar, clone_flags[i].bit);
		else
			fprintf(out, "%sCLONE_%s", bar, clone_flags[i].name);
		bar = " | ";
		flags &= ~clone_flags[i].bit;
	}
	if (flags || !*bar)
		fprintf(out, "%s%#llx", bar, flags);
}

static void put_step(FILE *out, const struct excerpt *x,
		     const struct step *step, int other)
{
	const char *op = step->op == STEP_CLONE ?
		(step->call == CALL_CLONE3 ? "CLONE3" : "CLONE") :
		op_name[step->op];

	fprintf(out, "\t{ .op = %s, .task = %d", op, number(x, step->task));
	if (step->op == STEP_CLONE || step->op == STEP_SETNS)
		fprintf(out, ", .other = %d", other);
	if (step->op == STEP_CLONE || step->flags) {
		fputs(", .flags = ", out);
		put_flags(out, step->flags);
	}
	if (step->op == STEP_CLONE)
		fprintf(out, ", .signal = %d", step->exit_signal);
	if (step->op == STEP_SETNS)
		fprintf(out, ", .ns = \"%s\"", namespace_file(step->flags));
	fputs(" }, \\\n", out);
}

/* The steps of the program, as a macro of one line for each */
static void put_steps(FILE *out, const struct excerpt *x)
{
	int i;

	fputs("#define _GNU_SOURCE\n#define STEPS \\\n", out);
	for (i = 0; i < x->tc->nr_steps; i++) {
		const struct step *step =
			&batch.step[x->tc->first_step + i];

		if (step->op == STEP_FORK || number(x, step->task) < 0)
			continue;
		if (step->op == STEP_CLONE && number(x, step->other) < 0)
			continue;
		put_step(out, x, step, number(x, step->other));
	}
}

/**
 * program_for_call() - a program that makes a call and reports its result
 * @last: the call
 * @expected_err: the errno that it has to fail with, or 0
 *
 * Return: the text, to be freed, or NULL without memory.
 */
char *program_for_call(const struct step *last, int expected_err)
{
	struct excerpt x = { .tc = batch_case_of(last->task) };
	char *text = NULL;
	size_t size;
	FILE *out;

	if (last->op == STEP_FORK)
		return NULL;
	need(&x, last->task);
	number_all(&x);
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	put_steps(out, &x);
	put_step(out, &x, last, last->op == STEP_SETNS ?
		 number(&x, last->other) : MAX_TREE);
	fprintf(out, "\n#define EXPECTED { .err = %s }\n\n%s%s",
		expected_err ? strerrorname_np(expected_err) : "0",
		raw_h, reproduce_c);
	return fclose(out) ? NULL : text;
}

/**
 * program_for_fact() - a program that makes tasks and compares two of them
 * @a: one of them, a task
 * @b: the other one, or negative if there is none
 * @fact: the kind of object
 * @shared: whether they have to share it
 *
 * Return: the text, to be freed, or NULL if there is nothing to compare with,
 * or without memory.
 */
char *program_for_fact(int a, int b, int fact, bool shared)
{
	struct excerpt x = { .tc = batch_case_of(a) };
	char *text = NULL;
	size_t size;
	FILE *out;

	if (b < x.tc->first || b >= x.tc->first + x.tc->nr)
		return NULL;
	need(&x, a);
	need(&x, b);
	number_all(&x);
	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	put_steps(out, &x);
	fprintf(out,
		"\n#define EXPECTED { .kind = \"%s\", .a = %d, .b = %d, .shared = %d }\n\n%s%s",
		kind_name[fact], number(&x, a), number(&x, b), shared,
		raw_h, reproduce_c);
	return fclose(out) ? NULL : text;
}
