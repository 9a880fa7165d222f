// SPDX-License-Identifier: GPL-2.0-only
/* The batch: its cases, and the steps that made their tasks. */
#include "verify/steps.h"

struct batch batch;

/**
 * batch_full() - check whether there is no room for another case
 *
 * Return: true if so; the largest cases are the random trees.
 */
bool batch_full(void)
{
	return testtasks_nr() + MAX_TREE > MAX_TESTTASKS ||
	       batch.nr_steps + MAX_TREE * 4 > MAX_STEPS ||
	       batch.nr_cases == MAX_CASES;
}

/**
 * batch_clear() - end all test tasks and forget them
 */
void batch_clear(void)
{
	testtasks_end();
	batch.nr_cases = 0;
	batch.nr_steps = 0;
}

/**
 * batch_begin() - begin a case; the one before has ended
 * @group: of checks that it belongs to
 * @plain: see struct test_case
 */
void batch_begin(int group, bool plain)
{
	batch.cases[batch.nr_cases++] = (struct test_case){
		.group = group,
		.plain = plain,
		.first = testtasks_nr(),
		.first_step = batch.nr_steps,
	};
}

/**
 * batch_this_case() - the case that was begun last
 *
 * Return: the case.
 */
struct test_case *batch_this_case(void)
{
	return &batch.cases[batch.nr_cases - 1];
}

/**
 * batch_case_of() - the case that a task is in
 * @task: its index
 *
 * Return: the case.
 */
const struct test_case *batch_case_of(int task)
{
	int i = batch.nr_cases - 1;

	while (i && batch.cases[i].first > task)
		i--;
	return &batch.cases[i];
}

/**
 * batch_record() - write down a step that succeeded
 * @step: the step, of the case that was begun last
 */
void batch_record(const struct step *step)
{
	struct test_case *tc = batch_this_case();

	batch.step[batch.nr_steps++] = *step;
	tc->nr_steps = batch.nr_steps - tc->first_step;
	tc->nr = testtasks_nr() - tc->first;
}
