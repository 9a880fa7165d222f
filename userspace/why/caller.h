/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WHY_CALLER_H
#define WHY_CALLER_H

#include <stdbool.h>

#include "clone/rules.h"
#include "model/model.h"

#define MAX_CULPRITS	4
#define NOTE_SIZE	128

/* Why a fact about all tasks is not known: see procfs_hides() */
#define HIDDEN_TASKS	"/proc hides tasks of other users here"

/**
 * struct finding - details of a fact
 * @culprit: the first tasks because of which it holds, indices in the model
 * @nr_culprits: number of culprits
 * @note: a few words more: a number, a name; why it is not known
 */
struct finding {
	__u32 culprit[MAX_CULPRITS];
	__u32 nr_culprits;
	char note[NOTE_SIZE];
};

/**
 * struct caller - a task, and all that is known of what its calls depend on
 * @model: all tasks there are
 * @task: index of the task that is asked for
 * @facts: facts known about it
 * @found: by fact, what was seen
 */
struct caller {
	const struct model *model;
	__u32 task;
	struct facts facts;
	struct finding found[NR_FACTS];
};

static inline const struct taskshare_record *
caller_record(const struct caller *caller)
{
	return caller->model->task[caller->task];
}

void caller_begin(struct caller *caller, const struct model *model, __u32 task);
void caller_set(struct caller *caller, enum fact fact, bool holds);
void caller_note(struct caller *caller, enum fact fact, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void caller_unknown(struct caller *caller, enum fact fact,
		    const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void caller_blame(struct caller *caller, enum fact fact, __u32 task);
bool caller_is_incomplete(const struct caller *caller, bool first);

/* The objects that a task shares: sharing.c */
void look_at_sharing(struct caller *caller);

/* Its ids, capabilities and filters, by /proc/PID/status: status.c */
void look_at_status(struct caller *caller);

/* Namespaces of its future children: children.c */
void look_at_children(struct caller *caller);

/* Its user namespace, those above, and the limits there: userns.c */
void look_at_userns(struct caller *caller);

/* Whether its root is that of its mount namespace: root.c */
void look_at_root(struct caller *caller);

/* Limits on the number of tasks: limits.c */
void look_at_limits(struct caller *caller);

/* pids.max of its cgroups: cgroup.c */
void look_at_pids_max(struct caller *caller);

/* Security modules: lsm.c */
void look_at_lsm(struct caller *caller);

/* The namespaces of a process that it might join: target.c */
void look_at_target(struct caller *caller, __u32 target, __u64 types);

/* All of these, except the target: look.c */
void look_at_all(struct caller *caller, const struct model *model, __u32 task);

#endif /* WHY_CALLER_H */
