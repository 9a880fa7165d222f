// SPDX-License-Identifier: GPL-2.0-only
/*
 * Situations for trace to report. Each prints, for the test, what is to be
 * reported: a line for each failed call or change, as the test puts them
 * together from JSON.
 *
 *	trace_cases NAME [ARGUMENT]
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clone/compat.h"
#include "testtask/raw_clone.h"
#include "util/array.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static int gettid_now(void)
{
	return syscall(SYS_gettid);
}

/* A failed call, as the test finds it in the output */
static void failed(const char *call, long ret)
{
	if (ret >= 0)
		errx(1, "%s did not fail", call);
	printf("%d %s %s\n", gettid_now(), call, strerrorname_np(errno));
	fflush(stdout);
}

static void must(const char *what, long ret)
{
	if (ret < 0)
		err(1, "%s", what);
}

/* Threads wait here for each other, as many as there are to be. */
static pthread_barrier_t barrier;

static void meet(void)
{
	pthread_barrier_wait(&barrier);
}

static pthread_t start(void *(*run)(void *), void *arg)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, run, arg);
	if (errno)
		err(1, "pthread_create");
	return thread;
}

/* A signal interrupts pause(2): setuid(3) sends one to each thread. */
static void *rest(void *unused)
{
	for (;;)
		pause();
	return unused;
}

static void *idle(void *unused)
{
	meet();
	return rest(unused);
}

/* The answer of a filter to a call */
struct answer {
	int nr;
	__u32 action;
};

