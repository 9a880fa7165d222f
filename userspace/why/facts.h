/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WHY_FACTS_H
#define WHY_FACTS_H

#include "model/model.h"
#include "clone/rules.h"

#define MAX_WHO	4

/**
 * struct why_who - the tasks because of which a fact holds
 * @task: the first of them, indices in the model
 * @nr: how many they are
 */
struct why_who {
	__u32 task[MAX_WHO];
	__u32 nr;
};

/**
 * struct why_view - a task and what stands in its way
 * @model: all tasks there are
 * @task: index of the task
 * @facts: what stands in its way
 * @who: and who
 * @unknown: for what is not known, error; NULL for no special reason
 */
struct why_view {
	const struct model *model;
	__u32 task;
	struct facts facts;
	struct why_who who[NR_FACTS];
	const char *unknown[NR_FACTS];
};

void why_look(struct why_view *view, const struct model *model, __u32 task);

#endif /* WHY_FACTS_H */
