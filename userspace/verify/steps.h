/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VERIFY_STEPS_H
#define VERIFY_STEPS_H

#include "clone/flags.h"
#include "clone/rules.h"
#include "verify/expect.h"
#include "verify/report.h"

#define MAX_STEPS	(4 * MAX_TESTTASKS)
#define MAX_CASES	MAX_TESTTASKS
/* The most test tasks in one case */
#define MAX_TREE	24

enum step_op {
	STEP_FORK,
	STEP_IO,
	STEP_SEMUNDO,
	STEP_CLONE,
	STEP_UNSHARE,
	STEP_SETNS,
	STEP_CLOSE_RANGE,
	STEP_EXEC,
	STEP_EXIT,
};

/**
 * struct step - something that a task did
 * @op: the call
 * @task: the task that made it
 * @other: index of the task that it made, or whose namespace it joined
 * @call: for STEP_CLONE, how
 * @flags: of the call
 * @exit_signal: for STEP_CLONE
 */
struct step {
	enum step_op op;
	int task;
	int other;
	enum call call;
	__u64 flags;
	int exit_signal;
};

/**
 * struct test_case - test tasks that share nothing with those of other cases
 * @group: of checks
 * @plain: its test tasks do nothing but clone
 * @first: its first task; the others follow
 * @nr: number of tasks
 * @first_step: its first step; the others follow
 * @nr_steps: number of steps
 */
struct test_case {
	int group;
	bool plain;
	int first;
	int nr;
	int first_step;
	int nr_steps;
};

/**
 * struct batch - cases whose tasks are looked at together
 * @nr_cases: number of cases
 * @step: the calls of all of them, in this order
 * @nr_steps: number of steps
 */
struct batch {
	struct test_case cases[MAX_CASES];
	int nr_cases;
	struct step step[MAX_STEPS];
	int nr_steps;
};

/* log.c */
extern struct batch batch;

bool batch_full(void);
void batch_clear(void);
void batch_begin(int group, bool plain);
struct test_case *batch_this_case(void);
const struct test_case *batch_case_of(int task);
void batch_record(const struct step *step);

/* steps.c */

int batch_fork(bool optional);
int batch_clone(int creator, enum call call, __u64 flags,
		int exit_signal);
int batch_unshare(int task, __u64 flags);
int batch_setns(int task, int host, __u64 flag);
int batch_close_range(int task);
int batch_exec(int task);
int batch_exit(int task);

/* cases_clone.c, cases_transitions.c and cases_random.c */
void cases_run(void);
void transitions_run(void);
void trees_run(unsigned int runs);

/* run.c */
struct engine_handle;
void verify_add_engine(const struct engine_handle *handle);
bool verify_next(void);
void verify_count(bool counting, bool progress);
void verify_look(void);
void verify_close(void);

/* check.c */
void check_batch(struct engine_handle *handle, int engine);

/* reproducer.c */
char *program_for_call(const struct step *last, int expected_err);
char *program_for_fact(int a, int b, int fact, bool shared);

#endif /* VERIFY_STEPS_H */
