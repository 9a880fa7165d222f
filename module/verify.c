// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which of the objects that seem shared are.
 *
 * Two tasks whose records show the same address need not have shared anything:
 * a walk over tasks takes time, a freed object's memory goes to the next one
 * of its kind, and so one task may have been read before and the other after.
 * So every group is looked at again. One of its tasks is the representative;
 * while a lock keeps it from dropping the object, the pointers of the others
 * are compared with its own. As an object that is held is not freed, those
 * that are equal hold the same object at that instant.
 *
 * The lock is taken for a bounded number of comparisons, so the members of a
 * large group are compared at different instants. That they all share one
 * object follows for the kinds that a task gets only at its creation or by
 * making a new one (all but those below). Let m be the instant when the last
 * task was pinned, before the first comparison: all tasks of the set exist at
 * m. Two of them that share an object after m were given it when the later one
 * was created, thus before m; so it lived at m. At m, one object at most lived
 * at that address. Whoever is found to share the address with another after m
 * holds that one.
 *
 * Control groups, seccomp filters and namespaces can be joined later. For a
 * mistake there, tasks would have to leave an object, which is freed, and then
 * join a new one at its address, all within one snapshot, in a group larger
 * than a batch or, for namespaces of different nsproxies, within a batch. No
 * lock keeps a semaphore undo list, so there a mistake takes a representative
 * that drops its list and gets a new one at the same address between two looks
 * at it, and another task that has one at that address in between.
 *
 * A task that has moved is not asked again where to: its row says so. So does
 * the row of a task that nobody is left to be compared with.
 */
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "taskshare.h"

/* What keeps a representative's object while others are compared with it. */
enum guard {
	ITSELF = 1,	/* it is the task's for life: nothing to verify */
	TASK_LOCK,	/* exit, exec, unshare and setns take it */
	SIGLOCK,	/* exec and exit take it, and seccomp(2) */
	RCU_READ_LOCK,	/* it is not freed before a grace period has passed */
	AGAIN,		/* nothing: so it is read again afterwards */
	NSPROXY,	/* as AGAIN, unless both share the nsproxy */
};

static const u8 guards[TASKSHARE_NR_KINDS] = {
	[TASKSHARE_MM]			= TASK_LOCK,
	[TASKSHARE_FILES]		= TASK_LOCK,
	[TASKSHARE_SIGHAND]		= SIGLOCK,
	[TASKSHARE_FS]			= TASK_LOCK,
	[TASKSHARE_SIGNAL]		= ITSELF,
	[TASKSHARE_IO]			= TASK_LOCK,
	/* Only its own task changes it, under no lock. */
	[TASKSHARE_SEMUNDO]		= AGAIN,
	[TASKSHARE_NSPROXY]		= TASK_LOCK,
	[TASKSHARE_CRED]		= RCU_READ_LOCK,
	[TASKSHARE_CGROUPS]		= RCU_READ_LOCK,
	[TASKSHARE_SECCOMP]		= SIGLOCK,
	/* Looked up in an nsproxy under its own holder's task_lock(). */
	[TASKSHARE_UTS]			= NSPROXY,
	[TASKSHARE_IPC]			= NSPROXY,
	[TASKSHARE_MNT]			= NSPROXY,
	[TASKSHARE_NET]			= NSPROXY,
	[TASKSHARE_PID]			= RCU_READ_LOCK,
	[TASKSHARE_PID_FOR_CHILDREN]	= NSPROXY,
	[TASKSHARE_CGROUP]		= NSPROXY,
	[TASKSHARE_TIME]		= NSPROXY,
	[TASKSHARE_TIME_FOR_CHILDREN]	= NSPROXY,
	[TASKSHARE_USER]		= RCU_READ_LOCK,
};

/* Comparisons in one go; the siglock keeps interrupts off. */
#define BATCH		256
#define BATCH_SIGLOCK	64

/**
 * struct group - a group that is being verified
 * @set: the snapshot
 * @groups: the groups of its rows
 * @kind: the kind of object
 * @object: its address
 * @rep: row of the representative
 * @row: the next row to compare with it, TS_NONE at the end
 */
struct group {
	struct ts_set *set;
	struct ts_groups *groups;
	enum taskshare_kind kind;
	u64 object;
	u32 rep;
	u32 row;
};

static struct task_struct *task_of(struct group *g, u32 row)
{
	return g->set->pin[row].task;
}

static bool still_held(struct group *g, u32 row)
{
	return ts_held(task_of(g, row), g->kind) == g->object;
}

/* The task of @row has dropped the object, and now holds none or another. */
static void drop(struct group *g, u32 row)
{
	struct taskshare_record *rec = &g->set->rec[row];
	u32 bit = 1U << g->kind;
	u64 now;

	/* For the kinds that RCU guards. */
	rcu_read_lock();
	now = ts_held(task_of(g, row), g->kind);
	rcu_read_unlock();

	rec->id[g->kind] = 0;
	rec->refs[g->kind] = 0;
	if (now) {
		rec->seen &= ~bit;
		rec->moving |= bit;
	}
}

/* Who shares an nsproxy, which was verified first, shares all that it holds. */
static bool same_nsproxy(struct group *g, u32 row)
{
	u64 a = g->set->rec[g->rep].id[TASKSHARE_NSPROXY];

	return guards[g->kind] == NSPROXY && a &&
	       a == g->set->rec[row].id[TASKSHARE_NSPROXY];
}

static bool dropped(struct group *g, u32 row)
{
	return g->set->rec[row].id[g->kind] != g->object;
}

