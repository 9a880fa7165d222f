// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which tasks a snapshot is about.
 *
 * All of them are found and pinned, that is, their task_struct is referenced,
 * before the first two are compared: verify.c builds on that. A pin takes no
 * reference on anything that tasks share. But a task that dies while it is
 * pinned is not freed, and keeps its own references: those on its credentials,
 * and with them on its user namespace and its keys, and on its css_set. Close
 * to a limit, such as max_user_namespaces, somebody else could notice. So tasks
 * that have died are unpinned before verification (ts_pin_settle()), and all
 * tasks right after it.
 *
 * Lists of tasks cannot be resumed once RCU was left, numbers can. So tasks are
 * walked by number, one RCU section for each, as fs/proc/base.c does. Only the
 * list of a process's threads is walked as a list, which is resumed behind a
 * pinned thread that is still in it.
 */
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sort.h>

#include "taskshare.h"

/* Maximum number of threads that are pinned in one RCU section. */
#define CHUNK 256

/* Maximum number of threads to pin by their list; sort() lets nobody run. */
#define LIST_MAX 4096

static int reserve(struct ts_set *set, u32 capacity)
{
	struct ts_pin *pin;

	if (capacity <= set->capacity)
		return 0;
	if ((size_t)set->nr * sizeof(*set->rec) >= ts_limit())
		return -EFBIG;
	pin = ts_alloc(capacity, sizeof(*pin));
	if (!pin)
		return -ENOMEM;
	if (set->nr)
		memcpy(pin, set->pin, set->nr * sizeof(*pin));
	kvfree(set->pin);
	set->pin = pin;
	set->capacity = capacity;
	return 0;
}

/* Makes sure that one more task can be pinned. */
static int grow(struct ts_set *set)
{
	return set->nr < set->capacity ? 0 :
		reserve(set, max_t(u32, 2 * set->capacity, CHUNK));
}

/* Takes over the caller's reference on @task; set->nr is below the capacity. */
static void pin(struct ts_set *set, struct task_struct *task, u32 nr)
{
	set->pin[set->nr++] = (struct ts_pin){ .task = task, .nr = nr };
}

static void unpin_all(struct ts_set *set)
{
	struct task_struct *task;

	while (set->nr) {
		task = set->pin[--set->nr].task;
		/* A reader may be killed while rows are being settled. */
		if (task)
			put_task_struct(task);
		ts_rest(set->nr);
	}
}

/**
 * ts_unpin() - release all tasks
 * @set: the set; its @rec stays, its @nr becomes 0
 *
 * Context: may sleep.
 */
void ts_unpin(struct ts_set *set)
{
	unpin_all(set);
	kvfree(set->pin);
	set->pin = NULL;
	if (set->process)
		put_task_struct(set->process);
	set->process = NULL;
}

static bool wanted(const struct ts_set *set, struct task_struct *task)
{
	return !set->process || same_thread_group(task, set->process);
}

/*
 * Finds the lowest number from *nr on, which becomes *nr. Returns its task,
 * referenced, or NULL if it has none or none that is wanted.
 */
static struct task_struct *task_from(struct ts_set *set, u32 *nr, bool *end)
{
	struct task_struct *task = NULL;
	struct pid *pid;

	/* Protects the pid and the task until the task is referenced. */
	rcu_read_lock();
	pid = find_ge_pid(*nr, set->ns);
	if (pid) {
		*nr = pid_nr_ns(pid, set->ns);
		task = pid_task(pid, PIDTYPE_PID);
		if (task && !wanted(set, task))
			task = NULL;
		if (task)
			get_task_struct(task);
	}
	rcu_read_unlock();
	*end = !pid;
	return task;
}

static int scan(struct ts_set *set)
{
	struct task_struct *task;
	bool end = false;
	u32 steps = 0;
	u32 nr = 1;
	int err;

	for (; !end; nr++) {
		err = grow(set);
		if (err)
			return err;
		task = task_from(set, &nr, &end);
		if (task)
			pin(set, task, nr);
		err = ts_breathe(steps++);
		if (err)
			return err;
	}
	return 0;
}

/**
 * ts_pin_all() - pin every task of the set's pid namespace
 * @set: the set, still empty
 *
 * A task that lives all the time is found, with one exception that
 * ts_pin_settle() mends.
 *
 * Context: may sleep.
 *
 * Return: 0, -ENOENT if there is no task, -ENOMEM, -EFBIG over the limit,
 * -EINTR for a reader that is being killed. ts_unpin() in all cases.
 */
int ts_pin_all(struct ts_set *set)
{
	int err = scan(set);

	/* A pid namespace that is mounted outlives its tasks. */
	return err ?: set->nr ? 0 : -ENOENT;
}

static int by_nr(const void *a, const void *b)
{
	const struct ts_pin *x = a, *y = b;

	return x->nr < y->nr ? -1 : x->nr > y->nr;
}

/* A number that an exec has passed on may have been met twice. */
static void sort_pins(struct ts_set *set)
{
	u32 row, kept = 0;

	sort(set->pin, set->nr, sizeof(*set->pin), by_nr, NULL);
	for (row = 0; row < set->nr; row++) {
		if (kept && set->pin[kept - 1].nr == set->pin[row].nr)
			put_task_struct(set->pin[row].task);
		else
			set->pin[kept++] = set->pin[row];
	}
	set->nr = kept;
}

