// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which of the objects that seem shared are.
 *
 * Two tasks whose records show the same address need not have shared anything:
 * a walk over tasks takes time, and a freed object's memory goes to the next
 * object of its kind. One task may have been read before that, the other after.
 * So every group is looked at again. One of its tasks is the representative.
 * While a lock keeps it from dropping the object, the pointers of the others
 * are compared with its own. An object that is held is not freed; so those
 * whose pointers are equal hold the same object at that instant.
 *
 * The lock is held for a bounded number of comparisons, so the members of a
 * large group are compared at different instants. Between these the object may
 * be freed, and another one may get its address. Two arguments show that the
 * members of a group shared one object nevertheless.
 *
 * The first is for the kinds that a task gets only at its creation or by making
 * a new object. Let m be the instant when the last task was pinned, before the
 * first comparison: all tasks of the set exist at m. Two of them that share an
 * object after m were given it when the later one was created, thus before m;
 * so the object lived at m. At m, at most one object lived at that address.
 * Whoever is found to share the address with another after m holds that one.
 *
 * The second is for the kinds that a task can join later: control groups;
 * namespaces, by setns(2); another thread's filters, by seccomp(2) with TSYNC;
 * another thread's credentials, by Landlock's TSYNC (restrict_one_thread() in
 * security/landlock/tsync.c, seen from 7.2 on). Each row was seen twice with
 * its group's address: when it was collected, and when it was compared; and all
 * rows were collected before the first one was compared. Suppose that during
 * the snapshot the address belonged to two objects, A and after it B. If two
 * rows were both seen with A, or both with B, they shared that. Otherwise one
 * row was seen with A only and the other with B only. As the other one held B
 * when it was collected, A was freed before any row was compared: so the first
 * row cannot have been compared with A. A mistake thus takes three objects, one
 * after the other, at one address within one snapshot, and a task that goes
 * from one of them to the next. Credentials and css_sets are freed by RCU, so
 * each of these steps takes a grace period. For filters there is no mistake: a
 * newer filter keeps the older ones, so none that a task was seen with is freed
 * before the task ends. Nor for namespaces with numbers that are not used again
 * (see ts_ns_object()).
 *
 * No lock keeps a semaphore undo list. Its representative is looked at before
 * and after the others, and the second argument holds for it.
 *
 * A task that has moved is not asked which object it has moved to: its row says
 * that it moved. So does the row of a task that has nobody left to be compared
 * with.
 */
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "taskshare.h"

/* What keeps a representative's object while others are compared with it. */
enum guard {
	FOR_LIFE = 1,	/* a task never drops it: nothing to verify */
	TASK_LOCK,	/* exit, exec, unshare and setns take it */
	SIGLOCK,	/* exec and exit take it, and seccomp(2) */
	RCU_READ_LOCK,	/* the object is freed after a grace period */
	TWO_LOOKS,	/* nothing: the representative is read again afterwards */
	NSPROXY,	/* as TWO_LOOKS, unless both share the nsproxy */
};

static const u8 guards[TASKSHARE_NR_KINDS] = {
	[TASKSHARE_MM]			= TASK_LOCK,
	[TASKSHARE_FILES]		= TASK_LOCK,
	[TASKSHARE_SIGHAND]		= SIGLOCK,
	[TASKSHARE_FS]			= TASK_LOCK,
	[TASKSHARE_SIGNAL]		= FOR_LIFE,
	[TASKSHARE_IO]			= TASK_LOCK,
	/* Its own task changes it, under no lock. */
	[TASKSHARE_SEMUNDO]		= TWO_LOOKS,
	[TASKSHARE_NSPROXY]		= TASK_LOCK,
	[TASKSHARE_CRED]		= RCU_READ_LOCK,
	[TASKSHARE_CGROUPS]		= RCU_READ_LOCK,
	[TASKSHARE_SECCOMP]		= SIGLOCK,
	/* Each is read from an nsproxy under its own holder's task_lock(). */
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

/*
 * Maximum number of comparisons while a lock is held; the siglock keeps
 * interrupts off. Each may read four cache lines that no cache holds: the
 * record, its link in the group, and two of the task_struct.
 */
#define BATCH		64
#define BATCH_SIGLOCK	16

/**
 * struct group - a group that is being verified
 * @set: the snapshot
 * @groups: the groups of its rows
 * @kind: the kind of object
 * @object: what ts_held() returns for it
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

/* Tasks that share an nsproxy, which is verified first, share all it holds. */
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
	/*
	 * Orders this look before those at the others. A task that had an older
	 * object at this address stored another pointer before that object was
	 * released, freed, allocated again, and published to the representative
	 * (by rcu_assign_pointer(), smp_store_release() or an unlock). This look
	 * has seen the publication; the looks below then see those stores, and
	 * are not equal by what was there before. A chain of releases that is
	 * observed and then read behind is ordered on arm64, too.
	 */
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
	ts_locked(TS_TASK_LOCK, &rep->alloc_lock);
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
		ts_locked(TS_SIGLOCK, &sighand->siglock);
		spin_unlock_irq(&sighand->siglock);
	}
	rcu_read_unlock();
	return equal;
}

/* Those count that were equal between two looks at the representative. */
static int compare_twice(struct group *g)
{
	u32 first = g->row;
	int equal = compare(g, BATCH);

	if (equal < 0)
		return equal;
	ts_slow(TS_COMPARE_AGAIN);
	/*
	 * Orders the comparisons before the second look. If one of them saw a
	 * later object at this address, then the representative had dropped its
	 * own: that store comes before the release, the freeing and the
	 * allocation of the later object, so the second look sees it.
	 */
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
		return compare_twice(g);
	}
}

/*
 * The representative has moved: the next of the group takes its place. Rows
 * before g->row have been found to share; g->row itself has not been compared
 * yet. Returns true if the new representative is known to share.
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
		ts_slow(TS_BATCH + g->kind);
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched_tasks_rcu_qs();
	}
	/* It has nobody left to be compared with, and others did share. */
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

	if (WARN_ON_ONCE(!guards[kind]) || guards[kind] == FOR_LIFE)
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
 * ts_verify() - let only rows that share an object keep the same address
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
