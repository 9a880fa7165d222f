/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls without the C library: tasks that share memory but not the
 * thread descriptor must not touch errno or anything else that is per thread.
 *
 * For each architecture, everything that the tests and the reader know about
 * its way into the kernel:
 *
 *	RAW_REGISTERS(...)	variables in the registers of a call's number
 *				and of its six arguments; the first of them, or
 *				the number's, is that of the result
 *	RAW_OPERANDS		for asm(): the result, and the registers
 *	RAW_ENTER		the instruction
 *	RAW_CHILD		what follows it where a call returns twice: the
 *				creator goes on; the child aligns its stack and
 *				calls %[fn] with %[arg], which are in registers
 *				that the kernel copies
 *	RAW_CLONE_ORDER(...)	the arguments of clone(2), as it takes them; see
 *				CLONE_BACKWARDS in the kernel's arch/Kconfig
 */
#ifndef TASKSHARE_SELFTESTS_RAW_H
#define TASKSHARE_SELFTESTS_RAW_H

#include <linux/sched.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)

#define RAW_REGISTERS(nr, a, b, c, d, e, f)				\
	register long ret_ asm("rax") = nr;				\
	register long a_ asm("rdi") = a;				\
	register long b_ asm("rsi") = b;				\
	register long c_ asm("rdx") = c;				\
	register long d_ asm("r10") = d;				\
	register long e_ asm("r8") = e;					\
	register long f_ asm("r9") = f
#define RAW_OPERANDS							\
	"+r" (ret_) : "r" (a_), "r" (b_), "r" (c_), "r" (d_), "r" (e_),	\
	"r" (f_)
#define RAW_CLOBBERS "rcx", "r11", "memory", "cc"
#define RAW_ENTER "syscall\n\t"
#define RAW_CHILD							\
	"test %%rax, %%rax\n\t"						\
	"jnz 1f\n\t"							\
	"and $-16, %%rsp\n\t"						\
	"mov %[arg], %%rdi\n\t"						\
	"call *%[fn]\n\t"						\
	"hlt\n"								\
	"1:"
#define RAW_CLONE_ORDER(stack, flags, ptid, ctid, tls)			\
	flags, stack, ptid, ctid, tls

#elif defined(__aarch64__)

#define RAW_REGISTERS(nr, a, b, c, d, e, f)				\
	register long nr_ asm("x8") = nr;				\
	register long ret_ asm("x0") = a;				\
	register long b_ asm("x1") = b;					\
	register long c_ asm("x2") = c;					\
	register long d_ asm("x3") = d;					\
	register long e_ asm("x4") = e;					\
	register long f_ asm("x5") = f
#define RAW_OPERANDS							\
	"+r" (ret_) : "r" (nr_), "r" (b_), "r" (c_), "r" (d_), "r" (e_), \
	"r" (f_)
#define RAW_CLOBBERS "x9", "memory", "cc"
#define RAW_ENTER "svc #0\n\t"
#define RAW_CHILD							\
	"cbnz x0, 1f\n\t"						\
	"mov x9, sp\n\t"						\
	"and x9, x9, #-16\n\t"						\
	"mov sp, x9\n\t"						\
	"mov x0, %[arg]\n\t"						\
	"blr %[fn]\n\t"							\
	"brk #0\n"							\
	"1:"
#define RAW_CLONE_ORDER(stack, flags, ptid, ctid, tls)			\
	flags, stack, ptid, tls, ctid

#elif defined(__riscv) && __riscv_xlen == 64

#define RAW_REGISTERS(nr, a, b, c, d, e, f)				\
	register long nr_ asm("a7") = nr;				\
	register long ret_ asm("a0") = a;				\
	register long b_ asm("a1") = b;					\
	register long c_ asm("a2") = c;					\
	register long d_ asm("a3") = d;					\
	register long e_ asm("a4") = e;					\
	register long f_ asm("a5") = f
#define RAW_OPERANDS							\
	"+r" (ret_) : "r" (nr_), "r" (b_), "r" (c_), "r" (d_), "r" (e_), \
	"r" (f_)
#define RAW_CLOBBERS "memory"
#define RAW_ENTER "ecall\n\t"
#define RAW_CHILD							\
	"bnez a0, 1f\n\t"						\
	"andi sp, sp, -16\n\t"						\
	"mv a0, %[arg]\n\t"						\
	"jalr %[fn]\n\t"						\
	"ebreak\n"							\
	"1:"
#define RAW_CLONE_ORDER(stack, flags, ptid, ctid, tls)			\
	flags, stack, ptid, tls, ctid

#elif defined(__s390x__)

/*
 * The callee saves registers in the 160 bytes above its stack pointer. Register
 * 0 holds no address.
 */
#define RAW_REGISTERS(nr, a, b, c, d, e, f)				\
	register long nr_ asm("1") = nr;				\
	register long ret_ asm("2") = a;				\
	register long b_ asm("3") = b;					\
	register long c_ asm("4") = c;					\
	register long d_ asm("5") = d;					\
	register long e_ asm("6") = e;					\
	register long f_ asm("7") = f
