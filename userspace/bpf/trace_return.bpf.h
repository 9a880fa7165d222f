/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Returns of watched calls: what they have changed, or why they failed
 */
#ifndef BPF_TRACE_RETURN_BPF_H
#define BPF_TRACE_RETURN_BPF_H

#include "bpf/facts.bpf.h"
#include "bpf/threads.bpf.h"
#include "bpf/trace_call.bpf.h"
#include "bpf/trace_ring.bpf.h"

#define SIGKILL			9
#define SIGSYS			31

/*
 * Tasks older than tracing that have been in user space since, as far as that
 * was noticed: by address, with their start time
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u64);
} outside SEC(".maps");

static __always_inline void read_clone3(struct trace_fail *to)
{
	__u64 size = to->args[1];
	const void *set_tid;

	if (size > sizeof(to->clone3))
		size = sizeof(to->clone3);
	to->clone3_read = !bpf_probe_read_user(&to->clone3, size,
					       (const void *)to->args[0]);
	to->flags = to->clone3.flags;
	set_tid = (const void *)to->clone3.set_tid;
	if (set_tid)
		bpf_probe_read_user(&to->set_tid, sizeof(to->set_tid), set_tid);
	if (to->flags & CLONE_INTO_CGROUP)
		read_target(bpf_get_current_task(), to->clone3.cgroup);
}

static __always_inline void read_program(struct trace_fail *to)
{
	const void *file = (const void *)to->args[0];

	if (to->ev.call == TRACE_EXECVEAT)
		file = (const void *)to->args[1];
	bpf_probe_read_user_str(to->file, sizeof(to->file), file);
}

/* Sends a failed call, whose arguments are in scratch(). */
__noinline int emit_fail(__u32 call, __s64 ret, __u32 context)
{
	__u64 one = bpf_get_current_task();
	const struct task_struct *task = (const void *)one;
	struct scratch *space = scratch();
	struct trace_fail *ev;

	if (!space)
		return 0;
	ev = BEGIN(struct trace_fail, TRACE_EV_FAIL, call);
	if (!ev)
		return 0;
	ev->ret = ret;
	ev->ev.context |= context;
	__builtin_memcpy(ev->args, space->args, sizeof(ev->args));
	ev->flags = flags_of(call, ev->args);
	read_cred(&ev->cred, READ(task, real_cred));
	read_facts(one);
	ev->facts = space->facts;
	__builtin_memset(&space->target, 0, sizeof(space->target));
	if (call == TRACE_CLONE3)
		read_clone3(ev);
	else if (call == TRACE_SETNS)
		read_target(one, ev->args[0]);
	else if (call == TRACE_EXECVE || call == TRACE_EXECVEAT)
		read_program(ev);
	else if (call == TRACE_SECCOMP && ret > 0)
		ev->thread = pid_of((const void *)find_thread(one, ret));
	ev->target = space->target;
	send(ev, false);
	return 0;
}

/* In which kinds of namespaces two tasks are together; no branches */
static __always_inline __u32 common_ns(const struct holdings *a,
				       const struct holdings *b)
{
	__u32 mask = 0;
	int k;

	for (k = TRACE_FIRST_NS; k < TASKSHARE_NR_KINDS; k++)
		mask |= (nonzero(a->object[k]) &
			 ~nonzero(a->object[k] ^ b->object[k])) << k;
	return mask;
}

/*
 * Keeps in scratch() what a task, the first thread of its process and that of
 * its parent hold now.
 */
__noinline int look_around(__u64 one)
{
	const struct task_struct *task = (const void *)one;
	struct scratch *space = scratch();

	if (!space)
		return 0;
	look_at(&space->now, task);
	look_at(&space->leader, READ(task, group_leader));
	look_at(&space->parent, READ(READ(task, real_parent), group_leader));
	return 0;
}

static __always_inline void compare_ns(struct trace_change *ev,
				       const struct before *before,
				       const struct scratch *space)
{
	look_around(bpf_get_current_task());
	ev->had_leaders = common_ns(&before->objects, &space->leader);
	ev->has_leaders = common_ns(&space->now, &space->leader);
	ev->had_parents = common_ns(&before->objects, &space->parent);
	ev->has_parents = common_ns(&space->now, &space->parent);
	__builtin_memcpy(ev->ns_before, before->inode, sizeof(ev->ns_before));
	read_inodes(ev->ns_now, current_task());
}

