/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENT_VERDICT_H
#define EVENT_VERDICT_H

#include <stdbool.h>

#include "bpf/trace_event.h"
#include "clone/flags.h"

/**
 * enum relation - between two objects, of a new task and its creator, or of a
 *		   task now and before
 * @RELATION_UNKNOWN: this kernel does not show it
 * @RELATION_SHARED: the same object
 * @RELATION_COPIED: another object, with the same in it
 * @RELATION_NEW: another object
 * @RELATION_ABSENT: there is none
 */
enum relation {
	RELATION_UNKNOWN,
	RELATION_SHARED,
	RELATION_COPIED,
	RELATION_NEW,
	RELATION_ABSENT,
	NR_RELATIONS
};

extern const char *const relation_name[NR_RELATIONS];

/**
 * struct flag_mismatch - an object that does not match a flag
 * @flag: index of the flag in clone_flags[]
 * @given: whether the flag was given
 * @kind: of the object
 * @relation: relation of the two tasks' objects
 */
struct flag_mismatch {
	int flag;
	bool given;
	int kind;
	enum relation relation;
};

enum relation trace_relation(const struct trace_event *ev, int kind);
int trace_judge(const struct trace_create *create,
		struct flag_mismatch *mismatch);

#endif /* EVENT_VERDICT_H */
