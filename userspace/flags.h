/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FLAGS_H
#define FLAGS_H

#include "model.h"

/**
 * enum flag_effect - what a flag does to an object
 * @FLAG_SHARES: parent and child hold the same one
 * @FLAG_RENEWS: the child gets a new one
 * @FLAG_OTHER: nothing
 */
enum flag_effect {
	FLAG_SHARES,
	FLAG_RENEWS,
	FLAG_OTHER,
};

/**
 * struct clone_flag - a flag of clone(2), clone3(2) and unshare(2)
 * @name: without CLONE_
 * @bit: its value
 * @effect: what it does to an object of @kind
 * @kind: enum taskshare_kind, or -1
 * @since: the release that brought it, NULL for before 5.10
 * @help: one line for people
 */
struct clone_flag {
	const char *name;
	__u64 bit;
	enum flag_effect effect;
	int kind;
	const char *since;
	const char *help;
};

extern const struct clone_flag clone_flags[];
extern const int nr_clone_flags;

#define MAX_FLAGS 48

/**
 * struct flag_rule - what clone(2) does not accept
 * @flag: with this flag ...
 * @needs: ... this one has to be there, too, or ...
 * @clashes: ... none of these may be
 * @source: where the kernel says so
 */
struct flag_rule {
	__u64 flag;
	__u64 needs;
	__u64 clashes;
	const char *source;
};

extern const struct flag_rule flag_rules[];
extern const int nr_flag_rules;

/**
 * enum grade - what can be said of a flag after the fact
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
 * struct verdict - what can be said of one flag of a task's creation
 * @grade: how sure it is
 * @hint: something points to it, though it is not proven
 * @reason: why, in words
 */
struct verdict {
	enum grade grade;
	bool hint;
	const char *reason;
};

extern const char *const grade_name[];

void flags_infer(const struct model *model, __u32 task,
		 struct verdict *verdict);
const char *flags_fault(__u64 flags);

#endif /* FLAGS_H */
