/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls in registers: all that the tracer knows of an architecture.
 *
 * Which fields there are decides, when the program is loaded, whose kernel it
 * is: x86 has pt_regs.di, arm64 has pt_regs.regs.
 */
#ifndef BPF_SYSCALL_BPF_H
#define BPF_SYSCALL_BPF_H

#include <stdbool.h>

#include "bpf/kernel.bpf.h"

/* Arguments of a system call that are looked at */
#define SYSCALL_ARGS	5

#define TS_COMPAT	0x0002

#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)

struct pt_regs {
	/* x86 */
	unsigned long di;
	unsigned long si;
	unsigned long dx;
	unsigned long r10;
	unsigned long r8;
	unsigned long orig_ax;
	/* arm64 */
	__u64 regs[31];
	__u64 orig_x0;
	__s32 syscallno;
};

#pragma clang attribute pop

static __always_inline __u64 syscall_nr(const struct pt_regs *regs)
{
	if (bpf_core_field_exists(regs->orig_ax))
		return READ(regs, orig_ax);
	return READ(regs, syscallno);
}

/*
 * An argument, counted from 0, at entry as at exit: arm64 returns the result
 * in regs[0].
 */
static __always_inline __u64 syscall_arg(const struct pt_regs *regs, int n)
{
	if (!bpf_core_field_exists(regs->di))
		return n ? READ(regs, regs[n]) : READ(regs, orig_x0);
	switch (n) {
	case 0:
		return READ(regs, di);
	case 1:
		return READ(regs, si);
	case 2:
		return READ(regs, dx);
	case 3:
		return READ(regs, r10);
	default:
		return READ(regs, r8);
	}
}

static __always_inline void syscall_args(__u64 *args,
					 const struct pt_regs *regs)
{
	args[0] = syscall_arg(regs, 0);
	args[1] = syscall_arg(regs, 1);
	args[2] = syscall_arg(regs, 2);
	args[3] = syscall_arg(regs, 3);
	args[4] = syscall_arg(regs, 4);
}

/* A call of a 32-bit program: its number means another call. */
static __always_inline bool syscall_is_compat(const struct task_struct *task)
{
	return bpf_core_field_exists(task->thread_info.status) &&
	       READ(task, thread_info.status) & TS_COMPAT;
}

#endif /* BPF_SYSCALL_BPF_H */
