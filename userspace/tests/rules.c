// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of flags.c against the kernel: every combination of the flags that
 * have rules is tried with clone(2), and EINVAL must come just where flags.c
 * says so. A child ends at once.
 */
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/array.h"
#include "clone/rules.h"
#include "tap.h"

#define STACK 65536

static const unsigned int flags[] = {
	CLONE_VM, CLONE_FS, CLONE_SIGHAND, CLONE_THREAD, CLONE_NEWNS,
	CLONE_SYSVSEM, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWUSER,
};

#define NR_FLAGS (ARRAY_SIZE(flags))

/* May be a thread without any libc state of its own: a system call, no more */
static int end(void *arg)
{
	syscall(SYS_exit, 0);
	return !!arg;
}

static unsigned int subset(unsigned int mask)
{
	unsigned int set = 0;
	size_t i;

	for (i = 0; i < NR_FLAGS; i++)
		if (mask & (1u << i))
			set |= flags[i];
	return set;
}

/* Makes a child with these flags and waits for its end; an errno, or 0 */
static int try_flags(unsigned int set, char *stack, volatile pid_t *tid)
{
	/* The kernel clears it when the child has ended. */
	*tid = -1;
	if (clone(end, stack + STACK, set | CLONE_CHILD_CLEARTID |
		  (set & CLONE_THREAD ? 0 : SIGCHLD), NULL, NULL, NULL,
		  tid) < 0)
		return errno;
	if (set & CLONE_THREAD)
		while (*tid)
			usleep(100);
	else
		while (waitpid(-1, NULL, __WALL) < 0 && errno == EINTR)
			;
	return 0;
}

int main(void)
{
	unsigned int mask, set, nr, wrong = 0, refused = 0, accepted = 0;
	volatile pid_t *tid;
	const char *fault;
	char *stack;
	int ret;

	stack = mmap(NULL, 2 * STACK, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (stack == MAP_FAILED)
		err(1, "mmap");
	tid = (volatile pid_t *)(stack + STACK + STACK / 2);
	/* After chroot(2), say, the last one is refused whatever else is set. */
	nr = try_flags(CLONE_NEWUSER, stack, tid) ? NR_FLAGS - 1 : NR_FLAGS;
	for (mask = 0; mask < 1u << nr; mask++) {
		set = subset(mask);
		ret = try_flags(set, stack, tid);
		if (ret == EINVAL)
			refused++;
		else if (!ret)
			accepted++;
		fault = flags_fault(set);
		/* it asks for the permission first, which only root has */
		if (ret == EPERM && fault && !strcmp(fault, "copy_namespaces()"))
			continue;
		if ((ret == EINVAL) != !!fault) {
			wrong++;
			printf("# %#x: the kernel says %d, flags.c %s\n", set,
			       ret, fault ?: "nothing against it");
		}
	}
	tap_ok(!wrong && refused && accepted,
	       "rules: %u combinations of flags, %u refused by the kernel, %u made, %u not as flags.c says",
	       1u << nr, refused, accepted, wrong);
	return tap_end();
}
