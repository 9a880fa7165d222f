// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks that do what they are told: a puppet waits for one system call after
 * the other to make, and tells what came of it.
 *
 * All puppets and we have one piece of memory in common, the board, whatever
 * address space each of them has. It lies at the same address everywhere, also
 * behind execve(2), so pointers into it mean the same to all. No puppet uses
 * the C library, see verify_raw.h.
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

#define BOARD_AT	((void *)0x200000000000)
#define STACKS_AT	((char *)0x210000000000)
#define STACK_SIZE	(16ul << 10)
#define TEXT_SIZE	256

/* A puppet that does not answer for so long never will */
#define PATIENCE_SECONDS	20

#define IOPRIO_WHO_PROCESS	1
#define IOPRIO_BEST_EFFORT_6	(2 << 13 | 6)

enum command { IDLE, CALL, CLONE };

/*
 * struct slot - what a puppet and we have in common
 * @command: only we set it to other than IDLE, only the puppet to IDLE
 * @ready: it has begun to run
 * @thread: it is a thread of a process that is there already
 * @nr: the system call's number
 * @arg: and arguments
 * @result: what came of it
 * @clone: for CLONE
 * @child: the slot of the child, for CLONE
 * @pid: its number, written for its parent
 * @tid: its number, where CLONE_CHILD_SETTID wants it
 * @pidfd: where CLONE_PIDFD wants that
 * @argv: for execve(2)
 * @text: what arguments point to
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

static struct board {
	__u32 event;		/* some puppet said something */
	struct sembuf sembuf;
	struct slot slot[MAX_PUPPETS];
} *board;

static int board_fd = -1, exe_fd = -1, semaphore = -1;
static int nr_puppets;

/*
 * struct life - who a puppet is
 * @pid: its number
 * @tgid: of its process
 */
static struct life {
	pid_t pid;
	pid_t tgid;
} life[MAX_PUPPETS];

static long futex(__u32 *word, int op, __u32 value, const struct timespec *t)
{
	return raw_syscall(SYS_futex, (long)word, op, value, (long)t, 0);
}

