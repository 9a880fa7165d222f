// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a task to its record. Each field is read under the lock that the
 * kernel's own readers take. Nothing that a task points to is referenced: a
 * count that is one too high makes execve() drop a privilege
 * (check_unsafe_exec()), unshare() fail (check_unshare_flags()) and execve()
 * lose POSIX locks (unshare_files()).
 */
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/fdtable.h>
#include <linux/fs_struct.h>
#include <linux/iocontext.h>
#include <linux/ipc_namespace.h>
#include <linux/nsproxy.h>
#include <linux/pid_namespace.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/seccomp.h>
#include <linux/sem.h>
#include <linux/string.h>
#include <linux/time_namespace.h>
#include <linux/user_namespace.h>
#include <linux/utsname.h>
#include <net/net_namespace.h>

#include "taskshare.h"

/*
 * Some configurations lack these fields; the record then marks their kinds as
 * not seen. The types of the filters and of the undo list are private to the
 * kernel's own files.
 */
#ifdef CONFIG_SECCOMP_FILTER
#define ts_seccomp(task)	READ_ONCE((task)->seccomp.filter)
#endif
#ifdef CONFIG_SYSVIPC
#define ts_semundo(task)	READ_ONCE((task)->sysvsem.undo_list)
#endif

/* The mm of a kernel thread is borrowed (kthread_use_mm()), not its own. */
static struct mm_struct *own_mm(struct task_struct *task)
{
	if (READ_ONCE(task->flags) & PF_KTHREAD)
		return NULL;
	return READ_ONCE(task->mm);
}

/*
 * On 32-bit machines an exec writes the start time of a thread, which becomes
 * its leader's, in two stores (de_thread() in fs/exec.c). So it is read until
 * two looks agree. They would agree on a mixture only if the writer, which has
 * interrupts off, stood still between its two stores during both.
 */
static u64 start_time(const struct task_struct *task)
{
	/* Written without a mark, and on 32-bit not at once: see above. */
	u64 start, again = data_race(READ_ONCE(task->start_boottime));

	if (IS_ENABLED(CONFIG_64BIT))
		return again;
	do {
		start = again;
		/* Orders the two looks; the writer has no barrier. */
		smp_rmb();
		/* The second look. */
		again = data_race(READ_ONCE(task->start_boottime));
	} while (again != start);
	return start;
}

/* @object identifies the object: its address, or a number that it has. */
static void put(struct taskshare_record *rec, enum taskshare_kind kind,
		u64 object, unsigned long refs)
{
	rec->id[kind] = object;
	rec->refs[kind] = object ? min_t(unsigned long, refs, U32_MAX) : 0;
	rec->seen |= 1U << kind;
}

static u64 address(const void *object)
{
	return (uintptr_t)object;
}

/* The caller holds the task's task_lock(). */
static void collect_namespaces(struct taskshare_record *rec,
			       const struct nsproxy *ns)
{
	static const struct nsproxy none;

	put(rec, TASKSHARE_NSPROXY, address(ns), ns ? ts_nsproxy_refs(ns) : 0);
	if (!ns)
		ns = &none;
#define NS(kind, field) \
	put(rec, TASKSHARE_##kind, ts_ns_object(ns->field), \
	    ns->field ? ns_ref_read(ns->field) : 0)
	NS(UTS, uts_ns);
	NS(IPC, ipc_ns);
	NS(NET, net_ns);
	NS(PID_FOR_CHILDREN, pid_ns_for_children);
	NS(CGROUP, cgroup_ns);
	NS(TIME, time_ns);
	NS(TIME_FOR_CHILDREN, time_ns_for_children);
#undef NS
	/* struct mnt_namespace is private to fs/. */
	put(rec, TASKSHARE_MNT, address(ns->mnt_ns), 0);
}

/*
 * exit, exec, unshare and setns take task_lock() to drop an object. Whoever
 * holds it can look into what the task holds.
 */
static void collect_locked(struct task_struct *task,
			   struct taskshare_record *rec)
{
	struct files_struct *files;
	struct io_context *io __maybe_unused;
	struct mm_struct *mm;
	struct fs_struct *fs;

	task_lock(task);
	mm = own_mm(task);
	put(rec, TASKSHARE_MM, address(mm), mm ? atomic_read(&mm->mm_users) : 0);
	files = task->files;
	put(rec, TASKSHARE_FILES, address(files),
	    files ? atomic_read(&files->count) : 0);
	fs = ts_fs(task);
	/* Written under fs->lock; a snapshot of a number that may change. */
	put(rec, TASKSHARE_FS, address(fs), fs ? data_race(fs->users) : 0);
#ifdef CONFIG_BLOCK
	io = task->io_context;
	put(rec, TASKSHARE_IO, address(io), io ? atomic_read(&io->active_ref) : 0);
#endif
	collect_namespaces(rec, task->nsproxy);
	/* A kernel thread has it set for life (struct kthread). */
	if (READ_ONCE(task->vfork_done) &&
	    !(READ_ONCE(task->flags) & PF_KTHREAD))
		rec->flags |= TASKSHARE_F_VFORK;
	task_unlock(task);
}

