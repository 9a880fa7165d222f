/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls in registers: all that the tracer knows of an architecture.
 *
 * Which fields there are decides, when the program is loaded, whose kernel it
 * is: x86 has pt_regs.di, riscv64 orig_a0, s390x orig_gpr2, arm64 regs.
 */
#ifndef BPF_SYSCALL_BPF_H
#define BPF_SYSCALL_BPF_H

#include <stdbool.h>

#include "bpf/kernel.bpf.h"

/* Arguments of a system call that are looked at */
#define SYSCALL_ARGS	5

#define TS_COMPAT	0x0002		/* x86, thread_info.status */
#define TIF_32BIT	(1ul << 22)	/* arm64, thread_info.flags */

#pragma clang attribute push(__attribute__((preserve_access_index)), \
			     apply_to = record)

struct pt_regs {
	/* all but s390x, which has it in gprs[15] */
	unsigned long sp;
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
	/* riscv64 */
	unsigned long orig_a0;
	unsigned long a1;
	unsigned long a2;
	unsigned long a3;
	unsigned long a4;
	unsigned long a7;
	/* s390x; the number of the call is in the lower half of int_code */
	unsigned long orig_gpr2;
	unsigned long gprs[16];
	unsigned int int_code;
};

#pragma clang attribute pop

static __always_inline __u64 syscall_nr(const struct pt_regs *regs)
{
	if (bpf_core_field_exists(regs->orig_ax))
		return READ(regs, orig_ax);
	if (bpf_core_field_exists(regs->orig_a0))
		return READ(regs, a7);
	if (bpf_core_field_exists(regs->orig_gpr2))
		return READ(regs, int_code) & 0xffff;
	return READ(regs, syscallno);
}

static __always_inline __u64 syscall_arg_x86(const struct pt_regs *regs, int n)
{
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

static __always_inline __u64 syscall_arg_riscv(const struct pt_regs *regs, int n)
{
	switch (n) {
	case 0:
		return READ(regs, orig_a0);
	case 1:
		return READ(regs, a1);
	case 2:
		return READ(regs, a2);
	case 3:
		return READ(regs, a3);
	default:
		return READ(regs, a4);
	}
}

/*
 * An argument, counted from 0, at entry as at exit: but for x86, the register
 * of the first one is the one of the result, too.
 */
static __always_inline __u64 syscall_arg(const struct pt_regs *regs, int n)
{
	if (bpf_core_field_exists(regs->di))
		return syscall_arg_x86(regs, n);
	if (bpf_core_field_exists(regs->orig_a0))
		return syscall_arg_riscv(regs, n);
	if (bpf_core_field_exists(regs->orig_gpr2))
		return n ? READ(regs, gprs[2 + n]) : READ(regs, orig_gpr2);
	return n ? READ(regs, regs[n]) : READ(regs, orig_x0);
}

/* clone(2) takes its flags first, but on s390x (CLONE_BACKWARDS2). */
static __always_inline __u64 clone_arg(const struct pt_regs *regs, int n)
{
	if (n < 2 && bpf_core_field_exists(regs->orig_gpr2))
		n = 1 - n;
	return syscall_arg(regs, n);
}

/* The stack pointer of the caller */
static __always_inline __u64 syscall_stack(const struct pt_regs *regs)
{
	if (bpf_core_field_exists(regs->orig_gpr2))
		return READ(regs, gprs[15]);
	return READ(regs, sp);
}

/* All arguments; those of clone(2) with the flags first. */
static __always_inline void syscall_args(__u64 *args, bool is_clone,
					 const struct pt_regs *regs)
{
	args[0] = is_clone ? clone_arg(regs, 0) : syscall_arg(regs, 0);
	args[1] = is_clone ? clone_arg(regs, 1) : syscall_arg(regs, 1);
	args[2] = syscall_arg(regs, 2);
	args[3] = syscall_arg(regs, 3);
	args[4] = syscall_arg(regs, 4);
}

/* A call of a 32-bit program: its number means another call. */
static __always_inline bool syscall_is_compat(const struct task_struct *task)
{
	const struct pt_regs *regs = NULL;

	if (bpf_core_field_exists(regs->syscallno))
		return READ(task, thread_info.flags) & TIF_32BIT;
	return bpf_core_field_exists(task->thread_info.status) &&
	       READ(task, thread_info.status) & TS_COMPAT;
}

#endif /* BPF_SYSCALL_BPF_H */
