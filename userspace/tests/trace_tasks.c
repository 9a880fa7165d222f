// SPDX-License-Identifier: GPL-2.0-only
/*
 * A program for trace to look at, which says itself what it did.
 *
 *	trace_tasks flags	makes a task with each legal set of sharing
 *				flags by clone(2) and by clone3(2), and prints
 *				what trace must say of each
 *	trace_tasks refused	tries each set that is not legal, and prints
 *				what trace must say
 *	trace_tasks events	does one of everything else
 *	trace_tasks threads	does what only those can do who are not alone
 *	trace_tasks forks N	forks N times
 *	trace_tasks share	makes a child that shares its files and its fs,
 *				prints both numbers, and waits to be killed
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/array.h"

static const struct {
	__u64 bit;
	const char *name;
	const char *kind;
	const char *own;
} sharing[] = {
	{ CLONE_FILES, "FILES", "files", "copied" },
	{ CLONE_FS, "FS", "fs", "copied" },
	{ CLONE_IO, "IO", "io", "new" },
	{ CLONE_SIGHAND, "SIGHAND", "sighand", "copied" },
	{ CLONE_SYSVSEM, "SYSVSEM", "semundo", "absent" },
	{ CLONE_THREAD, "THREAD", "signal", "new" },
	{ CLONE_VM, "VM", "mm", "copied" },
};

/*
 * A system call after which the new task ends at once, whatever memory it has:
 * it touches no stack.
 */
static long make(long nr, const void *a, long b, long c, void *d)
{
#if defined(__x86_64__)
	register void *r10 asm("r10") = d;
	register long r8 asm("r8") = 0;
	long ret = nr;

	asm volatile("syscall\n\t"
		     "test %%rax, %%rax\n\t"
		     "jnz 1f\n\t"
		     "mov %[exit], %%eax\n\t"
		     "xor %%edi, %%edi\n\t"
		     "syscall\n"
		     "1:"
		     : "+a"(ret), "+D"(a)
		     : "S"(b), "d"(c), "r"(r10), "r"(r8), [exit] "i"(SYS_exit)
		     : "rcx", "r11", "memory");
	return ret;
#else
#error "say here how this architecture calls the kernel"
#endif
}

/* The word that the kernel clears when a thread has ended */
static int tid;

static long make_clone(__u64 flags)
{
	/* flags, stack, parent_tid, child_tid */
	return make(SYS_clone, (void *)(flags | (flags & CLONE_THREAD ?
						 0 : SIGCHLD)), 0, 0, &tid);
}

static long make_clone3(__u64 flags)
{
	struct clone_args args = {
		.flags = flags,
		.child_tid = (uintptr_t)&tid,
		.exit_signal = flags & CLONE_THREAD ? 0 : SIGCHLD,
	};

	return make(SYS_clone3, &args, sizeof(args), 0, NULL);
}

static void wait_for(__u64 flags, long pid)
{
	int now;

	if (!(flags & CLONE_THREAD)) {
		while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
			;
		return;
	}
	while ((now = __atomic_load_n(&tid, __ATOMIC_ACQUIRE)))
		syscall(SYS_futex, &tid, FUTEX_WAIT, now, NULL, NULL, 0);
}

static __u64 subset(unsigned int mask)
{
	__u64 flags = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sharing); i++)
		if (mask & 1u << i)
			flags |= sharing[i].bit;
	return flags;
}

static int legal(__u64 flags)
{
	return (!(flags & CLONE_THREAD) || flags & CLONE_SIGHAND) &&
	       (!(flags & CLONE_SIGHAND) || flags & CLONE_VM);
}

static void print_names(__u64 flags)
{
	const char *comma = "";
	size_t i;

	if (flags & CLONE_CHILD_CLEARTID) {
		printf("CHILD_CLEARTID");
		comma = ",";
	}
	for (i = 0; i < ARRAY_SIZE(sharing); i++) {
		if (!(flags & sharing[i].bit))
			continue;
		printf("%s%s", comma, sharing[i].name);
		comma = ",";
	}
}

static void try_legal(const char *call, long (*by)(__u64), __u64 flags)
{
	size_t i;
	long pid;

	/* To know when a thread has ended */
	if (flags & CLONE_THREAD)
		flags |= CLONE_CHILD_CLEARTID;
	tid = -1;
	pid = by(flags);
	if (pid < 0)
		err(1, "%s %#llx", call, flags);
	printf("%ld %s ", pid, call);
	print_names(flags);
	for (i = 0; i < ARRAY_SIZE(sharing); i++)
		printf(" %s=%s", sharing[i].kind, flags & sharing[i].bit ?
		       "shared" : sharing[i].own);
	puts(" good");
	wait_for(flags, pid);
}

