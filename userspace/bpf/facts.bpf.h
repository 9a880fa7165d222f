/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Facts about a task whose call has failed, by which the reason is found.
 * They are read when the call returns: the kernel looked a moment earlier.
 */
#ifndef BPF_FACTS_BPF_H
#define BPF_FACTS_BPF_H

#include "bpf/scratch.bpf.h"

#define SIGNAL_UNKILLABLE	0x00000040
#define PIDNS_ADDING		(1u << 31)
#define PFA_NO_NEW_PRIVS	0
#define PF_NPROC_EXCEEDED	0x00001000

#define NSFS_MAGIC		0x6e736673
#define CGROUP2_SUPER_MAGIC	0x63677270
#define PID_FS_MAGIC		0x50494446

/* Mounts on mounts, from the root of a mount namespace on */
#define MAX_STACKED_MOUNTS	8

static __always_inline const struct pid_namespace *
active_pid_ns(const struct task_struct *task)
{
	const struct pid *pid = READ(task, thread_pid);

	return READ(pid_at(pid, READ(pid, level)), numbers[0].ns);
}

static __always_inline const struct mount *mount_of(const struct vfsmount *mnt)
{
	return (const void *)mnt - bpf_core_field_offset(struct mount, mnt);
}

/*
 * Returns 1 if a task's root directory is not at the top of its mount namespace:
 * see current_chrooted(). Something mounted on top of it is not noticed.
 */
__noinline int is_chrooted(__u64 one)
{
	const struct task_struct *task = (const void *)one;
	const struct fs_struct *fs = READ(task, fs);
	const struct mount *top = READ(READ(READ(task, nsproxy), mnt_ns), root);
	const struct mount *mount = mount_of(READ(fs, root.mnt));
	int i;

	if (READ(fs, root.dentry) != READ(mount, mnt.mnt_root))
		return true;
	for (i = 0; i < MAX_STACKED_MOUNTS && mount != top; i++) {
		const struct mount *parent = READ(mount, mnt_parent);

		if (parent == mount || READ(mount, mnt_mountpoint) !=
				       READ(parent, mnt.mnt_root))
			return true;
		mount = parent;
	}
	return false;
}

/* Reads the facts about a task into scratch(). */
__noinline int read_facts(__u64 one)
{
	const struct task_struct *task = (const void *)one;
	const struct signal_struct *signal = READ(task, signal);
	const struct nsproxy *ns = READ(task, nsproxy);
	const struct pid_namespace *pid_ns = active_pid_ns(task);
	const struct pid_namespace *for_children =
		READ(ns, pid_ns_for_children);
	struct scratch *space = scratch();
	struct trace_facts *to = &space->facts;

	if (!space)
		return 0;
	__builtin_memset(to, 0, sizeof(*to));
	to->live = count_of(signal, live);
	to->fs_users = READ(READ(task, fs), users);
	to->sighand_users = count_of(READ(task, sighand), count);
	to->mm_users = count_of(READ(task, mm), mm_users);
	to->user_ns_level = READ(READ(READ(task, real_cred), user_ns), level);
	to->pid_ns_level = READ(for_children, level);
	to->known = TRACE_IS_INIT | TRACE_IS_PID_ELSEWHERE | TRACE_IS_NNP |
		    TRACE_IS_NPROC_EXCEEDED;
	if (READ(task, atomic_flags) & 1ul << PFA_NO_NEW_PRIVS)
		to->is |= TRACE_IS_NNP;
	if (READ(task, flags) & PF_NPROC_EXCEEDED)
		to->is |= TRACE_IS_NPROC_EXCEEDED;
	if (bpf_core_field_exists(((struct fs_struct *)0)->in_exec))
		to->fs_in_exec = READ(READ(task, fs), in_exec);
	if (READ(signal, flags) & SIGNAL_UNKILLABLE)
		to->is |= TRACE_IS_INIT;
	if (for_children != pid_ns)
		to->is |= TRACE_IS_PID_ELSEWHERE;
	if (bpf_core_field_exists(for_children->pid_allocated)) {
		to->known |= TRACE_IS_PID_DEAD;
		if (!(READ(for_children, pid_allocated) & PIDNS_ADDING))
			to->is |= TRACE_IS_PID_DEAD;
	}
	if (bpf_core_field_exists(ns->time_ns)) {
		to->known |= TRACE_IS_TIME_ELSEWHERE;
		if (READ(ns, time_ns) != READ(ns, time_ns_for_children))
			to->is |= TRACE_IS_TIME_ELSEWHERE;
	}
	if (bpf_core_field_exists(((struct mnt_namespace *)0)->root) &&
	    is_chrooted(one)) {
		to->known |= TRACE_IS_CHROOTED;
		to->is |= TRACE_IS_CHROOTED;
	}
	return 0;
}

