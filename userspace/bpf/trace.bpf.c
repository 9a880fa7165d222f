// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events about what tasks share, as they happen.
 *
 * Only raw tracepoints and one iterator, so that it needs neither ftrace nor
 * trampolines, and no argument has a type that changed between 5.10 and 7.x.
 * Everything hangs on descriptors of the process that loaded it and goes with
 * them, however that process ends.
 *
 * A new task is looked at in task_newtask, inside copy_process(): its creator
 * is the current task and can change nothing meanwhile, and the new one has
 * not run yet. Both can be read without a lock: what a task holds is changed
 * by itself, with one exception, ioprio_set(2) on others, which may give a task
 * an I/O context at any time.
 *
 * Tasks are known by their address, which stays when an exec changes numbers.
 * An address is forgotten when its task exits, before it can be used anew.
 */
#include <linux/bpf.h>

#include "bpf/followed.bpf.h"
#include "bpf/trace_call.bpf.h"
#include "bpf/trace_return.bpf.h"
#include "bpf/trace_task.bpf.h"

char LICENSE[] SEC("license") = "GPL";

SEC("raw_tp/sys_enter")
int on_sys_enter(__u64 *ctx)
{
	const struct task_struct *task = current_task();
	const struct pt_regs *regs = (const void *)ctx[0];
	__u32 call = call_of(task, ctx[1]);
	struct pending pending = { .call = call };
	__u64 key = (__u64)task;
	__u32 class = class_of(call);

	if (!call || !is_watched(call, regs, task))
		return 0;
	/* On arm64, glibc's vfork() passes the stack that it has. */
	if (call == TRACE_CLONE && clone_arg(regs, 1) != syscall_stack(regs))
		pending.arg = clone_arg(regs, 1);
	else if (call == TRACE_CLONE3)
		pending.arg = syscall_arg(regs, 0);
	if (class == TRACE_CLASS_EXEC) {
		pending.pid = pid_of(task);
		if (is_from_system(task))
			pending.context = TRACE_CTX_SYSTEM;
	}
	if (bpf_map_update_elem(&pending_calls, &key, &pending, BPF_ANY)) {
		count(&nr_unseen);
	} else if (class != TRACE_CLASS_CREATE && class != TRACE_CLASS_TID &&
		   !look_before(key)) {
		end_pending(task);
		count(&nr_unseen);
	}
	return 0;
}

SEC("raw_tp/sys_exit")
int on_sys_exit(__u64 *ctx)
{
	const struct pt_regs *regs = (const void *)ctx[0];
	const struct task_struct *task = current_task();
	__u32 call = call_of(task, syscall_nr(regs));
	struct pending *pending;

	if (!call)
		return 0;
	pending = pending_of(task);
	if (!pending) {
		return_without_entry(call, regs, ctx[1]);
		return 0;
	}
	if (pending->call == call && !pending->done) {
		emit_return(pending, regs, ctx[1]);
		if (class_of(call) == TRACE_CLASS_EXEC)
			exec_failed(task);
	}
	end_pending(task);
	return 0;
}

SEC("raw_tp/task_newtask")
int on_newtask(__u64 *ctx)
{
	const struct task_struct *child = (const void *)ctx[0];

	if (!enabled)
		return 0;
	/* Its address may be that of a task whose end the kernel skipped. */
	if (!follow_all)
		forget(child);
	if (!is_followed(current_task()))
		return 0;
	if (!follow_all)
		inherit(child, ctx[1]);
	/* Not of the reader's pid namespace: it has no number for it. */
	if (pid_of(child))
		emit_create(child, ctx[1]);
	return 0;
}

SEC("raw_tp/sched_process_exec")
int on_exec(__u64 *ctx)
{
	const struct task_struct *task = (const void *)ctx[0];
	struct pending *pending;
	__u64 key = (__u64)task;

	if (!enabled || !is_followed(task))
		return 0;
	if (pid_of(task))
		emit_exec(task, (const void *)ctx[2]);
	pending = pending_of(task);
	if (pending)
		pending->done = true;
	/* A 32-bit program's return is not seen, nor is its next execve(2). */
	bpf_map_delete_elem(&befores, &key);
	return 0;
}

SEC("raw_tp/sched_process_exit")
int on_exit(__u64 *ctx)
{
	const struct task_struct *task = (const void *)ctx[0];

	if (!enabled || !is_followed(task))
		return 0;
	if (pending_of(task))
		end_pending(task);
	emit_exit(task);
	/* Reported first: when none is left, the reader reads the last time. */
	if (!follow_all)
		forget(task);
	return 0;
}

/*
 * Finds the tasks to begin with, by the numbers that the reader knows. One
 * that exits meanwhile may not stay: its exit may have been reported already.
 */
SEC("iter/task")
int find_wanted(struct bpf_iter__task *ctx)
{
	const struct task_struct *task = (const void *)ctx->task;
	const struct pid *mine = READ(current_task(), thread_pid);
	__u64 key = (__u64)task;
	__u32 tgid;
	__u8 *how;

	if (!enabled) {
		reader_level = READ(mine, level);
		reader_ns = (__u64)READ(pid_at(mine, reader_level),
					numbers[0].ns);
		enabled_boot_ns = bpf_ktime_get_boot_ns();
		enabled = true;
	}
	if (!task)
		return 0;
	tgid = tgid_of(task);
	how = bpf_map_lookup_elem(&wanted, &tgid);
	if (!how || READ(task, flags) & PF_EXITING ||
	    bpf_map_lookup_elem(&followed, &key))
		return 0;
	follow(task, *how);
	if (READ(task, flags) & PF_EXITING)
		forget(task);
	return 0;
}

/* Counts the tasks that are followed and whose end is still to be reported. */
SEC("iter/task")
int count_living(struct bpf_iter__task *ctx)
{
	const struct task_struct *task = (const void *)ctx->task;

	if (task && is_followed(task) && !READ(task, exit_state))
		count(&nr_living);
	return 0;
}
