/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls without the C library: tasks that share memory but not the
 * thread descriptor must not touch errno or anything else that is per thread.
 */
#ifndef TASKSHARE_SELFTESTS_RAW_H
#define TASKSHARE_SELFTESTS_RAW_H

#include <linux/sched.h>
#include <stddef.h>
#include <sys/syscall.h>

#ifndef __x86_64__
#error "raw.h: give this architecture its own raw_syscall() and raw_clone3()"
#endif

/**
 * raw_syscall() - enter the kernel
 * @nr: the system call's number, then its arguments
 *
 * Return: what the kernel returns, errors as negative errno.
 */
static inline long raw_syscall(long nr, long a, long b, long c, long d,
			       long e, long f)
{
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;
	register long r9 asm("r9") = f;
	long ret;

	asm volatile("syscall"
		     : "=a" (ret)
		     : "0" (nr), "D" (a), "S" (b), "d" (c), "r" (r10),
		       "r" (r8), "r" (r9)
		     : "rcx", "r11", "memory", "cc");
	return ret;
}

/**
 * raw_clone3() - make a task that calls a function
 * @args: as clone3(2) wants them; with no stack the child runs on its copy
 *	of the caller's, so only without CLONE_VM
 * @fn: what the child calls; must not return
 * @arg: what @fn gets
 *
 * Return: the child's number to the caller, or a negative errno.
 */
static inline long raw_clone3(struct clone_args *args, void (*fn)(void *),
			      void *arg)
{
	long ret;

	asm volatile("syscall\n\t"
		     "test %%rax, %%rax\n\t"
		     "jnz 1f\n\t"
		     "and $-16, %%rsp\n\t"
		     "mov %[arg], %%rdi\n\t"
		     "call *%[fn]\n\t"
		     "hlt\n"
		     "1:"
		     : "=a" (ret)
		     : "0" ((long)SYS_clone3), "D" (args),
		       "S" (sizeof(*args)), [fn] "r" (fn), [arg] "r" (arg)
		     : "rcx", "r11", "memory", "cc");
	return ret;
}

#endif
