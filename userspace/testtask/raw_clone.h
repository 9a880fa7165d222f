/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls without the C library, for tasks that share memory but have no
 * thread descriptor of their own: they must leave errno and the like alone.
 */
#ifndef TESTTASK_RAW_CLONE_H
#define TESTTASK_RAW_CLONE_H

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>

#include <linux/sched.h>

#include "../../selftests/lib/raw.h"

/**
 * struct raw_clone - a call of clone(2) or clone3(2)
 * @nr: SYS_clone or SYS_clone3
 * @args: as of clone3(2); for clone(2), @pidfd and @parent_tid are the same
 */
struct raw_clone {
	long nr;
	struct clone_args args;
};

/**
 * raw_clone() - make a task as @how says
 * @how: the call and its arguments
 * @fn: function that the child calls on its own stack; must not return
 * @arg: argument of @fn
 *
 * Return: the child's PID to the caller, or a negative errno.
 */
static inline long raw_clone(struct raw_clone *how, void (*fn)(void *),
			     void *arg)
{
	struct clone_args *a = &how->args;

	if (how->nr == SYS_clone3)
		return raw_clone3(a, fn, arg);
	return raw_clone2(a->flags | a->exit_signal,
			  a->stack + a->stack_size,
			  a->flags & CLONE_PIDFD ? a->pidfd : a->parent_tid,
			  a->child_tid, a->tls, fn, arg);
}

#endif /* TESTTASK_RAW_CLONE_H */