static void try_illegal(const char *call, long (*by)(__u64), __u64 flags)
{
	errno = 0;
	if (by(flags) != -EINVAL)
		errx(1, "%s takes %#llx", call, flags);
	printf("%s ", call);
	print_names(flags);
	puts(" EINVAL");
}

static void each(int want_legal, void (*try)(const char *, long (*)(__u64),
					     __u64))
{
	unsigned int mask;

	/* So that there is an I/O context: best effort, level 6 */
	syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6);
	for (mask = 0; mask < 1u << ARRAY_SIZE(sharing); mask++) {
		if (legal(subset(mask)) != want_legal)
			continue;
		try("clone", make_clone, subset(mask));
		try("clone3", make_clone3, subset(mask));
	}
}

static void one_of_everything(void)
{
	int fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	char *const argv[] = { "true", NULL };
	pid_t pid;

	prctl(PR_SET_NAME, "evil\033[31m\n\\");
	prctl(PR_SET_KEEPCAPS, 1);
	unshare(CLONE_FILES);
	if (unshare(CLONE_NEWUTS) || setns(fd, CLONE_NEWUTS))
		err(1, "namespaces");
	if (!unshare(CLONE_IO) || !setns(-1, CLONE_NEWUTS))
		errx(1, "that should have failed");
	make_clone(CLONE_CHILD_CLEARTID | CLONE_FILES);
	wait(NULL);
	syscall(SYS_set_tid_address, &tid);
	pid = vfork();
	if (!pid) {
		execv("/bin/true", argv);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	/* A child that shares the table of files takes it out of sharing. */
	pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (!pid) {
		prctl(PR_SET_NAME, "child");
		close_range(1000, 1001, CLOSE_RANGE_UNSHARE);
		kill(getpid(), SIGTERM);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

static void *change_cred(void *unused)
{
	prctl(PR_SET_KEEPCAPS, 1);
	return unused;
}

static void *execute(void *unused)
{
	char *const argv[] = { "true", NULL };

	execv("/bin/true", argv);
	_exit(127);
	return unused;
}

static void be_not_alone(void)
{
	pthread_t thread;
	pid_t pid;

	if (pthread_create(&thread, NULL, change_cred, NULL) ||
	    pthread_join(thread, NULL))
		errx(1, "no thread");
	/* A sibling, and a child that ends with a signal without a name */
	if (make_clone(CLONE_PARENT) < 0)
		err(1, "clone");
	signal(SIGRTMIN + 6, SIG_IGN);
	pid = syscall(SYS_clone, SIGRTMIN + 6, 0, 0, 0, 0);
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, __WALL);
	pid = fork();
	if (!pid) {
		signal(SIGRTMIN + 6, SIG_DFL);
		raise(SIGRTMIN + 6);
	}
	waitpid(pid, NULL, 0);
	/* A process of which another than the first thread executes */
	pid = fork();
	if (!pid) {
		pthread_create(&thread, NULL, execute, NULL);
		pause();
	}
	waitpid(pid, NULL, 0);
}

static void forks(int nr)
{
	for (; nr > 0; nr--) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		if (pid < 0)
			err(1, "fork");
		waitpid(pid, NULL, 0);
	}
}

static void share(void)
{
	pid_t pid = syscall(SYS_clone, CLONE_FILES | CLONE_FS | SIGCHLD, 0, 0,
			    0, 0);

	if (pid < 0)
		err(1, "clone");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	} else {
		printf("%d %d\n", getpid(), pid);
		fflush(stdout);
	}
	pause();
}

static void *idle(void *unused)
{
	pause();
	return unused;
}

/* Lives with a second thread until it is killed; prints its PID before. */
static void have_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, idle, NULL))
		errx(1, "no thread");
	printf("%d\n", getpid());
	fflush(stdout);
	pause();
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "flags"))
		each(1, try_legal);
	else if (argc == 2 && !strcmp(argv[1], "refused"))
		each(0, try_illegal);
	else if (argc == 2 && !strcmp(argv[1], "events"))
		one_of_everything();
	else if (argc == 2 && !strcmp(argv[1], "threads"))
		be_not_alone();
	else if (argc == 3 && !strcmp(argv[1], "forks"))
		forks(atoi(argv[2]));
	else if (argc == 2 && !strcmp(argv[1], "share"))
		share();
	else if (argc == 2 && !strcmp(argv[1], "thread"))
		have_thread();
	else
		errx(1, "see the source");
	return fflush(stdout) ? 1 : 0;
}
