/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLONE_FLAGS_H
#define CLONE_FLAGS_H

#include <stdbool.h>
#include <stddef.h>

#include <taskshare.h>

/**
 * enum flag_effect - effect of a flag on an object
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
 * @effect: its effect on an object of @kind
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

char *flags_text(char *to, __u64 flags, const char *between);
int flags_parse(const char *text, __u64 *flags);

#endif /* CLONE_FLAGS_H */