#define RAW_OPERANDS							\
	"+d" (ret_) : "d" (nr_), "d" (b_), "d" (c_), "d" (d_), "d" (e_), \
	"d" (f_)
#define RAW_CLOBBERS "14", "memory", "cc"
#define RAW_ADDRESS(p) "a" (p)
#define RAW_ENTER "svc 0\n\t"
#define RAW_CHILD							\
	"ltgr %%r2, %%r2\n\t"						\
	"jnz 1f\n\t"							\
	"nill %%r15, 0xfff8\n\t"					\
	"aghi %%r15, -160\n\t"						\
	"lgr %%r2, %[arg]\n\t"						\
	"basr %%r14, %[fn]\n\t"						\
	"j .+2\n"							\
	"1:"
#define RAW_CLONE_ORDER(stack, flags, ptid, ctid, tls)			\
	stack, flags, ptid, ctid, tls

#elif defined(__arm__)

/* The compiler may need r7 for itself. */
#define RAW_REGISTERS(nr, a, b, c, d, e, f)				\
	register long nr_ asm("r8") = nr;				\
	register long ret_ asm("r0") = a;				\
	register long b_ asm("r1") = b;					\
	register long c_ asm("r2") = c;					\
	register long d_ asm("r3") = d;					\
	register long e_ asm("r4") = e;					\
	register long f_ asm("r5") = f
#define RAW_OPERANDS							\
	"+r" (ret_) : "r" (nr_), "r" (b_), "r" (c_), "r" (d_), "r" (e_), \
	"r" (f_)
#define RAW_CLOBBERS "r6", "memory", "cc"
#define RAW_ENTER							\
	"mov r6, r7\n\t"						\
	"mov r7, r8\n\t"						\
	"svc #0\n\t"							\
	"mov r7, r6\n\t"
#define RAW_CHILD							\
	"cmp r0, #0\n\t"						\
	"bne 1f\n\t"							\
	"mov r6, sp\n\t"						\
	"bic r6, r6, #7\n\t"						\
	"mov sp, r6\n\t"						\
	"mov r0, %[arg]\n\t"						\
	"blx %[fn]\n\t"							\
	"udf #0\n"							\
	"1:"
#define RAW_CLONE_ORDER(stack, flags, ptid, ctid, tls)			\
	flags, stack, ptid, tls, ctid

#else
#error "raw.h: how does this architecture enter the kernel?"
#endif

#ifndef RAW_ADDRESS
#define RAW_ADDRESS(p) "r" (p)
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
	RAW_REGISTERS(nr, a, b, c, d, e, f);

	asm volatile(RAW_ENTER : RAW_OPERANDS : RAW_CLOBBERS);
	return ret_;
}

/**
 * raw_call_twice() - a system call that makes a task
 * @nr: its number, then its arguments
 * @fn: function that the child calls on its own stack; must not return
 * @arg: argument of @fn
 *
 * Return: what the kernel returns to the caller, errors as negative errno.
 */
static inline long raw_call_twice(long nr, long a, long b, long c, long d,
				  long e, void (*fn)(void *), void *arg)
{
	RAW_REGISTERS(nr, a, b, c, d, e, 0);

	asm volatile(RAW_ENTER RAW_CHILD
		     : RAW_OPERANDS, [fn] RAW_ADDRESS(fn), [arg] "r" (arg)
		     : RAW_CLOBBERS);
	return ret_;
}

/**
 * raw_clone3() - make a task that calls a function
 * @args: as clone3(2) wants them; with no stack the child runs on its copy
 *	of the caller's, so only without CLONE_VM
 * @fn: function that the child calls; must not return
 * @arg: argument of @fn
 *
 * Return: the child's number to the caller, or a negative errno.
 */
static inline long raw_clone3(struct clone_args *args, void (*fn)(void *),
			      void *arg)
{
	return raw_call_twice(SYS_clone3, (long)args, sizeof(*args), 0, 0, 0,
			      fn, arg);
}

/**
 * raw_clone2() - the same by clone(2)
 * @flags: with the exit signal
 * @stack: highest address of the child's stack; 0: a copy
 * @ptid: for CLONE_PARENT_SETTID or CLONE_PIDFD
 * @ctid: for CLONE_CHILD_SETTID and CLONE_CHILD_CLEARTID
 * @tls: for CLONE_SETTLS
 * @fn: function that the child calls; must not return
 * @arg: argument of @fn
 *
 * Return: the child's number to the caller, or a negative errno.
 */
static inline long raw_clone2(long flags, long stack, long ptid, long ctid,
			      long tls, void (*fn)(void *), void *arg)
{
#define RAW_CALL(...)	raw_call_twice(SYS_clone, __VA_ARGS__, fn, arg)
	return RAW_CALL(RAW_CLONE_ORDER(stack, flags, ptid, ctid, tls));
#undef RAW_CALL
}

/**
 * raw_fork() - make a task that goes on from here, on a copy of the stack
 * @flags: those of clone(2), with the exit signal
 *
 * Return: as fork(2), with errno.
 */
static inline long raw_fork(unsigned long flags)
{
	return syscall(SYS_clone, RAW_CLONE_ORDER(0L, flags, 0L, 0L, 0L));
}

#endif
