// SPDX-License-Identifier: GPL-2.0-only
/*
 * The filesystem in debugfs, and how it goes away again.
 *
 * debugfs cannot look names up on demand, a filesystem can. So debugfs gets a
 * directory, and whoever walks into it first has ours mounted there, as
 * tracefs is mounted at /sys/kernel/debug/tracing.
 *
 * Who pins whom:
 *
 *   open file, cwd, O_PATH descriptor -> mount -> superblock -> this module
 *   superblock -> pid namespace (whose numbers it shows)
 *   inode -> struct pid (a number; not the task, which may die and be freed)
 *   open file -> its content (no task, no pid: those were let go in open())
 *
 * A mount thus keeps the module loaded, even when nobody uses it any more. So
 * every automount is put on ts_mounts, and a delayed work unmounts what is
 * idle, as fs/afs does, soon after the last file was closed. The copy that a
 * new mount namespace gets joins the list by itself (CL_EXPIRE in
 * fs/namespace.c), and one that was propagated goes with its origin, unless
 * somebody made it private meanwhile. Such a one, what was mounted by hand, or
 * bound, or copied from a propagated one, stays until somebody unmounts it or
 * its namespace ends.
 *
 * The hook that debugfs calls is the one piece of our text that no reference
 * of the VFS protects. It takes a reference first, which fails once unloading
 * has begun; and unloading waits until every task that may have been about to
 * take it has passed (synchronize_rcu_tasks(), which ftrace relies on for the
 * same purpose). A kernel that preempts, but was built without TASKS_RCU, has
 * nothing that waits for them: there debugfs gets no directory.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/fs_context.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "taskshare.h"

/* Milliseconds from an event to the first look, doubled for each further. */
#define IDLE_FIRST	10
#define IDLE_LAST	1000

static void expire(struct work_struct *work);

static struct dentry *trap;
/* Under a lock of the VFS: namespace_sem, since 6.17 mount_lock */
static LIST_HEAD(ts_mounts);
static DECLARE_DELAYED_WORK(expiry, expire);
static unsigned int idle_wait;

static void expire(struct work_struct *work)
{
	unsigned int wait = READ_ONCE(idle_wait);

	/* Not afterwards: ts_automount_idle() may begin anew meanwhile. */
	WRITE_ONCE(idle_wait, min_t(unsigned int, 2 * wait, IDLE_LAST));

	/* The first call marks, the second takes what nobody used since. */
	mark_mounts_for_expiry(&ts_mounts);
	mark_mounts_for_expiry(&ts_mounts);
	if (list_empty_careful(&ts_mounts))
		return;
	queue_delayed_work(system_percpu_wq, &expiry, msecs_to_jiffies(wait));
}

/**
 * ts_automount_idle() - somebody has stopped using a mount, or just started
 *
 * The mount may be idle as soon as the caller has returned to the VFS.
 *
 * Context: any that may schedule work.
 */
void ts_automount_idle(void)
{
	if (list_empty_careful(&ts_mounts))
		return;
	WRITE_ONCE(idle_wait, IDLE_FIRST);
	mod_delayed_work(system_percpu_wq, &expiry,
			 msecs_to_jiffies(IDLE_FIRST));
}

static struct vfsmount *mount_on(struct dentry *dentry)
{
	struct fs_context *fc;
	struct vfsmount *mnt;

	fc = fs_context_for_submount(&ts_fs_type, dentry);
	if (IS_ERR(fc))
		return ERR_CAST(fc);
	mnt = ts_fault() ? ERR_PTR(-ENOMEM) : fc_mount(fc);
	put_fs_context(fc);
	return mnt;
}

/* Called by debugfs for a walk into the directory. */
static struct vfsmount *automount(struct dentry *dentry, void *data)
{
	struct vfsmount *mnt;

	ts_busy(TS_ARRIVE);
	/* get_filesystem() would take a reference even while unloading. */
	if (!try_module_get(THIS_MODULE))
		return ERR_PTR(-ENOENT);
	mnt = mount_on(dentry);
	if (!IS_ERR(mnt)) {
		/* Before 6.16, only the second reference keeps it so far. */
		mnt = ts_automounted(mnt);
		mnt_set_expiry(mnt, &ts_mounts);
		ts_automount_idle();
		ts_slow(TS_AUTOMOUNT);
	}
	module_put(THIS_MODULE);
	return mnt;
}

/**
 * ts_automount_init() - appear in debugfs
 *
 * Without debugfs the filesystem can be mounted by hand, so this never fails.
 *
 * Context: module initialisation, after the filesystem was registered.
 */
void __init ts_automount_init(void)
{
	if (IS_ENABLED(CONFIG_PREEMPTION) && !IS_ENABLED(CONFIG_TASKS_RCU))
		trap = ERR_PTR(-EOPNOTSUPP);
	else if (ts_fault())
		trap = ERR_PTR(-ENOMEM);
	else
		trap = debugfs_create_automount(TS_NAME, NULL, automount,
						NULL);
	if (IS_ERR_OR_NULL(trap))
		pr_notice("not in debugfs (%ld), mount -t %s none DIR works\n",
			  PTR_ERR(trap), TS_NAME);
}

/**
 * ts_automount_exit() - disappear from debugfs
 *
 * Nothing is mounted any more, or the module could not be unloaded.
 *
 * Context: module exit, before the filesystem is unregistered.
 */
void ts_automount_exit(void)
{
	debugfs_remove(trap);
	synchronize_rcu_tasks();
	cancel_delayed_work_sync(&expiry);
}
