/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's structures, as far as the BPF programs look into them.
 *
 * Where a field lies is found out when the program is loaded (CO-RE), so only
 * names count here, neither the order of fields nor those left out. Fields that
 * changed their name or type from 5.10 to 7.x are distinguished only here: a
 * structure called name___old has the fields that older kernels have.
 */
#ifndef BPF_KERNEL_BPF_H
#define BPF_KERNEL_BPF_H

#include <stdbool.h>

#include <linux/types.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define PF_EXITING	0x00000004
#define PF_IO_WORKER	0x00000010
#define PF_KTHREAD	0x00200000

/* 6.3, 54e6842d0775; other uses or none before, see is_user_worker() */
#define PF_USER_WORKER	0x00004000

#define PIDTYPE_TGID	1

/* A count of any type: atomic_t, atomic_long_t, refcount_t, kref */
struct count {
	int counter;
};

#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)

struct list_head {
	struct list_head *next;
};

/* Until 6.18: see ns_type_of() */
struct proc_ns_operations {
	int type;
};

struct ns_common {
	__u32 ns_type;
	const struct proc_ns_operations *ops;
	unsigned int inum;
	struct count count;
	/* 6.18: that count renamed, so that all code uses its helpers */
	struct count __ns_ref;
};

/* kuid_t and kgid_t */
struct id {
	unsigned int val;
};

struct user_namespace {
	struct ns_common ns;
	struct user_namespace *parent;
	int level;
	struct id owner;
};

struct pid_namespace {
	struct ns_common ns;
	struct pid_namespace *parent;
	unsigned int level;
	unsigned int pid_allocated;
	struct task_struct *child_reaper;
	struct user_namespace *user_ns;
};

struct uts_namespace {
	struct ns_common ns;
	struct user_namespace *user_ns;
};

struct ipc_namespace {
	struct ns_common ns;
	struct user_namespace *user_ns;
};

struct mnt_namespace {
	struct ns_common ns;
	struct mount *root;
	struct user_namespace *user_ns;
};

struct net {
	struct ns_common ns;
	struct user_namespace *user_ns;
};

struct cgroup_namespace {
	struct ns_common ns;
	struct user_namespace *user_ns;
};

struct time_namespace {
	struct ns_common ns;
	struct user_namespace *user_ns;
};

struct nsproxy {
	struct count count;
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
	struct cgroup_namespace *cgroup_ns;
	struct time_namespace *time_ns;
	struct time_namespace *time_ns_for_children;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct upid numbers[];
};

struct mm_struct {
	struct count mm_users;
};

struct super_block {
	__u32 s_dev;
	unsigned long s_magic;
};

struct inode {
	unsigned short i_mode;
	unsigned long i_ino;
	struct super_block *i_sb;
	void *i_private;
};

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct inode *d_inode;
	struct qstr d_name;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	int mnt_id;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct count f_count;
	unsigned int f_flags;
	long long f_pos;
	struct inode *f_inode;
	struct path f_path;
};

/* 6.13: another counter */
struct file___6_13 {
	struct count f_ref;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
	unsigned long *close_on_exec;
};

struct files_struct {
	struct count count;
	struct fdtable *fdt;
};

struct fs_struct {
	int users;
	int umask;
	int in_exec;
	struct path root;
	struct path pwd;
};

struct sigaction {
	void *sa_handler;
};

struct k_sigaction {
	struct sigaction sa;
};

struct sighand_struct {
	struct count count;
	struct k_sigaction action[64];
};

struct sigset {
	unsigned long sig[2];
};

struct sigpending {
	struct sigset signal;
};

struct signal_struct {
	struct count sigcnt;
	struct count live;
	int nr_threads;
	struct list_head thread_head;
	unsigned int flags;
	int group_exit_code;
	struct task_struct *group_exec_task;
	struct pid *pids[4];
};

/* Its name until 5.16, when it was set, too, while a process dumps core */
struct signal_struct___5_16 {
	struct task_struct *group_exit_task;
};

struct io_context {
	struct count active_ref;
};

struct sem_undo_list {
	struct count refcnt;
};

/* kernel_cap_t: two words of 32 bits before 6.3, one of 64 since */
struct caps {
	__u32 any[2];
};

struct group_info {
	int ngroups;
	struct id gid[];
};

struct cred {
	struct count usage;
	struct id uid;
	struct id gid;
	struct id suid;
	struct id sgid;
	struct id euid;
	struct id egid;
	struct id fsuid;
	struct id fsgid;
	unsigned int securebits;
	struct caps cap_inheritable;
	struct caps cap_permitted;
	struct caps cap_effective;
	struct caps cap_bset;
	struct caps cap_ambient;
	void *session_keyring;
	void *process_keyring;
	void *thread_keyring;
	void *request_key_auth;
	struct user_namespace *user_ns;
	struct group_info *group_info;
};

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct count refcount;
	struct cgroup *dfl_cgrp;
};

struct seccomp_filter {
	struct count refs;
};