static int filter(const struct answer *answer, size_t nr, unsigned int flags)
{
	struct sock_filter code[2 * 16 + 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog program = { .len = 1, .filter = code };
	size_t i;

	for (i = 0; i < nr; i++) {
		code[program.len++] = (struct sock_filter)
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, answer[i].nr, 0, 1);
		code[program.len++] = (struct sock_filter)
			BPF_STMT(BPF_RET | BPF_K, answer[i].action);
	}
	code[program.len++] = (struct sock_filter)
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	must("no_new_privs", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

static void ignore_signal(int signal)
{
	(void)signal;
}

/* A filter answers calls of every class, in each of its ways. */
static void refused(void)
{
	static const struct answer answer[] = {
		{ SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS },
		{ SYS_unshare, SECCOMP_RET_ERRNO | EPERM },
		{ SYS_setns, SECCOMP_RET_ERRNO | EPERM },
		{ SYS_execve, SECCOMP_RET_ERRNO | EACCES },
		{ SYS_execveat, SECCOMP_RET_TRACE },
		{ SYS_setgid, SECCOMP_RET_ERRNO | EAGAIN },
		{ SYS_setuid, SECCOMP_RET_ERRNO | 0 },
		{ SYS_capset, SECCOMP_RET_TRAP },
	};
	char *const argv[] = { "true", NULL };
	struct clone_args args = { .exit_signal = SIGCHLD };

	signal(SIGSYS, ignore_signal);
	must("filter", filter(answer, ARRAY_SIZE(answer), 0));
	failed("clone3", syscall(SYS_clone3, &args, sizeof(args)));
	failed("unshare", unshare(CLONE_NEWUSER));
	failed("setns", setns(0, CLONE_NEWNET));
	failed("execve", execve("/bin/true", argv, environ));
	failed("execveat", syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv,
				   environ, 0));
	failed("setgid", syscall(SYS_setgid, 0));
	must("setuid", syscall(SYS_setuid, 12345));
	printf("%d setuid 0\n", gettid_now());
	syscall(SYS_capset, NULL, NULL);
	printf("%d capset SIGSYS\n", gettid_now());
	/* This gets through, and fails in the kernel proper. */
	must("setresuid", syscall(SYS_setresuid, 1000, 1000, 1000));
	failed("setresuid", syscall(SYS_setresuid, 0, 0, 0));
}

/*
 * Two refused calls, the first of a task that tracing finds in the middle of
 * another call
 */
static void refused_later(void)
{
	static const struct answer answer[] = {
		{ SYS_setns, SECCOMP_RET_ERRNO | EPERM },
		{ SYS_unshare, SECCOMP_RET_ERRNO | EPERM },
	};
	char byte;

	must("filter", filter(answer, ARRAY_SIZE(answer), 0));
	printf("%d reads\n", gettid_now());
	fflush(stdout);
	must("read", read(STDIN_FILENO, &byte, 1));
	failed("setns", setns(0, CLONE_NEWNET));
	failed("unshare", unshare(CLONE_NEWUSER));
}

/* Nothing that a task without filters does is refused by one. */
static void unfiltered(void)
{
	failed("unshare", unshare(CLONE_IO));
	failed("setns", setns(-1, 0));
}

static void *filter_itself(void *unused)
{
	static const struct answer answer = { SYS_uname, SECCOMP_RET_ALLOW };

	must("filter", filter(&answer, 1, 0));
	meet();
	return rest(unused);
}

/* One thread has a filter: TSYNC returns its number, until it is gone. */
static void tsync(void)
{
	static const struct answer answer = { SYS_uname, SECCOMP_RET_ALLOW };
	int thread;

	pthread_barrier_init(&barrier, NULL, 3);
	start(idle, NULL);
	start(filter_itself, NULL);
	meet();
	thread = filter(&answer, 1, SECCOMP_FILTER_FLAG_TSYNC);
	if (thread <= 0)
		errx(1, "TSYNC returned %d", thread);
	printf("%d in the way\n", thread);
}

static void tsync_works(void)
{
	static const struct answer answer = { SYS_uname, SECCOMP_RET_ALLOW };

	pthread_barrier_init(&barrier, NULL, 3);
	start(idle, NULL);
	start(idle, NULL);
	meet();
	must("TSYNC", filter(&answer, 1, SECCOMP_FILTER_FLAG_TSYNC));
}

#define THREADS	7

/* setuid(3) of the C library changes all threads, one by one. */
static void setuid_all(void)
{
	int i;

	pthread_barrier_init(&barrier, NULL, THREADS);
	for (i = 1; i < THREADS; i++)
		start(idle, NULL);
	meet();
	must("setgid", setgid(2000));
	must("setuid", setuid(2000));
}

static void *become_somebody(void *unused)
{
	meet();
	must("setresuid", syscall(SYS_setresuid, 3000, 3000, 3000));
	meet();
	start(rest, NULL);
	meet();
	meet();
	return rest(unused);
}

static void *change_fsuid(void *unused)
{
	meet();
	meet();
	meet();
	syscall(SYS_setfsuid, 3001);
	/* Asks, and asks again for the one that it has */
	syscall(SYS_setfsuid, -1);
	syscall(SYS_setfsuid, 3001);
	meet();
	return rest(unused);
}

/* The system call changes the thread that makes it, and those it makes. */
static void setuid_one(void)
{
	pthread_barrier_init(&barrier, NULL, 3);
	start(become_somebody, NULL);
	start(change_fsuid, NULL);
	/* All are there; one has changed; it has made a thread; so has the other. */
	meet();
	meet();
	meet();
	meet();
	/* Equal to those of two threads, which have one object, but another one */
	must("setresuid", syscall(SYS_setresuid, 3000, 3000, 3000));
	/* Without privileges another fsuid is refused, without an error. */
	syscall(SYS_setfsuid, 3003);
	syscall(SYS_setfsgid, 3003);
	printf("%d setfsuid\n%d setfsgid\n", gettid_now(), gettid_now());
	failed("setuid", syscall(SYS_setuid, 0));
	failed("setgid", syscall(SYS_setgid, 1));
	failed("setreuid", syscall(SYS_setreuid, 0, 0));
	failed("setregid", syscall(SYS_setregid, 1, 1));
	failed("setresuid", syscall(SYS_setresuid, 0, 0, 0));
	failed("setresgid", syscall(SYS_setresgid, 1, 1, 1));
	failed("setgroups", syscall(SYS_setgroups, 0, NULL));
}

static void *travel(void *unused)
{
	int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

	must("unshare", unshare(CLONE_NEWNET));
	must("setns", setns(home, CLONE_NEWNET));
	must("setns", setns(home, CLONE_NEWNET));
	return unused;
}

/* A thread leaves the network of its process and comes back. */
static void network(void)
{
	pthread_join(start(travel, NULL), NULL);
}

static void *execute(void *unused)
{
	failed("execve", execl("/nonexistent/program", "program", NULL));
	printf("%d executes\n", gettid_now());
	fflush(stdout);
	execl("/bin/true", "true", NULL);
	err(1, "/bin/true");
	return unused;
}

/* Its leader has ended before, so no thread but itself is left. */
static void *execute_last(void *unused)
{
	while (!access("/proc/self/exe", F_OK))
		sched_yield();
	return execute(unused);
}

static void exec_orphan(void)
{
	start(execute_last, NULL);
	syscall(SYS_exit, 0);
}

/* Two threads and the leader end when the fourth thread executes. */
static void exec_thread(void)
{
	pthread_barrier_init(&barrier, NULL, 3);
	start(idle, NULL);
	start(idle, NULL);
	meet();
	start(execute, NULL);
	pause();
}

static void *end_alone(void *unused)
{
	return unused;
}

/* A process with @nr threads more ends */
static void end_with(int nr, void *(*thread)(void *), void (*end)(void))
{
	pid_t pid = fork();

	if (pid) {
		waitpid(pid, NULL, 0);
		return;
	}
	pthread_barrier_init(&barrier, NULL, nr + 1);
	for (; nr; nr--)
		start(thread, NULL);
	meet();
	end();
}

static void end_exit_group(void)
{
	syscall(SYS_exit_group, 3);
}

static void end_killed(void)
{
	kill(getpid(), SIGKILL);
}

/* Its threads are stopped for a dump of core, which has no room. */
static void end_aborted(void)
{
	const struct rlimit none = { 0 };

	must("setrlimit", setrlimit(RLIMIT_CORE, &none));
	abort();
}

static void *end_process(void *unused)
{
	/* Not before the leader is a zombie, which has no memory */
	while (!access("/proc/self/exe", F_OK))
		sched_yield();
	syscall(SYS_exit_group, 5);
	return unused;
}

/* The leader ends first: its exit status is not the process's. */
static void end_leader_first(void)
{
	start(end_process, NULL);
	syscall(SYS_exit, 4);
}

static void end_kill_thread_now(void)
{
	static const struct answer answer = { SYS_uname,
					      SECCOMP_RET_KILL_THREAD };
	char unused[1024];

	must("filter", filter(&answer, 1, 0));
	syscall(SYS_uname, unused);
}

static void *be_killed(void *unused)
{
	end_kill_thread_now();
	return unused;
}

static void ends(void)
{
	pthread_join(start(end_alone, NULL), NULL);
	pthread_join(start(be_killed, NULL), NULL);
	end_with(0, idle, end_exit_group);
	end_with(4, idle, end_exit_group);
	end_with(2, idle, end_killed);
	end_with(3, idle, end_aborted);
	end_with(0, idle, end_leader_first);
}

static volatile int leave;

static void *leave_together(void *unused)
{
	meet();
	while (!leave)
		;
	syscall(SYS_exit, 0);
	return unused;
}

/* Two threads end by themselves, on two processors at once if there are some. */
static void end_together(void)
{
	leave = 1;
	syscall(SYS_exit, 0);
}

static void crowds(void)
{
	int i;

	for (i = 0; i < 100; i++)
		end_with(7, idle, i % 2 ? end_exit_group : end_killed);
	for (i = 0; i < 2900; i++)
		end_with(1, leave_together, end_together);
}

static long clone3(struct clone_args *args, size_t size)
{
	long pid = syscall(SYS_clone3, args, size);

	if (!pid)
		_exit(0);
	return pid;
}

#define WRONG(...)							\
	failed("clone3", clone3(&(struct clone_args){ __VA_ARGS__ },	\
				sizeof(struct clone_args)))

/* Each argument of clone3(2) wrong, one at a time */
static void clone3_wrong(void)
{
	int used = 1, high = 999999999, many[3] = { 1, 2, 3 };
	struct {
		struct clone_args args;
		__u64 more;
	} large = { { .exit_signal = SIGCHLD }, 1 };

	WRONG(.flags = CLONE_PARENT, .exit_signal = SIGCHLD);
	WRONG(.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&used,
	      .set_tid_size = 1);
	WRONG(.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&high,
	      .set_tid_size = 1);
	WRONG(.exit_signal = SIGCHLD, .set_tid = (uintptr_t)many,
	      .set_tid_size = 3);
	WRONG(.exit_signal = SIGCHLD, .set_tid = (uintptr_t)many,
	      .set_tid_size = 99);
	WRONG(.exit_signal = SIGCHLD, .stack_size = 4096);
	WRONG(.exit_signal = 200);
	WRONG(.exit_signal = SIGCHLD, .flags = 1ull << 50);
	WRONG(.exit_signal = SIGCHLD, .flags = CLONE_INTO_CGROUP,
	      .cgroup = 9999);
	WRONG(.exit_signal = SIGCHLD, .flags = CLONE_INTO_CGROUP,
	      .cgroup = open("/tmp", O_RDONLY | O_CLOEXEC));
	WRONG(.exit_signal = SIGCHLD, .flags = CLONE_PIDFD, .pidfd = 8);
	failed("clone3", clone3(&large.args, 8));
	failed("clone3", clone3(&large.args, sizeof(large)));
	failed("clone3", clone3((void *)8, sizeof(large.args)));
}

/* A descriptor of another time namespace, whose processes are gone then */
static int clocks_fd(void)
{
	char path[64];
	int pipes[2], fd;
	pid_t pid, parent;

	must("pipe", pipe(pipes));
	parent = fork();
	if (!parent) {
		must("unshare", unshare(CLONE_NEWTIME));
		pid = fork();
		if (!pid)
			pause();
		must("write", write(pipes[1], &pid, sizeof(pid)));
		pause();
	}
	must("read", read(pipes[0], &pid, sizeof(pid)));
	snprintf(path, sizeof(path), "/proc/%d/ns/time", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	must(path, fd);
	kill(pid, SIGKILL);
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	return fd;
}

/* Gives up all capabilities but one. */
static void keep_only(int cap)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{ 1u << cap, 1u << cap, 0 },
	};

	must("capset", syscall(SYS_capset, &header, data));
}