/* The first row from @row on that was not dropped. */
static u32 skip_dropped(struct group *g, u32 row)
{
	while (row != TS_NONE && dropped(g, row))
		row = g->groups->next[row];
	return row;
}

/*
 * Compares up to @max rows with the representative's object. Returns how many
 * are equal, or -ESRCH if the representative has it no more.
 */
static int compare(struct group *g, unsigned int max)
{
	int equal = 0;

	if (!still_held(g, g->rep))
		return -ESRCH;
	/* Without a lock, the first look still comes before the others. */
	smp_rmb();
	for (; max && g->row != TS_NONE; max--) {
		if (same_nsproxy(g, g->row) || still_held(g, g->row))
			equal++;
		else
			drop(g, g->row);
		g->row = skip_dropped(g, g->groups->next[g->row]);
	}
	return equal;
}

static int compare_task_lock(struct group *g)
{
	struct task_struct *rep = task_of(g, g->rep);
	int equal;

	task_lock(rep);
	equal = compare(g, BATCH);
	ts_busy(TS_TASK_LOCK);
	task_unlock(rep);
	return equal;
}

static int compare_rcu(struct group *g)
{
	int equal;

	rcu_read_lock();
	equal = compare(g, BATCH);
	rcu_read_unlock();
	return equal;
}

/*
 * As lock_task_sighand(), which is not exported. RCU keeps the memory that
 * the lock is in; it is the right lock if it is still the task's afterwards.
 */
static int compare_siglock(struct group *g)
{
	struct task_struct *rep = task_of(g, g->rep);
	struct sighand_struct *sighand;
	bool locked = false;
	int equal = -ESRCH;

	rcu_read_lock();
	while (!locked) {
		sighand = rcu_dereference(rep->sighand);
		if (!sighand)
			break;
		spin_lock_irq(&sighand->siglock);
		locked = sighand == rcu_access_pointer(rep->sighand);
		if (locked)
			equal = compare(g, BATCH_SIGLOCK);
		ts_busy(TS_SIGLOCK);
		spin_unlock_irq(&sighand->siglock);
	}
	rcu_read_unlock();
	return equal;
}

/* What was equal between two looks at the representative counts. */
static int compare_again(struct group *g)
{
	u32 first = g->row;
	int equal = compare(g, BATCH);

	if (equal < 0)
		return equal;
	ts_slow(TS_COMPARE_AGAIN);
	/* The second look comes after the comparisons; see compare(), too. */
	smp_rmb();
	if (still_held(g, g->rep))
		return equal;
	g->row = skip_dropped(g, first);
	return -ESRCH;
}

static int compare_batch(struct group *g)
{
	switch (guards[g->kind]) {
	case TASK_LOCK:
		return compare_task_lock(g);
	case SIGLOCK:
		return compare_siglock(g);
	case RCU_READ_LOCK:
		return compare_rcu(g);
	default:
		return compare_again(g);
	}
}

/*
 * The representative has moved: the next of the group takes its place. Rows
 * before g->row have been found to share; g->row itself has not been compared
 * with any. Returns whether the new one is known to share.
 */
static bool next_rep(struct group *g)
{
	g->rep = skip_dropped(g, g->groups->next[g->rep]);
	/* TS_NONE: all that were left have been dropped meanwhile. */
	if (g->rep != g->row || g->row == TS_NONE)
		return true;
	g->row = skip_dropped(g, g->groups->next[g->row]);
	return false;
}

static int verify_group(struct group *g, u32 head)
{
	bool rep_shares = false;
	bool any_share = false;
	int equal;

	g->object = g->set->rec[head].id[g->kind];
	g->rep = head;
	g->row = g->groups->next[head];
	while (g->row != TS_NONE) {
		equal = compare_batch(g);
		if (equal > 0) {
			rep_shares = true;
			any_share = true;
		} else if (equal < 0) {
			if (!rep_shares)
				drop(g, g->rep);
			rep_shares = next_rep(g);
		}
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched_tasks_rcu_qs();
	}
	/* Nobody is left to compare it with, and others did share. */
	if (!rep_shares && any_share)
		drop(g, g->rep);
	return 0;
}

static int verify_kind(struct ts_set *set, struct ts_groups *groups,
		       enum taskshare_kind kind)
{
	struct group g = { .set = set, .groups = groups, .kind = kind };
	u32 row;
	int err;

	if (WARN_ON_ONCE(!guards[kind]) || guards[kind] == ITSELF)
		return 0;
	err = ts_groups_find(groups, kind);
	for (row = 0; !err && row < set->nr; row++) {
		if (groups->head[row] != row || groups->next[row] == TS_NONE)
			continue;
		err = verify_group(&g, row);
	}
	return err;
}

/**
 * ts_verify() - let only those rows keep the same address that share an object
 * @set: the set, all of it collected and settled
 *
 * A row whose task has dropped the object since says that it holds none, or
 * that it is moving. Tasks that share an object all the time keep it.
 *
 * Context: may sleep; takes task_lock() and siglock, never two at a time.
 *
 * Return: 0, -ENOMEM, or -EINTR for a reader that is being killed.
 */
int ts_verify(struct ts_set *set)
{
	struct ts_groups groups;
	unsigned int kind;
	int err;

	err = ts_groups_init(&groups, set->rec, set->nr);
	for (kind = 0; !err && kind < TASKSHARE_NR_KINDS; kind++)
		err = verify_kind(set, &groups, kind);
	ts_groups_free(&groups);
	return err;
}
