// SPDX-License-Identifier: GPL-2.0-only
/* The tasks that are traced. */
#include <stdlib.h>

#include "recorder/tracee.h"

/**
 * tracees_add() - trace one more task
 * @all: the tasks
 *
 * Return: the task, or NULL without memory.
 */
struct tracee *tracees_add(struct tracees *all, pid_t pid)
{
	struct tracee *tracee = calloc(1, sizeof(*tracee)), **one;

	one = reallocarray(all->one, all->nr + 1, sizeof(*one));
	if (one)
		all->one = one;
	if (!one || !tracee) {
		free(tracee);
		return NULL;
	}
	tracee->pid = pid;
	tracee->task = NO_TASK;
	all->one[all->nr++] = tracee;
	return tracee;
}

/**
 * tracees_find() - look a task up
 * @all: the tasks
 *
 * Return: the task, or NULL.
 */
struct tracee *tracees_find(const struct tracees *all, pid_t pid)
{
	size_t i;

	for (i = 0; i < all->nr; i++)
		if (all->one[i]->pid == pid)
			return all->one[i];
	return NULL;
}

/**
 * tracees_remove() - forget a task
 * @all: the tasks
 * @tracee: the task; is freed
 */
void tracees_remove(struct tracees *all, struct tracee *tracee)
{
	size_t i;

	for (i = 0; i < all->nr; i++)
		if (all->one[i] == tracee)
			break;
	all->one[i] = all->one[--all->nr];
	free(tracee);
}

/**
 * tracees_alive() - count the threads of a process
 * @all: the tasks
 * @tgid: the process
 *
 * Return: number of its threads whose end was no step yet.
 */
size_t tracees_alive(const struct tracees *all, pid_t tgid)
{
	size_t i, alive = 0;

	for (i = 0; i < all->nr; i++)
		alive += all->one[i]->tgid == tgid && !all->one[i]->ended;
	return alive;
}

/**
 * tracees_free() - forget all of them
 * @all: the tasks
 */
void tracees_free(struct tracees *all)
{
	while (all->nr)
		tracees_remove(all, all->one[0]);
	free(all->one);
	all->one = NULL;
}
