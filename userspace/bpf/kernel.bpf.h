/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's structures, as far as taskshare.bpf.c looks into them.
 *
 * Where a field lies is found out when the program is loaded (CO-RE), so only
 * names count here, neither order nor what is left out. What changed its name
 * or its type between 5.10 and 7.x is told apart here and nowhere else: a
 * structure called name___old has the fields that older kernels have.
 */
#ifndef BPF_KERNEL_BPF_H
#define BPF_KERNEL_BPF_H

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

struct ns_common {
	unsigned int inum;
	struct count count;
};

/* 6.18: renamed, so that everybody uses its helpers */
struct ns_common___6_18 {
	struct count __ns_ref;
};

struct user_namespace {
	struct ns_common ns;
};

struct pid_namespace {
	struct ns_common ns;
};

struct uts_namespace {
	struct ns_common ns;
};

struct ipc_namespace {
	struct ns_common ns;
};

struct mnt_namespace {
	struct ns_common ns;
};

struct net {
	struct ns_common ns;
};

struct cgroup_namespace {
	struct ns_common ns;
};

struct time_namespace {
	struct ns_common ns;
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

struct files_struct {
	struct count count;
};

struct fs_struct {
	int users;
};

struct sighand_struct {
	struct count count;
};

struct signal_struct {
	struct count sigcnt;
	struct count live;
	int nr_threads;
	unsigned int flags;
	struct pid *pids[4];
};

struct io_context {
	struct count active_ref;
};

struct sem_undo_list {
	struct count refcnt;
};

struct cred {
	struct count usage;
	struct user_namespace *user_ns;
};

struct css_set {
	struct count refcount;
};

struct seccomp_filter {
	struct count refs;
};

struct seccomp {
	struct seccomp_filter *filter;
};

struct sysv_sem {
	struct sem_undo_list *undo_list;
};

struct thread_info {
	unsigned int status; /* x86 */
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
	unsigned long atomic_flags;
	__u64 start_boottime;
	struct task_struct *real_parent;
	struct pid *thread_pid;
	void *vfork_done;
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

/* 6.3, 54e6842d0775: only there to be asked for */
struct kernel_clone_args {
	int user_worker;
};

struct linux_binprm {
	const char *filename;
};

/* What a system call was given: x86, and arm64 */
struct pt_regs {
	unsigned long di;
	unsigned long si;
	unsigned long dx;
	unsigned long orig_ax;
	__u64 regs[31];
	__s32 syscallno;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

#pragma clang attribute pop

/*
 * Reading a field by a helper rather than at once: that gives a plain number,
 * and the verifier does not look up by name, in all of BTF, how far each
 * pointer may be trusted. At once, loading took 100 ms.
 */
#define READ(object, field)						\
({									\
	__auto_type from_ = (object);					\
	typeof(({ from_->field; })) value_ = 0; /* not const */		\
									\
	bpf_core_read(&value_, sizeof(value_), &from_->field);		\
	value_;								\
})

/* A count that lies in a field of the object, whatever the field's type */
#define count_of(object, field)						\
({									\
	int count_ = 0;							\
									\
	if (bpf_core_field_exists((object)->field))			\
		bpf_core_read(&count_, sizeof(count_),			\
			      &(object)->field);			\
	count_;								\
})

/* A count of a namespace; 5.10 keeps it elsewhere for each, left unknown */
#define ns_count_of(object)	ns_common_count(&(object)->ns)

static __always_inline int ns_common_count(const struct ns_common *ns)
{
	const struct ns_common___6_18 *new = (const void *)ns;

	if (bpf_core_field_exists(new->__ns_ref))
		return count_of(new, __ns_ref);
	return count_of(ns, count);
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