static __always_inline void compare_cred(struct trace_change *ev,
					 const struct before *before)
{
	const struct cred *cred = READ(current_task(), real_cred);
	__u64 keyring[4] = { 0 };
	int i;

	ev->before = before->cred;
	read_cred(&ev->cred, cred);
	read_keyrings(keyring, cred);
	for (i = 0; i < 4; i++)
		ev->keyrings |= nonzero(keyring[i] ^ before->keyring[i]) << i;
}

#define CRED_MASK	(1u << TASKSHARE_CRED)
#define SECCOMP_MASK	(1u << TASKSHARE_SECCOMP)

static __always_inline __u32 type_of_change(__u32 class, __u32 changed)
{
	if (class == TRACE_CLASS_UNSHARE)
		return TRACE_EV_UNSHARE;
	if (class == TRACE_CLASS_JOIN)
		return TRACE_EV_SETNS;
	return changed & SECCOMP_MASK ? TRACE_EV_SECCOMP : TRACE_EV_CRED;
}

/*
 * Sends what a call, whose arguments are in scratch(), has changed. One that
 * might have changed credentials and has not is one of many, and not sent.
 */
__noinline int emit_change(__u32 call)
{
	__u64 one = bpf_get_current_task();
	const struct task_struct *task = (const void *)one;
	struct before *before = before_of(task);
	struct scratch *space = scratch();
	__u32 class = class_of(call), changed;
	struct trace_change *ev;
	struct change change;

	if (!before || !space)
		return 0;
	change = compare(&before->objects, task);
	changed = (change.had | change.has) & ~change.same;
	if (class == TRACE_CLASS_CRED &&
	    !(changed & (CRED_MASK | SECCOMP_MASK)))
		return 0;
	ev = BEGIN(struct trace_change, type_of_change(class, changed), call);
	if (!ev)
		return 0;
	put(&ev->ev, change);
	ev->flags = flags_of(call, space->args);
	compare_ns(ev, before, space);
	compare_cred(ev, before);
	compare_threads(one);
	ev->threads = space->threads;
	ev->filters_before = before->filters;
	ev->filters = count_of(task, seccomp.filter_count);
	ev->files_users = before->files_users;
	ev->fs_users = before->fs_users;
	send(ev, false);
	return 0;
}

static __always_inline void emit_set_tid(void)
{
	struct trace_event *ev = BEGIN(struct trace_event, TRACE_EV_SET_TID,
				       TRACE_SET_TID_ADDRESS);

	if (ev)
		send(ev, false);
}

static __always_inline bool is_signal_pending(int signal)
{
	return READ(current_task(), pending.signal.sig[0]) &
	       1ul << (signal - 1);
}

/*
 * Only a fatal signal, which all threads get as SIGKILL, ends the wait before
 * the child has released the memory: see wait_for_vfork_done().
 */
static __always_inline void emit_vfork_done(const struct pending *pending)
{
	struct trace_vfork *ev = BEGIN(struct trace_vfork, TRACE_EV_VFORK_DONE,
				       pending->call);

	if (!ev)
		return;
	ev->child = pending->vfork_child;
	ev->waited = ev->ev.ns - pending->vfork_ns;
	if (is_signal_pending(SIGKILL))
		ev->ev.context |= TRACE_CTX_DYING;
	send(ev, false);
}

/* TSYNC returns the thread that is in the way, in place of an error. */
static __always_inline bool is_tsync_failure(__u32 call, const __u64 *args,
					     __s64 ret)
{
	return call == TRACE_SECCOMP && ret > 0 &&
	       args[1] & SECCOMP_FILTER_FLAG_TSYNC &&
	       !(args[1] & SECCOMP_FILTER_FLAG_NEW_LISTENER);
}

/*
 * These two return the ID that there was, whatever happens. An ID that was not
 * taken, and was not there before, was refused; -1 asks for the ID.
 */
