/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Beginnings and ends of tasks, and execve(2) between them
 */
#ifndef BPF_TRACE_TASK_BPF_H
#define BPF_TRACE_TASK_BPF_H

#include "bpf/cred.bpf.h"
#include "bpf/trace_call.bpf.h"
#include "bpf/trace_ring.bpf.h"

#define SIGNAL_GROUP_EXIT	0x00000004
#define SIGNAL_GROUP_COREDUMP	0x00000008 /* until 5.16 */

/*
 * A process whose end, or execve(2), has begun: by its address and the start time
 * of its first thread, as an address may be used again
 */
struct ending {
	__u64 signal;
	__u64 start;
};

/* Number of threads that it had then */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct ending);
	__type(value, __u32);
} endings SEC(".maps");

/*
 * Those whose last thread has been seen. Threads that end at the same time may
 * all find that none is alive any more, and only one of them is the last.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, struct ending);
	__type(value, __u8);
} ended SEC(".maps");

static __always_inline void inherit(const struct task_struct *child,
				    __u64 flags)
{
	__u64 key = (__u64)current_task();
	__u8 *how = bpf_map_lookup_elem(&followed, &key);

	if (how && (*how || flags & CLONE_THREAD))
		follow(child, *how);
}

static __always_inline bool has_stack(const struct pending *pending)
{
	struct clone_args args = { 0 };

	if (pending->call == TRACE_CLONE)
		return pending->arg;
	if (pending->call != TRACE_CLONE3)
		return false;
	bpf_probe_read_user(&args, CLONE_ARGS_SIZE_VER0,
			    (const void *)pending->arg);
	return args.stack;
}

static __always_inline void emit_create(const struct task_struct *child,
					__u64 flags)
{
	const struct task_struct *creator = current_task();
	struct pending *pending = pending_of(creator);
	struct holder holder = holder_of(child);
	struct holdings before;
	struct trace_create *ev;
	__u32 call = TRACE_NO_CALL;

	/* An io_uring worker, say, is made by no call of its creator's. */
	if (pending && class_of(pending->call) == TRACE_CLASS_CREATE)
		call = pending->call;
	if (call && flags & CLONE_VFORK) {
		pending->vfork_ns = bpf_ktime_get_ns();
		pending->vfork_child = pid_of(child);
	}
	ev = BEGIN(struct trace_create, TRACE_EV_CREATE, call);
	if (!ev)
		return;
	ev->flags = flags;
	ev->child = pid_of(child);
	ev->child_tgid = tgid_of(child);
	ev->child_ppid = tgid_of(READ(child, real_parent));
	ev->signal = READ(child, exit_signal);
	ev->ev.kind = task_kind(child);
	look_at(&before, creator);
	put(&ev->ev, compare(&before, child));
	if ((__u64)READ(holder.pid, numbers[0].ns) ==
	    before.object[TASKSHARE_PID_FOR_CHILDREN])
		ev->ev.context |= TRACE_CTX_PID_CHILDREN;
	if ((__u64)READ(holder.ns, time_ns) ==
	    before.object[TASKSHARE_TIME_FOR_CHILDREN])
		ev->ev.context |= TRACE_CTX_TIME_CHILDREN;
	if (call && flags & CLONE_VFORK && has_stack(pending))
		ev->ev.context |= TRACE_CTX_STACK;
	send(ev, false);
}

static __always_inline struct ending ending_of(const struct task_struct *task)
{
	return (struct ending){
		.signal = (__u64)READ(task, signal),
		.start = READ(READ(task, group_leader), start_boottime),
	};
}

/* Threads of a process, but for a first one that has ended and lingers on */
static __always_inline __u32 count_threads(const struct task_struct *task)
{
	return READ(READ(task, signal), nr_threads) -
	       !!READ(READ(task, group_leader), exit_state);
}

/* Returns the number of threads that an execve(2) has ended, and forgets it. */
static __always_inline __u32 ended_by_exec(const struct task_struct *task)
{
	struct ending key = ending_of(task);
	__u32 *nr = bpf_map_lookup_elem(&endings, &key), others = 0;

	if (nr) {
		others = *nr - 1;
		bpf_map_delete_elem(&endings, &key);
	}
	return others;
}

