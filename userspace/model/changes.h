/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_CHANGES_H
#define MODEL_CHANGES_H

#include "model/compare.h"

/**
 * struct changes - from one look at tasks to the next
 * @old: the first look
 * @new: the second one, of the same engine
 * @lasting: the engine's ids are of objects, not of a look
 * @cmp: the two compared
 */
struct changes {
	const struct model *old;
	const struct model *new;
	bool lasting;
	struct comparison cmp;
};

typedef void (*change_add_t)(void *arg, __u32 pid, const char *text);

int changes_find(struct changes *changes, const struct model *old,
		 const struct model *new, bool lasting);
bool changes_any(const struct changes *changes);
void changes_list(const struct changes *changes, bool utf8, change_add_t add,
		  void *arg);
void changes_free(struct changes *changes);

#endif /* MODEL_CHANGES_H */