static __u32 get(const __u32 *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void set(__u32 *word, __u32 value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static void tell(void)
{
	__atomic_add_fetch(&board->event, 1, __ATOMIC_RELEASE);
	futex(&board->event, FUTEX_WAKE, INT_MAX, NULL);
}

/* What every puppet does for life */
static void act(void *arg)
{
	struct slot *slot = arg;

	if (!slot->thread)
		raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	set(&slot->ready, 1);
	tell();
	for (;;) {
		switch (get(&slot->command)) {
		case IDLE:
			futex(&slot->command, FUTEX_WAIT, IDLE, NULL);
			continue;
		case CALL:
			slot->result = raw_syscall(slot->nr, slot->arg[0],
						   slot->arg[1], slot->arg[2],
						   slot->arg[3], slot->arg[4]);
			break;
		case CLONE:
			slot->result = raw_clone(&slot->clone, act,
						 slot->child);
			break;
		}
		set(&slot->command, IDLE);
		tell();
	}
}

/* Waits until a slot is ready or, if it is NULL, another one is idle. */
static int wait_for(const struct slot *idle, const struct slot *ready)
{
	const struct timespec second = { .tv_sec = 1 };
	time_t end = time(NULL) + PATIENCE_SECONDS;
	__u32 event;

	for (;;) {
		event = get(&board->event);
		if (ready && get(&ready->ready))
			return 0;
		if (idle && get(&idle->command) == IDLE &&
		    (!ready || idle->result < 0))
			return 0;
		if (time(NULL) > end)
			return -ETIMEDOUT;
		futex(&board->event, FUTEX_WAIT, event, &second);
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

	board = mmap(BOARD_AT, sizeof(*board), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0);
	if (board == MAP_FAILED)
		return -errno;
	stacks = mmap(STACKS_AT, MAX_PUPPETS * STACK_SIZE,
		      PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
		      MAP_FIXED_NOREPLACE, -1, 0);
	return stacks == MAP_FAILED ? -errno : 0;
}

/**
 * puppets_resume() - go on as a puppet after execve(2)
 * @argc: as of main()
 * @argv: PUPPET_OPTION stands behind the command
 *
 * Return: only on failure.
 */
int puppets_resume(int argc, char **argv)
{
	if (argc != 4 || map_board(atoi(argv[2])))
		return EXIT_FAILURE;
	set(&board->slot[atoi(argv[3])].command, IDLE);
	act(&board->slot[atoi(argv[3])]);
	return EXIT_FAILURE;
}

/**
 * puppets_open() - be ready to make puppets
 * @error: says what is wrong
 *
 * What they leave behind comes to us, for we become their reaper.
 *
 * Return: 0 or a negative errno.
 */
int puppets_open(struct error *error)
{
	int err;

	if (!VERIFY_RAW)
		return error_set(error, -ENOSYS,
				 "verify and the tests of why know x86-64 only");
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		return error_set(error, -errno, "prctl(2): %s",
				 strerror(errno));
	board_fd = memfd_create("puppets", 0);
	exe_fd = open("/proc/self/exe", O_RDONLY);
	if (board_fd < 0 || exe_fd < 0 ||
	    ftruncate(board_fd, sizeof(*board)))
		return error_set(error, -errno, "%s: %s", exe_fd < 0 ?
				 "/proc/self/exe" : "memfd_create(2)",
				 strerror(errno));
	err = map_board(board_fd);
	return err ? error_set(error, err, "mmap(2): %s", strerror(-err)) : 0;
}

/**
 * puppets_close() - give back what puppets_open() made
 */
void puppets_close(void)
{
	puppets_end();
	munmap(board, sizeof(*board));
	munmap(STACKS_AT, MAX_PUPPETS * STACK_SIZE);
	close(board_fd);
	close(exe_fd);
	board_fd = -1;
	exe_fd = -1;
}

/**
 * puppets_nr() - how many puppets there have been since puppets_end()
 *
 * Return: their number, which is the index of the next.
 */
int puppets_nr(void)
{
	return nr_puppets;
}

static struct slot *new_slot(__u64 flags)
{
	struct slot *slot = &board->slot[nr_puppets];

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
				 nr_puppets * STACK_SIZE,
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
	life[nr_puppets].pid = pid;
	life[nr_puppets].tgid = tgid ? tgid : pid;
	return nr_puppets++;
}

/**
 * puppet_fork() - make a puppet as fork(2) would
 *
 * Return: its index or a negative errno.
 */
int puppet_fork(void)
{
	struct raw_clone how;
	struct slot *slot;
	long pid;

	if (nr_puppets == MAX_PUPPETS)
		return -E2BIG;
	slot = new_slot(0);
	prepare(slot, &how, SYS_clone, 0, SIGCHLD);
	pid = raw_clone(&how, act, slot);
	if (pid < 0)
		return pid;
	born(pid, 0);
	/* The first one is theirs all, see puppets_end(). */
	setpgid(pid, life[0].pid);
	return wait_for(NULL, slot) ?: nr_puppets - 1;
}

/**
 * puppet_clone() - let a puppet make another one
 * @creator: its index
 * @nr: SYS_clone or SYS_clone3
 * @flags: of the call; with CLONE_VFORK the creator stays in it
 * @exit_signal: of the call
 *
 * Return: the index of the child or a negative errno.
 */
int puppet_clone(int creator, long nr, __u64 flags, int exit_signal)
{
	struct slot *slot = &board->slot[creator];
	int err;

	if (nr_puppets == MAX_PUPPETS)
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
		    flags & CLONE_THREAD ? life[creator].tgid : 0);
}

/**
 * puppet_call() - let a puppet make a system call
 * @puppet: its index
 * @nr: the system call's number
 * @a: its arguments, which mean the same in every address space
 * @b: likewise
 * @c: likewise
 * @d: likewise
 *
 * Return: what the kernel returned, errors as negative errno.
 */
long puppet_call(int puppet, long nr, long a, long b, long c, long d)
{
	struct slot *slot = &board->slot[puppet];

	slot->nr = nr;
	slot->arg[0] = a;
	slot->arg[1] = b;
	slot->arg[2] = c;
	slot->arg[3] = d;
	post(slot, CALL);
	return wait_for(slot, NULL) ?: slot->result;
}

/**
 * puppet_text() - memory that means the same to a puppet and to us
 * @puppet: its index
 *
 * Return: 256 bytes, for what arguments of its calls point to.
 */
void *puppet_text(int puppet)
{
	return board->slot[puppet].text;
}

/**
 * puppet_call_path() - puppet_call() with a string as its second argument
 * @puppet: its index
 * @nr: the system call's number
 * @a: its first argument
 * @path: shorter than 256 bytes
 * @c: its third argument
 *
 * Return: what the kernel returned, errors as negative errno.
 */
long puppet_call_path(int puppet, long nr, long a, const char *path, long c)
{
	char *text = puppet_text(puppet);

	snprintf(text, TEXT_SIZE, "%s", path);
	return puppet_call(puppet, nr, a, (long)text, c, 0);
}

static void prepare_exec(int puppet, struct slot *slot)
{
	char *text = slot->text;

	slot->argv[0] = text;
	text = stpcpy(text, "taskshare") + 1;
	slot->argv[1] = text;
	text = stpcpy(text, "verify") + 1;
	slot->argv[2] = text;
	text = stpcpy(text, PUPPET_OPTION) + 1;
	slot->argv[3] = text;
	text += sprintf(text, "%d", board_fd) + 1;
	slot->argv[4] = text;
	text += sprintf(text, "%d", puppet) + 1;
	*text = 0;
	slot->nr = SYS_execveat;
	slot->arg[0] = exe_fd;
	slot->arg[1] = (long)text;
	slot->arg[2] = (long)slot->argv;
	slot->arg[3] = (long)&slot->argv[5];
	slot->arg[4] = AT_EMPTY_PATH;
}

/**
 * puppet_exec() - let a puppet execute this program, and go on as a puppet
 * @puppet: its index; a thread takes its leader's number
 *
 * Return: 0 or a negative errno.
 */
int puppet_exec(int puppet)
{
	struct slot *slot = &board->slot[puppet];
	int err;

	prepare_exec(puppet, slot);
	set(&slot->ready, 0);
	slot->thread = false;
	/* The command stays: the kernel comes back only on failure. */
	post(slot, CALL);
	err = wait_for(slot, slot) ?: slot->result;
	if (!err)
		life[puppet].pid = life[puppet].tgid;
	return err;
}

static bool has_ended(pid_t tgid, pid_t pid)
{
	char path[64], line[512], *state;
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
	return state && (state[2] == 'Z' || state[2] == 'X');
}

/**
 * puppet_exit() - let a puppet end, as a task, not as a process
 * @puppet: its index
 *
 * Return: 0 when it is a zombie or gone, or a negative errno.
 */
int puppet_exit(int puppet)
{
	time_t end = time(NULL) + PATIENCE_SECONDS;
	struct slot *slot = &board->slot[puppet];

	slot->nr = SYS_exit;
	slot->arg[0] = 0;
	post(slot, CALL);
	while (!has_ended(life[puppet].tgid, life[puppet].pid)) {
		if (time(NULL) > end)
			return -ETIMEDOUT;
		usleep(500);
	}
	return 0;
}

/**
 * puppet_make_io() - give a puppet an I/O context, of which children get a copy
 * @puppet: its index
 *
 * Return: 0 or a negative errno.
 */
int puppet_make_io(int puppet)
{
	return puppet_call(puppet, SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0,
			   IOPRIO_BEST_EFFORT_6, 0);
}

/**
 * puppet_make_semundo() - give a puppet an adjustment of a semaphore to undo
 * @puppet: its index
 *
 * Return: 0 or a negative errno.
 */
int puppet_make_semundo(int puppet)
{
	if (semaphore < 0)
		semaphore = semget(IPC_PRIVATE, 1, 0600);
	if (semaphore < 0)
		return -errno;
	board->sembuf = (struct sembuf){ .sem_op = 1, .sem_flg = SEM_UNDO };
	return puppet_call(puppet, SYS_semop, semaphore,
			   (long)&board->sembuf, 1, 0);
}

/**
 * puppet_pid() - the number of a puppet
 * @puppet: its index
 *
 * Return: its pid.
 */
pid_t puppet_pid(int puppet)
{
	return life[puppet].pid;
}

/**
 * puppets_end() - end and reap all puppets
 *
 * They are one process group. They come to us in any order: one becomes ours
 * when its parent ends, and the first process of a pid namespace ends only
 * after all others there have been reaped.
 */
void puppets_end(void)
{
	if (nr_puppets) {
		kill(-life[0].pid, SIGKILL);
		while (waitpid(-life[0].pid, NULL, __WALL) > 0 ||
		       errno == EINTR)
			;
	}
	nr_puppets = 0;
	if (semaphore >= 0)
		semctl(semaphore, 0, IPC_RMID);
	semaphore = -1;
}
