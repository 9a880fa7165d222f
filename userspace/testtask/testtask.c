// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test tasks: each of them waits for an order, makes the system call that it
 * names, and reports the result.
 *
 * All test tasks and this process map one shared page range at the same address,
 * whatever memory each of them has, also after execve(2): a pointer into it is
 * valid everywhere. Test tasks do not use the C library, see raw_clone.h.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/futex.h>

#include "testtask/testtask.h"
#include "testtask/raw_clone.h"

/* Where nothing else is. Processes of riscv64 may have 2^38 bytes (Sv39). */
#if __SIZEOF_POINTER__ == 4
#define SHARED_AT	((void *)0x60000000)
#define STACKS_AT	((char *)0x61000000)
#elif defined(__riscv)
#define SHARED_AT	((void *)0x1000000000)
#define STACKS_AT	((char *)0x1100000000)
#else
#define SHARED_AT	((void *)0x200000000000)
#define STACKS_AT	((char *)0x210000000000)
#endif
#define STACK_SIZE	(16ul << 10)
#define TEXT_SIZE	256

/* Seconds after which a task that does not answer is lost */
#define PATIENCE_SECONDS	20

/* A flag of /proc/PID/stat */
#define PF_EXITING	0x4

#define IOPRIO_WHO_PROCESS	1
#define IOPRIO_BEST_EFFORT_6	(2 << 13 | 6)

enum command { IDLE, CALL, CLONE };

/*
 * struct slot - a task's part of the page that it shares with its controller
 * @command: only we set it to other than IDLE, only the task to IDLE
 * @ready: it has begun to run
 * @thread: it is a thread of a process that is there already
 * @nr: the system call's number
 * @arg: and arguments
 * @result: result of the order
 * @clone: for CLONE
 * @child: the slot of the child, for CLONE
 * @pid: its number, written for its parent
 * @tid: its number, where CLONE_CHILD_SETTID wants it
 * @pidfd: destination of CLONE_PIDFD
 * @argv: for execve(2)
 * @text: texts that arguments point to
 */
struct slot {
	__u32 command;
	__u32 ready;
	bool thread;
	long nr;
	long arg[5];
	long result;
	struct raw_clone clone;
	struct slot *child;
	pid_t pid;
	pid_t tid;
	int pidfd;
	char *argv[6];
	char text[TEXT_SIZE];
};

static struct shared {
	__u32 event;		/* some task said something */
	struct sembuf sembuf;
	struct slot slot[MAX_TESTTASKS];
} *shared;

static int shared_fd = -1, exe_fd = -1, semaphore = -1;
static int nr_tasks;

/*
 * struct identity - identity of a task
 * @pid: its number
 * @tgid: of its process
 */
static struct identity {
	pid_t pid;
	pid_t tgid;
} identity[MAX_TESTTASKS];

static long futex(__u32 *word, int op, __u32 value, const struct timespec *t)
{
	return raw_syscall(SYS_futex, (long)word, op, value, (long)t, 0,
			   0);
}

