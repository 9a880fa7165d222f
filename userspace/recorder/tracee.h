/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_TRACEE_H
#define RECORDER_TRACEE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/content_rows.h"
#include "recorder/call.h"
#include "recorder/history.h"
#include "recorder/place.h"

/**
 * enum turn - only one task at a time makes a call that is a step
 * @TURN_NONE: it makes no such call
 * @TURN_WAITS: it is stopped before one, until others have made one
 * @TURN_HAS: it is in the call, or on its way out of existence
 */
enum turn {
	TURN_NONE,
	TURN_WAITS,
	TURN_HAS,
};

/**
 * struct tracee - a task that is traced
 * @tgid: its process
 * @task: its index in the history, NO_TASK before the step that shows it
 * @origin: its creation or attachment
 * @turn: see enum turn
 * @order: when it began to wait for its turn
 * @call: the call that is a step, TRACE_NO_CALL for none
 * @place: program, function and line of the call, or of the task's end
 * @before: its state before the call
 * @born_ns: since when it stands before its first instruction and its creator
 *	     has not stopped yet, or 0
 * @child: PID of the task that it has made and that has not stopped yet, or 0
 * @vfork_child: PID of the child that it waits for, or 0
 * @vfork_ns: since when
 * @vfork_done: that is over, but for the step in which the child executes or
 *		ends
 * @writes: it is in a call that may write
 * @alone: it has called exit(2), which ends no other thread
 * @exiting: it has stopped on its way out
 * @ended: the step of its end was made
 * @by_exec: another thread's execve(2) ends it
 * @ends: number of threads that its execve(2) has ended
 * @status: its status at the end, as of wait(2)
 */
struct tracee {
	pid_t pid;
	pid_t tgid;
	__u32 task;
	enum origin origin;
	enum turn turn;
	__u64 order;
	struct call call;
	struct place place;
	struct content_item before;
	__u64 born_ns;
	pid_t child;
	pid_t vfork_child;
	__u64 vfork_ns;
	bool vfork_done;
	bool writes;
	bool alone;
	bool exiting;
	bool ended;
	bool by_exec;
	__u32 ends;
	int status;
};

/**
 * struct tracees - all tasks that are traced
 * @one: the tasks
 * @nr: number of them
 */
struct tracees {
	struct tracee **one;
	size_t nr;
};

struct tracee *tracees_add(struct tracees *all, pid_t pid);
struct tracee *tracees_find(const struct tracees *all, pid_t pid);
void tracees_remove(struct tracees *all, struct tracee *tracee);
size_t tracees_alive(const struct tracees *all, pid_t tgid);
void tracees_free(struct tracees *all);

#endif /* RECORDER_TRACEE_H */
