/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLONE_NAMESPACE_H
#define CLONE_NAMESPACE_H

#include <stdbool.h>

#include <linux/types.h>

#include "clone/facts.h"

#define NR_NAMESPACE_TYPES	8

/**
 * struct namespace_type - a type of namespace
 * @name: in /proc/PID/ns and, as max_NAME_namespaces, in /proc/sys/user
 * @flag: creates one, or enters one with setns(2)
 * @kind: enum taskshare_kind of the one that a task is in
 * @no_type: the fact that the kernel was built without it
 * @limit: the fact that no more may be created
 */
struct namespace_type {
	const char *name;
	__u64 flag;
	int kind;
	enum fact no_type;
	enum fact limit;
};

extern const struct namespace_type namespace_types[NR_NAMESPACE_TYPES];

const char *namespace_file(__u64 flag);
bool namespace_empty_is_dead(void);

#endif /* CLONE_NAMESPACE_H */