static __always_inline bool is_kept_id(__u32 call, const __u64 *args, __s64 ret,
				       const struct task_struct *task)
{
	const struct before *before = before_of(task);

	return (call == TRACE_SETFSUID || call == TRACE_SETFSGID) &&
	       (__u32)args[0] != (__u32)-1 && (__u32)args[0] != (__u32)ret &&
	       before && before->objects.object[TASKSHARE_CRED] ==
			 (__u64)READ(task, real_cred);
}

/*
 * Was the task seen to be in user space since tracing began? Then a call of it
 * that returns cannot be older.
 */
static __always_inline bool was_outside(const struct task_struct *task)
{
	__u64 key = (__u64)task, start = READ(task, start_boottime);
	__u64 *known;

	if (start >= enabled_boot_ns)
		return true;
	known = bpf_map_lookup_elem(&outside, &key);
	if (known && *known == start)
		return true;
	bpf_map_update_elem(&outside, &key, &start, BPF_ANY);
	return false;
}

static __always_inline void emit_return(const struct pending *pending,
					const struct pt_regs *regs, __s64 ret)
{
	__u32 call = pending->call, class = class_of(call);
	struct scratch *space = scratch();

	if (class == TRACE_CLASS_CREATE && ret > 0) {
		if (pending->vfork_ns)
			emit_vfork_done(pending);
		return;
	}
	if (class == TRACE_CLASS_TID) {
		emit_set_tid();
		return;
	}
	if (!space)
		return;
	was_outside(current_task());
	syscall_args(space->args, call == TRACE_CLONE, regs);
	if (is_kept_id(call, space->args, ret, current_task()))
		emit_fail(call, ret, TRACE_CTX_KEPT);
	else if ((ret < 0 && is_about_cred(call, space->args)) ||
		 is_tsync_failure(call, space->args, ret))
		emit_fail(call, ret, 0);
	else if (class != TRACE_CLASS_CREATE && class != TRACE_CLASS_EXEC)
		emit_change(call);
}

/*
 * x86 has a 64-bit program that a 32-bit one executes return from the 64-bit
 * execve(2), which it never entered (set_personality_64bit()), with registers
 * that are zero. No program asks for a file without a name.
 */
static __always_inline bool is_begun_by_32bit(__u32 call, __s64 ret,
					      const struct pt_regs *regs)
{
	return call == TRACE_EXECVE && !ret && !syscall_arg(regs, 0);
}

/*
 * A call returns whose entry was not seen. The tracepoint for the entry comes
 * after seccomp filters and tracers, which may have answered the call in the
 * kernel's place: see syscall_trace_enter(). Other reasons are that the call
 * began before tracing did, that there were too many at once, and that it is a
 * new task, which returns from the call that made it.
 */
static __always_inline void return_without_entry(__u32 call,
						 const struct pt_regs *regs,
						 __s64 ret)
{
	const struct task_struct *task = current_task();
	__u32 class = class_of(call), context = TRACE_CTX_NOT_ENTERED;
	struct scratch *space = scratch();

	if (READ(task, seccomp.mode))
		context |= TRACE_CTX_FILTERED;
	if (READ(task, ptrace))
		context |= TRACE_CTX_TRACED;
	if (context == TRACE_CTX_NOT_ENTERED || class == TRACE_CLASS_TID ||
	    (class == TRACE_CLASS_CREATE && !ret) ||
	    is_begun_by_32bit(call, ret, regs) ||
	    !is_watched(call, regs, task))
		return;
	if (!was_outside(task) || nr_unseen)
		context |= TRACE_CTX_MAYBE_OLDER;
	if (is_signal_pending(SIGSYS))
		context |= TRACE_CTX_SIGSYS;
	else if (ret >= 0 && context & TRACE_CTX_MAYBE_OLDER)
		return;
	if (!space)
		return;
	syscall_args(space->args, call == TRACE_CLONE, regs);
	if (is_about_cred(call, space->args))
		emit_fail(call, ret, context);
}

#endif /* BPF_TRACE_RETURN_BPF_H */
