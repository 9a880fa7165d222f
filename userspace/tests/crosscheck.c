// SPDX-License-Identifier: GPL-2.0-only
/* --engine=all reports it if engines are not of one mind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The same code, of engines that are made below */
#define crosscheck	crosscheck_of
#define engines		the_engines
#define nr_engines	nr_the_engines
#include "show/crosscheck.c"

/*
 * struct mind - behaviour of a fake engine
 * @asked: number of snapshots so far
 * @liar: of the rounds, those in which it says something else of task 2
 * @moves: instead, task 2 really changes from question to question, and task 4
 *	is there every other time
 * @leaves_out: the task that it never shows
 */
struct mind {
	unsigned int asked;
	unsigned int liar;
	bool moves;
	__u32 leaves_out;
};

static struct mind mind[2];
static bool second_missing;

static void say(const struct mind *is, struct records *recs, __u32 pid,
		__u64 files)
{
	struct taskshare_record *rec;

	if (pid == is->leaves_out)
		return;
	rec = records_new(recs);
	assert_non_null(rec);
	rec->pid = pid;
	rec->tgid = pid;
	rec->kind = TASKSHARE_TASK_LEADER;
	rec->state = 'S';
	rec->start_ns = pid;
	rec->seen = 1u << TASKSHARE_MM | 1u << TASKSHARE_FILES;
	rec->id[TASKSHARE_MM] = 10 + pid;
	rec->id[TASKSHARE_FILES] = files;
}

static int collect(void *state, struct selection *sel, struct records *recs,
		   struct error *error)
{
	struct mind *is = state;
	bool lies = is->moves ? is->asked % 2 : is->liar & (1u << is->asked);

	(void)sel;
	(void)error;
	is->asked++;
	say(is, recs, 1, 7);
	say(is, recs, 2, lies ? 0 : 7);
	say(is, recs, 3, lies ? 8 : 7);
	if (is->moves && !lies)
		say(is, recs, 4, 7);
	return 0;
}

static int open_first(void **state, const char *arg, bool content,
		      struct error *error)
{
	(void)arg;
	(void)content;
	(void)error;
	*state = &mind[0];
	return 0;
}

static int open_second(void **state, const char *arg, bool content,
		       struct error *error)
{
	(void)arg;
	(void)content;
	*state = &mind[1];
	return second_missing ? error_set(error, -ENOENT, "not here") : 0;
}

static void close_any(void *state)
{
	(void)state;
}

static const struct engine first = {
	.name = "first", .open = open_first, .collect = collect,
	.close = close_any,
};

static const struct engine second = {
	.name = "second", .open = open_second, .collect = collect,
	.close = close_any,
};

const struct engine *const the_engines[] = { &first, &second };
const size_t nr_the_engines = ARRAY_SIZE(the_engines);

/* Captures standard output in @to. */
static int run(char *to, size_t size)
{
	struct selection sel = { 0 };
	struct error error = { 0 };
	FILE *file = tmpfile();
	int ret, keep = dup(STDOUT_FILENO);

	assert_non_null(file);
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	ret = crosscheck_of(&sel, false, &error);
	fflush(stdout);
	dup2(keep, STDOUT_FILENO);
	close(keep);
	rewind(file);
	to[fread(to, 1, size - 1, file)] = 0;
	fclose(file);
	return ret;
}

static int setup(void **state)
{
	(void)state;
	memset(mind, 0, sizeof(mind));
	second_missing = false;
	return 0;
}

static void test_agree(void **state)
{
	char said[2048];

	(void)state;
	assert_int_equal(run(said, sizeof(said)), 0);
	assert_string_equal(said, "engines agree: first second; 3 tasks, 6 answers compared, 0 changed meanwhile\n");
}

/* An engine that changes its answer every time is reported, with both. */
static void test_differ(void **state)
{
	char said[2048];

	(void)state;
	mind[1].liar = ~0u;
	assert_int_equal(run(said, sizeof(said)), 1);
	assert_int_equal(mind[1].asked, ROUNDS);
	assert_non_null(strstr(said, "files"));
	assert_non_null(strstr(said, "first"));
	assert_non_null(strstr(said, "shared with 1"));
	assert_non_null(strstr(said, "second"));
	assert_non_null(strstr(said, "none"));
	assert_non_null(strstr(said, "separate"));
	assert_null(strstr(said, "mm"));
	assert_non_null(strstr(said, "\nengines differ: 2 of 6 answers, 0 changed meanwhile\n"));
}

/* A task that one engine does not show is reported, whichever engine it is. */
static void test_missing(void **state)
{
	static const char *const differs[] = {
		"task   first  no such task second is there\n",
		"task   first  is there second no such task\n",
	};
	char said[2048];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(mind); i++) {
		memset(mind, 0, sizeof(mind));
		mind[i].leaves_out = 2;
		assert_int_equal(run(said, sizeof(said)), 1);
		assert_non_null(strstr(said, differs[i]));
		assert_non_null(strstr(said, "\nengines differ: 1 of 5 "));
	}
}

/* An answer that is given only once may have been right at that moment. */
static void test_differ_once(void **state)
{
	char said[2048];

	(void)state;
	mind[1].liar = 1;
	assert_int_equal(run(said, sizeof(said)), 0);
	assert_int_equal(mind[1].asked, 2);
	assert_non_null(strstr(said, "engines agree"));
}

/* A difference between the first engine's answers is a change, no error. */
static void test_changing(void **state)
{
	char said[2048];

	(void)state;
	mind[0].moves = true;
	mind[1].liar = ~0u;
	assert_int_equal(run(said, sizeof(said)), 0);
	assert_non_null(strstr(said, "engines agree"));
	assert_null(strstr(said, " 0 changed meanwhile"));
}

static void test_one_engine(void **state)
{
	char said[2048];

	(void)state;
	second_missing = true;
	assert_int_equal(run(said, sizeof(said)), -ENODEV);
	assert_string_equal(said, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_agree, setup),
		cmocka_unit_test_setup(test_differ, setup),
		cmocka_unit_test_setup(test_missing, setup),
		cmocka_unit_test_setup(test_differ_once, setup),
		cmocka_unit_test_setup(test_changing, setup),
		cmocka_unit_test_setup(test_one_engine, setup),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
