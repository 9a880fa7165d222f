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
 * be freed, and another one may get its address. A representative that has
 * moved is dropped, as any other row is, and the next row of the group takes
 * its place. So the rows that are left are connected by comparisons, some of
 * them through rows that were dropped later. It depends on the kind what that
 * proves.
 *
 * Kinds that a task gets only at its creation or by making a new object. Let m
 * be the instant when the last task was pinned, before the first comparison:
 * all tasks of the set exist at m. Two of them that share an object after m
 * were given it when the later one was created, thus before m; so the object
 * lived at m. At m, at most one object lived at that address. A task that is
 * found to share the address with another one after m holds that object.
 *
 * Kinds of which a task keeps alive what it once had, until it ends: a filter
 * refers to those before it, and a task stays in its pid namespace, whatever
 * number it gets there. No other object gets the address meanwhile. So a task
 * that still has what is in its record had it all the time in between. At the
 * instant when the last row was collected, it shared the object with every
 * other such task. No representative is needed for that.
 *
 * Credentials. Threads that share some may get new ones together: each goes
 * over when it comes to it, and none does so again before all of them have
 * (Landlock's TSYNC, landlock_restrict_sibling_threads(), seen from 7.2 on). No
 * other task ever comes to share any. So two tasks that share some at a
 * comparison have had the same ones since m, except while they went over. All
 * rows that are connected thus shared those of the first comparison, or earlier
 * ones.
 *
 * Kinds that a task can join at any time: control groups, and namespaces by
 * setns(2). Each row was seen twice with its group's address: when it was
 * collected, and when it was compared; and all rows were collected before the
 * first one was compared. Suppose that during the snapshot the address belonged
 * to two objects, A and after it B. If two rows were both seen with A, or both
 * with B, they shared that. Otherwise one row was seen with A only and the
 * other with B only. As the other one held B when it was collected, A was freed
 * before any row was compared: so the first row cannot have been compared with
 * A. A mistake thus takes at least three objects, one after the other, at one
 * address within one snapshot, and tasks that go from one of them to the next.
 * RCU frees css_sets and the credentials from which user namespaces are read:
 * so of these, three are two grace periods apart, and rows that are compared in
 * one section of RCU share what they are compared with. There is no mistake for
 * namespaces with numbers that are not used again (see ts_ns_object()).
 *
 * No lock keeps a semaphore undo list. Its representative is looked at before
 * and after the others, and the last argument holds for it, too.
 *
 * docs/model has these arguments as a model whose states are all looked at.
 *
 * A task that has moved is not asked which object it has moved to: its row says
 * that it moved.
 */
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "taskshare.h"

/* Locks that keep a representative's object while others are compared */
enum guard {
	FOR_LIFE = 1,	/* a task never drops it: nothing to verify */
	UNTIL_EXIT,	/* a task keeps it alive: each row is looked at alone */
	TASK_LOCK,	/* exit, exec, unshare and setns take it */
	SIGLOCK,	/* exec and exit take it */
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
	[TASKSHARE_SECCOMP]		= UNTIL_EXIT,
	/* Each is read from an nsproxy under its own holder's task_lock(). */
	[TASKSHARE_UTS]			= NSPROXY,
	[TASKSHARE_IPC]			= NSPROXY,
	[TASKSHARE_MNT]			= NSPROXY,
	[TASKSHARE_NET]			= NSPROXY,
	[TASKSHARE_PID]			= UNTIL_EXIT,
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
 * @object: the object that ts_held() returns for it
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
 * Compares up to @max rows with the representative's object. Returns false if
 * the representative has it no more.
 */
static bool compare(struct group *g, unsigned int max)
{
	if (!still_held(g, g->rep))
		return false;
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
		if (!same_nsproxy(g, g->row) && !still_held(g, g->row))
			drop(g, g->row);
		g->row = skip_dropped(g, g->groups->next[g->row]);
	}
	return true;
}

static bool compare_task_lock(struct group *g)
{
	struct task_struct *rep = task_of(g, g->rep);
	bool held;

	task_lock(rep);
	held = compare(g, BATCH);
	ts_locked(TS_TASK_LOCK, &rep->alloc_lock);
	task_unlock(rep);
	return held;
}

static bool compare_rcu(struct group *g)
{
	bool held;

	rcu_read_lock();
	held = compare(g, BATCH);
	rcu_read_unlock();
	return held;
}

/*
 * As lock_task_sighand(), which is not exported. RCU keeps the memory that
 * the lock is in; it is the right lock if it is still the task's afterwards.
 */
static bool compare_siglock(struct group *g)
{
	struct task_struct *rep = task_of(g, g->rep);
	struct sighand_struct *sighand;
	bool locked = false;
	bool held = false;

	rcu_read_lock();
	while (!locked) {
		sighand = rcu_dereference(rep->sighand);
		if (!sighand)
			break;
		spin_lock_irq(&sighand->siglock);
		locked = sighand == rcu_access_pointer(rep->sighand);
		if (locked)
			held = compare(g, BATCH_SIGLOCK);
		ts_locked(TS_SIGLOCK, &sighand->siglock);
		spin_unlock_irq(&sighand->siglock);
	}
	rcu_read_unlock();
	return held;
}

/* Those count that were equal between two looks at the representative. */
static bool compare_twice(struct group *g)
{
	u32 first = g->row;

	if (!compare(g, BATCH))
		return false;
	ts_slow(TS_COMPARE_AGAIN);
	/*
	 * Orders the comparisons before the second look. If one of them saw a
	 * later object at this address, then the representative had dropped its
	 * own: that store comes before the release, the freeing and the
	 * allocation of the later object, so the second look sees it.
	 */
	smp_rmb();
	if (still_held(g, g->rep))
		return true;
	g->row = skip_dropped(g, first);
	return false;
}

static bool compare_batch(struct group *g)
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

/* The representative has moved: the next row of the group takes its place. */
static void next_rep(struct group *g)
{
	drop(g, g->rep);
	g->rep = skip_dropped(g, g->groups->next[g->rep]);
	/* No row is left of those before: there is nothing to compare it with. */
	if (g->rep == g->row && g->row != TS_NONE)
		g->row = skip_dropped(g, g->groups->next[g->row]);
}

static int verify_group(struct group *g, u32 head)
{
	g->object = g->set->rec[head].id[g->kind];
	g->rep = head;
	g->row = g->groups->next[head];
	while (g->row != TS_NONE) {
		if (!compare_batch(g))
			next_rep(g);
		ts_slow(TS_BATCH + g->kind);
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}

/* In an RCU section for the pid namespace, which is read from struct pid. */
static bool held_now(struct group *g, u32 row)
{
	bool held;

	rcu_read_lock();
	held = still_held(g, row);
	rcu_read_unlock();
	return held;
}

/* Drops the rows whose tasks have dropped what they had. */
static int verify_each(struct group *g)
{
	u32 row;
	int err;

	for (row = 0; row < g->set->nr; row++) {
		g->object = g->set->rec[row].id[g->kind];
		if (g->object && !held_now(g, row))
			drop(g, row);
		if (row % BATCH == BATCH - 1)
			ts_slow(TS_BATCH + g->kind);
		err = ts_breathe(row);
		if (err)
			return err;
	}
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
	if (guards[kind] == UNTIL_EXIT)
		return verify_each(&g);
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
