// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task's user namespace and those above it: how deep it is, and the limits
 * on namespaces there, as inc_ucount() of the kernel looks at them.
 *
 * How many namespaces count against a limit cannot be read. One of 0 is always
 * reached; a large one is taken not to be, see SPARE.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/procfs.h"
#include "clone/compat.h"
#include "clone/namespace.h"
#include "clone/userns.h"
#include "why/nsfs.h"
#include "why/caller.h"

/* Levels that create_user_ns() accepts: its parent may have 32 at most. */
#define MAX_USER_LEVEL	33

/*
 * Number of namespaces that may exist beside those that tasks are in: kept by
 * file descriptors and mounts, or by other users. The kernel's default limits
 * are far larger: half of kernel.threads-max.
 */
#define SPARE		1000

#define ALL_TYPES	(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | \
			 CLONE_NEWPID | CLONE_NEWCGROUP | CLONE_NEWNET | \
			 CLONE_NEWTIME)

/* The limits in a user namespace; -1: cannot be read, or there is none */
struct limits {
	long max[NR_NAMESPACE_TYPES];
};

/* Reads the limits that hold for tasks of the caller's user namespace. */
static void read_limits(void *unused, void *result)
{
	struct limits *limits = result;
	char path[64], text[32], *end;
	size_t t;

	(void)unused;
	for (t = 0; t < NR_NAMESPACE_TYPES; t++) {
		snprintf(path, sizeof(path),
			 "/proc/sys/user/max_%s_namespaces",
			 namespace_types[t].name);
		limits->max[t] = -1;
		if (procfs_read(path, text, sizeof(text)) <= 0)
			continue;
		limits->max[t] = strtol(text, &end, 10);
		if (end == text)
			limits->max[t] = -1;
	}
}

static void look_at_types(struct caller *caller)
{
	size_t t;

	for (t = 0; t < NR_NAMESPACE_TYPES; t++) {
		bool has = nsfs_inode(0, namespace_types[t].name);

		if (has || errno == ENOENT)
			caller_set(caller, namespace_types[t].no_type, !has);
		else
			caller_unknown(caller, namespace_types[t].no_type,
				       "/proc/self/ns cannot be read");
	}
}

/*
 * One more limit, of the task's user namespace or of one above; the first one
 * that is reached or not known stays.
 */
static void add_limit(struct caller *caller, size_t t, long max, int above)
{
	__u32 seen = caller->model->kind[namespace_types[t].kind].nr;
	enum fact fact = namespace_types[t].limit;
	const char *where = above ? "in a user namespace above" :
				    "in its user namespace";

	if (fact_get(&caller->facts, fact) != IS_NOT)
		return;
	if (!max) {
		caller_set(caller, fact, true);
		caller_note(caller, fact, "it is 0 %s", where);
	} else if (max < 0) {
		caller_unknown(caller, fact, "it cannot be read %s", where);
	} else if (max < (long)seen + SPARE) {
		caller_unknown(caller, fact, "it is %ld %s", max, where);
	}
}

static void look_at_limits_of(struct caller *caller, const struct chain *users)
{
	int i, err;
	size_t t;

	for (t = 0; t < NR_NAMESPACE_TYPES; t++)
		caller_set(caller, namespace_types[t].limit, false);
	for (i = 0; i < users->nr; i++) {
		bool own = users->own && i == users->nr - 1;
		struct limits limits;

		err = inside(&users->fd[i], !own, read_limits, NULL, &limits,
			     sizeof(limits));
		for (t = 0; t < NR_NAMESPACE_TYPES; t++)
			add_limit(caller, t, err ? -1 : limits.max[t], i);
	}
}

/*
 * The limits of user namespaces above this program's cannot be read. Namespaces
 * that its child can create show that these limits, and that of levels, are not
 * reached.
 */
static void look_above_ours(struct caller *caller, const struct chain *users)
{
	bool one = !userns_try(0);
	bool all = one && !userns_try(ALL_TYPES);
	size_t t;

	if (!one || users->nr > 1)
		caller_unknown(caller, USER_DEEP,
			       "this program is in a user namespace of unknown level");
	for (t = 0; t < NR_NAMESPACE_TYPES; t++) {
		const struct namespace_type *type = &namespace_types[t];
		bool tried = type->flag == CLONE_NEWUSER ? one : all;
		enum fact limit = type->limit;

		if (!tried && fact_get(&caller->facts, limit) == IS_NOT)
			caller_unknown(caller, limit,
				       "it cannot be read in the user namespaces above this program's");
	}
}

/**
 * look_at_userns() - find out about a task's user namespace and its limits
 * @caller: the task; set are USER_DEEP, LIMIT_* and NO_TYPE_*
 */
void look_at_userns(struct caller *caller)
{
	__u32 pid = caller_record(caller)->pid;
	struct chain users;
	size_t t;

	look_at_types(caller);
	chain_open(&users, nsfs_open(pid, "user"), true);
	if (!users.own) {
		caller_unknown(caller, USER_DEEP,
			       "its user namespace cannot be read");
		for (t = 0; t < NR_NAMESPACE_TYPES; t++)
			caller_unknown(caller, namespace_types[t].limit,
				       "its user namespace cannot be read");
	} else {
		look_at_limits_of(caller, &users);
		caller_set(caller, USER_DEEP, users.nr - 1 >= MAX_USER_LEVEL);
		if (!users.whole && users.nr - 1 < MAX_USER_LEVEL)
			look_above_ours(caller, &users);
	}
	chain_close(&users);
}
