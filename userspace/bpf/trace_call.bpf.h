/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls that are watched, from their entry on
 */
#ifndef BPF_TRACE_CALL_BPF_H
#define BPF_TRACE_CALL_BPF_H

#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>

#include "bpf/facts.bpf.h"
#include "bpf/followed.bpf.h"
#include "bpf/scratch.bpf.h"

#include "clone/compat.h"

#define SIGINT			2
#define SIGQUIT			3

/*
 * A system call whose entry was seen, by address of the task. An execve(2) that
 * succeeds stays here as done until it returns; if a 32-bit program begins by
 * that, until the next call that is seen.
 */
struct pending {
	__u64 arg;		/* clone(2): a new stack; clone3(2): its arguments */
	__u64 vfork_ns;
	__u32 vfork_child;
	__u32 call;
	__u32 pid;
	__u32 context;
	bool done;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct pending);
} pending_calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct before);
} befores SEC(".maps");

static __always_inline struct pending *pending_of(const struct task_struct *t)
{
	__u64 key = (__u64)t;

	return bpf_map_lookup_elem(&pending_calls, &key);
}

static __always_inline struct before *before_of(const struct task_struct *t)
{
	__u64 key = (__u64)t;

	return bpf_map_lookup_elem(&befores, &key);
}

static __always_inline void end_pending(const struct task_struct *task)
{
	__u64 key = (__u64)task;

	bpf_map_delete_elem(&pending_calls, &key);
	bpf_map_delete_elem(&befores, &key);
}

/* Tasks that the reader has no number for are none of its business. */
static __always_inline __u32 call_of(const struct task_struct *task, __u64 nr)
{
	__u32 call;

	if (nr >= TRACE_MAX_NR)
		return TRACE_NO_CALL;
	call = call_of_nr[nr];
	if (!call || call >= TRACE_NR_CALLS || !enabled ||
	    !is_followed(task) || syscall_is_compat(task))
		return TRACE_NO_CALL;
	return reader_level && !pid_of(task) ? TRACE_NO_CALL : call;
}

static __always_inline __u32 class_of(__u32 call)
{
	if (call >= TRACE_NR_CALLS)
		return 0;
	return class_of_call[call];
}

/* Options of prctl(2) by which a task changes credentials or filters */
static __always_inline bool is_cred_option(__u64 option)
{
	return option == PR_SET_KEEPCAPS || option == PR_CAPBSET_DROP ||
	       option == PR_SET_SECUREBITS || option == PR_CAP_AMBIENT ||
	       option == PR_SET_SECCOMP || option == PR_SET_NO_NEW_PRIVS;
}

/*
 * The first set_tid_address(2) after an execve(2), which every program makes.
 * A thread has an address from its creation on.
 */
static __always_inline bool is_startup(const struct task_struct *task)
{
	return !READ(task, clear_child_tid) &&
	       READ(task, self_exec_id) != READ(task, parent_exec_id);
}

/* Calls that share their number with those that change nothing of interest */
static __always_inline bool is_watched(__u32 call, const struct pt_regs *regs,
				       const struct task_struct *task)
{
	if (call == TRACE_PRCTL)
		return is_cred_option(syscall_arg(regs, 0));
	if (call == TRACE_CLOSE_RANGE)
		return syscall_arg(regs, 2) & CLOSE_RANGE_UNSHARE;
	if (call == TRACE_SECCOMP)
		return syscall_arg(regs, 0) <= SECCOMP_SET_MODE_FILTER;
	if (call == TRACE_SET_TID_ADDRESS)
		return !is_startup(task);
	return true;
}

/* One of the keyrings of credentials, made when it is asked for */
static __always_inline bool is_own_keyring(__s32 id)
{
	return id >= KEY_SPEC_SESSION_KEYRING && id <= KEY_SPEC_THREAD_KEYRING;
}