/* Inode numbers of the namespaces of a task, as /proc/PID/ns has them */
static __always_inline void read_inodes(__u32 *to,
					const struct task_struct *task)
{
	struct holder holder = holder_of(task);

#define INODE(kind, from, field)					\
	(to[TASKSHARE_##kind - TRACE_FIRST_NS] =			\
		READ(READ(from, field), ns.inum))
	INODE(UTS, holder.ns, uts_ns);
	INODE(IPC, holder.ns, ipc_ns);
	INODE(MNT, holder.ns, mnt_ns);
	INODE(NET, holder.ns, net_ns);
	INODE(PID, holder.pid, numbers[0].ns);
	INODE(PID_FOR_CHILDREN, holder.ns, pid_ns_for_children);
	INODE(CGROUP, holder.ns, cgroup_ns);
	INODE(TIME, holder.ns, time_ns);
	INODE(TIME_FOR_CHILDREN, holder.ns, time_ns_for_children);
	INODE(USER, holder.cred, user_ns);
#undef INODE
}

static __always_inline const struct file *
file_at(const struct task_struct *task, __u32 fd)
{
	const struct fdtable *table = READ(READ(task, files), fdt);
	struct file **files = READ(table, fd);
	const struct file *file = 0;

	if (fd < READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), &files[fd]);
	return file;
}

/* Is the task in this namespace? No branches. */
static __always_inline bool is_own_ns(const __u32 *own, __u32 inode)
{
	__u32 is = 0;
	int i;

	for (i = 0; i < TRACE_NR_NS; i++)
		is |= !nonzero(own[i] ^ inode);
	return is;
}

/* Reads into scratch() what a descriptor is. */
__noinline int read_target(__u64 one, __u32 fd)
{
	const struct task_struct *task = (const void *)one;
	const struct file *file = file_at(task, fd);
	const struct inode *inode = READ(file, f_inode);
	const struct ns_common *ns = READ(inode, i_private);
	__u64 magic = READ(READ(inode, i_sb), s_magic);
	struct scratch *space = scratch();
	struct trace_target *to = &space->target;
	char name[3] = "";

	if (!space)
		return 0;
	to->fd = TRACE_FD_OTHER;
	if (!file) {
		to->fd = TRACE_FD_NONE;
	} else if (magic == NSFS_MAGIC) {
		to->fd = TRACE_FD_NAMESPACE;
		to->ns_type = ns_type_of(ns);
		to->ns_inode = READ(ns, inum);
		read_inodes(space->inode, task);
		to->ns_own = is_own_ns(space->inode, to->ns_inode);
	} else if (magic == CGROUP2_SUPER_MAGIC) {
		to->fd = TRACE_FD_CGROUP;
	} else {
		/* Before 6.9 an anonymous inode, "[pidfd]" */
		bpf_probe_read_kernel(name, sizeof(name),
				      READ(READ(file, f_path.dentry),
					   d_name.name));
		if (magic == PID_FS_MAGIC ||
		    (name[0] == '[' && name[1] == 'p' && name[2] == 'i'))
			to->fd = TRACE_FD_PIDFD;
	}
	return 0;
}

#endif /* BPF_FACTS_BPF_H */
