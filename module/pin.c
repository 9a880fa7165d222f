// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which tasks a snapshot is about.
 *
 * All of them are found and pinned, that is, their task_struct is referenced,
 * before the first two are compared: verify.c builds on that. A pin takes no
 * reference on anything that tasks share. But a task that dies while it is
 * pinned is not freed, and keeps its own references: those on its credentials,
 * and with them on its user namespace and its keys, and on its css_set. Close
 * to a limit, such as max_user_namespaces, other users could notice. So tasks
 * that have died are unpinned before verification (ts_settle()), and all
 * tasks right after it.
 *
 * Lists of tasks cannot be resumed once RCU was left, numbers can. So tasks are
 * walked by number, one RCU section for each, as fs/proc/base.c does. Only the
 * list of a process's threads is walked as a list, which is resumed behind a
 * pinned thread that is still in it.
 */
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sort.h>

#include "taskshare.h"

/* Maximum number of threads that are pinned in one RCU section. */
#define CHUNK 256

/* Maximum number of threads to pin by their list; sort() does not reschedule. */
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
 * referenced, NULL if it has none or none that is wanted, or -EAGAIN if that
 * task has the number no more, or not yet: while an exec exchanges two numbers,
 * both lead to the same task, and the other one cannot be found
 * (exchange_tids()).
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
	}
	if (task && wanted(set, task)) {
		/* thread_pid is written as one word; NULL once unhashed. */
		if (data_race(READ_ONCE(task->thread_pid)) == pid)
			get_task_struct(task);
		else
			task = ERR_PTR(-EAGAIN);
	} else {
		task = NULL;
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

	while (!end) {
		err = grow(set);
		if (err)
			return err;
		task = task_from(set, &nr, &end);
		if (IS_ERR(task)) {
			/* The exec may need this processor to go on. */
			schedule_timeout_uninterruptible(1);
			continue;
		}
		if (task)
			pin(set, task, nr);
		nr++;
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
 * ts_settle() mends.
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
	struct pid *pid;
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
			/* As task_pid_nr_ns(), without a section of its own */
			pid = data_race(READ_ONCE(task->thread_pid));
			nr = pid_nr_ns(pid, set->ns);
			/*
			 * The leader is the first in the list. If it has the
			 * number that a thread had, or none, then the thread
			 * has been given the leader's (exchange_tids()): this
			 * orders the look at the thread's behind.
			 */
			smp_rmb();
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