/*
 * Pins the next threads of the process, up to CHUNK, behind the one that was
 * pinned last. Returns 1 if there may be more, 0 at the end, and -EAGAIN if that
 * one is not in the list any more, so that it does not lead to the next.
 */
static int list_chunk(struct ts_set *set)
{
	struct list_head *head = &set->process->signal->thread_head;
	struct task_struct *task = NULL;
	u32 end = min(set->nr + CHUNK, set->capacity);
	int ret = 0;
	u32 nr;

	if (set->nr)
		task = set->pin[set->nr - 1].task;
	/*
	 * Protects the list of threads and each of them until referenced. A
	 * thread that is alive now is in the list, or leaves it after this: its
	 * link stays good for this section (__unhash_process()).
	 */
	rcu_read_lock();
	/* thread_pid is written as one word; NULL once it is unhashed. */
	if (task && !data_race(pid_alive(task)))
		ret = -EAGAIN;
	task = list_prepare_entry(task, head, thread_node);
	if (!ret)
		list_for_each_entry_continue_rcu(task, head, thread_node) {
			nr = task_pid_nr_ns(task, set->ns);
			if (!nr)
				continue;
			if (set->nr == end) {
				ret = 1;
				break;
			}
			get_task_struct(task);
			pin(set, task, nr);
		}
	rcu_read_unlock();
	return ret;
}

/* Pins the threads of the process; -EAGAIN if that takes a walk by number. */
static int list(struct ts_set *set)
{
	int err, more;

	do {
		if (set->nr >= LIST_MAX)
			return -EAGAIN;
		err = grow(set);
		if (err)
			return err;
		more = list_chunk(set);
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched_tasks_rcu_qs();
	} while (more > 0);
	if (!more)
		sort_pins(set);
	return more;
}

/**
 * ts_pin_process() - pin the tasks of a process
 * @set: the set, still empty
 * @pid: the number of any of the process's tasks
 *
 * Context: may sleep.
 *
 * The cost is that of the process's own threads. All numbers of the pid
 * namespace are walked only for a process of more than LIST_MAX threads, or if a
 * thread ends just when it was the last one pinned in an RCU section.
 *
 * Return: 0, -ENOENT if there is no such task any more, otherwise as
 * ts_pin_all().
 */
int ts_pin_process(struct ts_set *set, struct pid *pid)
{
	int err;

	set->process = get_pid_task(pid, PIDTYPE_PID);
	if (!set->process)
		return -ENOENT;
	err = list(set);
	if (err == -EAGAIN) {
		unpin_all(set);
		err = scan(set);
	}
	return err ?: set->nr ? 0 : -ENOENT;
}

static bool misplaced(struct ts_set *set, u32 row)
{
	struct ts_pin *pin = &set->pin[row];

	return pin->task && task_pid_nr_ns(pin->task, set->ns) != pin->nr;
}

static void replace(struct ts_set *set, u32 row, struct task_struct *task)
{
	put_task_struct(set->pin[row].task);
	set->pin[row].task = task;
}

/* The process whose number is @nr: its leader, referenced, or NULL. */
static struct task_struct *process_by_nr(struct ts_set *set, u32 nr)
{
	struct task_struct *task = NULL;
	struct pid *pid;

	/* Protects the pid and the task until the task is referenced. */
	rcu_read_lock();
	pid = find_pid_ns(nr, set->ns);
	if (pid && pid_has_task(pid, PIDTYPE_TGID))
		task = pid_task(pid, PIDTYPE_PID);
	if (task && !wanted(set, task))
		task = NULL;
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}

/* The task in @row has another number than its row, or none any more. */
static void settle(struct ts_set *set, u32 row)
{
	replace(set, row, process_by_nr(set, set->pin[row].nr));
	if (set->pin[row].task)
		ts_collect(set, row);
}

/* The same, the second time. */
static void settle_again(struct ts_set *set, u32 row)
{
	struct ts_pin *pin = &set->pin[row];
	struct task_struct *leader = process_by_nr(set, pin->nr);
	bool lives = leader && same_thread_group(leader, pin->task);

	if (leader)
		put_task_struct(leader);
	if (!lives)
		replace(set, row, NULL);
}

/**
 * ts_pin_settle() - drop the tasks that are gone, follow those that exec moved
 * @set: the set, all of it collected
 *
 * A thread that calls execve() exchanges its number with the leader's, which
 * is gone soon after (de_thread() in fs/exec.c). So a process keeps its number
 * as long as it lives, although one task after the other has it, and a thread's
 * own number passes to no task that lives on. A walk by number that comes
 * across may have met one task twice and another one not at all.
 *
 * The first pass gives the row of a process the task that has the process's
 * number now, and drops the row of a thread that has moved or is gone. Meanwhile
 * another thread may execute. The second pass drops the row that it had as a
 * thread; the row of the process stays as it is, however often that happens:
 * its task had the number a moment ago, and a process that lives is not lost.
 *
 * Context: may sleep.
 *
 * Return: 0, -ENOENT if no task is left, -EINTR for a reader that is being
 * killed.
 */
int ts_pin_settle(struct ts_set *set)
{
	bool settled = false;
	u32 row, kept = 0;
	int err;

	ts_slow(TS_SETTLE);
	for (row = 0; row < set->nr; row++) {
		if (misplaced(set, row)) {
			settle(set, row);
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
		if (misplaced(set, row))
			settle_again(set, row);
		err = ts_breathe(row);
		if (err)
			return err;
	}
	/* Not left half way: two rows would have the same pin. */
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
	return kept ? 0 : -ENOENT;
}