/* Most operations on keys leave credentials alone. */
static __always_inline bool is_about_cred(__u32 call, const __u64 *args)
{
	if (call == TRACE_ADD_KEY)
		return is_own_keyring(args[4]);
	if (call == TRACE_REQUEST_KEY)
		return is_own_keyring(args[3]);
	if (call == TRACE_KEYCTL)
		return args[0] == KEYCTL_JOIN_SESSION_KEYRING ||
		       args[0] == KEYCTL_SESSION_TO_PARENT ||
		       args[0] == KEYCTL_SET_REQKEY_KEYRING ||
		       args[0] == KEYCTL_ASSUME_AUTHORITY ||
		       (args[0] == KEYCTL_GET_KEYRING_ID && args[2] &&
			is_own_keyring(args[1]));
	return true;
}

static __always_inline void read_keyrings(__u64 *to, const struct cred *cred)
{
	if (!bpf_core_field_exists(cred->session_keyring))
		return;
	to[0] = (__u64)READ(cred, session_keyring);
	to[1] = (__u64)READ(cred, process_keyring);
	to[2] = (__u64)READ(cred, thread_keyring);
	to[3] = (__u64)READ(cred, request_key_auth);
}

/* Keeps what a task holds at the entry of a call; returns 0 if it could not. */
__noinline int look_before(__u64 one)
{
	const struct task_struct *task = (const void *)one;
	const struct cred *cred = READ(task, real_cred);
	struct scratch *space = scratch();
	struct before *before = &space->before;
	__u64 key = (__u64)task;

	if (!space)
		return 0;
	look_at(&before->objects, task);
	read_cred(&before->cred, cred);
	read_keyrings(before->keyring, cred);
	read_inodes(before->inode, task);
	before->filters = count_of(task, seccomp.filter_count);
	before->files_users = count_of(READ(task, files), count);
	before->fs_users = READ(READ(task, fs), users);
	bpf_get_current_comm(before->comm, sizeof(before->comm));
	return !bpf_map_update_elem(&befores, &key, before, BPF_ANY);
}

static __always_inline __u64 handler_of(const struct task_struct *task,
					int signal)
{
	const struct sighand_struct *sighand = READ(task, sighand);
	__u64 handler = 0;

	bpf_probe_read_kernel(&handler, sizeof(handler),
			      (const void *)&sighand->action[0].sa.sa_handler +
			      (signal - 1) *
			      bpf_core_type_size(struct k_sigaction));
	return handler;
}

/*
 * system(3) ignores two signals while its child, which has the caller's memory
 * until its execve(2), has them as they were.
 */
static __always_inline bool is_from_system(const struct task_struct *task)
{
	const struct task_struct *parent = READ(task, real_parent);

	return READ(task, vfork_done) && READ(task, mm) == READ(parent, mm) &&
	       handler_of(parent, SIGINT) == 1 &&
	       handler_of(parent, SIGQUIT) == 1 &&
	       handler_of(task, SIGINT) == 0 && handler_of(task, SIGQUIT) == 0;
}

/* The flags of a call that failed or that changed something */
static __always_inline __u64 flags_of(__u32 call, const __u64 *args)
{
	__u64 flags = 0;

	if (call == TRACE_CLONE)
		flags = args[0] & 0xffffffff & ~(__u64)CSIGNAL;
	else if (call == TRACE_VFORK)
		flags = CLONE_VFORK | CLONE_VM;
	else if (call == TRACE_UNSHARE)
		flags = args[0];
	else if (call == TRACE_SETNS || call == TRACE_SECCOMP)
		flags = args[1];
	else if (call == TRACE_CLOSE_RANGE)
		flags = args[2];
	if (call == TRACE_UNSHARE && flags & UNSHARE_EMPTY_MNTNS)
		flags ^= UNSHARE_EMPTY_MNTNS | CLONE_EMPTY_MNTNS;
	return flags;
}

#endif /* BPF_TRACE_CALL_BPF_H */
