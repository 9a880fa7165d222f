/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The other threads of a process, one by one, up to a limit. The list is read
 * without a lock: a thread that is made or ends meanwhile may be missed.
 */
#ifndef BPF_THREADS_BPF_H
#define BPF_THREADS_BPF_H

#include "bpf/cred.bpf.h"
#include "bpf/objects.bpf.h"
#include "bpf/scratch.bpf.h"

/* Maximum number of threads to look at; larger processes are left open. */
#define MAX_THREADS	256

static __always_inline const struct task_struct *
thread_at(const struct list_head *node)
{
	return (const void *)node -
	       bpf_core_field_offset(struct task_struct, thread_node);
}

/* Compares two threads; not inlined, so that the verifier sees it once. */
__noinline int compare_thread(__u64 one, __u64 two)
{
	const struct task_struct *task = (const void *)one;
	const struct task_struct *other = (const void *)two;
	const struct cred *cred = READ(task, real_cred);
	const struct cred *others = READ(other, real_cred);
	enum cred_relation relation = CRED_EQUAL;
	struct scratch *space = scratch();

	if (!space || other == task || READ(other, flags) & PF_EXITING)
		return 0;
	if (others != cred)
		relation = compare_creds(cred, others, &space->groups);
	space->threads.others++;
	space->threads.same_cred += others == cred;
	space->threads.equal_cred += relation == CRED_EQUAL;
	space->threads.unknown_cred += relation == CRED_UNKNOWN;
	space->threads.same_seccomp += READ(other, seccomp.filter) ==
				       READ(task, seccomp.filter);
	return 0;
}

/* Compares the threads of a process with one; the result is in scratch(). */
__noinline int compare_threads(__u64 one)
{
	const struct task_struct *task = (const void *)one;
	const struct signal_struct *signal = READ(task, signal);
	const void *end = (const void *)signal +
		bpf_core_field_offset(signal->thread_head);
	const struct list_head *node = READ(signal, thread_head.next);
	struct scratch *space = scratch();
	int i;

	if (!space)
		return 0;
	__builtin_memset(&space->threads, 0, sizeof(space->threads));
	for (i = 0; i < MAX_THREADS && (const void *)node != end; i++) {
		compare_thread(one, (__u64)thread_at(node));
		node = READ(node, next);
	}
	if ((const void *)node != end)
		__builtin_memset(&space->threads, 0, sizeof(space->threads));
	return 0;
}

/*
 * Address of a thread that has this number in its own pid namespace, or 0
 */
__noinline __u64 find_thread(__u64 one, __u32 nr)
{
	const struct task_struct *task = (const void *)one;
	const struct signal_struct *signal = READ(task, signal);
	const void *end = (const void *)signal +
		bpf_core_field_offset(signal->thread_head);
	const struct list_head *node = READ(signal, thread_head.next);
	int i;

	for (i = 0; i < MAX_THREADS && (const void *)node != end; i++) {
		const struct task_struct *other = thread_at(node);
		const struct pid *pid = READ(other, thread_pid);

		if ((__u32)READ(pid_at(pid, READ(pid, level)),
				numbers[0].nr) == nr)
			return (__u64)other;
		node = READ(node, next);
	}
	return 0;
}

#endif /* BPF_THREADS_BPF_H */
