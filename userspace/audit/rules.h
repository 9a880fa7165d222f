/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUDIT_RULES_H
#define AUDIT_RULES_H

#include "audit/finding.h"
#include "audit/look.h"

/**
 * enum scope - subject of a rule
 * @SCOPE_TASK: each live user task
 * @SCOPE_EVERY_TASK: each task but kernel threads
 * @SCOPE_THREADS: the first live task of a process and each other one of it
 * @SCOPE_PROCESSES: of all processes that hold one object, the oldest and each
 *		     other one
 */
enum scope {
	SCOPE_TASK,
	SCOPE_EVERY_TASK,
	SCOPE_THREADS,
	SCOPE_PROCESSES,
};

/**
 * enum verdict - result of a rule
 * @VERDICT_NO: no
 * @VERDICT_FOUND: yes
 * @VERDICT_UNKNOWN: something could not be read
 */
enum verdict {
	VERDICT_NO,
	VERDICT_FOUND,
	VERDICT_UNKNOWN,
};

/**
 * struct rule - a rule
 * @least: the least severity of its findings
 * @most: the highest one
 * @scope: the objects or tasks that it is about
 * @kind: of SCOPE_PROCESSES, the kind of object
 * @seconds: least duration of the state, or least age of the task where the
 *	     kernel does not keep that; 0: not at all
 * @applies: whether it applies to a task, and of some scopes to it and a
 *	     second one, which is NO_TASK otherwise; sets up the finding. A
 *	     task that was asked about is asked about again in a later look.
 * @sentence: says it; {a} and {b} are tasks
 * @condition: when it applies
 * @why: why that matters
 * @rightly: program that does it on purpose, or NULL
 * @advice: advice, as a clause
 * @reference: place in the kernel or in a manual page that says so
 * @needs: content that the condition reads
 */
struct rule {
	const char *name;
	enum severity least;
	enum severity most;
	enum scope scope;
	int kind;
	unsigned int seconds;
	enum verdict (*applies)(const struct look *look, __u32 a, __u32 b,
				struct finding *finding);
	const char *sentence;
	const char *condition;
	const char *why;
	const char *rightly;
	const char *advice;
	const char *reference;
	const char *needs;
};

extern const struct rule audit_rules[];
extern const size_t nr_audit_rules;

const struct rule *rule_find(const char *name);

#endif /* AUDIT_RULES_H */