#ifdef CONFIG_CGROUPS
/*
 * A task has the initial css_set, without a reference, from cgroup_fork() until
 * cgroup_post_fork(), when others can find it already. It does not run before
 * that is over.
 */
static bool has_run(struct task_struct *task)
{
	bool runs = !(ts_state(task) & TASK_NEW);

	/*
	 * The caller reads ->cgroups after this. cgroup_post_fork() sets it
	 * under css_set_lock; the same processor then takes the task's pi_lock
	 * and clears TASK_NEW (wake_up_new_task()). An unlock and a later lock
	 * on one processor order its stores, also on arm64 (LKMM's
	 * po-unlock-lock-po). So a reader that sees it has run, sees its css_set.
	 */
	smp_rmb();
	return runs;
}

/* In an RCU section: a css_set is freed after a grace period. */
static void collect_cgroups(struct task_struct *task,
			    struct taskshare_record *rec)
{
	struct css_set *cset;

	if (!has_run(task)) {
		rec->moving |= 1U << TASKSHARE_CGROUPS;
		return;
	}
	cset = rcu_dereference_raw(task->cgroups);
	put(rec, TASKSHARE_CGROUPS, address(cset),
	    refcount_read(&cset->refcount));
}
#else
static void collect_cgroups(struct task_struct *task,
			    struct taskshare_record *rec)
{
}
#endif

/*
 * In an RCU section: the memory of a sighand_struct stays a sighand_struct's
 * (SLAB_TYPESAFE_BY_RCU), though it may become another one.
 */
static void collect_sighand(struct task_struct *task,
			    struct taskshare_record *rec)
{
	struct sighand_struct *sighand = rcu_dereference(task->sighand);

	put(rec, TASKSHARE_SIGHAND, address(sighand),
	    sighand ? refcount_read(&sighand->count) : 0);
	/*
	 * Orders the read of the count before the second look at the pointer.
	 * If the count was that of a later sighand_struct, then the task had
	 * stored another pointer before: that store comes before the release
	 * in refcount_dec_and_test() (__cleanup_sighand()), and that before
	 * the memory is freed, allocated and given its new count.
	 */
	smp_rmb();
	if (sighand != rcu_access_pointer(task->sighand))
		rec->refs[TASKSHARE_SIGHAND] = 0;
}

static struct pid_namespace *pid_namespace(struct task_struct *task)
{
	/* thread_pid is written as one word; old and new are both true. */
	return data_race(task_active_pid_ns(task));
}

/*
 * RCU keeps what is looked into here: credentials, namespaces of users and
 * pids, struct pid and the parent's task are freed after a grace period.
 */
static void collect_rcu(struct task_struct *task, struct pid_namespace *ns,
			struct taskshare_record *rec)
{
	struct pid_namespace *pidns;
	const struct cred *cred;

	rcu_read_lock();
	collect_sighand(task, rec);
	collect_cgroups(task, rec);
	cred = __task_cred(task);
	put(rec, TASKSHARE_CRED, address(cred), atomic_long_read(&cred->usage));
	put(rec, TASKSHARE_USER, ts_ns_object(cred->user_ns),
	    ns_ref_read(cred->user_ns));
	pidns = pid_namespace(task);
	put(rec, TASKSHARE_PID, ts_ns_object(pidns),
	    pidns ? ns_ref_read(pidns) : 0);
	rec->tgid = task_tgid_nr_ns(task, ns);
	/* The same word: NULL once the task is unhashed. */
	if (data_race(pid_alive(task)))
		rec->ppid = task_tgid_nr_ns(rcu_dereference(task->real_parent),
					    ns);
	rcu_read_unlock();
}

/*
 * Leader or thread is decided by the record's numbers, not by the task: an
 * exec may just have exchanged them.
 */
static enum taskshare_task task_kind(const struct taskshare_record *rec,
				     struct task_struct *task)
{
	unsigned int flags = READ_ONCE(task->flags);

	if (flags & PF_KTHREAD)
		return TASKSHARE_TASK_KTHREAD;
	if (flags & PF_IO_WORKER)
		return TASKSHARE_TASK_IO_WORKER;
	if (flags & PF_USER_WORKER)
		return TASKSHARE_TASK_USER_WORKER;
	return rec->pid == rec->tgid ? TASKSHARE_TASK_LEADER :
		TASKSHARE_TASK_THREAD;
}

static u32 record_flags(struct task_struct *task)
{
	unsigned int task_flags = READ_ONCE(task->flags);
	u32 flags = 0;

	if (task_flags & PF_EXITING)
		flags |= TASKSHARE_F_EXITING;
	if (READ_ONCE(task->exit_state))
		flags |= TASKSHARE_F_DEAD;
	/* Before 5.17 a kernel thread has its struct kthread there. */
	if (!(task_flags & PF_KTHREAD) && READ_ONCE(task->set_child_tid))
		flags |= TASKSHARE_F_SET_TID;
	if (READ_ONCE(task->clear_child_tid))
		flags |= TASKSHARE_F_CLEAR_TID;
	if (READ_ONCE(task->ptrace))
		flags |= TASKSHARE_F_TRACED;
	if (task_no_new_privs(task))
		flags |= TASKSHARE_F_NNP;
	return flags;
}

