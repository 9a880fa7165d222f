/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODEL_INFER_H
#define MODEL_INFER_H

#include "clone/flags.h"
#include "model/model.h"

/**
 * enum grade - certainty about a flag after the fact
 * @GRADE_UNKNOWABLE: it leaves no trace, or the trace was not seen
 * @GRADE_CONSISTENT: it may have been there
 * @GRADE_PROVEN: it must have been there
 * @GRADE_IMPOSSIBLE: it cannot have been there
 */
enum grade {
	GRADE_UNKNOWABLE,
	GRADE_CONSISTENT,
	GRADE_PROVEN,
	GRADE_IMPOSSIBLE,
};

/**
 * struct verdict - knowledge about one flag of a task's creation
 * @grade: its certainty
 * @hint: something points to it, though it is not proven
 * @reason: error, in words
 */
struct verdict {
	enum grade grade;
	bool hint;
	const char *reason;
};

extern const char *const grade_name[];

void flags_infer(const struct model *model, __u32 task,
		 struct verdict *verdict);

#endif /* MODEL_INFER_H */