/*
 * Namespaces that setns(2) does not join, each for a reason of its own, and what
 * becomes of a process whose children go to another PID namespace
 */
static void setns_wrong(void)
{
	int net = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int user = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int self = syscall(SYS_pidfd_open, getpid(), 0), mnt;
	char path[64];
	pid_t pid;

	failed("setns", setns(net, CLONE_NEWUTS));
	failed("setns", setns(user, CLONE_NEWUSER));
	failed("setns", setns(null, CLONE_NEWNET));
	failed("setns", setns(99, CLONE_NEWNET));
	failed("setns", setns(self, 0));
	pid = fork();
	if (!pid) {
		must("unshare", unshare(CLONE_NEWNS));
		must("kill", kill(getpid(), SIGSTOP));
	}
	must("waitpid", waitpid(pid, NULL, WUNTRACED));
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	mnt = open(path, O_RDONLY | O_CLOEXEC);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	pthread_barrier_init(&barrier, NULL, 2);
	start(idle, NULL);
	meet();
	failed("setns", setns(mnt, CLONE_NEWNS));
	failed("setns", setns(mnt, 0));
	must("unshare", unshare(CLONE_NEWPID));
	failed("clone", syscall(SYS_clone, CLONE_VM | CLONE_SIGHAND |
				CLONE_THREAD, 0, 0, 0, 0));
	failed("unshare", unshare(CLONE_NEWPID));
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	failed("clone", syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
	must("unshare", unshare(CLONE_FS));
	keep_only(CAP_SYS_ADMIN);
	failed("setns", setns(mnt, CLONE_NEWNS));
}

static int be_twin(void *unused)
{
	(void)unused;
	pause();
	return 0;
}

/* setns(2) to other clocks: with a thread, with a twin in the memory, alone */
static void clocks(void)
{
	static char stack[65536];
	int fd = clocks_fd(), child;

	child = fork();
	if (!child) {
		pthread_barrier_init(&barrier, NULL, 2);
		start(idle, NULL);
		meet();
		failed("setns", setns(fd, CLONE_NEWTIME));
		_exit(0);
	}
	waitpid(child, NULL, 0);
	child = fork();
	if (!child) {
		child = clone(be_twin, stack + sizeof(stack),
			      CLONE_VM | SIGCHLD, NULL);
		must("clone", child);
		failed("setns", setns(fd, CLONE_NEWTIME));
		kill(child, SIGKILL);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	must("setns", setns(fd, CLONE_NEWTIME));
}

/* Waits in vfork(2) until the child, which holds the memory, ends. */
static void vfork_waits(void)
{
	struct timespec while_ = { .tv_nsec = 50000000 };
	pid_t pid = vfork();

	if (!pid) {
		syscall(SYS_nanosleep, &while_, NULL);
		_exit(0);
	}
	printf("%d\n", pid);
}

/* The waiting process is killed; its child has not released the memory. */
static void vfork_killed(void)
{
	int pipes[2];
	pid_t pid, child;

	must("pipe", pipe(pipes));
	pid = fork();
	if (!pid) {
		child = vfork();
		if (!child) {
			child = getpid();
			must("write", write(pipes[1], &child, sizeof(child)));
			rest(NULL);
		}
		_exit(0);
	}
	must("read", read(pipes[0], &child, sizeof(child)));
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	printf("%d waits for %d\n", pid, child);
	kill(child, SIGKILL);
}

static void exit_now(void *unused)
{
	(void)unused;
	raw_syscall(SYS_exit, 0, 0, 0, 0, 0, 0);
}

/* As some do it that have no C library: the flags of posix_spawn, but no stack */
static void spawn_without_stack(void)
{
	struct raw_clone how = {
		.nr = SYS_clone,
		.args = { .flags = CLONE_VM | CLONE_VFORK,
			  .exit_signal = SIGCHLD },
	};
	long pid = raw_clone(&how, exit_now, NULL);

	if (pid < 0)
		errx(1, "raw_clone: %ld", pid);
	printf("%ld stackless\n", pid);
	waitpid(pid, NULL, 0);
}

/* As glibc's vfork() on arm64: the stack that is passed is that of the caller. */
static void spawn_on_same_stack(void)
{
#ifdef __x86_64__
	long pid = SYS_clone;

	asm volatile("mov %%rsp, %%rsi\n\t"
		     "xor %%edx, %%edx\n\t"
		     "xor %%r10d, %%r10d\n\t"
		     "xor %%r8d, %%r8d\n\t"
		     "syscall\n\t"
		     "test %%rax, %%rax\n\t"
		     "jnz 1f\n\t"
		     "mov %[exit], %%eax\n\t"
		     "xor %%edi, %%edi\n\t"
		     "syscall\n"
		     "1:"
		     : "+a" (pid)
		     : "D" (CLONE_VM | CLONE_VFORK | SIGCHLD),
		       [exit] "i" (SYS_exit)
		     : "rsi", "rdx", "r10", "r8", "rcx", "r11", "memory");
	if (pid < 0)
		errx(1, "clone: %ld", pid);
	printf("%ld stackless\n", pid);
	waitpid(pid, NULL, 0);
#endif
}

static void spawn(void)
{
	char *const argv[] = { "true", NULL };
	pid_t pid;
	FILE *from;

	errno = posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ);
	if (errno)
		err(1, "posix_spawn");
	printf("%d posix_spawn\n", pid);
	waitpid(pid, NULL, 0);
	errno = posix_spawn(&pid, "/nonexistent/program", NULL, NULL, argv,
			    environ);
	if (errno != ENOENT)
		errx(1, "posix_spawn found /nonexistent/program");
	pid = vfork();
	if (!pid) {
		execve("/bin/true", argv, environ);
		_exit(127);
	}
	printf("%d vfork\n", pid);
	waitpid(pid, NULL, 0);
	spawn_without_stack();
	spawn_on_same_stack();
	fflush(stdout);
	must("system", system("echo $$ system"));
	from = popen("echo $$ popen", "r");
	while (from && (pid = fgetc(from)) != EOF)
		putchar(pid);
	pclose(from);
}

static void keys(void)
{
	failed("add_key", syscall(SYS_add_key, "nosuchtype", "name", "x", 1,
				  KEY_SPEC_SESSION_KEYRING));
	failed("request_key", syscall(SYS_request_key, "user",
				      "taskshare:nosuchkey", NULL,
				      KEY_SPEC_THREAD_KEYRING));
	failed("keyctl", syscall(SYS_keyctl, KEYCTL_SET_REQKEY_KEYRING, 99));
	failed("prctl", prctl(PR_CAPBSET_DROP, 99, 0, 0, 0));
	failed("prctl", prctl(PR_SET_SECUREBITS, 1 << 20, 0, 0, 0));
	failed("seccomp", syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
				  ~0u, NULL));
	failed("capset", syscall(SYS_capset, NULL, NULL));
	/* These change no credentials. */
	syscall(SYS_keyctl, KEYCTL_REVOKE, 99999);
	prctl(PR_SET_NAME, NULL);
	syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 1, NULL);
	must("keyctl", syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL));
	printf("%d joined\n", gettid_now());
}

