/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Older kernels, seen through the names of the newest one. This is the only
 * file that asks for the version. Stable releases gain functions of newer ones,
 * so a replacement has a name of its own and becomes the new name by #define.
 */
#ifndef _TASKSHARE_COMPAT_H
#define _TASKSHARE_COMPAT_H

#include <linux/cgroup.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/ipc_namespace.h>
#include <linux/mount.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <linux/time_namespace.h>
#include <linux/user_namespace.h>
#include <linux/utsname.h>
#include <linux/version.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

/*
 * 6.8, 0ed04a1847a1, and stable releases since: before, debugfs passed the
 * address of an automount function to kfree() when a directory was removed.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 209) || \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0) && \
	 LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 74)) || \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0) && \
	 LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 13)) || \
	LINUX_VERSION_CODE == KERNEL_VERSION(6, 7, 0)
#error "taskshare needs Linux 6.8 or newer, 6.7.1, or from 6.6.13, 6.1.74 or 5.10.209 on"
#endif

/*
 * 5.11, "uts: Use generic ns_common::count" and its like: the users of all
 * types of namespaces are counted in the same field.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#define TS_NS_REFS(type, read, field)					\
static inline unsigned int ts_##type##_refs(const struct type *ns)	\
{									\
	return read(&ns->field);					\
}

TS_NS_REFS(uts_namespace, kref_read, kref)
TS_NS_REFS(ipc_namespace, refcount_read, count)
TS_NS_REFS(net, refcount_read, count)
TS_NS_REFS(pid_namespace, kref_read, kref)
TS_NS_REFS(cgroup_namespace, refcount_read, count)
TS_NS_REFS(time_namespace, kref_read, kref)
TS_NS_REFS(user_namespace, atomic_read, count)
#undef TS_NS_REFS

#define TS_NS(type)	struct type * : ts_##type##_refs
#define ns_ref_read(ns)						\
	_Generic((ns), TS_NS(uts_namespace), TS_NS(ipc_namespace),	\
		 TS_NS(net), TS_NS(pid_namespace),			\
		 TS_NS(cgroup_namespace), TS_NS(time_namespace),	\
		 TS_NS(user_namespace))(ns)

/* Modules may use find_ge_pid() now; this is all that it does. */
static inline struct pid *ts_find_ge_pid(int nr, struct pid_namespace *ns)
{
	return idr_get_next(&ns->idr, &nr);
}

#define find_ge_pid ts_find_ge_pid
#endif

/* 5.14, 2f064a59a11f: ->state became ->__state. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
#define ts_state(task)	READ_ONCE((task)->state)
#else
#define ts_state(task)	READ_ONCE((task)->__state)
#endif

/* 6.4, 54e6842d0775: vhost workers got a flag of their own. */
#ifndef PF_USER_WORKER
#define PF_USER_WORKER	0
#endif

/* 6.5, c6585011bc1d: generic_file_splice_read() went. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define copy_splice_read generic_file_splice_read
#endif

/* 6.7, 077c212f0344: one call sets a new inode's times. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
static inline void ts_inode_init_ts(struct inode *inode)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
	inode->i_ctime = current_time(inode);
	inode->i_atime = inode->i_ctime;
#else
	/* 6.6, 13bc24457850: ->i_ctime became private. */
	inode->i_atime = inode_set_ctime_current(inode);
#endif
	inode->i_mtime = inode->i_atime;
}

#define simple_inode_init_ts ts_inode_init_ts
#endif

/* 6.14, 5be1fa8abd7b: ->d_revalidate() gets the parent and the name. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 14, 0)
#define TS_D_REVALIDATE_ARGS	struct dentry *dentry, unsigned int flags
#else
#define TS_D_REVALIDATE_ARGS	struct inode *dir, const struct qstr *name, \
				struct dentry *dentry, unsigned int flags
#endif

/* 6.16, 006ff7498fe8: ->d_automount() returns one reference, not two. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define ts_automounted(mnt)	mntget(mnt)
#else
#define ts_automounted(mnt)	(mnt)
#endif

/* 6.17, 05fb0e666495: ->s_d_op is set by a function. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
static inline void ts_set_default_d_op(struct super_block *sb,
				       const struct dentry_operations *ops)
{
	sb->s_d_op = ops;
}

#define set_default_d_op ts_set_default_d_op
#endif

/* 6.17, 128ea9f6ccfb: the system's workqueue got another name. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define system_percpu_wq system_wq
#endif

/* 6.18, 224ef741ce87: the count of a namespace is read by a function. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0) && !defined(ns_ref_read)
#define ns_ref_read(object)	refcount_read(&(object)->ns.count)
#endif

/*
 * 6.19, 07003531e03c: vmalloc() complains of __GFP_RETRY_MAYFAIL, and goes on
 * without it, until it learned in 7.1 what that means. __GFP_NORETRY kills
 * no process either, but gives up sooner.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0) && \
	LINUX_VERSION_CODE < KERNEL_VERSION(7, 1, 0)
#define TS_GFP_VMALLOC	__GFP_NORETRY
#else
#define TS_GFP_VMALLOC	__GFP_RETRY_MAYFAIL
#endif

/*
 * 7.3, 1d4ee94a51bd: ->fs may be init's for a while (scoped_with_init_fs());
 * ->real_fs is the task's own.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 3, 0)
#define ts_fs(task)	((task)->fs)
#else
#define ts_fs(task)	((task)->real_fs)
#endif

/*
 * 7.2 (the oldest release in which this was looked up) gives each namespace a
 * number that no other namespace of any type ever has (__ns_tree_gen_id()).
 * Before, its address identifies it as long as it lives. The argument is evaluated
 * once, as the PID namespace of a task that ends may be NULL a moment later.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 2, 0)
#define ts_ns_object(namespace)	((u64)(uintptr_t)(namespace))
#else
#define ts_ns_object(namespace)						\
({									\
	typeof(namespace) __ns = (namespace);				\
									\
	__ns ? __ns->ns.ns_id : 0;					\
})
#endif

/* 6.6, 2ddd3cac1fa9: nsproxy.count became a refcount_t. */
#define ts_nsproxy_refs(nsproxy)				\
	_Generic(&(nsproxy)->count,				\
		 const atomic_t *: atomic_read,			\
		 const refcount_t *: refcount_read)(&(nsproxy)->count)

#endif /* _TASKSHARE_COMPAT_H */
