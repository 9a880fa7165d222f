/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Older kernels, seen through the names of the newest one. This is the only
 * file that asks for the version.
 */
#ifndef _TASKSHARE_COMPAT_H
#define _TASKSHARE_COMPAT_H

#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "taskshare needs Linux 6.1 or newer"
#endif

/* 6.3, 54e6842d0775: vhost workers got a flag of their own. */
#ifndef PF_USER_WORKER
#define PF_USER_WORKER	0
#endif

/* 6.5, c6585011bc1d: generic_file_splice_read() went. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#define copy_splice_read generic_file_splice_read
#endif

/* 6.6, 2276e5ba8567: the times of an inode are set through accessors. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
static inline void simple_inode_init_ts(struct inode *inode)
{
	inode->i_atime = current_time(inode);
	inode->i_mtime = inode->i_atime;
	inode->i_ctime = inode->i_atime;
}
#endif

/* 6.14, 5be1fa8abd7b: ->d_revalidate() is told the parent and the name. */
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
static inline void set_default_d_op(struct super_block *sb,
				    const struct dentry_operations *ops)
{
	sb->s_d_op = ops;
}
#endif

/* 6.18: the count of a namespace is read by a function. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 18, 0)
#define ns_ref_read(object)	refcount_read(&(object)->ns.count)
#endif

/* Between 6.1 and 6.12 nsproxy.count became a refcount_t. */
#define ts_nsproxy_refs(nsproxy)				\
	_Generic(&(nsproxy)->count,				\
		 const atomic_t *: atomic_read,			\
		 const refcount_t *: refcount_read)(&(nsproxy)->count)

#endif /* _TASKSHARE_COMPAT_H */
