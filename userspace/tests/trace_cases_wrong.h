/* SPDX-License-Identifier: GPL-2.0-only */
/* Situations for trace: calls with wrong arguments, and in a wrong state */
#ifndef TESTS_TRACE_CASES_WRONG_H
#define TESTS_TRACE_CASES_WRONG_H

#include "tests/trace_cases.h"

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
	int path_only = open("/proc/self/ns/net", O_PATH | O_CLOEXEC);
	int self = syscall(SYS_pidfd_open, getpid(), 0), mnt;
	char path[64];
	pid_t pid;

	failed("setns", setns(net, CLONE_NEWUTS));
	failed("setns", setns(user, CLONE_NEWUSER));
	failed("setns", setns(null, CLONE_NEWNET));
	failed("setns", setns(99, CLONE_NEWNET));
	failed("setns", setns(path_only, CLONE_NEWNET));
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
	failed("clone", raw_fork(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD));
	failed("unshare", unshare(CLONE_NEWPID));
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	failed("clone", raw_fork(SIGCHLD));
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

#endif /* TESTS_TRACE_CASES_WRONG_H */