/**
 * ts_collect() - read what a task holds
 * @set: the set
 * @row: index of one of its tasks; the record is written anew
 *
 * The pointers that task_lock() guards are those of one instant, the others
 * of some instant during the call. A task that is exiting shows NULL for what
 * it has dropped already.
 *
 * Context: may sleep on PREEMPT_RT; takes task_lock().
 */
void ts_collect(struct ts_set *set, u32 row)
{
	struct task_struct *task = set->pin[row].task;
	struct taskshare_record *rec = &set->rec[row];

	BUILD_BUG_ON(TASKSHARE_COMM_LEN != TASK_COMM_LEN);

	memset(rec, 0, sizeof(*rec));
	taskshare_record_layout(rec);
	rec->pid = set->pin[row].nr;
	rec->pidns = set->ns->ns.inum;
	rec->start_ns = start_time(task);
	/* One of its two words, exit_state, is written without a mark. */
	rec->state = data_race(task_state_to_char(task));
	rec->flags = record_flags(task);
	rec->exit_signal = READ_ONCE(task->exit_signal);
	/* A new name may come in meanwhile; it always ends in a zero. */
	data_race(strscpy_pad(rec->comm, task->comm, sizeof(rec->comm)));

	collect_locked(task, rec);
	collect_rcu(task, set->ns, rec);
	rec->kind = task_kind(rec, task);
	/* A task keeps its signal_struct as long as it exists. */
	put(rec, TASKSHARE_SIGNAL, address(task->signal),
	    refcount_read(&task->signal->sigcnt));
#ifdef ts_seccomp
	put(rec, TASKSHARE_SECCOMP, address(ts_seccomp(task)), 0);
#endif
#ifdef ts_semundo
	put(rec, TASKSHARE_SEMUNDO, address(ts_semundo(task)), 0);
#endif
}

static u64 held_namespace(struct task_struct *task, enum taskshare_kind kind)
{
	const struct nsproxy *ns;
	u64 object = 0;

	task_lock(task);
	ns = task->nsproxy;
	if (ns) {
		switch (kind) {
		case TASKSHARE_UTS:
			object = ts_ns_object(ns->uts_ns);
			break;
		case TASKSHARE_IPC:
			object = ts_ns_object(ns->ipc_ns);
			break;
		case TASKSHARE_MNT:
			object = address(ns->mnt_ns);
			break;
		case TASKSHARE_NET:
			object = ts_ns_object(ns->net_ns);
			break;
		case TASKSHARE_PID_FOR_CHILDREN:
			object = ts_ns_object(ns->pid_ns_for_children);
			break;
		case TASKSHARE_CGROUP:
			object = ts_ns_object(ns->cgroup_ns);
			break;
		case TASKSHARE_TIME:
			object = ts_ns_object(ns->time_ns);
			break;
		case TASKSHARE_TIME_FOR_CHILDREN:
			object = ts_ns_object(ns->time_ns_for_children);
			break;
		default:
			WARN_ON_ONCE(1);
		}
	}
	task_unlock(task);
	return object;
}

/**
 * ts_held() - the object that a task holds now
 * @task: the task, referenced by the caller
 * @kind: the kind of object
 *
 * Context: in an RCU section for cred, cgroups, pid and user. Takes
 * task_lock() for the namespaces in nsproxy; for all others it only reads a
 * pointer, so the caller can hold the lock of another task.
 *
 * Return: the same as ts_collect() puts into the record, for comparing only;
 * 0 for none.
 */
u64 ts_held(struct task_struct *task, enum taskshare_kind kind)
{
	switch (kind) {
	case TASKSHARE_MM:
		return address(own_mm(task));
	case TASKSHARE_FILES:
		return address(READ_ONCE(task->files));
	case TASKSHARE_SIGHAND:
		return address(rcu_access_pointer(task->sighand));
	case TASKSHARE_FS:
		return address(READ_ONCE(ts_fs(task)));
	case TASKSHARE_SIGNAL:
		return address(task->signal);
	case TASKSHARE_IO:
		return address(READ_ONCE(task->io_context));
#ifdef ts_semundo
	case TASKSHARE_SEMUNDO:
		return address(ts_semundo(task));
#endif
	case TASKSHARE_NSPROXY:
		return address(READ_ONCE(task->nsproxy));
	case TASKSHARE_CRED:
		return address(rcu_access_pointer(task->real_cred));
#ifdef CONFIG_CGROUPS
	case TASKSHARE_CGROUPS:
		return address(rcu_access_pointer(task->cgroups));
#endif
#ifdef ts_seccomp
	case TASKSHARE_SECCOMP:
		return address(ts_seccomp(task));
#endif
	case TASKSHARE_PID:
		return ts_ns_object(pid_namespace(task));
	case TASKSHARE_USER:
		return ts_ns_object(__task_cred(task)->user_ns);
	default:
		return held_namespace(task, kind);
	}
}
