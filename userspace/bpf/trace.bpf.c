// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tasks make of their sharing, as it happens.
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
#include <linux/sched.h>

#include "bpf/object_set.bpf.h"

#include "clone/compat.h"
#include "bpf/trace_event.h"

char LICENSE[] SEC("license") = "GPL";

#define SIGNAL_UNKILLABLE	0x00000040
#define EEXIST			17
#define TS_COMPAT		0x0002
#define CLOSE_RANGE_UNSHARE	2

/* Every task of the system, not only those that are followed */
const volatile bool follow_all;
/* How much must have gathered before the reader is woken up */
const volatile __u64 wake_bytes;
/* enum trace_call of each system call */
const volatile __u8 call_of_nr[TRACE_MAX_NR];
const volatile __u32 class_of_call[TRACE_NR_CALLS];

/* Whose numbers are told: found out by the iterator, which its reader runs */
__u32 reader_level;
__u64 reader_ns;
bool enabled;

/* Counts, exact */
__u64 nr_lost;
__u64 nr_unfollowed;
__u64 nr_unseen;
__s64 nr_followed;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} events SEC(".maps");

/* By process number: those to begin with, and whether to follow children */
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

/* A system call under way */
struct pending {
	struct holdings before;
	__u32 call;
	__u64 flags;
	__u64 args;
	__u64 vfork_ns;
	__u32 vfork_child;
	__u32 pid;
	char comm[TASKSHARE_COMM_LEN];
};

/* By address of the task */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct pending);
} under_way SEC(".maps");

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

/* What may be the reason if the kernel says no */
static __always_inline __u32 about(const struct task_struct *task)
{
	const struct signal_struct *signal = READ(task, signal);
	const struct fs_struct *fs = READ(task, fs);
	const struct sighand_struct *sighand = READ(task, sighand);
	const struct pid *pid = READ(task, thread_pid);
	const struct pid_namespace *ns =
		READ(upid_at(pid, READ(pid, level)), ns);
	__u32 mask = 0;

	if (READ(signal, nr_threads) > 1)
		mask |= TRACE_A_THREADS;
	if (READ(fs, users) > 1)
		mask |= TRACE_A_FS;
	if (count_of(sighand, count) > 1)
		mask |= TRACE_A_SIGHAND;
	if (READ(signal, flags) & SIGNAL_UNKILLABLE)
		mask |= TRACE_A_INIT;
	if (READ(READ(task, nsproxy), pid_ns_for_children) != ns)
		mask |= TRACE_A_PIDNS;
	if (READ(task, flags) & PF_KTHREAD)
		mask |= TRACE_A_KTHREAD;
	return mask;
}

static __always_inline void fill(struct trace_event *ev, __u32 type)
{
	const struct task_struct *task = current_task();

	__builtin_memset(ev, 0, sizeof(*ev));
	ev->ns = bpf_ktime_get_ns();
	ev->type = type;
	ev->pid = pid_of(task);
	ev->tgid = tgid_of(task);
	ev->kind = task_kind(task);
	ev->nr_threads = READ(READ(task, signal), nr_threads);
	bpf_get_current_comm(ev->comm, sizeof(ev->comm));
}

/* Room in the buffer; what finds none is counted. */
static __always_inline struct trace_event *begin(__u32 type)
{
	struct trace_event *ev = bpf_ringbuf_reserve(&events, sizeof(*ev), 0);

	if (ev)
		fill(ev, type);
	else
		count(&nr_lost);
	return ev;
}

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

	return bpf_map_lookup_elem(&under_way, &key);
}

static __always_inline void end_pending(const struct task_struct *task)
{
	__u64 key = (__u64)task;

	bpf_map_delete_elem(&under_way, &key);
}

/* Kernels with numbers for two kinds of programs: only the native ones */
static __always_inline __u32 call_of(const struct task_struct *task, __u64 nr)
{
	__u32 call;

	if (nr >= TRACE_MAX_NR)
		return TRACE_NO_CALL;
	call = call_of_nr[nr];
	if (!call || call >= TRACE_NR_CALLS || !enabled || !is_followed(task))
		return TRACE_NO_CALL;
	if (bpf_core_field_exists(task->thread_info.status) &&
	    READ(task, thread_info.status) & TS_COMPAT)
		return TRACE_NO_CALL;
	return call;
}

static __always_inline __u32 class_of(__u32 call)
{
	if (call >= TRACE_NR_CALLS)
		return 0;
	return class_of_call[call];
}

