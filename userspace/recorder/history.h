/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_HISTORY_H
#define RECORDER_HISTORY_H

#include <stdbool.h>

#include "record/records.h"

#define NO_TASK	UINT32_MAX

/* In place of an object's index: none, which is never shared; not known */
#define CELL_NONE	-1
#define CELL_UNSEEN	-2
#define CELL_MOVING	-3

/**
 * enum status - activity of a task at a step
 * @STATUS_RUNS: it runs or sleeps, in a program or in the kernel
 * @STATUS_VFORK: it waits until its vfork(2) child has released the memory
 * @STATUS_STOPPED: a signal has stopped it
 * @STATUS_ZOMBIE: it has ended, and nothing has waited for it yet
 * @STATUS_GONE: it has ended, and its PID is free
 */
enum status {
	STATUS_RUNS,
	STATUS_VFORK,
	STATUS_STOPPED,
	STATUS_ZOMBIE,
	STATUS_GONE,
	NR_STATUS
};

/**
 * enum origin - way of a task into the recording
 * @ORIGIN_STOPPED: stopped before its first instruction
 * @ORIGIN_LATE: attached to after it had run for a moment
 * @ORIGIN_UNTRACED: only seen: its own calls are no steps
 */
enum origin {
	ORIGIN_STOPPED,
	ORIGIN_LATE,
	ORIGIN_UNTRACED,
	NR_ORIGINS
};

/**
 * struct row - a task at a step
 * @pid: its PID; execve(2) may change it
 * @tgid: its process
 * @ppid: its parent process, 0 for none
 * @status: its activity
 * @comm: its name
 * @cell: for each kind the index of an object, or CELL_*
 */
struct row {
	__u32 pid;
	__u32 tgid;
	__u32 ppid;
	enum status status;
	char comm[TASKSHARE_COMM_LEN];
	__s32 cell[TASKSHARE_NR_KINDS];
};

/**
 * struct history_task - a task of the recorded run
 * @row: as of the last step
 * @last_object: for each kind the object that it was last seen to hold, or
 *		 CELL_NONE; it outlasts a moment in which that was not seen
 * @kind: enum taskshare_task
 * @origin: its way into the recording
 * @creator: index of the task that made it, or NO_TASK
 * @start_ns: its start
 * @exit_signal: signal to its parent when it ends
 * @first: the step at which it is there for the first time
 * @last: the step at which it ended; only if its status says so
 * @with_process: its end was part of the end of its process
 * @activity: activity as far as the tracer knows: any but STATUS_ZOMBIE
 */
struct history_task {
	struct row row;
	__s32 last_object[TASKSHARE_NR_KINDS];
	__u8 kind;
	enum origin origin;
	__u32 creator;
	__u64 start_ns;
	__s32 exit_signal;
	__u32 first;
	__u32 last;
	bool with_process;
	enum status activity;
};

/**
 * struct history_object - an object that tasks of the run hold or held
 * @kind: of the object; kinds that name objects of one type have the same
 * @group: its letters, for the whole run: 0 is A
 * @id: the engine's id in the last snapshot that had it
 * @refs: its reference count then, 0 if not known
 * @about: description, as far as known, or NULL
 * @first: the step at which it is there for the first time
 * @last: the last step at which a task held it
 */
struct history_object {
	int kind;
	__u32 group;
	__u64 id;
	__u32 refs;
	char *about;
	__u32 first;
	__u32 last;
};

/**
 * struct history - tasks and objects of a run, as of the last step
 * @lasting: the engine's ids last from snapshot to snapshot
 * @task: the tasks, in the order of their creation
 * @nr_tasks: number of them
 * @object: the objects, in the order in which they were seen
 * @nr_objects: number of them
 * @groups: for each kind the number of objects
 */
struct history {
	bool lasting;
	struct history_task *task;
	__u32 nr_tasks;
	struct history_object *object;
	__u32 nr_objects;
	__u32 groups[TASKSHARE_NR_KINDS];
};

/**
 * struct renewal - objects that a task may have exchanged after the last snapshot
 * @kinds: mask of the kinds that its call may have exchanged
 * @surely: of these, those that it has surely exchanged, if it held any
 */
struct renewal {
	__u32 task;
	__u32 kinds;
	__u32 surely;
};

__u32 history_add_task(struct history *history, __u32 pid, __u32 tgid,
		       __u32 creator, enum origin origin, __u32 step);
__u32 history_find(const struct history *history, __u32 pid);
void history_end(struct history *history, __u32 task, enum status status,
		 __u32 step);
bool history_ended(const struct history *history, __u32 task);
int history_see(struct history *history, const struct records *recs,
		const struct renewal *renewal, size_t nr, __u32 step);
void history_free(struct history *history);

#endif /* RECORDER_HISTORY_H */
