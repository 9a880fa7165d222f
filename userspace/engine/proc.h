/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ENGINE_PROC_H
#define ENGINE_PROC_H

#include "engine/engine.h"

/**
 * struct proc - the state of the proc engine
 * @key: of the ids, drawn anew for each snapshot
 * @boot_offset_ns: by how much the times in /proc are later than the kernel's
 * @null_task: a zombie child, or 0: what it has dropped is NULL
 * @kcmp_err: why kcmp(2) is not usable at all, or 0
 * @io_null: whether @null_task has been seen to have no I/O context
 * @hidden: number of processes of the last snapshot seen to be there only
 * @denied: number of tasks of the last snapshot that belong to others
 * @note: gaps of the last snapshot, in words
 */
struct proc {
	__u64 key[2];
	long long boot_offset_ns;
	pid_t null_task;
	int kcmp_err;
	bool io_null;
	size_t hidden;
	size_t denied;
	char note[320];
};

/* proc_walk.c */
__u64 proc_id(const struct proc *proc, __u64 value);
int proc_walk(struct proc *proc, struct selection *sel, struct records *recs,
	      struct error *error);
int proc_alive(const struct proc *proc, const struct taskshare_record *rec);

/* proc_kcmp.c */
void proc_kcmp_open(struct proc *proc);
void proc_kcmp_close(struct proc *proc);
int proc_kcmp(struct proc *proc, struct records *recs);

#endif /* ENGINE_PROC_H */
