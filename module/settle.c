// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rows of a snapshot follow their tasks through execve().
 *
 * A thread that calls it exchanges its number with the leader's, which is dead
 * by then and gone soon after (de_thread() in fs/exec.c). So a process keeps
 * its number as long as it lives, although one task after the other has it. A
 * walk by number that comes across may have met a task twice, or the leader
 * twice and the thread never. Once the rows are settled
 *
 *	- a task that has lived all the time has a row, and so has its process;
 *	- no task has two rows;
 *	- each row's number has been its task's at some time.
 *
 * A thread that the walk has missed has its process's number by then, so the
 * first pass gives the row of a process the task that has the process's number
 * now. The second pass drops rows. If a task has the row of its process and one
 * of a thread, it keeps the first. If a task has lost its number, its row as a
 * thread stays only while it lives: then it has executed since. The row of a
 * process stays as long as the process lives, however often that executes.
 */
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "taskshare.h"

/*
 * Returns true if the task in @row has the row's number, and is the one that
 * the number leads to.
 */
static bool in_place(struct ts_set *set, u32 row)
{
	struct ts_pin *pin = &set->pin[row];
	struct pid *pid;
	bool ret;

	/* Protects the pid. */
	rcu_read_lock();
	/* thread_pid is written as one word; NULL once unhashed. */
	pid = data_race(READ_ONCE(pin->task->thread_pid));
	ret = pid && pid_nr_ns(pid, set->ns) == pin->nr &&
	      pid_task(pid, PIDTYPE_PID) == pin->task;
	rcu_read_unlock();
	return ret;
}

static void replace(struct ts_set *set, u32 row, struct task_struct *task)
{
	put_task_struct(set->pin[row].task);
	set->pin[row].task = task;
}

/*
 * The leader of the process whose number is that of @row, referenced; NULL if
 * there is none, or if it is not the process of the task in @row.
 */
static struct task_struct *leader_of(struct ts_set *set, u32 row)
{
	struct ts_pin *pin = &set->pin[row];
	struct task_struct *task = NULL;
	struct pid *pid;

	/* Protects the pid and the task until the task is referenced. */
	rcu_read_lock();
	pid = find_pid_ns(pin->nr, set->ns);
	if (pid && pid_has_task(pid, PIDTYPE_TGID))
		task = pid_task(pid, PIDTYPE_PID);
	if (task && !same_thread_group(task, pin->task))
		task = NULL;
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

/* The task in @row is not in place: a process's row gets its present leader. */
static void follow(struct ts_set *set, u32 row)
{
	struct task_struct *leader = leader_of(set, row);

	if (!leader)
		return;
	replace(set, row, leader);
	ts_collect(set, row);
}

/* Returns the row of a number, or TS_NONE. */
static u32 row_of(struct ts_set *set, u32 nr)
{
	u32 low = 0, high = set->nr, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (set->pin[mid].nr < nr)
			low = mid + 1;
		else
			high = mid;
	}
	return low < set->nr && set->pin[low].nr == nr ? low : TS_NONE;
}

/* Returns true if @row is a thread's whose task has its process's row, too. */
static bool is_double(struct ts_set *set, u32 row)
{
	u32 tgid = set->rec[row].tgid;
	u32 leader;

	if (tgid == set->pin[row].nr)
		return false;
	leader = row_of(set, tgid);
	return leader != TS_NONE &&
	       set->pin[leader].task == set->pin[row].task;
}

/* Returns true if @row, whose task is not in place, stays. */
static bool lives(struct ts_set *set, u32 row)
{
	struct ts_pin *pin = &set->pin[row];
	struct task_struct *leader;

	if (set->rec[row].tgid != pin->nr)
		return !READ_ONCE(pin->task->exit_state);
	leader = leader_of(set, row);
	if (leader)
		put_task_struct(leader);
	return leader;
}

/* Drops the rows that have no task any more. */
static void close_ranks(struct ts_set *set)
{
	u32 row, kept = 0;

	for (row = 0; row < set->nr; row++) {
		ts_rest(row);
		if (!set->pin[row].task)
			continue;
		set->pin[kept] = set->pin[row];
		if (kept != row)
			set->rec[kept] = set->rec[row];
		kept++;
	}
	set->nr = kept;
}

/**
 * ts_settle() - drop the tasks that are gone, follow those that exec moved
 * @set: the set, all of it collected
 *
 * Context: may sleep.
 *
 * Return: 0, -ENOENT if no task is left, -EINTR for a reader that is being
 * killed.
 */
int ts_settle(struct ts_set *set)
{
	bool settled = false;
	u32 row;
	int err;

	ts_slow(TS_SETTLE);
	/*
	 * Orders the walk before this. If the walk met a leader by the number
	 * that it got from a thread, or no task by that number any more, then
	 * exchange_tids() was over, and its last store or the release of
	 * tasklist_lock was seen: so this sees all of its stores.
	 */
	smp_rmb();
	for (row = 0; row < set->nr; row++) {
		if (!in_place(set, row)) {
			follow(set, row);
			settled = true;
		}
		err = ts_breathe(row);
		if (err)
			return err;
	}
	if (!settled)
		return 0;
	ts_slow(TS_SETTLE_AGAIN);
	for (row = 0; row < set->nr; row++) {
		if (is_double(set, row) ||
		    (!in_place(set, row) && !lives(set, row)))
			replace(set, row, NULL);
		err = ts_breathe(row);
		if (err)
			return err;
	}
	close_ranks(set);
	return set->nr ? 0 : -ENOENT;
}
