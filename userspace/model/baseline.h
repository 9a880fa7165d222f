/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_BASELINE_H
#define MODEL_BASELINE_H

#include "model/model.h"

/**
 * struct baseline - objects that the tasks of each process have in common
 * @model: the model
 * @object: for each process and kind the index of the object that its tasks are
 *	    compared with, or NO_OBJECT
 * @lonely: for each process the kinds of which only one live task holds @object
 * @held: for each process the kinds of which a live task of it holds an object
 * @live: for each process the number of tasks that are not exiting
 * @common: for each process the number of those that share all they hold with
 *	    each other
 * @unusual: for each task, see baseline_unusual()
 */
struct baseline {
	const struct model *model;
	__u32 *object;
	__u32 *lonely;
	__u32 *held;
	__u32 *live;
	__u32 *common;
	__u32 *unusual;
};

/**
 * struct range - holders of an object that are tasks of one process
 * @from: the first of them, index in the object's holders
 * @to: behind the last of them
 */
struct range {
	__u32 from;
	__u32 to;
};

int baseline_init(struct baseline *baseline, const struct model *model);
void baseline_free(struct baseline *baseline);
__u32 baseline_unusual(const struct baseline *baseline, __u32 task);
bool baseline_common(const struct baseline *baseline, __u32 task);
bool baseline_split(const struct baseline *baseline, __u32 task);
bool baseline_odd(const struct baseline *baseline, __u32 task);

bool kind_crosses(int kind);
bool model_live(const struct model *model, __u32 task);
struct range model_inside(const struct model *model, __u32 task, int kind);
__u32 model_unshown(const struct object *obj, int kind);

#endif /* MODEL_BASELINE_H */
