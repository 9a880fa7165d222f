/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The content of a task's objects, as far as it is cheap to read: numbers.
 * Paths and labels are for /proc, which writes them as the kernel does.
 *
 * A set of credentials does not change, and is not freed while the program
 * runs, which is a section of RCU. Other objects may be, if the task drops
 * them meanwhile; so it is looked at again in the end, and only what it still
 * holds counts.
 */
#ifndef BPF_CONTENT_BPF_H
#define BPF_CONTENT_BPF_H

#include "bpf/content_row.h"
#include "bpf/objects.bpf.h"

static __always_inline void put_groups(struct content_groups *to,
				       const struct group_info *groups)
{
	__u64 size = READ(groups, ngroups);

	to->nr = size;
	if (size > CONTENT_GROUPS)
		size = CONTENT_GROUPS;
	size *= sizeof(to->group[0]);
	barrier_var(size);
	if (size <= sizeof(to->group))
		bpf_core_read(to->group, size, &groups->gid[0]);
}

static __always_inline void put_cred(struct content_row *row,
				     const struct cred *cred)
{
	row->uid[0] = READ(cred, uid.val);
	row->uid[1] = READ(cred, euid.val);
	row->uid[2] = READ(cred, suid.val);
	row->uid[3] = READ(cred, fsuid.val);
	row->gid[0] = READ(cred, gid.val);
	row->gid[1] = READ(cred, egid.val);
	row->gid[2] = READ(cred, sgid.val);
	row->gid[3] = READ(cred, fsgid.val);
	row->cap[0] = caps_of(&cred->cap_inheritable);
	row->cap[1] = caps_of(&cred->cap_permitted);
	row->cap[2] = caps_of(&cred->cap_effective);
	row->cap[3] = caps_of(&cred->cap_bset);
	row->cap[4] = caps_of(&cred->cap_ambient);
	row->securebits = READ(cred, securebits);
}

static __always_inline void put_dir(struct content_dir *to,
				    const struct path *path)
{
	const struct vfsmount *mnt = READ(path, mnt);
	const struct dentry *dentry = READ(path, dentry);
	const struct inode *inode = READ(dentry, d_inode);
	const struct super_block *sb = READ(inode, i_sb);
	const struct mount *mount;

	/* A vfsmount is a part of a mount. */
	mount = (const void *)mnt -
		bpf_core_field_offset(struct mount, mnt);
	to->ino = READ(inode, i_ino);
	to->dev = READ(sb, s_dev);
	to->mnt = READ(mount, mnt_id);
}

#define PUT_NS(row, kind, from, field)					\
do {									\
	__auto_type ns_ = READ(from, field);				\
									\
	(row)->ns[CONTENT_NS(TASKSHARE_##kind)].inum =			\
		READ(ns_, ns.inum);					\
	(row)->ns[CONTENT_NS(TASKSHARE_##kind)].owner =			\
		READ(READ(ns_, user_ns), ns.inum);			\
} while (0)

#define PUT_TREE(to, ns_of)						\
do {									\
	(to)->level = READ(ns_of, level);				\
	(to)->parent = READ(READ(ns_of, parent), ns.inum);		\
} while (0)

static __always_inline void put_namespaces(struct content_row *row,
					   const struct holder *holder)
{
	const struct user_namespace *user = READ(holder->cred, user_ns);

	PUT_NS(row, UTS, holder->ns, uts_ns);
	PUT_NS(row, IPC, holder->ns, ipc_ns);
	PUT_NS(row, MNT, holder->ns, mnt_ns);
	PUT_NS(row, NET, holder->ns, net_ns);
	PUT_NS(row, PID, holder->upid, ns);
	PUT_NS(row, PID_FOR_CHILDREN, holder->ns, pid_ns_for_children);
	PUT_NS(row, CGROUP, holder->ns, cgroup_ns);
	PUT_NS(row, TIME, holder->ns, time_ns);
	PUT_NS(row, TIME_FOR_CHILDREN, holder->ns, time_ns_for_children);
	PUT_TREE(&row->user, user);
	PUT_TREE(&row->pid_ns, READ(holder->upid, ns));
	PUT_TREE(&row->pid_children, READ(holder->ns, pid_ns_for_children));
	row->ns[CONTENT_NS(TASKSHARE_USER)].inum = READ(user, ns.inum);
	row->ns[CONTENT_NS(TASKSHARE_USER)].owner = row->user.parent;
	row->user_owner = READ(user, owner.val);
}

/*
 * The credentials that the idle task was built with. It is the parent of the
 * first process of the initial PID namespace.
 */
static __always_inline const struct cred *
idle_cred_of(const struct task_struct *task)
{
	const struct upid *upid = upid_at(READ(task, thread_pid), 0);
	const struct pid_namespace *ns = READ(upid, ns);
	const struct task_struct *first = READ(ns, child_reaper);
	const struct task_struct *idle = READ(first, real_parent);

	return READ(idle, pid) ? 0 : READ(idle, real_cred);
}

/*
 * Returns the task that waits for this one: the first in the queue of the
 * completion that lies on its stack. It cannot go on before vfork_done is
 * cleared.
 */
static __always_inline const struct task_struct *
waiter_of(const struct task_struct *task)
{
	const struct completion *done = READ(task, vfork_done);
	const struct list_head *first = READ(done, wait.task_list.next);
	const struct swait_queue *queue;
	const struct task_struct *waiter;

	queue = (const void *)first -
		bpf_core_field_offset(struct swait_queue, task_list);
	waiter = READ(queue, task);
	if (!done || first == &done->wait.task_list ||
	    READ(task, vfork_done) != done)
		return 0;
	return waiter;
}

/* Kinds of the objects in two holders that are the same, of those in a row */
static __always_inline __u32 still_held(const struct content_row *row,
					const struct task_struct *task)
{
	struct holder now = holder_of(task);
	__u32 same = 0;

	same |= (__u32)(row->id[0] == (__u64)now.cred) << TASKSHARE_CRED;
	same |= (__u32)(row->id[1] == (__u64)READ(task, fs)) << TASKSHARE_FS;
	same |= (__u32)(row->id[2] == (__u64)now.ns) << TASKSHARE_NSPROXY;
	same |= (__u32)(row->id[3] == (__u64)READ(task, cgroups)) <<
		TASKSHARE_CGROUPS;
	same |= (__u32)(row->id[4] == (__u64)READ(task, seccomp.filter)) <<
		TASKSHARE_SECCOMP;
	return same;
}

#endif /* BPF_CONTENT_BPF_H */
