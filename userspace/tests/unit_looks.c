// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of looks at processes that run on: steps, letters, sentences. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recorder/looks.h"
#include "recorder/recording.h"
#include "unit.h"

/* Files of the tasks 100, 101 and 102 at each look; 0 for a task that is gone */
#define NR_TASKS	3

/**
 * struct script - what an engine sees
 * @files: ids, one line a look
 * @nr: number of looks
 * @at: the next one
 */
struct script {
	const __u64 (*files)[NR_TASKS];
	size_t nr;
	size_t at;
};

static int collect(void *state, struct selection *sel, struct records *recs,
		   struct error *error)
{
	struct script *script = state;
	struct taskshare_record *rec;
	int i;

	(void)sel;
	if (script->at == script->nr)
		return error_set(error, -1, "the end of the script");
	for (i = 0; i < NR_TASKS; i++) {
		if (!script->files[script->at][i])
			continue;
		rec = add(recs, 100 + i, 100);
		strcpy(rec->comm, "task");
		hold(rec, TASKSHARE_FILES, script->files[script->at][i]);
	}
	script->at++;
	return 0;
}

static const struct engine with_ids = {
	.name = "with", .lasting = true, .collect = collect,
};

static const struct engine without_ids = {
	.name = "without", .collect = collect,
};

/* The steps as text: how each task's letter is, and the sentence */
static char *steps(const struct run *run)
{
	static char text[1 << 14];
	FILE *out = fmemopen(text, sizeof(text), "w");
	char *const argv[] = { "test", NULL };

	recording_write(run, argv, NULL, out);
	fclose(out);
	return strstr(text, "\"steps\"");
}

/* The letter of a task's files as of the last step; '.' for none */
static char letter(const struct run *run, int task)
{
	const struct history *history = &run->history;
	__s32 cell = history->task[task].row.cell[TASKSHARE_FILES];

	return cell < 0 ? '.' : 'A' + history->object[cell].group;
}

static const char *letters(const struct run *run)
{
	static char text[NR_TASKS + 1];
	__u32 i;

	memset(text, 0, sizeof(text));
	for (i = 0; i < run->history.nr_tasks; i++)
		text[i] = letter(run, i);
	return text;
}

static void begin(struct looks *looks, struct run *run,
		  struct selection *sel, const struct engine *engine,
		  struct script *script)
{
	*run = (struct run){
		.max_steps = 4, .engine = { .engine = engine, .state = script },
	};
	assert_int_equal(looks_open(looks, run, sel), 0);
	/* There are no such processes. */
	looks->shot[0].parts = 0;
	looks->shot[1].parts = 0;
}

/* Objects that others keep have their letters, also where ids mean nothing. */
static void test_one_leaves(void **state)
{
	static const __u64 files[][NR_TASKS] = { { 5, 5, 5 }, { 6, 5, 5 } };
	static const __u64 anew[][NR_TASKS] = { { 5, 5, 5 }, { 1, 2, 2 } };
	struct script script[] = { { files, 2, 0 }, { anew, 2, 0 } };
	const struct engine *engine[] = { &with_ids, &without_ids };
	struct selection sel = { 0 };
	struct looks looks;
	struct run run;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		begin(&looks, &run, &sel, engine[i], &script[i]);
		assert_int_equal(looks_take(&looks, false), 1);
		assert_string_equal(letters(&run), "AAA");
		assert_int_equal(looks_take(&looks, false), 1);
		assert_string_equal(letters(&run), "BAA");
		assert_non_null(strstr(steps(&run),
				       "file descriptor table was shared with 2, is "));
		looks_close(&looks);
	}
}

/* Another id is another object, the same one may be. */
static void test_replaced(void **state)
{
	static const __u64 files[][NR_TASKS] = {
		{ 5 }, { 6 }, { 6 }, { 6 },
	};
	struct script script = { files, 4, 0 };
	struct selection sel = { 0 };
	struct looks looks;
	struct run run;

	(void)state;
	begin(&looks, &run, &sel, &with_ids, &script);
	assert_int_equal(looks_take(&looks, false), 1);
	assert_int_equal(looks_take(&looks, false), 1);
	assert_string_equal(letters(&run), "B");
	assert_non_null(strstr(steps(&run),
			       "100 task: new file descriptor table, running on"));
	/* Nothing has changed: no step, but if it is asked for */
	assert_int_equal(looks_take(&looks, false), 0);
	assert_int_equal(run.step, 2);
	assert_int_equal(looks_take(&looks, true), 1);
	assert_non_null(strstr(steps(&run), "the same as the one before"));
	assert_false(looks_over(&looks));
	assert_non_null(strstr(steps(&run), "it may have been replaced"));
	looks_close(&looks);
}

/* Ids that are made for each look prove nothing from one to the next. */
static void test_ids_of_a_look(void **state)
{
	static const __u64 files[][NR_TASKS] = { { 1, 1 }, { 7, 7 } };
	struct script script = { files, 2, 0 };
	struct selection sel = { 0 };
	struct looks looks;
	struct run run;

	(void)state;
	begin(&looks, &run, &sel, &without_ids, &script);
	assert_int_equal(looks_take(&looks, false), 1);
	assert_int_equal(looks_take(&looks, false), 0);
	assert_string_equal(letters(&run), "AA");
	looks_close(&looks);
}

static void test_end(void **state)
{
	static const __u64 files[][NR_TASKS] = {
		{ 5, 5 }, { 5, 0, 5 }, { 0 },
	};
	struct script script = { files, 3, 0 };
	struct selection sel = { 0 };
	struct looks looks;
	struct run run;

	(void)state;
	begin(&looks, &run, &sel, &with_ids, &script);
	assert_int_equal(looks_take(&looks, false), 1);
	assert_int_equal(looks_take(&looks, false), 1);
	assert_string_equal(letters(&run), "A.A");
	assert_non_null(strstr(steps(&run),
			       "\"102 task: new; and 1 more change\""));
	assert_non_null(strstr(steps(&run),
			       "[\"102 task: new\", \"101 task: gone\"]"));
	assert_int_equal(looks_take(&looks, false), 1);
	assert_true(looks_over(&looks));
	assert_string_equal(letters(&run), "...");
	assert_non_null(strstr(steps(&run), "None of the processes is there"));
	/* The engine has come to the end of its script. */
	assert_int_equal(looks_take(&looks, false), -1);
	assert_string_equal(run.error.text, "the end of the script");
	looks_close(&looks);
}

static void test_full(void **state)
{
	static const __u64 files[][NR_TASKS] = { { 5 }, { 6 }, { 7 }, { 8 } };
	struct script script = { files, 4, 0 };
	struct selection sel = { 0 };
	struct looks looks;
	struct run run;
	int i;

	(void)state;
	begin(&looks, &run, &sel, &with_ids, &script);
	for (i = 0; i < 4; i++) {
		assert_false(looks_over(&looks));
		assert_int_equal(looks_take(&looks, false), 1);
	}
	assert_true(looks_over(&looks));
	assert_non_null(strstr(steps(&run), "ends with 4 looks"));
	looks_close(&looks);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_leaves),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_ids_of_a_look),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_full),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
