/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_COMPARE_H
#define MODEL_COMPARE_H

#include "model/model.h"

/* In place of a kind of object: whether the task is there at all */
#define COMPARE_THERE	TASKSHARE_NR_KINDS

/*
 * By how many nanoseconds the start times that two engines give for a task may
 * differ: they are coarse in /proc. Within that time a PID is hardly used again.
 */
#define COMPARE_ENGINES	20000000

/**
 * struct difference - a difference between two snapshots
 * @task: index of the task in the first model, or NO_OBJECT
 * @other: index of the same task in the second one, or NO_OBJECT
 * @kind: the kind of object, or COMPARE_THERE
 */
struct difference {
	__u32 task;
	__u32 other;
	int kind;
};

/**
 * struct comparison - the result of comparing two models
 * @diff: the differences
 * @nr: number of differences
 * @compared: number of pairs of a task and a kind that were compared
 * @to_b: for each task of the first model its index in the second, or NO_OBJECT
 * @only_a: tasks that only the first model has
 * @nr_only_a: number of these
 * @only_b: tasks that only the second one has
 * @nr_only_b: number of these
 */
struct comparison {
	struct difference *diff;
	size_t nr;
	size_t compared;
	__u32 *to_b;
	__u32 *only_a;
	__u32 nr_only_a;
	__u32 *only_b;
	__u32 nr_only_b;
};

int compare_models(struct comparison *cmp, const struct model *a,
		   const struct model *b, __u64 step_ns);
int compare_there(struct comparison *cmp);
void compare_free(struct comparison *cmp);

#endif /* MODEL_COMPARE_H */
