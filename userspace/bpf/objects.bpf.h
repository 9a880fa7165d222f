/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A task and the objects it holds: the same for the iterator over all tasks
 * and for the tracer.
 */
#ifndef BPF_OBJECTS_BPF_H
#define BPF_OBJECTS_BPF_H

#include <stdbool.h>

#include <taskshare.h>

#include "bpf/kernel.bpf.h"

/*
 * A pid moved on, so that numbers[0] is that of a level. By way of struct upid,
 * the loader would have to look for one more structure.
 */
static __always_inline const struct pid *pid_at(const struct pid *pid,
						unsigned int level)
{
	return (const void *)pid + level * bpf_core_field_size(pid->numbers[0]);
}

static __always_inline __u32 number_in(const struct pid *pid,
				       unsigned int level)
{
	if (!pid || READ(pid, level) < level)
		return 0;
	return READ(pid_at(pid, level), numbers[0].nr);
}

/* The number of a task in the reader's pid namespace, or 0 */
static __always_inline __u32 own_number(const struct task_struct *task)
{
	const struct pid *mine = READ((const struct task_struct *)
				      bpf_get_current_task(), thread_pid);

	return number_in(READ(task, thread_pid), READ(mine, level));
}

static __always_inline __u8 task_kind(const struct task_struct *task)
{
	unsigned int flags = READ(task, flags);

	if (flags & PF_KTHREAD)
		return TASKSHARE_TASK_KTHREAD;
	if (flags & PF_IO_WORKER)
		return TASKSHARE_TASK_IO_WORKER;
	if (is_user_worker(flags))
		return TASKSHARE_TASK_USER_WORKER;
	return READ(task, pid) == READ(task, tgid) ? TASKSHARE_TASK_LEADER :
						     TASKSHARE_TASK_THREAD;
}

/* The mm of a kernel thread is borrowed, not its own. */
static __always_inline const struct mm_struct *
mm_of(const struct task_struct *task)
{
	return READ(task, flags) & PF_KTHREAD ? 0 : READ(task, mm);
}

/*
 * Returns 1 if a number is not zero, or else 0, without a branch: with one for
 * each of 21 kinds the verifier would have all their combinations to look at.
 */
static __always_inline __u32 nonzero(__u64 number)
{
	__u64 minus = -number;

	barrier_var(minus);
	return (number | minus) >> 63;
}

/* The pointers to a task's objects; reads through a NULL pointer give zero. */
struct holder {
	const struct task_struct *task;
	const struct cred *cred;
	const struct nsproxy *ns;
	const struct pid *pid; /* at its own level */
};

static __always_inline struct holder holder_of(const struct task_struct *task)
{
	const struct pid *pid = READ(task, thread_pid);

	return (struct holder){
		.task = task,
		.cred = READ(task, real_cred),
		.ns = READ(task, nsproxy),
		.pid = pid_at(pid, READ(pid, level)),
	};
}

/*
 * X(kind, whether this kernel has it, its pointer, its count), of a holder H.
 * The count is for who includes fields.bpf.h.
 */
#define OBJECTS(X, H)							\
do {									\
	X(MM, true, mm_of((H).task), count_of(object, mm_users));	\
	X(FILES, true, READ((H).task, files), count_of(object, count));	\
	X(SIGHAND, true, READ((H).task, sighand), count_of(object, count)); \
	X(FS, true, READ((H).task, fs),					\
	  fs_field((__u64)object, FS_USERS));				\
	X(SIGNAL, true, READ((H).task, signal), count_of(object, sigcnt)); \
	OPTIONAL(X, IO, (H).task, io_context, active_ref);		\
	OPTIONAL(X, SEMUNDO, (H).task, sysvsem.undo_list, refcnt);	\
	X(NSPROXY, true, (H).ns, count_of(object, count));		\
	X(CRED, true, (H).cred, count_of(object, usage));		\
	OPTIONAL(X, CGROUPS, (H).task, cgroups, refcount);		\
	OPTIONAL(X, SECCOMP, (H).task, seccomp.filter, refs);		\
	NAMESPACE(X, UTS, (H).ns, uts_ns, uts_field);			\
	NAMESPACE(X, IPC, (H).ns, ipc_ns, ipc_field);			\
	NAMESPACE(X, MNT, (H).ns, mnt_ns, mnt_field);			\
	NAMESPACE(X, NET, (H).ns, net_ns, net_field);			\
	NAMESPACE(X, PID, (H).pid, numbers[0].ns, pid_field);		\
	NAMESPACE(X, PID_FOR_CHILDREN, (H).ns, pid_ns_for_children,	\
		  pid_field);						\
	NAMESPACE(X, CGROUP, (H).ns, cgroup_ns, cgroup_field);		\
	NAMESPACE(X, TIME, (H).ns, time_ns, time_field);		\
	NAMESPACE(X, TIME_FOR_CHILDREN, (H).ns, time_ns_for_children,	\
		  time_field);						\
	X(USER, true, READ((H).cred, user_ns), ns_count_of(object));	\
} while (0)

/* Fields that a kernel may be configured not to have */
#define OPTIONAL(X, kind, task, field, users)				\
	X(kind, bpf_core_field_exists((task)->field), READ(task, field), \
	  count_of(object, users))

#define NAMESPACE(X, kind, from, field, value)				\
	X(kind, true, READ(from, field), value((__u64)object, NS_REFS))

#endif /* BPF_OBJECTS_BPF_H */
