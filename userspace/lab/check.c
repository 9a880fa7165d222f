// SPDX-License-Identifier: GPL-2.0-only
/* Does the kernel do what a lab teaches? Every observation goes through here. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/array.h"
#include "record/kinds.h"
#include "lab/lab.h"

/* Returns @agrees, which every observation passes through. */
static bool count(struct lab_run *run, bool agrees)
{
	if (agrees)
		run->agreed++;
	else
		run->differed++;
	return agrees;
}

static void say_verdict(struct lab_run *run, const char *verdict)
{
	printf("%s  %-7s ", run->gap ? "\n" : "", verdict);
	run->gap = false;
}

static void say(struct lab_run *run, const char *verdict, const char *format,
		va_list args)
{
	say_verdict(run, verdict);
	vprintf(format, args);
}

/**
 * lab_expect() - check that something is as taught
 * @run: the lab
 * @seen: observed value
 * @taught: value that the lab teaches
 * @format: the lesson, as of printf(3)
 */
void lab_expect(struct lab_run *run, long seen, long taught,
		const char *format, ...)
{
	bool agrees;
	va_list args;

	if (run->err)
		return;
	agrees = count(run, seen == taught);
	va_start(args, format);
	say(run, agrees ? "ok" : "NOT SO", format, args);
	va_end(args);
	if (!agrees)
		printf(": seen %ld, not %ld", seen, taught);
	putchar('\n');
}

/**
 * lab_sleeps() - check that a task waits for what may wake it
 * @run: the lab
 * @words: what is taught
 */
void lab_sleeps(struct lab_run *run, char state, const char *words)
{
	if (run->recorded)
		lab_unseen(run, "%s: a recording stops tasks", words);
	else
		lab_expect(run, state, 'S', "%s", words);
}

/**
 * lab_count() - check something that is printed otherwise, in a table
 * @run: the lab
 * @seen: observed value
 * @taught: value that the lab teaches
 *
 * Return: whether it is so.
 */
bool lab_count(struct lab_run *run, long seen, long taught)
{
	return count(run, seen == taught);
}

/**
 * lab_at_least() - check that something is at least as much as taught
 * @run: the lab
 * @seen: observed value
 * @least: least value that the lab teaches
 * @format: the lesson, as of printf(3)
 */
void lab_at_least(struct lab_run *run, long seen, long least,
		  const char *format, ...)
{
	bool agrees;
	va_list args;

	if (run->err)
		return;
	agrees = count(run, seen >= least);
	va_start(args, format);
	say(run, agrees ? "ok" : "NOT SO", format, args);
	va_end(args);
	if (!agrees)
		printf(": seen %ld, less than %ld", seen, least);
	putchar('\n');
}

/**
 * lab_unseen() - say that something cannot be observed here
 * @run: the lab
 * @format: what, and error, as of printf(3)
 */
void lab_unseen(struct lab_run *run, const char *format, ...)
{
	va_list args;

	if (run->err)
		return;
	run->unseen++;
	va_start(args, format);
	say(run, "unseen", format, args);
	va_end(args);
	putchar('\n');
}

static __u32 find(const struct lab_run *run, int slot)
{
	__u32 i;

	for (i = 0; i < run->seen.model.nr; i++)
		if (run->seen.model.task[i] == lab_record(run, slot))
			return i;
	return NO_OBJECT;
}

/* Do two tasks share? 1, 0, or -1 if that is not known */
static int sharing(const struct lab_run *run, __u32 a, __u32 b, int kind)
{
	const struct model *model = &run->seen.model;
	enum holding one = model_holding(model, a, kind);
	enum holding two = model_holding(model, b, kind);

	if (one < HOLDS_NONE || two < HOLDS_NONE)
		return -1;
	return one == HOLDS_OBJECT && two == HOLDS_OBJECT &&
	       model_object(model, a, kind) == model_object(model, b, kind);
}

static void list_kinds(const char *lead, __u32 mask)
{
	const char *between = lead;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(mask & (1u << k)))
			continue;
		printf("%s%s", between, kind_text(k));
		between = ", ";
	}
}

