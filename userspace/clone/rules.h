/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of refusals: by which rule of Linux a call fails. "why" asks it
 * before a call, "trace" after one, and "verify" for what must happen.
 */
#ifndef CLONE_RULES_H
#define CLONE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "clone/facts.h"

/* The calls that rules are about, a bit each */
enum call {
	CALL_CLONE	= 1 << 0,
	CALL_CLONE3	= 1 << 1,
	CALL_FORK	= 1 << 2,
	CALL_VFORK	= 1 << 3,
	CALL_UNSHARE	= 1 << 4,
	CALL_SETNS	= 1 << 5,
	CALL_EXECVE	= 1 << 6,	/* execveat(2), too */
	CALL_CLOSE_RANGE = 1 << 7,
	CALL_SETUID	= 1 << 8,	/* and all that change user IDs */
	CALL_SETGID	= 1 << 9,	/* and all that change group IDs */
	CALL_SETGROUPS	= 1 << 10,
	CALL_CAPSET	= 1 << 11,
	CALL_SECCOMP	= 1 << 12,
	CALL_LANDLOCK	= 1 << 13,	/* landlock_restrict_self(2) */
};

#define CALLS_CREATE	(CALL_CLONE | CALL_CLONE3 | CALL_FORK | CALL_VFORK)
#define CALLS_ALL	(~0u)

/* A release of Linux as one number that can be compared */
#define RELEASE(major, minor)	((major) << 8 | (minor))

/* Any errno; a rule that kills the caller has none. */
#define ERRNO_ANY	(-1)
#define ERRNO_KILLED	0

#define MAX_WHEN	2

/**
 * struct rule - when a call fails
 *
 * All conditions must hold; a member that is zero is no condition.
 *
 * @calls: the call is one of these
 * @flags: it has one of these flags
 * @without: and none of these
 * @needs: and lacks all of these
 * @clashes: and has one of these, too
 * @with_signal: and has an exit signal
 * @when: and these facts hold
 * @unless: and this one does not
 * @err: the errno, or ERRNO_ANY or ERRNO_KILLED
 * @since: the first RELEASE() that has the rule, 0 for before 5.10
 * @until: the first RELEASE() that lost it
 * @backported: stable releases before @since may have it, too
 * @after_semundo: copy_process() applies it after copy_semundo()
 * @only: this errno of these calls has no other reason
 * @source: the function of the kernel that has the rule
 * @text: the reason, as a clause without a full stop; NULL for a rule about
 *	  flags, for which rule_text() makes one
 * @advice: advice, as a clause; NULL if there is none
 */
struct rule {
	__u32 calls;
	__u64 flags;
	__u64 without;
	__u64 needs;
	__u64 clashes;
	enum fact when[MAX_WHEN];
	enum fact unless;
	int err;
	unsigned int since;
	unsigned int until;
	bool with_signal;
	bool backported;
	bool after_semundo;
	bool only;
	const char *source;
	const char *text;
	const char *advice;
};

/* In the order in which the kernel applies them */
extern const struct rule rules[];
extern const int nr_rules;

/**
 * struct request - a call, but for the memory that its arguments point to
 * @call: the system call
 * @flags: its flags, without the exit signal of clone(2); for setns(2) the
 *	   types of the namespaces to be joined, from the file descriptor if
 *	   that is known; 0 for calls that have none
 * @flags_unknown: they could not be read
 * @exit_signal: the signal for the parent, 0 for none
 * @release: the RELEASE() of the kernel
 */
struct request {
	enum call call;
	__u64 flags;
	bool flags_unknown;
	int exit_signal;
	unsigned int release;
};

/**
 * struct prediction - the predicted result of a call
 * @works: whether it would work
 * @rule: the rule by which it fails or may fail, NULL if it works
 * @earlier: a rule that the kernel applies before @rule, and of which it is
 *	     not known whether it holds: the errno may be another one; or NULL
 */
struct prediction {
	enum truth works;
	const struct rule *rule;
	const struct rule *earlier;
};

#define MAX_REASONS	12

/**
 * struct explanation - why a call failed
 * @certain: all facts of rule[0] were seen, or it is the only reason that the
 *	     kernel has; otherwise all of @rule are possible
 * @nr: number of rules; 0: none has this errno
 * @rule: the rules
 */
struct explanation {
	bool certain;
	int nr;
	const struct rule *rule[MAX_REASONS];
};

#define RULE_TEXT	256

unsigned int release_running(void);
const struct rule *flags_refused(const struct request *request);
const char *flags_fault(__u64 flags);
bool rule_is_about_flags(const struct rule *rule);
void facts_all_false(struct facts *facts);
const char *fact_name(enum fact fact);
void rules_predict(const struct facts *facts, const struct request *request,
		   struct prediction *prediction);
void rules_explain(const struct facts *facts, const struct request *request,
		   int err, struct explanation *explanation);
char *rule_text(char *to, const struct rule *rule, __u64 flags);

#endif /* CLONE_RULES_H */
