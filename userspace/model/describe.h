/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_DESCRIBE_H
#define MODEL_DESCRIBE_H

#include "model/baseline.h"

struct content;

/**
 * struct describer - data that descriptions are made from
 * @baseline: of the tasks that are described, and their model
 * @complete: the model holds every task that the engine can see
 * @now_ns: when the tasks were looked at, on the clock of start_ns; 0 if that
 *	    is not known
 * @utf8: whether the output may be UTF-8
 * @waiter: returns the PID of the task that waits in vfork(2) for this one, or 0
 *	    if that is not known; NULL if no content was read
 * @content: its first argument
 */
struct describer {
	struct baseline baseline;
	bool complete;
	__u64 now_ns;
	bool utf8;
	__u32 (*waiter)(const struct content *content,
			const struct taskshare_record *child);
	const struct content *content;
};

/* Enough for a task that shares each kind with other tasks */
#define DESCRIPTION_TEXT	8192

/* Enough for the first words of an output */
#define DESCRIPTION_TITLE	(TEXT_COMM + 64)

const char *describe_title(char *to, const struct model *model, bool utf8);
const char *describe(char *to, const struct describer *describer, __u32 task);
void describe_holders(char *to, size_t size, const struct describer *d,
		      int kind, const struct object *obj,
		      const struct model *but);

#endif /* MODEL_DESCRIBE_H */
