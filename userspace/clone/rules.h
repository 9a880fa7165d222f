/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLONE_RULES_H
#define CLONE_RULES_H

#include <stdbool.h>

#include <linux/types.h>

#include "clone/flags.h"

/**
 * enum truth - is it so?
 * @IS_NOT: no
 * @IS_SO: yes
 * @IS_UNKNOWN: that cannot be seen
 */
enum truth {
	IS_NOT,
	IS_SO,
	IS_UNKNOWN,
};

/**
 * enum obstacle - what may stand in the way of a task
 * @HAS_THREADS: its thread group has other members, be they dead
 * @HAS_LIVE_THREADS: some of them are not dead
 * @SHARES_SIGHAND: another task holds its signal handlers
 * @SHARES_MM: a task of another process holds its memory
 * @SHARES_FS: another task holds its root and working directory
 * @IN_EXEC: one of those might be in execve(2)
 * @PID_ELSEWHERE: its children go to another pid namespace than its own
 * @PID_DEAD: and that one's first process has ended
 * @TIME_ELSEWHERE: its children go to another time namespace
 * @IS_INIT: it is the first process of its pid namespace
 * @NO_ADMIN: it has no CAP_SYS_ADMIN in its user namespace
 * @NO_CHROOT: it has no CAP_SYS_CHROOT there
 * @CHROOTED: its root is not that of its mount namespace
 * @UNMAPPED: its user or group has no number in its user namespace
 * @RESTRICTED: kernel.unprivileged_userns_clone is off, which Debian has
 * @FILTERED: it has a seccomp filter, which may refuse anything
 */
enum obstacle {
	HAS_THREADS,
	HAS_LIVE_THREADS,
	SHARES_SIGHAND,
	SHARES_MM,
	SHARES_FS,
	IN_EXEC,
	PID_ELSEWHERE,
	PID_DEAD,
	TIME_ELSEWHERE,
	IS_INIT,
	NO_ADMIN,
	NO_CHROOT,
	CHROOTED,
	UNMAPPED,
	RESTRICTED,
	FILTERED,
	NR_OBSTACLES
};

/* The calls that rules are about; a bit each */
enum why_call {
	WHY_UNSHARE = 1,
	WHY_SETNS = 2,
	WHY_CLONE = 4,
};

/**
 * struct why_rule - when a call fails
 * @calls: the calls that it is about
 * @flags: with any of these flags, or for @any with or without
 * @unless: but not with any of these
 * @any: whatever the flags
 * @obstacle: what makes it fail; NR_OBSTACLES: the flags alone do
 * @err: with this errno
 * @until: the first RELEASE() without the rule, 0 for none
 * @source: where the kernel says so
 * @words: and why
 * @late: copy_process() finds out only after copy_semundo()
 */
struct why_rule {
	int calls;
	__u64 flags;
	__u64 unless;
	bool any;
	enum obstacle obstacle;
	int err;
	unsigned int until;
	const char *source;
	const char *words;
	bool late;
};

/**
 * struct why_request - a call that a task might make
 * @call: which
 * @flags: its flags; for setns(2) the type of the namespace, which is another
 *	   than the task's own and one that it has the capabilities for
 * @exit_signal: of WHY_CLONE
 * @how: of WHY_CLONE, CALL_CLONE or CALL_CLONE3
 */
struct why_request {
	enum why_call call;
	__u64 flags;
	int exit_signal;
	enum clone_call how;
};

/**
 * struct why_answer - what would come of it
 * @works: whether it would work
 * @err: if not, the errno
 * @obstacle: what stands in the way, or what is not known; NR_OBSTACLES: the
 *	      flags themselves, or nothing
 * @source: where the kernel says so
 * @words: and why
 * @late: see struct why_rule
 */
struct why_answer {
	enum truth works;
	int err;
	enum obstacle obstacle;
	const char *source;
	const char *words;
	bool late;
};

/**
 * struct why_facts - what is known of a task
 * @is: of every obstacle, whether it is there
 */
struct why_facts {
	enum truth is[NR_OBSTACLES];
};

void why_ask(const struct why_facts *facts, const struct why_request *request,
	     unsigned int release, struct why_answer *answer);

#endif /* CLONE_RULES_H */