static __u32 get(const __u32 *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void set(__u32 *word, __u32 value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static void announce(void)
{
	__atomic_add_fetch(&shared->event, 1, __ATOMIC_RELEASE);
	futex(&shared->event, FUTEX_WAKE, INT_MAX, NULL);
}

/* The main loop of a test task */
static void act(void *arg)
{
	struct slot *slot = arg;

	if (!slot->thread)
		raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0,
			    0);
	set(&slot->ready, 1);
	announce();
	for (;;) {
		switch (get(&slot->command)) {
		case IDLE:
			futex(&slot->command, FUTEX_WAIT, IDLE, NULL);
			continue;
		case CALL:
			slot->result = raw_syscall(slot->nr, slot->arg[0],
						   slot->arg[1], slot->arg[2],
						   slot->arg[3], slot->arg[4],
						   0);
			break;
		case CLONE:
			slot->result = raw_clone(&slot->clone, act,
						 slot->child);
			break;
		}
		set(&slot->command, IDLE);
		announce();
	}
}

/* Waits until a slot is ready or, if it is NULL, another one is idle. */
static int wait_for(const struct slot *idle, const struct slot *ready)
{
	const struct timespec second = { .tv_sec = 1 };
	time_t end = time(NULL) + PATIENCE_SECONDS;
	__u32 event;

	for (;;) {
		event = get(&shared->event);
		if (ready && get(&ready->ready))
			return 0;
		if (idle && get(&idle->command) == IDLE &&
		    (!ready || idle->result < 0))
			return 0;
		if (time(NULL) > end)
			return -ETIMEDOUT;
		futex(&shared->event, FUTEX_WAIT, event, &second);
	}
}

static void post(struct slot *slot, enum command command)
{
	slot->result = 0;
	set(&slot->command, command);
	futex(&slot->command, FUTEX_WAKE, INT_MAX, NULL);
}

static int map_board(int fd)
{
	char *stacks;

	shared = mmap(SHARED_AT, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0);
	if (shared == MAP_FAILED)
		return -errno;
	stacks = mmap(STACKS_AT, MAX_TESTTASKS * STACK_SIZE,
		      PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
		      MAP_FIXED_NOREPLACE, -1, 0);
	return stacks == MAP_FAILED ? -errno : 0;
}

/**
 * testtasks_resume() - go on as a task after execve(2)
 * @argc: as of main()
 * @argv: TESTTASK_OPTION stands behind the command
 *
 * Return: only on failure.
 */
int testtasks_resume(int argc, char **argv)
{
	if (argc != 4 || map_board(atoi(argv[2])))
		return EXIT_FAILURE;
	set(&shared->slot[atoi(argv[3])].command, IDLE);
	act(&shared->slot[atoi(argv[3])]);
	return EXIT_FAILURE;
}

/**
 * testtasks_open() - be ready to make test tasks
 * @error: says what is wrong
 *
 * This process becomes the reaper of their orphans.
 *
 * Return: 0 or a negative errno.
 */
int testtasks_open(struct error *error)
{
	int err;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		return error_set(error, -errno, "prctl(2): %s",
				 strerror(errno));
	shared_fd = memfd_create("test tasks", 0);
	exe_fd = open("/proc/self/exe", O_RDONLY);
	if (shared_fd < 0 || exe_fd < 0 ||
	    ftruncate(shared_fd, sizeof(*shared)))
		return error_set(error, -errno, "%s: %s", exe_fd < 0 ?
				 "/proc/self/exe" : "memfd_create(2)",
				 strerror(errno));
	err = map_board(shared_fd);
	return err ? error_set(error, err, "mmap(2): %s", strerror(-err)) : 0;
}

/**
 * testtasks_close() - free what testtasks_open() made
 */
void testtasks_close(void)
{
	testtasks_end();
	munmap(shared, sizeof(*shared));
	munmap(STACKS_AT, MAX_TESTTASKS * STACK_SIZE);
	close(shared_fd);
	close(exe_fd);
	shared_fd = -1;
	exe_fd = -1;
}

/**
 * testtasks_nr() - number of test tasks created since testtasks_end()
 *
 * Return: their number, which is the index of the next.
 */
int testtasks_nr(void)
{
	return nr_tasks;
}

static struct slot *new_slot(__u64 flags)
{
	struct slot *slot = &shared->slot[nr_tasks];

	memset(slot, 0, sizeof(*slot));
	slot->thread = flags & CLONE_THREAD;
	return slot;
}

static void prepare(struct slot *child, struct raw_clone *how, long nr,
		    __u64 flags, int exit_signal)
{
	*how = (struct raw_clone){
		.nr = nr,
		.args = {
			.flags = flags,
			.exit_signal = exit_signal,
			.stack = (uintptr_t)STACKS_AT +
				 nr_tasks * STACK_SIZE,
			.stack_size = STACK_SIZE,
			.parent_tid = (uintptr_t)&child->pid,
			.child_tid = (uintptr_t)&child->tid,
			.pidfd = (uintptr_t)&child->pidfd,
			/* It has the thread descriptor that all of them have */
			.tls = (uintptr_t)__builtin_thread_pointer(),
		},
	};
}

static int born(pid_t pid, pid_t tgid)
{
	identity[nr_tasks].pid = pid;
	identity[nr_tasks].tgid = tgid ? tgid : pid;
	return nr_tasks++;
}

/**
 * testtask_fork() - make a task as fork(2) would
 *
 * Return: its index or a negative errno.
 */
int testtask_fork(void)
{
	struct raw_clone how;
	struct slot *slot;
	long pid;

	if (nr_tasks == MAX_TESTTASKS)
		return -E2BIG;
	slot = new_slot(0);
	prepare(slot, &how, SYS_clone, 0, SIGCHLD);
	pid = raw_clone(&how, act, slot);
	if (pid < 0)
		return pid;
	born(pid, 0);
	/* The first one is the parent of all, see testtasks_end(). */
	setpgid(pid, identity[0].pid);
	return wait_for(NULL, slot) ?: nr_tasks - 1;
}

/**
 * testtask_clone() - let a task make another one
 * @creator: its index
 * @nr: SYS_clone or SYS_clone3
 * @flags: of the call; with CLONE_VFORK the creator stays in it
 * @exit_signal: of the call
 *
 * Return: the index of the child or a negative errno.
 */
int testtask_clone(int creator, long nr, __u64 flags, int exit_signal)
{
	struct slot *slot = &shared->slot[creator];
	int err;

	if (nr_tasks == MAX_TESTTASKS)
		return -E2BIG;
	slot->child = new_slot(flags);
	/* A creator that waits does not see the number; the memory has it. */
	if (flags & CLONE_VFORK)
		flags |= CLONE_PARENT_SETTID;
	prepare(slot->child, &slot->clone, nr, flags, exit_signal);
	post(slot, CLONE);
	err = wait_for(slot, slot->child);
	if (!err && !(flags & CLONE_VFORK))
		err = wait_for(slot, NULL);
	if (err || slot->result < 0)
		return err ?: slot->result;
	return born(flags & CLONE_VFORK ? slot->child->pid : slot->result,
		    flags & CLONE_THREAD ? identity[creator].tgid : 0);
}

/**
 * testtask_call() - let a task make a system call
 * @task: its index
 * @nr: the system call's number
 * @a: first argument; none of them may be an address of the caller
 * @b: second argument
 * @c: third argument
 * @d: fourth argument
 *
 * Return: what the kernel returned, errors as negative errno.
 */
long testtask_call(int task, long nr, long a, long b, long c, long d)
{
	struct slot *slot = &shared->slot[task];

	slot->nr = nr;
	slot->arg[0] = a;
	slot->arg[1] = b;
	slot->arg[2] = c;
	slot->arg[3] = d;
	post(slot, CALL);
	return wait_for(slot, NULL) ?: slot->result;
}

/**
 * testtask_text() - memory that means the same to a task and to us
 * @task: its index
 *
 * Return: 256 bytes, for what arguments of its calls point to.
 */
void *testtask_text(int task)
{
	return shared->slot[task].text;
}

/**
 * testtask_call_path() - testtask_call() with a string as its second argument
 * @task: its index
 * @nr: the system call's number
 * @a: its first argument
 * @path: shorter than 256 bytes
 * @c: its third argument
 *
 * Return: what the kernel returned, errors as negative errno.
 */
long testtask_call_path(int task, long nr, long a, const char *path, long c)
{
	char *text = testtask_text(task);

	snprintf(text, TEXT_SIZE, "%s", path);
	return testtask_call(task, nr, a, (long)text, c, 0);
}

static void prepare_exec(int task, struct slot *slot)
{
	char *text = slot->text;

	slot->argv[0] = text;
	text = stpcpy(text, "taskshare") + 1;
	slot->argv[1] = text;
	text = stpcpy(text, "verify") + 1;
	slot->argv[2] = text;
	text = stpcpy(text, TESTTASK_OPTION) + 1;
	slot->argv[3] = text;
	text += sprintf(text, "%d", shared_fd) + 1;
	slot->argv[4] = text;
	text += sprintf(text, "%d", task) + 1;
	*text = 0;
	slot->nr = SYS_execveat;
	slot->arg[0] = exe_fd;
	slot->arg[1] = (long)text;
	slot->arg[2] = (long)slot->argv;
	slot->arg[3] = (long)&slot->argv[5];
	slot->arg[4] = AT_EMPTY_PATH;
}

/**
 * testtask_exec() - let a task execute this program, and go on as a task
 * @task: its index; a thread takes its leader's number
 *
 * Return: 0 or a negative errno.
 */
int testtask_exec(int task)
{
	struct slot *slot = &shared->slot[task];
	int err;

	prepare_exec(task, slot);
	set(&slot->ready, 0);
	slot->thread = false;
	/* The command stays: the kernel comes back only on failure. */
	post(slot, CALL);
	err = wait_for(slot, slot) ?: slot->result;
	if (!err)
		identity[task].pid = identity[task].tgid;
	return err;
}

/* If asked for also one that has begun to: an init waits for others first */
static bool has_ended(pid_t tgid, pid_t pid, bool begun)
{
	char path[64], line[512], *state;
	unsigned int flags;
	ssize_t len;
	int fd;

	sprintf(path, "/proc/%d/task/%d/stat", tgid, pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	len = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (len <= 0)
		return true;
	line[len] = 0;
	state = strrchr(line, ')');
	if (state && begun &&
	    sscanf(state + 3, "%*d %*d %*d %*d %*d %u", &flags) == 1 &&
	    flags & PF_EXITING)
		return true;
	return state && (state[2] == 'Z' || state[2] == 'X');
}

/* Lets a task make a call; 0 if it does, -ESRCH if it has ended instead */
static int call_or_end(int task, long nr, bool begun)
{
	time_t end = time(NULL) + PATIENCE_SECONDS;
	struct slot *slot = &shared->slot[task];

	slot->nr = nr;
	slot->arg[0] = 0;
	post(slot, CALL);
	while (get(&slot->command) != IDLE) {
		if (has_ended(identity[task].tgid, identity[task].pid, begun))
			return -ESRCH;
		if (time(NULL) > end)
			return -ETIMEDOUT;
		usleep(500);
	}
	return 0;
}

/**
 * testtask_exit() - let a task end, as a task, not as a process
 * @task: its index
 *
 * Return: 0 when it is a zombie or gone, or a negative errno.
 */
int testtask_exit(int task)
{
	int ret = call_or_end(task, SYS_exit, false);

	return ret == -ESRCH ? 0 : ret ?: -EINVAL;
}

/**
 * testtask_settle() - wait for the end of a task if it has been killed
 * @task: its index
 *
 * The end of a task kills its children, of which each may still look alive for
 * a while. One that has been killed makes no more calls.
 *
 * Return: 0 if it goes on, -ESRCH if it has ended or begun to, or another
 * negative errno.
 */
int testtask_settle(int task)
{
	return call_or_end(task, SYS_getpid, true);
}

/**
 * testtask_make_io() - give a task an I/O context, of which children get a copy
 * @task: its index
 *
 * Return: 0 or a negative errno.
 */
int testtask_make_io(int task)
{
	return testtask_call(task, SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0,
			     IOPRIO_BEST_EFFORT_6, 0);
}

/**
 * testtask_make_semundo() - give a task an adjustment of a semaphore to undo
 * @task: its index
 *
 * Return: 0 or a negative errno.
 */
int testtask_make_semundo(int task)
{
	if (semaphore < 0)
		semaphore = semget(IPC_PRIVATE, 1, 0600);
	if (semaphore < 0)
		return -errno;
	shared->sembuf = (struct sembuf){ .sem_op = 1, .sem_flg = SEM_UNDO };
	/* s390x has no semop */
	return testtask_call(task, SYS_semtimedop, semaphore,
			     (long)&shared->sembuf, 1, 0);
}

/**
 * testtask_pid() - the number of a task
 * @task: its index
 *
 * Return: its pid.
 */
pid_t testtask_pid(int task)
{
	return identity[task].pid;
}

/**
 * testtasks_end() - end and reap all test tasks
 *
 * They are one process group. They can be reaped in any order: one becomes a
 * child of this process when its parent ends, and the first process of a pid
 * namespace ends only after all others there have been reaped.
 */
void testtasks_end(void)
{
	if (nr_tasks) {
		kill(-identity[0].pid, SIGKILL);
		while (waitpid(-identity[0].pid, NULL, __WALL) > 0 ||
		       errno == EINTR)
			;
	}
	nr_tasks = 0;
	if (semaphore >= 0)
		semctl(semaphore, 0, IPC_RMID);
	semaphore = -1;
}
