/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hooks for tests. The module that people load has none of them: they exist in
 * a build with TASKSHARE_FAULTS or TASKSHARE_NO_VERIFY only.
 */
#ifndef _TASKSHARE_TESTING_H
#define _TASKSHARE_TESTING_H

#include <linux/spinlock_types.h>

/* Places where other tasks may come between, by the numbers of slow_at. */
enum ts_place {
	TS_SETTLE = 1,
	TS_COMPARE_AGAIN,
	TS_AUTOMOUNT,
	TS_COLLECT,
	TS_VERIFY,
	TS_TASK_LOCK,
	TS_SIGLOCK,
	TS_ARRIVE,
	TS_SETTLE_AGAIN,
	/* After a batch of comparisons; plus the kind that is compared. */
	TS_BATCH = 32,
};

#ifdef TASKSHARE_FAULTS
bool ts_fault(void);
void ts_slow(enum ts_place place);
void ts_busy(enum ts_place place);
void ts_locked(enum ts_place place, spinlock_t *lock);

/* These functions of the kernel fail when ts_fault() says so. */
#define debugfs_create_automount(...)					\
	(ts_fault() ? ERR_PTR(-ENOMEM) : debugfs_create_automount(__VA_ARGS__))
#define fc_mount(fc)		(ts_fault() ? ERR_PTR(-ENOMEM) : fc_mount(fc))
#define kasprintf(...)		(ts_fault() ? NULL : kasprintf(__VA_ARGS__))
#define kstrdup(...)		(ts_fault() ? NULL : kstrdup(__VA_ARGS__))
#define new_inode(sb)		(ts_fault() ? NULL : new_inode(sb))
#define register_filesystem(fs)	(ts_fault() ? -ENOMEM : register_filesystem(fs))
#else
/* Returns true if the next step shall fail. */
static inline bool ts_fault(void)
{
	return false;
}

/* Stops here until the test lets it go on. May sleep. */
static inline void ts_slow(enum ts_place place)
{
}

/* Stops here, too, where a task may not sleep. */
static inline void ts_busy(enum ts_place place)
{
}

/* Counts whether @lock is held here. */
static inline void ts_locked(enum ts_place place, spinlock_t *lock)
{
}
#endif

/* Without verification, the tests for false shares have to fail. */
static inline bool ts_verifies(void)
{
#ifdef TASKSHARE_NO_VERIFY
	return false;
#else
	return true;
#endif
}

#endif /* _TASKSHARE_TESTING_H */