/* One line for all kinds of which the same is taught */
static void check_kinds(struct lab_run *run, int a, int b, __u32 mask,
			bool taught)
{
	__u32 one = find(run, a), two = find(run, b), wrong = 0, unseen = 0;
	int k, seen;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(mask & (1u << k)))
			continue;
		seen = one == NO_OBJECT || two == NO_OBJECT ? !taught :
		       sharing(run, one, two, k);
		if (seen < 0) {
			unseen |= 1u << k;
			run->unseen++;
			continue;
		}
		if (!count(run, seen == taught))
			wrong |= 1u << k;
	}
	mask &= ~unseen;
	if (mask) {
		say_verdict(run, wrong ? "NOT SO" : "ok");
		printf("%s and %s %s", shared->actor[a].name,
		       shared->actor[b].name, taught ? "share" : "do not share");
		list_kinds(" ", mask);
		list_kinds(": not so for ", wrong);
		putchar('\n');
	}
	if (unseen) {
		say_verdict(run, "unseen");
		printf("the %s engine cannot see whether %s and %s share",
		       run->handle->engine->name,
		       shared->actor[a].name, shared->actor[b].name);
		list_kinds(" ", unseen);
		putchar('\n');
	}
}

/**
 * lab_shares() - check what two actors were seen to share by the last look
 * @run: the lab
 * @a: one actor
 * @b: the other one
 * @shared: mask of the kinds that they are taught to share
 * @apart: mask of the kinds that they are taught not to share
 */
void lab_shares(struct lab_run *run, int a, int b, __u32 shared, __u32 apart)
{
	if (run->err)
		return;
	if (shared)
		check_kinds(run, a, b, shared, true);
	if (apart)
		check_kinds(run, a, b, apart, false);
}

/**
 * lab_shares_each() - check what several actors share with one, in one line
 * @run: the lab
 * @a: the one
 * @first: the first of the others
 * @nr: number of the others
 * @name: of all of them, in the plural
 * @mask: the kinds that each of them shares with @a
 */
void lab_shares_each(struct lab_run *run, int a, int first, int nr,
		     const char *name, __u32 mask)
{
	__u32 one, two, wrong = 0, unseen = 0;
	int i, k, seen;

	if (run->err)
		return;
	one = find(run, a);
	for (i = first; i < first + nr; i++) {
		two = find(run, i);
		for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
			if (!(mask & (1u << k)))
				continue;
			seen = one == NO_OBJECT || two == NO_OBJECT ? 0 :
			       sharing(run, one, two, k);
			if (seen < 0)
				unseen |= 1u << k;
			else if (!count(run, seen))
				wrong |= 1u << k;
		}
	}
	run->unseen += nr * __builtin_popcount(unseen);
	if (mask & ~unseen) {
		say_verdict(run, wrong ? "NOT SO" : "ok");
		printf("%d %s: each shares", nr, name);
		list_kinds(" ", mask & ~unseen);
		printf(" with %s", shared->actor[a].name);
		list_kinds(": not so for ", wrong);
		putchar('\n');
	}
	if (unseen) {
		say_verdict(run, "unseen");
		printf("the %s engine does not see whether they share",
		       run->handle->engine->name);
		list_kinds(" ", unseen);
		putchar('\n');
	}
}

/**
 * lab_letters() - the kinds that two actors were seen to share, as letters
 * @to: room for 8 bytes; set to letters of M memory, F file descriptor table, H
 *	signal handlers, W filesystem information, or "-"
 * @run: the lab
 * @a: one actor
 * @b: the other one
 *
 * Return: @to; empty if that was not seen.
 */
const char *lab_letters(char *to, const struct lab_run *run, int a, int b)
{
	static const struct {
		char letter;
		int kind;
	} letters[] = {
		{ 'M', TASKSHARE_MM }, { 'F', TASKSHARE_FILES },
		{ 'H', TASKSHARE_SIGHAND }, { 'W', TASKSHARE_FS },
	};
	__u32 one = find(run, a), two = find(run, b);
	char *at = to;
	size_t i;

	*to = 0;
	if (one == NO_OBJECT || two == NO_OBJECT)
		return to;
	for (i = 0; i < ARRAY_SIZE(letters); i++) {
		int seen = sharing(run, one, two, letters[i].kind);

		if (seen < 0) {
			*to = 0;
			return to;
		}
		if (seen)
			*at++ = letters[i].letter;
	}
	if (at == to)
		*at++ = '-';
	*at = 0;
	return to;
}

/**
 * lab_has_flag() - check one of an actor's flags
 * @run: the lab
 * @slot: index of the actor
 * @flag: as of lab_flag()
 * @taught: whether it should be set
 * @words: meaning, in words
 */
void lab_has_flag(struct lab_run *run, int slot, __u32 flag, bool taught,
		  const char *words)
{
	int seen;

	if (run->err)
		return;
	seen = lab_flag(run, slot, flag);
	if (seen < 0)
		lab_unseen(run, "%s: the %s engine cannot see it", words,
			   run->handle->engine->name);
	else
		lab_expect(run, seen, taught, "%s", words);
}
