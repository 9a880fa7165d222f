/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VERIFY_STEPS_H
#define VERIFY_STEPS_H

#include "clone/flags.h"
#include "verify/expect.h"
#include "verify/report.h"

#define MAX_STEPS	(4 * MAX_PUPPETS)
#define MAX_SCENES	MAX_PUPPETS
/* The most puppets in one scene */
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
 * struct step - something that a puppet did
 * @op: what
 * @puppet: who
 * @other: whom it made, or whose namespace it joined
 * @call: for STEP_CLONE, how
 * @flags: of the call
 * @exit_signal: for STEP_CLONE
 */
struct step {
	enum step_op op;
	int puppet;
	int other;
	enum clone_call call;
	__u64 flags;
	int exit_signal;
};

/**
 * struct scene - puppets that have to do with each other, and nobody else
 * @group: of checks
 * @plain: its puppets do nothing but clone
 * @first: its first puppet; the others follow
 * @nr: how many
 * @first_step: its first step
 * @nr_steps: how many
 */
struct scene {
	int group;
	bool plain;
	int first;
	int nr;
	int first_step;
	int nr_steps;
};

/**
 * struct stage - all that is to be looked at together
 * @scene: the scenes
 * @nr_scenes: how many
 * @step: what was done, in this order
 * @nr_steps: how much
 */
struct stage {
	struct scene scene[MAX_SCENES];
	int nr_scenes;
	struct step step[MAX_STEPS];
	int nr_steps;
};

/* log.c */
extern struct stage stage;

bool stage_full(void);
void stage_clear(void);
void stage_begin(int group, bool plain);
struct scene *stage_this_scene(void);
const struct scene *stage_scene_of(int puppet);
void stage_record(const struct step *step);

/* steps.c */

int stage_fork(bool optional);
int stage_clone(int creator, enum clone_call call, __u64 flags,
		int exit_signal);
int stage_unshare(int puppet, __u64 flags);
int stage_setns(int puppet, int host, __u64 flag);
int stage_close_range(int puppet);
int stage_exec(int puppet);
int stage_exit(int puppet);

/* cases_clone.c, cases_transitions.c and cases_random.c */
void cases_play(void);
void moves_play(void);
void trees_play(unsigned int runs);

/* run.c */
struct engine_handle;
void verify_add_engine(const struct engine_handle *handle);
bool verify_next(void);
void verify_count(bool counting, bool progress);
void verify_look(void);
void verify_close(void);

/* check.c */
void check_stage(struct engine_handle *handle, int engine);

/* reproducer.c */
char *program_for_call(const struct step *last, int expected_err);
char *program_for_fact(int a, int b, int fact, bool shared);

#endif /* VERIFY_STEPS_H */