static __always_inline __u64 arg_of(const struct pt_regs *regs, int n)
{
	if (!bpf_core_field_exists(regs->di))
		return READ(regs, regs[n]);
	return n == 0 ? READ(regs, di) : n == 1 ? READ(regs, si) :
						  READ(regs, dx);
}

static __always_inline __u64 nr_of(const struct pt_regs *regs)
{
	if (bpf_core_field_exists(regs->orig_ax))
		return READ(regs, orig_ax);
	return READ(regs, syscallno);
}

SEC("raw_tp/sys_enter")
int on_sys_enter(__u64 *ctx)
{
	const struct task_struct *task = current_task();
	const struct pt_regs *regs = (const void *)ctx[0];
	__u32 call = call_of(task, ctx[1]);
	struct pending pending;
	__u64 key = (__u64)task;
	__u32 class;

	if (!call || call == TRACE_SET_TID_ADDRESS)
		return 0;
	__builtin_memset(&pending, 0, sizeof(pending));
	pending.call = call;
	class = class_of(call);
	if (call == TRACE_CLONE || call == TRACE_UNSHARE)
		pending.flags = arg_of(regs, 0);
	else if (call == TRACE_CLONE3)
		pending.args = arg_of(regs, 0);
	else if (call == TRACE_SETNS)
		pending.flags = arg_of(regs, 1);
	else if (call == TRACE_CLOSE_RANGE)
		pending.flags = arg_of(regs, 2);
	if (call == TRACE_UNSHARE && pending.flags & UNSHARE_EMPTY_MNTNS)
		pending.flags ^= UNSHARE_EMPTY_MNTNS | CLONE_EMPTY_MNTNS;
	if (call == TRACE_CLOSE_RANGE &&
	    !(pending.flags & CLOSE_RANGE_UNSHARE))
		return 0;
	if (class != TRACE_CREATES)
		look_at(&pending.before, task);
	if (class == TRACE_EXECS) {
		pending.pid = pid_of(task);
		bpf_get_current_comm(pending.comm, sizeof(pending.comm));
	}
	if (bpf_map_update_elem(&under_way, &key, &pending, BPF_ANY))
		count(&nr_unseen);
	return 0;
}

static __always_inline void tell_failure(const struct pending *pending,
					 __s32 ret)
{
	const struct task_struct *task = current_task();
	struct trace_event *ev = begin(TRACE_EV_FAIL);
	struct clone_args args = { 0 };

	if (!ev)
		return;
	ev->call = pending->call;
	ev->ret = ret;
	ev->flags = pending->flags;
	ev->about = about(task);
	if (pending->call == TRACE_CLONE) {
		ev->signal = ev->flags & CSIGNAL;
		ev->flags &= ~(__u64)CSIGNAL & 0xffffffff;
	} else if (pending->call == TRACE_CLONE3 &&
		   !bpf_probe_read_user(&args, CLONE_ARGS_SIZE_VER0,
					(const void *)pending->args)) {
		ev->flags = args.flags;
		ev->signal = args.exit_signal;
	}
	send(ev, false);
}

/* What a call that may divide is told for */
#define TOLD ((1u << TASKSHARE_CRED) | (1u << TASKSHARE_SECCOMP))

static __always_inline void tell_division(const struct pending *pending)
{
	struct change change = compare(&pending->before, current_task());
	struct trace_event *ev;

	if (class_of(pending->call) == TRACE_MAY_DIVIDE &&
	    !((change.had | change.has) & ~change.same & TOLD))
		return;
	ev = begin(TRACE_EV_DIVIDE);
	if (!ev)
		return;
	ev->call = pending->call;
	ev->flags = pending->flags;
	ev->about = about(current_task());
	put(ev, change);
	send(ev, false);
}

static __always_inline void tell_number(void)
{
	struct trace_event *ev = begin(TRACE_EV_NUMBER);

	if (!ev)
		return;
	ev->call = TRACE_SET_TID_ADDRESS;
	send(ev, false);
}

static __always_inline void tell_release(const struct pending *pending)
{
	struct trace_event *ev = begin(TRACE_EV_RELEASE);

	if (!ev)
		return;
	ev->call = pending->call;
	ev->child = pending->vfork_child;
	ev->waited = ev->ns - pending->vfork_ns;
	send(ev, false);
}

static __always_inline void tell_return(const struct pending *pending,
					__u32 class, __s32 ret)
{
	if (class == TRACE_CREATES && ret > 0 && pending->vfork_ns) {
		tell_release(pending);
	} else if (class == TRACE_CREATES || class == TRACE_DIVIDES) {
		if (ret < 0)
			tell_failure(pending, ret);
		else if (class == TRACE_DIVIDES)
			tell_division(pending);
	} else if (class == TRACE_MAY_DIVIDE) {
		tell_division(pending);
	}
}

