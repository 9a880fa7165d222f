// SPDX-License-Identifier: GPL-2.0-only
/*
 * An iterator over all tasks that writes a record for each, and if it is asked
 * for, what the task's objects hold.
 *
 * It takes no locks and no references: a load from memory that went away gives
 * anything or zero, never a fault. So what one pass says is a hint, and
 * engine_bpf.c lets a row keep only what two passes agree on. Addresses do not
 * leave the kernel: what is written is their keyed hash, as the module has it.
 */
#include "bpf/content.bpf.h"
#include "bpf/fields.bpf.h"
#include "bpf/ident.bpf.h"
#include "bpf/objects.bpf.h"

char LICENSE[] SEC("license") = "GPL";

/* Whether a struct content_row follows each record */
const volatile bool with_content;

/*
 * Each pointer is loaded once: what counts is what is counted. Of NULL, reading
 * the count gives 0; to ask first would double the paths that the verifier
 * follows, 21 times over, and Linux 6.1 prunes few of them.
 */
static __always_inline void put_objects(struct taskshare_record *rec,
					const struct task_struct *task)
{
	struct holder holder = holder_of(task);
	bool runs = has_run(task);

#define PUT(what, exists, pointer, count)				\
	do {								\
		if (!(exists))						\
			break;						\
		const typeof(*(pointer)) *object = (pointer);		\
									\
		rec->id[TASKSHARE_##what] = (__u64)object;		\
		rec->refs[TASKSHARE_##what] = (count);			\
		rec->seen |= 1u << TASKSHARE_##what;			\
	} while (0)
	OBJECTS(PUT, holder);
#undef PUT
	if (!runs && rec->seen & 1u << TASKSHARE_CGROUPS) {
		rec->seen &= ~(1u << TASKSHARE_CGROUPS);
		rec->moving |= 1u << TASKSHARE_CGROUPS;
		rec->id[TASKSHARE_CGROUPS] = 0;
		rec->refs[TASKSHARE_CGROUPS] = 0;
	}
}

/*
 * Addresses into ids. The verifier does not calculate with pointers to the
 * kernel's structures; a result of a helper is a plain number to it.
 */
static __always_inline void hide_addresses(struct taskshare_record *rec)
{
	int k;

	bpf_probe_read_kernel(rec->id, sizeof(rec->id), rec->id);
#pragma unroll
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		rec->id[k] = hash(rec->id[k]);
}

static __always_inline char state_letter(const struct task_struct *task)
{
	unsigned int state = task_state(task);
	unsigned int report = (state | task->exit_state) & 0x7f;

	/* TASK_IDLE is TASK_UNINTERRUPTIBLE and TASK_NOLOAD. */
	if ((state & 0x402) == 0x402)
		return 'I';
	/* TASK_RTLOCK_WAIT, TASK_FROZEN */
	if (state & 0x9000)
		return 'D';
	return report & 0x40 ? 'P' : report & 0x20 ? 'Z' :
	       report & 0x10 ? 'X' : report & 0x08 ? 't' :
	       report & 0x04 ? 'T' : report & 0x02 ? 'D' :
	       report & 0x01 ? 'S' : 'R';
}

static __always_inline __u32 task_flags(const struct task_struct *task)
{
	__u32 flags = 0;

	if (task->flags & PF_EXITING)
		flags |= TASKSHARE_F_EXITING;
	if (task->exit_state)
		flags |= TASKSHARE_F_DEAD;
	/* Kernel threads use these fields for other things. */
	if (!(task->flags & PF_KTHREAD)) {
		if (READ(task, vfork_done))
			flags |= TASKSHARE_F_VFORK;
		if (READ(task, set_child_tid))
			flags |= TASKSHARE_F_SET_TID;
		if (READ(task, clear_child_tid))
			flags |= TASKSHARE_F_CLEAR_TID;
	}
	if (task->ptrace)
		flags |= TASKSHARE_F_TRACED;
	/* PFA_NO_NEW_PRIVS is bit 0. */
	if (task->atomic_flags & 1)
		flags |= TASKSHARE_F_NNP;
	return flags;
}

/*
 * The numbers of the reader's pid namespace; the iterator shows only
 * tasks that have one in it. Returns the namespace.
 */
static __always_inline __u64
put_numbers(struct taskshare_record *rec, const struct task_struct *task)
{
	const struct pid *mine = READ((const struct task_struct *)
				      bpf_get_current_task(), thread_pid);
	const struct signal_struct *signal = READ(task, signal);
	const struct pid *pid = READ(task, thread_pid);
	unsigned int level = READ(mine, level);

	rec->pid = number_in(pid, level);
	rec->tgid = number_in(READ(signal, pids[PIDTYPE_TGID]), level);
	/* The parent of a task without a PID may be gone. */
	signal = READ(READ(task, real_parent), signal);
	rec->ppid = number_in(READ(signal, pids[PIDTYPE_TGID]), level);
	return (__u64)READ(pid_at(mine, level), numbers[0].ns);
}

/* A record and a row are too much for one stack frame. */
static __noinline bool put_record(const struct task_struct *task,
				  struct seq_file *seq)
{
	struct taskshare_record record, *rec = &record;
	__u64 ns;

	__builtin_memset(rec, 0, sizeof(*rec));
	taskshare_record_layout(rec);
	ns = put_numbers(rec, task);
	/* A task that lost its number meanwhile is no task any more. */
	if (!rec->pid || !rec->tgid)
		return false;
	rec->start_ns = task->start_boottime;
	bpf_probe_read_kernel_str(rec->comm, sizeof(rec->comm), task->comm);
	rec->kind = task_kind(task);
	rec->state = state_letter(task);
	rec->flags = task_flags(task);
	rec->exit_signal = task->exit_signal;
	put_objects(rec, task);
	rec->pidns = pid_field(ns, NS_INUM);
	hide_addresses(rec);
	bpf_seq_write(seq, rec, sizeof(*rec));
	return true;
}

static __always_inline void put_self(struct content_row *row,
				     const struct task_struct *task)
{
	const struct pid *mine = READ((const struct task_struct *)
				      bpf_get_current_task(), thread_pid);
	const struct pid *pid = READ(task, thread_pid);
	const struct task_struct *waiter = waiter_of(task);

	row->start_ns = task->start_boottime;
	row->pid = number_in(pid, READ(mine, level));
	row->nspid = number_in(pid, READ(pid, level));
	row->nnp = task->atomic_flags & 1;
	if (bpf_core_field_exists(task->seccomp.filter))
		row->seccomp_mode = READ(task, seccomp.mode);
	row->known |= CONTENT_SELF;
	if (task->flags & PF_KTHREAD)
		return;
	row->known |= CONTENT_WAITER;
	if (waiter)
		row->waiter = number_in(READ(waiter, thread_pid),
					READ(mine, level));
}

static __always_inline void put_objects_content(struct content_row *row,
						const struct task_struct *task)
{
	struct holder holder = holder_of(task);
	__u64 fs = (__u64)READ(task, fs);
	const struct cred *idle = idle_cred_of(task);
	const struct css_set *cgroups = 0;

	row->id[0] = (__u64)holder.cred;
	row->idle_cred = holder.cred == idle;
	if (idle)
		row->known |= CONTENT_IDLE_CRED;
	row->id[1] = fs;
	row->id[2] = (__u64)holder.ns;
	put_cred(row, holder.cred);
	put_namespaces(row, &holder);
	row->umask = fs_field(fs, FS_UMASK);
	put_dir(&row->root, fs_field(fs, FS_ROOT_MNT),
		fs_field(fs, FS_ROOT_DENTRY));
	put_dir(&row->cwd, fs_field(fs, FS_CWD_MNT),
		fs_field(fs, FS_CWD_DENTRY));
	if (bpf_core_field_exists(task->cgroups)) {
		cgroups = READ(task, cgroups);
		row->id[3] = (__u64)cgroups;
		row->cgroup = READ(READ(READ(cgroups, dfl_cgrp), kn), id);
	}
	if (bpf_core_field_exists(task->seccomp.filter)) {
		row->id[4] = (__u64)READ(task, seccomp.filter);
		row->filters = count_of(task, seccomp.filter_count);
	}
}

static __noinline void put_content(const struct task_struct *task,
				   struct seq_file *seq, __u32 whole)
{
	struct content_row content, *row = &content;
	int i;

	__builtin_memset(row, 0, sizeof(*row));
	row->size = sizeof(*row);
	put_self(row, task);
	if (whole) {
		put_objects_content(row, task);
		row->known |= still_held(row, task) | CONTENT_SECUREBITS |
			      CONTENT_DIRS | CONTENT_OWNERS | CONTENT_LEVELS |
			      CONTENT_GROUPS_SEEN;
		bpf_probe_read_kernel(row->id, sizeof(row->id), row->id);
#pragma unroll
		for (i = 0; i < 5; i++)
			row->id[i] = hash(row->id[i]);
	}
	bpf_seq_write(seq, row, sizeof(*row));
}

static __noinline void put_group_list(const struct task_struct *task,
				      struct seq_file *seq, __u32 whole)
{
	const struct cred *cred = READ(task, real_cred);
	struct content_groups groups;

	__builtin_memset(&groups, 0, sizeof(groups));
	if (whole) {
		put_groups(&groups, READ(cred, group_info));
		groups.cred = hash((__u64)cred);
	}
	bpf_seq_write(seq, &groups, sizeof(groups));
}

SEC("iter/task")
int write_record(struct bpf_iter__task *ctx)
{
	const struct task_struct *task = ctx->task;
	__u32 whole;

	if (task && put_record(task, ctx->meta->seq) && with_content) {
		/* The first of an iteration may be the only one. */
		whole = 1 ^ (nonzero(ctx->meta->seq_num) &
			     holds_as_leader(task));
		barrier_var(whole);
		put_content(task, ctx->meta->seq, whole);
		put_group_list(task, ctx->meta->seq, whole);
	}
	return 0;
}
