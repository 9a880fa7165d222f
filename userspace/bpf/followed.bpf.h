/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tasks that are followed, by whose numbers, and counts of what is missing
 */
#ifndef BPF_FOLLOWED_BPF_H
#define BPF_FOLLOWED_BPF_H

#include "bpf/objects.bpf.h"
#include "bpf/trace_event.h"

#define EEXIST			17

/* Every task of the system, not only those that are followed */
const volatile bool follow_all;
/* enum trace_call of each system call */
const volatile __u8 call_of_nr[TRACE_MAX_NR];
const volatile __u32 class_of_call[TRACE_NR_CALLS];

/*
 * The PID namespace whose numbers events have, and the time that they begin:
 * set by the iterator, which its reader runs
 */
__u32 reader_level;
__u64 reader_ns;
__u64 enabled_boot_ns;
bool enabled;

/* Counts, exact */
__u64 nr_lost;
__u64 nr_unfollowed;
__u64 nr_unseen;
__s64 nr_followed;
__u64 nr_living;	/* by count_living() */

/* By PID of the process: those to begin with, and whether to follow children */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u8);
} wanted SEC(".maps");

/* By address of the task: whether to follow children that are no threads */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, __u8);
} followed SEC(".maps");

static __always_inline const struct task_struct *current_task(void)
{
	return (const void *)bpf_get_current_task();
}

static __always_inline bool is_followed(const struct task_struct *task)
{
	__u64 key = (__u64)task;

	return follow_all || bpf_map_lookup_elem(&followed, &key);
}

static __always_inline void count(__u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
}

static __always_inline void follow(const struct task_struct *task, __u8 how)
{
	__u64 key = (__u64)task;

	long err = bpf_map_update_elem(&followed, &key, &how, BPF_NOEXIST);

	if (!err)
		__sync_fetch_and_add(&nr_followed, 1);
	else if (err != -EEXIST)
		count(&nr_unfollowed);
}

static __always_inline bool forget(const struct task_struct *task)
{
	__u64 key = (__u64)task;

	if (bpf_map_delete_elem(&followed, &key))
		return false;
	__sync_fetch_and_sub(&nr_followed, 1);
	return true;
}

/* The number that the reader knows, or 0 */
static __always_inline __u32 number_of(const struct pid *pid)
{
	const struct pid *at = pid_at(pid, reader_level);

	if (!pid || READ(pid, level) < reader_level ||
	    (__u64)READ(at, numbers[0].ns) != reader_ns)
		return 0;
	return READ(at, numbers[0].nr);
}

static __always_inline __u32 pid_of(const struct task_struct *task)
{
	if (!reader_level)
		return READ(task, pid);
	return number_of(READ(task, thread_pid));
}

static __always_inline __u32 tgid_of(const struct task_struct *task)
{
	if (!reader_level)
		return READ(task, tgid);
	return number_of(READ(READ(task, signal), pids[PIDTYPE_TGID]));
}

#endif /* BPF_FOLLOWED_BPF_H */
