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
#include "bpf/fields.bpf.h"
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
				    __u64 mnt, __u64 at)
{
	const struct dentry *dentry = (const void *)at;
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

#define PUT_NS(row, kind, from, field, value)				\
do {									\
	__u64 ns_ = (__u64)READ(from, field);				\
	const struct user_namespace *owner_ =				\
		(const void *)value(ns_, NS_OWNER);			\
									\
	(row)->ns[CONTENT_NS(TASKSHARE_##kind)].inum = value(ns_, NS_INUM); \
	(row)->ns[CONTENT_NS(TASKSHARE_##kind)].owner = READ(owner_, ns.inum); \
} while (0)

static __always_inline void put_pid_tree(struct content_tree *to, __u64 ns)
{
	to->level = pid_field(ns, NS_LEVEL);
	to->parent = pid_field(pid_field(ns, NS_PARENT), NS_INUM);
}

static __always_inline void put_namespaces(struct content_row *row,
					   const struct holder *holder)
{
	const struct user_namespace *user = READ(holder->cred, user_ns);

	PUT_NS(row, UTS, holder->ns, uts_ns, uts_field);
	PUT_NS(row, IPC, holder->ns, ipc_ns, ipc_field);
	PUT_NS(row, MNT, holder->ns, mnt_ns, mnt_field);
	PUT_NS(row, NET, holder->ns, net_ns, net_field);
	PUT_NS(row, PID, holder->pid, numbers[0].ns, pid_field);
	PUT_NS(row, PID_FOR_CHILDREN, holder->ns, pid_ns_for_children,
	       pid_field);
	PUT_NS(row, CGROUP, holder->ns, cgroup_ns, cgroup_field);
	PUT_NS(row, TIME, holder->ns, time_ns, time_field);
	PUT_NS(row, TIME_FOR_CHILDREN, holder->ns, time_ns_for_children,
	       time_field);
	put_pid_tree(&row->pid_ns, (__u64)READ(holder->pid, numbers[0].ns));
	put_pid_tree(&row->pid_children,
		     (__u64)READ(holder->ns, pid_ns_for_children));
	row->user.level = READ(user, level);
	row->user.parent = READ(READ(user, parent), ns.inum);
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
	const struct pid *pid = READ(task, thread_pid);
	__u64 ns = (__u64)READ(pid, numbers[0].ns);
	const struct task_struct *first =
		(const void *)pid_field(ns, NS_REAPER);
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
	__u32 same = 0;

	same |= (__u32)(row->id[0] == (__u64)READ(task, real_cred)) <<
		TASKSHARE_CRED;
	same |= (__u32)(row->id[1] == (__u64)READ(task, fs)) << TASKSHARE_FS;
	same |= (__u32)(row->id[2] == (__u64)READ(task, nsproxy)) <<
		TASKSHARE_NSPROXY;
	same |= (__u32)(row->id[3] == (__u64)READ(task, cgroups)) <<
		TASKSHARE_CGROUPS;
	same |= (__u32)(row->id[4] == (__u64)READ(task, seccomp.filter)) <<
		TASKSHARE_SECCOMP;
	return same;
}

/*
 * Whether a thread holds the objects of a row as its leader does, 1 or 0. Then
 * the leader's row has their content: to read it for each of 10,000 threads
 * would take most of the time.
 */
static __always_inline __u32 holds_as_leader(const struct task_struct *task)
{
	const struct task_struct *leader = READ(task, group_leader);
	__u64 differ = 0;

#define DIFFER(field)							\
	do {								\
		if (!bpf_core_field_exists(task->field))		\
			break;						\
		differ |= (__u64)READ(task, field) ^			\
			  (__u64)READ(leader, field);			\
		barrier_var(differ);					\
	} while (0)
	DIFFER(real_cred);
	DIFFER(fs);
	DIFFER(nsproxy);
	DIFFER(cgroups);
	DIFFER(seccomp.filter);
#undef DIFFER
	return nonzero(task->pid ^ task->tgid) & ~nonzero(differ);
}

#endif /* BPF_CONTENT_BPF_H */
