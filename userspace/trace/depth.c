// SPDX-License-Identifier: GPL-2.0-only
/* Number of generations between a task and those that tracing began with. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>

#include "trace/depth.h"

/**
 * struct depths - the tasks that are known
 * @tree: of tsearch(3); a task that is not in it is of the first generation
 */
struct depths {
	void *tree;
};

struct task {
	__u32 pid;
	int depth;
};

static int by_pid(const void *a, const void *b)
{
	const struct task *x = a, *y = b;

	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static struct task *find(const struct depths *depths, __u32 pid)
{
	const struct task key = { .pid = pid };
	struct task **node = tfind(&key, &depths->tree, by_pid);

	return node ? *node : NULL;
}

static void forget(struct depths *depths, __u32 pid)
{
	struct task *task = find(depths, pid);

	if (!task)
		return;
	tdelete(task, &depths->tree, by_pid);
	free(task);
}

static int add(struct depths *depths, __u32 pid, int depth)
{
	struct task *task;

	/* Events about its end may have been lost. */
	forget(depths, pid);
	task = malloc(sizeof(*task));
	if (!task)
		return -ENOMEM;
	*task = (struct task){ .pid = pid, .depth = depth };
	if (tsearch(task, &depths->tree, by_pid))
		return 0;
	free(task);
	return -ENOMEM;
}

/**
 * depths_new() - nothing is known yet
 *
 * Return: for depths_free(), or NULL without memory.
 */
struct depths *depths_new(void)
{
	return calloc(1, sizeof(struct depths));
}

/**
 * depths_see() - learn from an event, after it was printed
 * @depths: the depths known so far
 *
 * Return: 0 or -ENOMEM.
 */
int depths_see(struct depths *depths, const struct trace_event *ev)
{
	const struct trace_create *create = (const void *)ev;
	const struct trace_exec *exec = (const void *)ev;

	switch (ev->type) {
	case TRACE_EV_CREATE:
		return add(depths, create->child,
			   depth_of(depths, ev->pid) + 1);
	case TRACE_EV_EXEC:
		if (ev->context & TRACE_CTX_TOOK_PID)
			forget(depths, exec->was_pid);
		return 0;
	case TRACE_EV_EXIT:
		/* Its PID goes to the thread that executes. */
		if (!(ev->context & TRACE_CTX_BY_EXEC) || ev->pid != ev->tgid)
			forget(depths, ev->pid);
		return 0;
	default:
		return 0;
	}
}

/**
 * depth_of() - generation of a task
 * @depths: the depths known so far
 * @pid: the task
 *
 * Return: 0 for those that tracing began with, 1 for their children and so on.
 */
int depth_of(const struct depths *depths, __u32 pid)
{
	const struct task *task = find(depths, pid);

	return task ? task->depth : 0;
}

/**
 * depths_free() - forget everything
 * @depths: the depths known so far, or NULL
 */
void depths_free(struct depths *depths)
{
	if (!depths)
		return;
	tdestroy(depths->tree, free);
	free(depths);
}
