/* SPDX-License-Identifier: GPL-2.0-only */
/* Situations for trace: threads and processes end */
#ifndef TESTS_TRACE_CASES_ENDS_H
#define TESTS_TRACE_CASES_ENDS_H

#include <link.h>

#include "tests/trace_cases.h"

static void *execute(void *unused)
{
	failed("execve", execl("/nonexistent/program", "program", NULL));
	printf("%d executes\n", gettid_now());
	fflush(stdout);
	execl("/bin/true", "true", NULL);
	err(1, "/bin/true");
	return unused;
}

/* Until then the leader counts as a thread that ends with the process. */
static void await_leader_zombie(void)
{
	char line[512], *name_end;
	ssize_t len;
	int fd;

	do {
		sched_yield();
		fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
		len = read(fd, line, sizeof(line) - 1);
		close(fd);
		line[len < 0 ? 0 : len] = 0;
		name_end = strrchr(line, ')');
	} while (!name_end || name_end[2] != 'Z');
}

/* Its leader has ended before, so no thread but itself is left. */
static void *execute_last(void *unused)
{
	await_leader_zombie();
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

/* A program that has nothing but a segment in the memory of the kernel */
static void write_broken_program(const char *path)
{
	struct {
		ElfW(Ehdr) head;
		ElfW(Phdr) load;
	} file = {
		.load = {
			.p_type = PT_LOAD,
			.p_vaddr = -0x10000ul,
			.p_filesz = 0x1000,
			.p_memsz = 0x1000,
			.p_flags = PF_R,
			.p_align = 0x1000,
		},
	};
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);

	must("read", read(self, &file.head, sizeof(file.head)));
	file.head.e_type = ET_EXEC;
	file.head.e_phoff = offsetof(typeof(file), load);
	file.head.e_phnum = 1;
	must("write", write(fd, &file, sizeof(file)));
	close(self);
	close(fd);
}

/* Two threads end when it executes what the kernel then cannot load. */
static void exec_broken(void)
{
	pid_t pid;

	write_broken_program("broken");
	pid = fork();
	if (!pid) {
		pthread_barrier_init(&barrier, NULL, 3);
		start(idle, NULL);
		start(idle, NULL);
		meet();
		execl("./broken", "broken", NULL);
		err(1, "broken");
	}
	waitpid(pid, NULL, 0);
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
	await_leader_zombie();
	syscall(SYS_exit_group, 5);
	return unused;
}

/* The leader ends first: its exit status is not the process's. */
static void end_leader_first(void)
{
	start(end_process, NULL);
	syscall(SYS_exit, 4);
}

static void *end_traced(void *unused)
{
	must("ptrace", ptrace(PTRACE_TRACEME, 0, 0, 0));
	syscall(SYS_tgkill, getpid(), gettid_now(), SIGSTOP);
	syscall(SYS_exit, 7);
	return unused;
}

/*
 * The last thread to end has called exit(2) before the leader, whose exit status
 * is that of the process.
 */
static void ends_in_between(void)
{
	int pipes[2], status;
	pid_t pid, tid;
	char path[32];

	must("pipe", pipe(pipes));
	pid = fork();
	if (!pid) {
		start(end_traced, NULL);
		must("read", read(pipes[0], path, 1));
		syscall(SYS_exit, 6);
	}
	tid = waitpid(-1, NULL, __WALL);
	must("ptrace", ptrace(PTRACE_SETOPTIONS, tid, 0, PTRACE_O_TRACEEXIT));
	must("ptrace", ptrace(PTRACE_CONT, tid, 0, 0));
	must("waitpid", waitpid(tid, NULL, __WALL));
	must("write", write(pipes[1], "", 1));
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	while (!access(path, F_OK))
		sched_yield();
	must("ptrace", ptrace(PTRACE_CONT, tid, 0, 0));
	must("waitpid", waitpid(tid, NULL, __WALL));
	must("waitpid", waitpid(pid, &status, 0));
	if (WEXITSTATUS(status) != 6)
		errx(1, "exit status %d", WEXITSTATUS(status));
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

#endif /* TESTS_TRACE_CASES_ENDS_H */
