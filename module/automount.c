// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the filesystem appears in debugfs, and how it goes away again.
 *
 * debugfs cannot look names up on demand, a filesystem can. So debugfs gets a
 * directory, and the first task that walks into it has the filesystem mounted
 * there, as tracefs is mounted at /sys/kernel/debug/tracing.
 *
 * References, each from its holder to the object that it pins:
 *
 *   open file, cwd, O_PATH descriptor -> mount -> superblock -> this module
 *   superblock -> pid namespace (whose numbers it shows)
 *   inode -> struct pid (a number; not the task, which may die and be freed)
 *   open file -> its content (no task, no pid: open() has released those)
 *
 * A mount thus keeps the module loaded, even when it is not in use any more. So
 * every automount is put on the list ts_mounts, and a delayed work unmounts
 * those that are idle, soon after the last file was closed (fs/afs does the
 * same). The copy that a new mount namespace gets joins the list by itself
 * (CL_EXPIRE in fs/namespace.c), and a propagated copy goes with its origin,
 * unless an administrator made it private. Such a copy, a mount by hand, a bind
 * mount, or a copy of a propagated one stays until it is unmounted by hand or its
 * namespace ends.
 *
 * No event shows that a working directory or an O_PATH descriptor has gone. So
 * a mount that stays busy is looked at again, after twice the time at each
 * look: it is noticed after as long a time as it was busy, a minute at most.
 *
 * The function that debugfs calls is the one piece of this module's text that
 * no reference of the VFS protects. It takes a reference first, which fails
 * once unloading has begun. A descriptor of the directory, or a mount whose root
 * it is, keeps the directory and the pointer to the function in it for longer
 * than the module: so first the directory is made an ordinary one. Then unloading
 * waits until every task that may have been about to take the reference has
 * passed (synchronize_rcu_tasks(), which ftrace relies on for the same purpose).
 * A preemptible kernel built without TASKS_RCU offers nothing to wait for those
 * tasks: debugfs gets no directory there.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/dcache.h>
#include <linux/debugfs.h>
#include <linux/fs_context.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "taskshare.h"

/* Milliseconds from an event to the first look, doubled for each further. */
#define IDLE_FIRST	10
#define IDLE_LAST	60000

static void expire(struct work_struct *work);

/* The directory in debugfs. */
static struct dentry *directory;
/* Under a lock of the VFS: namespace_sem, since 6.17 mount_lock. */
static LIST_HEAD(ts_mounts);
static DECLARE_DELAYED_WORK(expiry, expire);
static unsigned int idle_wait;

static void expire(struct work_struct *work)
{
	unsigned int wait = READ_ONCE(idle_wait);

	/* Now, as ts_automount_idle() may start from the beginning meanwhile. */
	WRITE_ONCE(idle_wait, min_t(unsigned int, 2 * wait, IDLE_LAST));

	/* The first call marks; the second unmounts those not used since. */
	mark_mounts_for_expiry(&ts_mounts);
	mark_mounts_for_expiry(&ts_mounts);
	if (list_empty_careful(&ts_mounts))
		return;
	queue_delayed_work(system_percpu_wq, &expiry, msecs_to_jiffies(wait));
}

/**
 * ts_automount_idle() - look soon whether a mount is idle
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

static struct vfsmount *mount_on(struct dentry *dentry,
				 struct file_system_type *type)
{
	struct fs_context *fc;
	struct vfsmount *mnt;

	fc = fs_context_for_submount(type, dentry);
	if (IS_ERR(fc))
		return ERR_CAST(fc);
	mnt = fc_mount(fc);
	put_fs_context(fc);
	return mnt;
}

/* debugfs calls this when a task walks into the directory. */
static struct vfsmount *automount(struct dentry *dentry, void *type)
{
	struct vfsmount *mnt;

	ts_busy(TS_ARRIVE);
	/* get_filesystem() would take a reference even while unloading. */
	if (!try_module_get(THIS_MODULE))
		return ERR_PTR(-ENOENT);
	mnt = mount_on(dentry, type);
	if (!IS_ERR(mnt)) {
		/* Before 6.16, only the second reference keeps it for now. */
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
 * @type: the filesystem to mount there
 *
 * Without debugfs the filesystem can be mounted by hand, so this never fails.
 *
 * Context: module initialisation, after the filesystem was registered.
 */
void __init ts_automount_init(struct file_system_type *type)
{
	if (IS_ENABLED(CONFIG_PREEMPTION) && !IS_ENABLED(CONFIG_TASKS_RCU))
		directory = ERR_PTR(-EOPNOTSUPP);
	else
		directory = debugfs_create_automount(TS_NAME, NULL, automount,
						     type);
	if (IS_ERR_OR_NULL(directory))
		pr_notice("not in debugfs (%ld), mount -t %s none DIR works\n",
			  PTR_ERR(directory), TS_NAME);
}

/* Walks into the directory call nothing any more; autofs does the same. */
static void disarm(void)
{
	if (IS_ERR_OR_NULL(directory))
		return;
	spin_lock(&directory->d_lock);
	directory->d_flags &= ~DCACHE_NEED_AUTOMOUNT;
	spin_unlock(&directory->d_lock);
}

/**
 * ts_automount_exit() - disappear from debugfs
 *
 * Nothing is mounted any more: a mount would keep the module loaded.
 *
 * Context: module exit, before the filesystem is unregistered.
 */
void ts_automount_exit(void)
{
	disarm();
	debugfs_remove(directory);
	synchronize_rcu_tasks();
	cancel_delayed_work_sync(&expiry);
}
