// SPDX-License-Identifier: GPL-2.0-only
/* Looks at all that a task's calls depend on. */
#include "why/caller.h"

/**
 * look_at_all() - find out what a task's calls depend on
 * @caller: set to it
 * @model: all tasks there are
 * @task: index of the task, which is alive and no kernel thread
 */
void look_at_all(struct caller *caller, const struct model *model, __u32 task)
{
	caller_begin(caller, model, task);
	look_at_sharing(caller);
	look_at_children(caller);
	look_at_status(caller);
	look_at_userns(caller);
	look_at_root(caller);
	look_at_limits(caller);
	look_at_lsm(caller);
}
