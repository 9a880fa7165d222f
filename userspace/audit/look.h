/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUDIT_LOOK_H
#define AUDIT_LOOK_H

#include "cli/session.h"
#include "content/fields.h"

#define NO_TASK		UINT32_MAX
#define SECOND_NS	1000000000ull
#define LEAST_BY_RULE	UINT64_MAX

/**
 * struct look - all tasks at one moment, with what conditions ask for
 * @snap: the tasks and the numbers of their content
 * @engine: the engine that saw them
 * @least_ns: least duration of states in place of that of rules, or
 *	      LEAST_BY_RULE
 * @unseen: for each kind of object, the number of live user tasks of which it
 *	    is not known, but for those that were just created; one more where
 *	    /proc may hide tasks
 * @live: number of live user tasks
 */
struct look {
	struct snapshot snap;
	const struct engine *engine;
	__u64 least_ns;
	__u32 unseen[TASKSHARE_NR_KINDS];
	__u32 live;
};

int look_take(struct look *look, struct engine_handle *handle,
	      struct error *error);
void look_free(struct look *look);

bool look_user(const struct look *look, __u32 task);
bool look_live(const struct look *look, __u32 task);
__u32 look_leader(const struct look *look, __u32 task);
bool look_sees_vfork(const struct look *look);
bool look_number(const struct look *look, __u32 task, enum content_field field,
		 __u64 *number);
bool look_younger_ns(const struct look *look, __u32 a, __u32 b, __u64 *ns);
char *look_text(const struct look *look, __u32 task, enum content_text which,
		bool *none);
__u32 look_find(const struct look *look, __u32 tgid, __u32 pid, __u64 start_ns);

#endif /* AUDIT_LOOK_H */
