// SPDX-License-Identifier: GPL-2.0-only
/*
 * A task and the facts that its calls depend on. A fact that was not looked at
 * is unknown, not absent.
 */
#include <stdarg.h>
#include <stdio.h>

#include "util/array.h"
#include "why/caller.h"

/*
 * Shortage of memory and of open files, and what happens only at the moment of
 * a call, are not predicted.
 */
static const enum fact not_predicted[] = {
	SIGNAL_CAME, NO_DESCRIPTOR, NO_FILE, NO_MEMORY, OVERCOMMITTED, UNSEEN,
	NPROC_AT_SETUID,
};

/**
 * caller_begin() - begin to look at a task
 * @caller: set to one of which no fact is known, but that arguments are right
 * @model: all tasks there are
 * @task: index of the task
 */
void caller_begin(struct caller *caller, const struct model *model, __u32 task)
{
	enum fact fact;
	size_t i;

	*caller = (struct caller){ .model = model, .task = task };
	for (fact = FIRST_ARGUMENT; fact < NR_FACTS; fact++)
		fact_set(&caller->facts, fact, false);
	for (i = 0; i < ARRAY_SIZE(not_predicted); i++)
		fact_set(&caller->facts, not_predicted[i], false);
}

/**
 * caller_set() - a fact is known
 * @caller: the task
 * @holds: whether it holds
 */
void caller_set(struct caller *caller, enum fact fact, bool holds)
{
	/* Why it was not known before */
	*caller->found[fact].note = 0;
	fact_set(&caller->facts, fact, holds);
}

/**
 * caller_note() - say more about a fact
 * @caller: the task
 * @format: as of printf(3)
 */
void caller_note(struct caller *caller, enum fact fact, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(caller->found[fact].note, NOTE_SIZE, format, args);
	va_end(args);
}

/**
 * caller_unknown() - a fact cannot be known
 * @caller: the task
 * @format: why, as of printf(3)
 */
void caller_unknown(struct caller *caller, enum fact fact,
		    const char *format, ...)
{
	va_list args;

	fact_forget(&caller->facts, fact);
	va_start(args, format);
	vsnprintf(caller->found[fact].note, NOTE_SIZE, format, args);
	va_end(args);
}

/**
 * caller_blame() - a fact holds because of a task
 * @caller: the task that is asked for
 * @task: index of the culprit
 */
void caller_blame(struct caller *caller, enum fact fact, __u32 task)
{
	struct finding *found = &caller->found[fact];

	if (found->nr_culprits < MAX_CULPRITS)
		found->culprit[found->nr_culprits] = task;
	found->nr_culprits++;
	*found->note = 0;
	fact_set(&caller->facts, fact, true);
}

/**
 * caller_is_incomplete() - check whether another look may show more
 * @caller: the task
 * @first: this was the first look
 *
 * A PID namespace in which no task was seen may have got its first one since.
 *
 * Return: true if a fact is unknown that depends on what tasks share, which
 * they may just have been changing.
 */
bool caller_is_incomplete(const struct caller *caller, bool first)
{
	static const enum fact changing[] = {
		HAS_THREADS, HAS_LIVE_THREADS, SHARES_SIGHAND, SHARES_MM,
		SHARES_FS, FS_IN_EXEC, PID_ELSEWHERE, PID_DEAD, TIME_ELSEWHERE,
		NO_ADMIN, CHROOTED, UNMAPPED,
	};
	size_t i;

	if (first && fact_get(&caller->facts, PID_DEAD) == IS_SO)
		return true;
	for (i = 0; i < ARRAY_SIZE(changing); i++)
		if (fact_get(&caller->facts, changing[i]) == IS_UNKNOWN)
			return true;
	return false;
}
