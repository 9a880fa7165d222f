// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the calls of STEPS, one after the other and each in its task, and
 * compares what comes of it with EXPECTED. It needs raw.h in front, and exits
 * with 0 if all is as expected, 1 if not and 2 if it cannot try.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef STEPS
#define STEPS								\
	{ .op = CLONE, .task = 0, .other = 1, .flags = CLONE_FS, .signal = SIGCHLD },
#define EXPECTED { .kind = "fs", .a = 0, .b = 1, .shared = 1 }
#endif

enum op { IO, SEMUNDO, CLONE, CLONE3, UNSHARE, SETNS, CLOSE_RANGE, EXEC, EXIT };

static const struct step {
	enum op op;
	int task;		/* that makes the call */
	int other;		/* the child, or the task whose namespace is joined */
	uint64_t flags;
	int signal;
	const char *ns;
} steps[] = { STEPS };

/* With a kind of object: tasks a and b share it or not; else: errno, or 0 */
static const struct {
	const char *kind;
	int a, b, shared;
	int err;
} expected = EXPECTED;

#define NR_STEPS	((int)(sizeof(steps) / sizeof(*steps)))
#define NR_TASKS	32

/* All tasks see this page, also those with other memory. */
static struct {
	volatile int turn;
	volatile long result;
	volatile pid_t pid[NR_TASKS];
} *page;

static char stack[NR_TASKS][65536] __attribute__((aligned(16)));

static void run(void *task);

static long make(const struct step *s)
{
	struct clone_args args = {
		.flags = s->flags, .exit_signal = s->signal,
		.stack = (uintptr_t)stack[s->other],
		.stack_size = sizeof(stack[0]),
	};
	void *child = (void *)(intptr_t)s->other;

	if (s->op == CLONE3)
		return raw_clone3(&args, run, child);
	return raw_clone2(args.flags | args.exit_signal,
			  args.stack + args.stack_size, 0, 0, 0, run, child);
}

static long join(const struct step *s)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", page->pid[s->other],
		 s->ns);
	fd = open(path, O_RDONLY);
	return fd < 0 ? fd : syscall(SYS_setns, fd, (int)s->flags);
}

static long undo(void)
{
	struct sembuf up = { .sem_op = 1, .sem_flg = SEM_UNDO };

	return semop(semget(IPC_PRIVATE, 1, 0600), &up, 1);
}

/* Returns what the kernel returns, errors as negative errno. */
static long take(const struct step *s)
{
	long ret = -1;

	switch (s->op) {
	case IO:
		ret = syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6);
		break;
	case SEMUNDO:
		ret = undo();
		break;
	case CLONE:
	case CLONE3:
		return make(s);
	case UNSHARE:
		ret = syscall(SYS_unshare, (unsigned long)s->flags);
		break;
	case SETNS:
		ret = join(s);
		break;
	case CLOSE_RANGE:
		ret = syscall(SYS_close_range, 1 << 20, ~0u, 2);
		break;
	case EXEC:
		execl("/bin/sleep", "sleep", "1000", NULL);
		break;
	case EXIT:
		syscall(SYS_exit, 0);
		break;
	}
	return ret < 0 ? -errno : ret;
}

static int creates(const struct step *s)
{
	return s->op == CLONE || s->op == CLONE3;
}

/* Returns 1 if the call does not return, or only when another task goes on. */
static int leaves(const struct step *s)
{
	return s->op == EXEC || s->op == EXIT ||
	       (creates(s) && s->flags & CLONE_VFORK);
}

/* A task: makes its calls, each when its turn has come, then waits. */
static void run(void *arg)
{
	int task = (intptr_t)arg, i = 0;
	long ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (task && (!creates(&steps[i]) || steps[i].other != task))
		i++;
	if (task && steps[i].flags & CLONE_VFORK)
		page->pid[task] = syscall(SYS_gettid);
	for (i += task != 0; i < NR_STEPS; i++) {
		while (page->turn < i)
			usleep(1000);
		if (steps[i].task != task)
			continue;
		if (leaves(&steps[i]))
			page->turn = i + 1;
		ret = take(&steps[i]);
		page->result = ret;
		if (ret > 0 && creates(&steps[i]))
			page->pid[steps[i].other] = ret;
		page->turn = i + 1;
	}
	for (;;)
		usleep(1000);
}

/* Runs the tasks until all calls were made. */
static void run_all(void)
{
	pid_t pid;
	int i;

	page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		exit(2);
	pid = fork();
	if (pid < 0)
		exit(2);
	if (!pid)
		run(NULL);
	page->pid[0] = pid;
	for (i = 0; i < 5000 && page->turn < NR_STEPS; i++)
		usleep(1000);
	/* execve(), exit() and the end of a vfork() take some time more. */
	usleep(200000);
}

/* Returns 1 if two tasks share the object of expected.kind. */
static int share(pid_t a, pid_t b)
{
	static const struct {
		const char *kind;
		int type;
	} kcmp[] = {
		{ "mm", KCMP_VM }, { "files", KCMP_FILES }, { "fs", KCMP_FS },
		{ "sighand", KCMP_SIGHAND }, { "io", KCMP_IO },
		{ "semundo", KCMP_SYSVSEM },
	};
	char path[64], x[64] = "", y[64] = "", command[128];
	size_t i;

	/* Two tasks that have none are equal to kcmp(2), too. */
	for (i = 0; i < sizeof(kcmp) / sizeof(*kcmp); i++)
		if (!strcmp(kcmp[i].kind, expected.kind))
			return !syscall(SYS_kcmp, a, b, kcmp[i].type, 0, 0);
	/* tgkill(2) takes a thread group and one of its tasks. */
	if (!strcmp(expected.kind, "signal"))
		return !syscall(SYS_tgkill, a, b, 0) ||
		       !syscall(SYS_tgkill, b, a, 0);
	snprintf(path, sizeof(path), "/proc/%d/ns/%s", a, expected.kind);
	if (readlink(path, x, sizeof(x) - 1) > 0) {
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", b,
			 expected.kind);
		return readlink(path, y, sizeof(y) - 1) > 0 && !strcmp(x, y);
	}
	/* No system call reports the others. */
	snprintf(command, sizeof(command),
		 "taskshare -r -n -o %s %d %d | sort -u | wc -l | grep -qx 1",
		 expected.kind, a, b);
	return !system(command);
}

static int check_call(void)
{
	long ret = page->result;

	printf("it %s%s, and has to %s%s\n", ret < 0 ? "fails with " : "works",
	       ret < 0 ? strerrorname_np(-ret) : "",
	       expected.err ? "fail with " : "work",
	       expected.err ? strerrorname_np(expected.err) : "");
	return expected.err ? ret == -expected.err : ret >= 0;
}

static int check_object(void)
{
	pid_t a = page->pid[expected.a], b = page->pid[expected.b];
	int shared = share(a, b);

	printf("%d and %d: %s %s, and has to be %s\n", a, b, expected.kind,
	       shared ? "shared" : "apart",
	       expected.shared ? "shared" : "apart");
	return shared == expected.shared;
}

int main(void)
{
	int fine;

	run_all();
	fine = expected.kind ? check_object() : check_call();
	kill(page->pid[0], SIGKILL);
	return !fine;
}
