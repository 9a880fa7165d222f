/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLONE_FLAGS_H
#define CLONE_FLAGS_H

#include <stdbool.h>
#include <stddef.h>

#include <taskshare.h>

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

/* Room for the names of all flags */
#define FLAGS_TEXT 512

/* The calls that make a task; a bit each */
enum clone_call {
	CALL_CLONE = 1,
	CALL_CLONE3 = 2,
};

/* A release of Linux as one number that can be compared */
#define RELEASE(major, minor)	((major) << 8 | (minor))

/**
 * struct flag_rule - what clone(2) does not accept
 * @flag: with this flag ...
 * @needs: ... this one has to be there, too, or ...
 * @clashes: ... none of these may be
 * @source: where the kernel says so
 * @calls: the only calls that it is about, 0 for all
 * @until: the first RELEASE() without it, 0 for none
 * @no_signal: with @flag there must be no exit signal
 * @late: copy_process() finds out only after copy_semundo()
 */
struct flag_rule {
	__u64 flag;
	__u64 needs;
	__u64 clashes;
	const char *source;
	int calls;
	unsigned int until;
	bool no_signal;
	bool late;
};

extern const struct flag_rule flag_rules[];
extern const int nr_flag_rules;

/**
 * struct clone_request - a call of clone(2) or clone3(2), but for its memory
 * @flags: its flags
 * @call: CALL_CLONE or CALL_CLONE3
 * @exit_signal: the signal for the parent
 * @release: of the kernel that is asked, a RELEASE()
 */
struct clone_request {
	__u64 flags;
	enum clone_call call;
	int exit_signal;
	unsigned int release;
};

unsigned int release_running(void);
const struct flag_rule *flags_refused(const struct clone_request *request);
const char *flags_fault(__u64 flags);
char *flags_text(char *to, __u64 flags, const char *between);
const char *namespace_file(__u64 flag);

#endif /* CLONE_FLAGS_H */
