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
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

#include "bpf/facts.bpf.h"
#include "bpf/object_set.bpf.h"
#include "bpf/syscall.bpf.h"
#include "bpf/threads.bpf.h"

#include "clone/compat.h"
#include "bpf/trace_event.h"

char LICENSE[] SEC("license") = "GPL";

#define SIGNAL_GROUP_EXIT	0x00000004
#define SIGNAL_GROUP_COREDUMP	0x00000008 /* until 5.16 */
#define SIGINT			2
#define SIGQUIT			3
#define SIGSYS			31
#define EEXIST			17
#define CLOSE_RANGE_UNSHARE	2

/* Every task of the system, not only those that are followed */
const volatile bool follow_all;
/* How much must have gathered before the reader is woken up */
const volatile __u64 wake_bytes;
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
/* Threads that ended with their process and could not be counted */
__u64 nr_uncounted;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} events SEC(".maps");

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

/*
 * A system call whose entry was seen, by address of the task. An execve(2) that
 * succeeds stays here as done until it returns.
 */
struct pending {
	__u64 arg;		/* clone(2): stack; clone3(2): its arguments */
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

/* Threads that have ended with their process, or by an execve(2), so far */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, __u32);
} endings SEC(".maps");

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
	const struct upid *upid = upid_at(pid, reader_level);

	if (!pid || READ(pid, level) < reader_level ||
	    (__u64)READ(upid, ns) != reader_ns)
		return 0;
	return READ(upid, nr);
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

static __always_inline void put(struct trace_event *ev, struct change change)
{
	ev->seen = change.seen;
	ev->had = change.had;
	ev->has = change.has;
	ev->same = change.same;
}

static __always_inline void fill(struct trace_event *ev, __u32 type,
				 __u32 call)
{
	const struct task_struct *task = current_task();

	ev->ns = bpf_ktime_get_ns();
	ev->type = type;
	ev->call = call;
	ev->pid = pid_of(task);
	ev->tgid = tgid_of(task);
	ev->kind = task_kind(task);
	if (READ(task, flags) & PF_KTHREAD)
		ev->context = TRACE_CTX_KTHREAD;
	ev->nr_threads = READ(READ(task, signal), nr_threads);
	bpf_get_current_comm(ev->comm, sizeof(ev->comm));
}

/* Space in the buffer for an event; counted if there is none */
#define BEGIN(structure, type, call)					\
({									\
	structure *new_ = bpf_ringbuf_reserve(&events, sizeof(*new_), 0); \
									\
	if (new_) {							\
		__builtin_memset(new_, 0, sizeof(*new_));		\
		fill((struct trace_event *)new_, type, call);		\
	} else {							\
		count(&nr_lost);					\
	}								\
	new_;								\
})

/*
 * The reader looks by itself ever so often; waking it up costs whoever does
 * it more than the event does.
 */
static __always_inline void send(void *ev, bool now)
{
	if (now || bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > wake_bytes)
		bpf_ringbuf_submit(ev, BPF_RB_FORCE_WAKEUP);
	else
		bpf_ringbuf_submit(ev, BPF_RB_NO_WAKEUP);
}

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
	if (call == TRACE_CLONE)
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

static __always_inline void emit_vfork_done(const struct pending *pending)
{
	struct trace_vfork *ev = BEGIN(struct trace_vfork, TRACE_EV_VFORK_DONE,
				       pending->call);

	if (!ev)
		return;
	ev->child = pending->vfork_child;
	ev->waited = ev->ev.ns - pending->vfork_ns;
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
	    !is_watched(call, regs, task))
		return;
	if (!was_outside(task) || nr_unseen)
		context |= TRACE_CTX_MAYBE_OLDER;
	if (READ(task, pending.signal.sig[0]) & 1ul << (SIGSYS - 1))
		context |= TRACE_CTX_SIGSYS;
	else if (ret >= 0 && context & TRACE_CTX_MAYBE_OLDER)
		return;
	if (!space)
		return;
	syscall_args(space->args, call == TRACE_CLONE, regs);
	if (is_about_cred(call, space->args))
		emit_fail(call, ret, context);
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
	if (pending->call == call && !pending->done)
		emit_return(pending, regs, ctx[1]);
	end_pending(task);
	return 0;
}

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
	if ((__u64)READ(holder.upid, ns) ==
	    before.object[TASKSHARE_PID_FOR_CHILDREN])
		ev->ev.context |= TRACE_CTX_PID_CHILDREN;
	if ((__u64)READ(holder.ns, time_ns) ==
	    before.object[TASKSHARE_TIME_FOR_CHILDREN])
		ev->ev.context |= TRACE_CTX_TIME_CHILDREN;
	if (call && flags & CLONE_VFORK && has_stack(pending))
		ev->ev.context |= TRACE_CTX_STACK;
	send(ev, false);
}

