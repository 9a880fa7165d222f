/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls without the C library, for tasks that share memory but have no
 * thread descriptor of their own: they must leave errno and the like alone.
 */
#ifndef TESTTASK_RAW_CLONE_H
#define TESTTASK_RAW_CLONE_H

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>

#include <linux/sched.h>

/**
 * struct raw_clone - a call of clone(2) or clone3(2)
 * @nr: SYS_clone or SYS_clone3
 * @args: as of clone3(2); for clone(2), @pidfd and @parent_tid are the same
 */
struct raw_clone {
	long nr;
	struct clone_args args;
};

#ifdef __x86_64__

#define VERIFY_RAW 1

static inline long raw_syscall(long nr, long a, long b, long c, long d,
			       long e)
{
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;
	register long r9 asm("r9") = 0;
	long ret;

	asm volatile("syscall"
		     : "=a" (ret)
		     : "0" (nr), "D" (a), "S" (b), "d" (c), "r" (r10),
		       "r" (r8), "r" (r9)
		     : "rcx", "r11", "memory", "cc");
	return ret;
}

/*
 * The child begins with @fn on its own stack, and never returns. Everything
 * that it needs is in registers, which it has as its creator had them.
 */
static inline long raw_clone_at(long nr, long a, long b, long c, long d,
				long e, void (*fn)(void *), void *arg)
{
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;
	register long r12 asm("r12") = (long)fn;
	register void *r13 asm("r13") = arg;
	long ret;

	asm volatile("syscall\n\t"
		     "test %%rax, %%rax\n\t"
		     "jnz 1f\n\t"
		     "and $-16, %%rsp\n\t"
		     "xor %%ebp, %%ebp\n\t"
		     "mov %[arg], %%rdi\n\t"
		     "call *%[fn]\n\t"
		     "hlt\n"
		     "1:"
		     : "=a" (ret)
		     : "0" (nr), "D" (a), "S" (b), "d" (c), "r" (r10),
		       "r" (r8), [fn] "r" (r12), [arg] "r" (r13)
		     : "rcx", "r11", "memory", "cc");
	return ret;
}

static inline long raw_clone(struct raw_clone *how, void (*fn)(void *),
			     void *arg)
{
	struct clone_args *a = &how->args;

	if (how->nr == SYS_clone3)
		return raw_clone_at(how->nr, (long)a, sizeof(*a), 0, 0, 0, fn,
				    arg);
	return raw_clone_at(how->nr, a->flags | a->exit_signal,
			    a->stack + a->stack_size,
			    a->flags & CLONE_PIDFD ? a->pidfd : a->parent_tid,
			    a->child_tid, a->tls, fn, arg);
}

#else

#define VERIFY_RAW 0

static inline long raw_syscall(long nr, long a, long b, long c, long d,
			       long e)
{
	(void)nr, (void)a, (void)b, (void)c, (void)d, (void)e;
	return -ENOSYS;
}

static inline long raw_clone(struct raw_clone *how, void (*fn)(void *),
			     void *arg)
{
	(void)how, (void)fn, (void)arg;
	return -ENOSYS;
}

#endif

#endif /* TESTTASK_RAW_CLONE_H */
