/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_PARTNERS_H
#define MODEL_PARTNERS_H

#include "model/describe.h"
#include "util/text.h"

/**
 * enum side - groups of the other holders of a task's object
 * @OUTSIDE: those of other processes
 * @EVERYWHERE: those of its own process, too
 */
enum side {
	OUTSIDE,
	EVERYWHERE,
};

/* Maximum number of partners that a sentence names */
#define PARTNERS_NAMED	3

void partners_add_task(struct text *text, const struct describer *d,
		       __u32 task);
void partners_add_tasks(struct text *text, const struct describer *d,
			const __u32 *task, __u32 nr);
void partners_add(struct text *text, const struct describer *d, __u32 task,
		  int kind, enum side side);
__u32 partners_nr(const struct model *model, __u32 task, int kind,
		  enum side side);
bool partners_same(const struct model *model, __u32 task, int k, int l,
		   enum side side);

#endif /* MODEL_PARTNERS_H */
