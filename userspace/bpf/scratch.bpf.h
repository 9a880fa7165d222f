/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data that is too large for the stack of a BPF program, or passed on between
 * functions that the verifier looks at one by one.
 */
#ifndef BPF_SCRATCH_BPF_H
#define BPF_SCRATCH_BPF_H

#include "bpf/cred.bpf.h"
#include "bpf/object_set.bpf.h"
#include "bpf/syscall.bpf.h"
#include "bpf/trace_event.h"

/* A task at the entry of a call that does not make another one */
struct before {
	struct holdings objects;
	struct trace_cred cred;
	__u64 keyring[4];
	__u32 inode[TRACE_NR_NS];
	__u32 filters;
	__u32 files_users;
	__u32 fs_users;
	char comm[TASKSHARE_COMM_LEN];
};

/*
 * From Linux 7.0 on, a task may be preempted at the entry of a call, and another
 * one return from a call on the same processor: @before is for entries alone.
 */
struct scratch {
	struct before before;
	struct holdings now;
	struct holdings leader;
	struct holdings parent;
	struct cred_groups groups;
	struct trace_threads threads;
	struct trace_facts facts;
	struct trace_target target;
	__u32 inode[TRACE_NR_NS];
	__u64 args[SYSCALL_ARGS];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

/* Never NULL, but the verifier wants that to be checked. */
static __always_inline struct scratch *scratch(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&scratches, &zero);
}

#endif /* BPF_SCRATCH_BPF_H */