/* Failed calls of all classes between forks, as fast as it can */
static void storm(int rounds)
{
	char *const argv[] = { "x", NULL };

	while (rounds--) {
		pid_t pid = fork();

		if (!pid) {
			execve("/nonexistent/program", argv, environ);
			_exit(unshare(CLONE_IO) ? 0 : 1);
		}
		if (syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0) > 0)
			errx(1, "clone");
		if (!setns(-1, 0))
			errx(1, "setns");
		waitpid(pid, NULL, 0);
	}
}

/* Calls with random arguments, none of which does harm */
static void any(int seed)
{
	static const __u64 flags[] = {
		CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_SIGHAND, CLONE_THREAD,
		CLONE_SYSVSEM, CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC,
		CLONE_NEWPID, CLONE_NEWUSER, CLONE_IO, CLONE_NEWTIME, 1, 0x1000,
	};
	int fd[] = { -1, 99, open("/dev/null", O_RDONLY | O_CLOEXEC),
		     open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC) };
	char *const argv[] = { "x", NULL };
	const char *const path[] = { "/nonexistent", "/dev/null", "/",
				     "/etc/hostname", NULL };
	int n;

	srandom(seed);
	for (n = 0; n < 40; n++) {
		__u64 some = flags[random() % ARRAY_SIZE(flags)] |
			     flags[random() % ARRAY_SIZE(flags)];

		switch (random() % 8) {
		case 0:
			unshare(some);
			break;
		case 1:
			setns(fd[random() % ARRAY_SIZE(fd)], some);
			break;
		case 2:
			/* No child: it would need a stack of its own. */
			syscall(SYS_clone3, &(struct clone_args){
				.flags = some | 1ull << 50 }, 64);
			break;
		case 3:
			syscall(SYS_execve, path[random() % ARRAY_SIZE(path)],
				argv, NULL);
			break;
		case 4:
			syscall(SYS_setresuid, -1, (int)(random() % 3) - 1,
				(int)(random() % 2000) - 1);
			break;
		case 5:
			syscall(SYS_setgroups, random() % 2 ? 0 : 70000, NULL);
			break;
		case 6:
			prctl(PR_CAPBSET_DROP, random() % 60, 0, 0, 0);
			break;
		case 7:
			syscall(SYS_capset, NULL, NULL);
			break;
		}
	}
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "refused", refused },		{ "refused_later", refused_later },
	{ "unfiltered", unfiltered },	{ "tsync", tsync },
	{ "tsync_works", tsync_works },	{ "setuid_all", setuid_all },
	{ "setuid_one", setuid_one },	{ "network", network },
	{ "exec_thread", exec_thread },	{ "exec_orphan", exec_orphan },
	{ "ends", ends },
	{ "crowds", crowds },		{ "clone3_wrong", clone3_wrong },
	{ "setns_wrong", setns_wrong },	{ "clocks", clocks },
	{ "vfork_waits", vfork_waits },	{ "spawn", spawn },
	{ "vfork_killed", vfork_killed }, { "keys", keys },
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (argc != 2 || strcmp(argv[1], cases[i].name))
			continue;
		cases[i].run();
		return fflush(stdout) ? 1 : 0;
	}
	if (argc == 3 && !strcmp(argv[1], "storm"))
		storm(atoi(argv[2]));
	else if (argc == 3 && !strcmp(argv[1], "any"))
		any(atoi(argv[2]));
	else
		errx(1, "see the source");
	return 0;
}