static __always_inline void emit_exec(const struct task_struct *task,
				      const struct linux_binprm *bprm)
{
	const struct pending *pending = pending_of(task);
	const struct before *before = before_of(task);
	__u32 others = ended_by_exec(task);
	struct trace_exec *exec;

	exec = BEGIN(struct trace_exec, TRACE_EV_EXEC, TRACE_NO_CALL);
	if (!exec)
		return;
	__builtin_memcpy(exec->now, exec->ev.comm, sizeof(exec->now));
	bpf_probe_read_kernel_str(exec->file, sizeof(exec->file),
				  READ(bprm, filename));
	exec->ended = others;
	read_cred(&exec->cred, READ(task, real_cred));
	if (pending && before) {
		exec->ev.call = pending->call;
		exec->ev.context |= pending->context;
		put(&exec->ev, compare(&before->objects, task));
		if (pending->pid != exec->ev.pid) {
			exec->ev.context |= TRACE_CTX_TOOK_PID;
			exec->was_pid = pending->pid;
		}
		exec->before = before->cred;
		__builtin_memcpy(exec->ev.comm, before->comm,
				 sizeof(exec->ev.comm));
	}
	send(exec, false);
}

/* The thread whose execve(2) ends the others, or NULL */
static __always_inline const struct task_struct *
executing_thread(const struct signal_struct *signal)
{
	const struct signal_struct___5_16 *old = (const void *)signal;

	if (READ(signal, flags) & SIGNAL_GROUP_EXIT)
		return 0;
	if (bpf_core_field_exists(signal->group_exec_task))
		return READ(signal, group_exec_task);
	/* Also one that dumps core, before 5.17 */
	if (READ(signal, flags) & SIGNAL_GROUP_COREDUMP)
		return 0;
	return READ(old, group_exit_task);
}

static __always_inline bool is_group_exit(const struct signal_struct *signal)
{
	__u32 mask = SIGNAL_GROUP_EXIT;

	if (!bpf_core_field_exists(signal->group_exec_task))
		mask |= SIGNAL_GROUP_COREDUMP;
	return READ(signal, flags) & mask;
}

/*
 * After an execve(2) that has ended the other threads, and failed then: the
 * process dies of that, but they do not end with it. No other thread executes,
 * as that one would count those that it ends.
 */
static __always_inline void exec_failed(const struct task_struct *task)
{
	const struct signal_struct *signal = READ(task, signal);

	if (!executing_thread(signal) && !is_group_exit(signal))
		ended_by_exec(task);
}

/* A process's exit status for its parent: see wait_task_zombie() */
static __always_inline __s32 process_status(const struct task_struct *task)
{
	const struct signal_struct *signal = READ(task, signal);

	if (READ(signal, flags) & SIGNAL_GROUP_EXIT)
		return READ(signal, group_exit_code);
	return READ(READ(task, group_leader), exit_code);
}

/*
 * Is it the last thread of its process to end? Finds out how many end with it,
 * itself included.
 */
static __always_inline bool is_last(const struct task_struct *task,
				    __u32 *threads)
{
	struct ending key = ending_of(task);
	__u32 *nr = bpf_map_lookup_elem(&endings, &key);
	__u8 yes = 1;

	if (count_of(READ(task, signal), live))
		return false;
	*threads = nr ? *nr : 1;
	/* No other thread was there when it began to end, nor is one now. */
	if (!nr && count_threads(task) <= 1)
		return true;
	return !bpf_map_update_elem(&ended, &key, &yes, BPF_NOEXIST);
}

/* Its process ends, or executes, and this is the first thread to show it. */
static __always_inline void begin_ending(const struct task_struct *task)
{
	struct ending key = ending_of(task);
	__u32 nr = count_threads(task);

	if (nr > 1)
		bpf_map_update_elem(&endings, &key, &nr, BPF_NOEXIST);
}

static __always_inline void emit_exit(const struct task_struct *task)
{
	const struct signal_struct *signal = READ(task, signal);
	const struct task_struct *by = executing_thread(signal);
	__u32 context = 0, threads = 0;
	struct trace_exit *ev;

	if (by)
		context = TRACE_CTX_BY_EXEC;
	else if (is_group_exit(signal) || !count_of(signal, live))
		context = TRACE_CTX_GROUP;
	if (context)
		begin_ending(task);
	if (context & TRACE_CTX_GROUP && is_last(task, &threads))
		context |= TRACE_CTX_LAST;
	if (!pid_of(task))
		return;
	ev = BEGIN(struct trace_exit, TRACE_EV_EXIT, TRACE_NO_CALL);
	if (!ev)
		return;
	ev->ev.context |= context;
	if (context & TRACE_CTX_LAST) {
		ev->status = process_status(task);
		ev->threads = threads;
	} else {
		ev->status = READ(task, exit_code);
		ev->by = by ? pid_of(by) : 0;
	}
	send(ev, !follow_all && nr_followed <= 1);
}

#endif /* BPF_TRACE_TASK_BPF_H */