SEC("raw_tp/task_newtask")
int on_newtask(__u64 *ctx)
{
	const struct task_struct *child = (const void *)ctx[0];

	if (!enabled || !is_followed(current_task()))
		return 0;
	if (!follow_all)
		inherit(child, ctx[1]);
	/* Not of the reader's pid namespace: it has no number for it. */
	if (pid_of(child))
		emit_create(child, ctx[1]);
	return 0;
}

/* How many threads have ended with their process so far; then forgets it. */
static __always_inline __u32 take_ended(const struct signal_struct *signal)
{
	__u64 key = (__u64)signal;
	__u32 *nr = bpf_map_lookup_elem(&endings, &key), ended = 0;

	if (nr) {
		ended = *nr;
		bpf_map_delete_elem(&endings, &key);
	}
	return ended;
}

/* Two threads may be the first at the same time, on two processors. */
static __always_inline void add_ended(const struct signal_struct *signal)
{
	__u64 key = (__u64)signal;
	__u32 one = 1, *nr;

	if (!bpf_map_update_elem(&endings, &key, &one, BPF_NOEXIST))
		return;
	nr = bpf_map_lookup_elem(&endings, &key);
	if (nr)
		__sync_fetch_and_add(nr, 1);
	else
		count(&nr_uncounted);
}

static __always_inline void emit_exec(const struct task_struct *task,
				      const struct linux_binprm *bprm)
{
	const struct pending *pending = pending_of(task);
	const struct before *before = before_of(task);
	__u32 ended = take_ended(READ(task, signal));
	struct trace_exec *exec;

	exec = BEGIN(struct trace_exec, TRACE_EV_EXEC, TRACE_NO_CALL);
	if (!exec)
		return;
	__builtin_memcpy(exec->now, exec->ev.comm, sizeof(exec->now));
	bpf_probe_read_kernel_str(exec->file, sizeof(exec->file),
				  READ(bprm, filename));
	exec->ended = nr_uncounted ? 0 : ended;
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

SEC("raw_tp/sched_process_exec")
int on_exec(__u64 *ctx)
{
	const struct task_struct *task = (const void *)ctx[0];
	struct pending *pending;

	if (!enabled || !is_followed(task))
		return 0;
	if (pid_of(task))
		emit_exec(task, (const void *)ctx[2]);
	pending = pending_of(task);
	if (pending)
		pending->done = true;
	return 0;
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

/* How a process ended, for its parent: see wait_task_zombie() */
static __always_inline __s32 process_status(const struct task_struct *task)
{
	const struct signal_struct *signal = READ(task, signal);

	if (READ(signal, flags) & SIGNAL_GROUP_EXIT)
		return READ(signal, group_exit_code);
	return READ(READ(task, group_leader), exit_code);
}

static __always_inline void emit_exit(const struct task_struct *task)
{
	const struct signal_struct *signal = READ(task, signal);
	const struct task_struct *by = executing_thread(signal);
	__u32 context = 0, ended = 0;
	struct trace_exit *ev;

	if (!count_of(signal, live)) {
		context = TRACE_CTX_LAST | TRACE_CTX_GROUP;
		ended = take_ended(signal);
	} else if (by) {
		context = TRACE_CTX_BY_EXEC;
		add_ended(signal);
	} else if (is_group_exit(signal)) {
		context = TRACE_CTX_GROUP;
		add_ended(signal);
	}
	if (!pid_of(task))
		return;
	ev = BEGIN(struct trace_exit, TRACE_EV_EXIT, TRACE_NO_CALL);
	if (!ev)
		return;
	ev->ev.context |= context;
	if (context & TRACE_CTX_LAST) {
		ev->status = process_status(task);
		ev->threads = nr_uncounted ? 0 : ended + 1;
	} else {
		ev->status = READ(task, exit_code);
		ev->by = by ? pid_of(by) : 0;
	}
	send(ev, !follow_all && nr_followed <= 1);
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
		reader_ns = (__u64)READ(upid_at(mine, reader_level), ns);
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