struct seccomp {
	int mode;
	struct count filter_count;
	struct seccomp_filter *filter;
};

struct sysv_sem {
	struct sem_undo_list *undo_list;
};

struct thread_info {
	unsigned long flags;
	unsigned int status; /* x86 */
};

struct swait_queue_head {
	struct list_head task_list;
};

struct swait_queue {
	struct task_struct *task;
	struct list_head task_list;
};

struct completion {
	struct swait_queue_head wait;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int __state;
	unsigned int flags;
	unsigned int ptrace;
	int exit_state;
	int exit_signal;
	int exit_code;
	int pid;
	int tgid;
	__u64 parent_exec_id;
	__u64 self_exec_id;
	unsigned long atomic_flags;
	__u64 start_boottime;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct list_head thread_node;
	struct sigpending pending;
	struct pid *thread_pid;
	struct completion *vfork_done;
	void *set_child_tid;
	void *clear_child_tid;
	char comm[16];
	struct mm_struct *mm;
	struct files_struct *files;
	struct fs_struct *fs;
	struct sighand_struct *sighand;
	struct signal_struct *signal;
	struct nsproxy *nsproxy;
	struct io_context *io_context;
	struct sysv_sem sysvsem;
	struct seccomp seccomp;
	struct css_set *cgroups;
	const struct cred *real_cred;
};

/* 5.14, 2f064a59a11f: state became __state */
struct task_struct___5_13 {
	long state;
};

/* 6.3, f122a08b197d: kernel_cap_t is one number and has no name any more */
struct kernel_cap_struct {
	__u32 cap[2];
};

/* 6.3, 54e6842d0775: only there to be asked for */
struct kernel_clone_args {
	int user_worker;
};

struct linux_binprm {
	const char *filename;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 seq_num;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

#pragma clang attribute pop

/*
 * Reading memory of the kernel; zero where there is none. A load from a typed
 * pointer has the verifier look up by name, in all of BTF, how far it may be
 * trusted: loading took 100 ms. So a helper reads it, or from Linux 6.17 on a
 * load from memory without a type, which saves a quarter of a long run.
 */
#ifdef DIRECT_LOADS
void *bpf_rdonly_cast(const void *obj, __u32 btf_id) __ksym;

#define LOAD(to, from)							\
({									\
	const volatile typeof(*(to)) *at_ = bpf_rdonly_cast(from, 0);	\
									\
	*(to) = *at_;							\
})
#else
#define LOAD(to, from)	bpf_probe_read_kernel(to, sizeof(*(to)), from)
#endif

#define READ(object, field)						\
({									\
	__auto_type from_ = (object);					\
	typeof(({ from_->field; })) value_ = 0; /* not const */		\
									\
	LOAD(&value_, &from_->field);					\
	value_;								\
})

/* A count that lies in a field of the object, whatever the field's type */
#define count_of(object, field)						\
({									\
	__auto_type of_ = (object);					\
	int count_ = 0;							\
									\
	if (bpf_core_field_exists(of_->field))				\
		LOAD(&count_, &of_->field);				\
	count_;								\
})

/* Of kernel_cap_t the halves were in this order, whatever the machine's. */
static __always_inline __u64 caps_of(const struct caps *caps)
{
	__u64 set = 0;

	LOAD(&set, (const __u64 *)caps);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	if (bpf_core_type_exists(struct kernel_cap_struct))
		set = set << 32 | set >> 32;
#endif
	return set;
}

/* A count of a namespace; 5.10 keeps it elsewhere for each, left unknown */
#define ns_count_of(object)						\
	(bpf_core_field_exists((object)->ns.__ns_ref) ?			\
	 count_of(object, ns.__ns_ref) : count_of(object, ns.count))

/* Type of a namespace, as a flag of setns(2) */
static __always_inline __u32 ns_type_of(const struct ns_common *ns)
{
	const struct proc_ns_operations *ops = READ(ns, ops);

	/* 6.18 */
	if (bpf_core_field_exists(ns->ns_type))
		return READ(ns, ns_type);
	if (bpf_core_field_exists(ops->type))
		return READ(ops, type);
	return 0;
}

static __always_inline unsigned int task_state(const struct task_struct *task)
{
	const struct task_struct___5_13 *old = (const void *)task;

	if (bpf_core_field_exists(task->__state))
		return task->__state;
	return old->state;
}

/*
 * Until it runs for the first time a task may have the initial css_set for
 * that of its own (cgroup_fork() and cgroup_post_fork()). TASK_NEW is 0x800.
 */
static __always_inline bool has_run(const struct task_struct *task)
{
	return !(task_state(task) & 0x800);
}

/*
 * Only a kernel that can clone user workers sets the bit for them; older ones
 * had it for other things.
 */
static __always_inline int is_user_worker(unsigned int flags)
{
	const struct kernel_clone_args *args = 0;

	return bpf_core_field_exists(args->user_worker) &&
	       flags & PF_USER_WORKER;
}

#endif /* BPF_KERNEL_BPF_H */