SEC("raw_tp/sys_exit")
int on_sys_exit(__u64 *ctx)
{
	const struct pt_regs *regs = (const void *)ctx[0];
	const struct task_struct *task = current_task();
	__u32 call = call_of(task, nr_of(regs));
	struct pending *pending;

	if (!call)
		return 0;
	if (call == TRACE_SET_TID_ADDRESS) {
		tell_number();
		return 0;
	}
	pending = pending_of(task);
	if (!pending)
		return 0;
	/* A new task returns from the call that made it without having done it. */
	if (pending->call == call)
		tell_return(pending, class_of(call), ctx[1]);
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

static __always_inline void tell_creation(const struct task_struct *child,
					  __u64 flags)
{
	const struct task_struct *creator = current_task();
	struct pending *pending = pending_of(creator);
	struct holder holder = holder_of(child);
	struct holdings before;
	struct trace_event *ev;

	if (pending && flags & CLONE_VFORK) {
		pending->vfork_ns = bpf_ktime_get_ns();
		pending->vfork_child = pid_of(child);
	}
	ev = begin(TRACE_EV_CREATE);
	if (!ev)
		return;
	if (pending)
		ev->call = pending->call;
	ev->flags = flags;
	ev->about = about(creator);
	ev->child = pid_of(child);
	ev->child_tgid = tgid_of(child);
	ev->child_ppid = tgid_of(READ(child, real_parent));
	ev->signal = READ(child, exit_signal);
	ev->kind = task_kind(child);
	look_at(&before, creator);
	put(ev, compare(&before, child));
	if ((__u64)READ(holder.upid, ns) ==
	    before.object[TASKSHARE_PID_FOR_CHILDREN])
		ev->about |= TRACE_A_PID;
	if ((__u64)READ(holder.ns, time_ns) ==
	    before.object[TASKSHARE_TIME_FOR_CHILDREN])
		ev->about |= TRACE_A_TIME;
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
		tell_creation(child, ctx[1]);
	return 0;
}

static __always_inline void tell_exec(const struct task_struct *task,
				      const struct linux_binprm *bprm)
{
	struct trace_exec *exec = bpf_ringbuf_reserve(&events, sizeof(*exec),
						      0);
	struct pending *pending = pending_of(task);

	if (!exec) {
		count(&nr_lost);
		return;
	}
	fill(&exec->ev, TRACE_EV_EXEC);
	__builtin_memcpy(exec->now, exec->ev.comm, sizeof(exec->now));
	exec->file[0] = 0;
	bpf_probe_read_kernel_str(exec->file, sizeof(exec->file),
				  READ(bprm, filename));
	if (pending) {
		exec->ev.call = pending->call;
		put(&exec->ev, compare(&pending->before, task));
		if (pending->pid != exec->ev.pid) {
			exec->ev.about |= TRACE_A_NUMBER;
			exec->ev.child = pending->pid;
		}
		__builtin_memcpy(exec->ev.comm, pending->comm,
				 sizeof(exec->ev.comm));
	}
	send(exec, false);
}

SEC("raw_tp/sched_process_exec")
int on_exec(__u64 *ctx)
{
	const struct task_struct *task = (const void *)ctx[0];

	if (!enabled || !is_followed(task) || !pid_of(task))
		return 0;
	tell_exec(task, (const void *)ctx[2]);
	end_pending(task);
	return 0;
}

SEC("raw_tp/sched_process_exit")
int on_exit(__u64 *ctx)
{
	const struct task_struct *task = (const void *)ctx[0];
	const struct signal_struct *signal = READ(task, signal);
	struct trace_event *ev;

	if (!enabled || !is_followed(task))
		return 0;
	end_pending(task);
	ev = pid_of(task) ? begin(TRACE_EV_EXIT) : 0;
	if (ev) {
		ev->ret = READ(task, exit_code);
		if (!count_of(signal, live))
			ev->about |= TRACE_A_LAST;
		send(ev, !follow_all && nr_followed <= 1);
	}
	/* Told first: when nobody is left, the reader reads for the last time. */
	if (!follow_all)
		forget(task);
	return 0;
}

/*
 * Finds the tasks to begin with, by the numbers that the reader knows. One
 * that exits meanwhile may not stay: its exit may have been told already.
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
