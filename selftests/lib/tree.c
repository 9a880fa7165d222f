// SPDX-License-Identifier: GPL-2.0-only
/* Test tasks, and a model of what each of them must share. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "raw.h"
#include "tree.h"
#include "util.h"

#define STACK_SIZE	(64 << 10)
#define TEXT_SIZE	4096
#define ARGV_MAX	7

#define IOPRIO_BEST_EFFORT_4	((2 << 13) | 4)
#define IOPRIO_WHO_PROCESS	1

enum command { IDLE, CALL, CLONE, EXEC };

/*
 * Orders of the test to a task, and their results, in memory that all tasks
 * share whatever their address space. Only the test sets @command to other than
 * IDLE, only the task sets it to IDLE.
 */
struct slot {
	uint32_t command;
	uint32_t ready;			/* the task has begun to run */
	uint32_t thread;
	long nr;
	long arg[4];
	long result;
	pid_t child_pid;
	pid_t own_tid;			/* for CLONE_CHILD_*TID */
	struct clone_args clone;
	struct slot *child;
	char *argv[ARGV_MAX + 1];
	char text[TEXT_SIZE];
};

struct board {
	uint32_t event;			/* changes with each answer */
	struct sembuf sem;
	struct slot slot[TREE_MAX];
};

struct tree_task tree[TREE_MAX];
int tree_size;

static struct board *board;
static char *stacks;
static unsigned int objects;
static int semaphore = -1;

static void futex_wait(uint32_t *word, uint32_t value,
		       const struct timespec *timeout)
{
	raw_syscall(SYS_futex, (long)word, FUTEX_WAIT, value, (long)timeout,
		    0, 0);
}

static void futex_wake(uint32_t *word)
{
	raw_syscall(SYS_futex, (long)word, FUTEX_WAKE, INT_MAX, 0, 0, 0);
}

static uint32_t get(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static void set(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static void wake_test(void)
{
	__atomic_add_fetch(&board->event, 1, __ATOMIC_RELEASE);
	futex_wake(&board->event);
}

/* Everything below runs in the tasks; no C library, see raw.h. */
static void task_main(void *arg)
{
	struct slot *slot = arg;
	uint32_t command;

	if (!slot->thread)
		raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0, 0);
	set(&slot->ready, 1);
	wake_test();
	for (;;) {
		command = get(&slot->command);
		switch (command) {
		case IDLE:
			futex_wait(&slot->command, IDLE, NULL);
			continue;
		case CALL:
			slot->result = raw_syscall(slot->nr, slot->arg[0],
						   slot->arg[1], slot->arg[2],
						   slot->arg[3], 0, 0);
			break;
		case CLONE:
			slot->result = raw_clone3(&slot->clone, task_main,
						  slot->child);
			break;
		case EXEC:
			slot->result = raw_syscall(SYS_execve,
						   (long)slot->argv[0],
						   (long)slot->argv,
						   (long)slot->arg, 0, 0, 0);
			break;
		}
		set(&slot->command, IDLE);
		wake_test();
	}
}

/* Wait until @task is idle again or, if it is >= 0, @child has begun. */
static bool wait_for(int task, int child)
{
	struct timespec second = { .tv_sec = 1 };
	uint64_t end = now_ms() + DEADLINE_MS;
	uint32_t event;

	for (;;) {
		event = get(&board->event);
		if (child >= 0 && get(&board->slot[child].ready))
			return true;
		if (get(&board->slot[task].command) == IDLE &&
		    (child < 0 || board->slot[task].result < 0))
			return true;
		if (now_ms() > end) {
			complain("task %d (pid %d) does not answer", task,
				 tree[task].pid);
			return false;
		}
		futex_wait(&board->event, event, &second);
	}
}

static void post(int task, enum command command)
{
	set(&board->slot[task].command, command);
	futex_wake(&board->slot[task].command);
}

/** tree_new_object() - a number that no object in the model has yet */
unsigned int tree_new_object(void)
{
	return ++objects;
}

/* The sharing that the flags of clone(2) demand: the heart of the model. */
static void model_sharing(struct tree_task *child,
			  const struct tree_task *creator, __u64 flags)
{
	static const struct {
		int kind;
		__u64 flag;
	} kept_with[] = {
		{ TASKSHARE_MM, CLONE_VM },
		{ TASKSHARE_FILES, CLONE_FILES },
		{ TASKSHARE_FS, CLONE_FS },
		{ TASKSHARE_SIGHAND, CLONE_SIGHAND },
		{ TASKSHARE_SIGNAL, CLONE_THREAD },
		{ TASKSHARE_CRED, CLONE_THREAD },
	}, lost_with[] = {
		{ TASKSHARE_NSPROXY, TREE_NEWNS_FLAGS & ~CLONE_NEWUSER },
		{ TASKSHARE_UTS, CLONE_NEWUTS },
		{ TASKSHARE_IPC, CLONE_NEWIPC },
		{ TASKSHARE_MNT, CLONE_NEWNS },
		{ TASKSHARE_NET, CLONE_NEWNET },
		{ TASKSHARE_PID, CLONE_NEWPID },
		{ TASKSHARE_CGROUP, CLONE_NEWCGROUP },
		{ TASKSHARE_USER, CLONE_NEWUSER },
	};
	size_t i;

	memcpy(child->object, creator->object, sizeof(child->object));
	for (i = 0; i < sizeof(kept_with) / sizeof(*kept_with); i++)
		if (!(flags & kept_with[i].flag))
			child->object[kept_with[i].kind] = tree_new_object();
	for (i = 0; i < sizeof(lost_with) / sizeof(*lost_with); i++)
		if (flags & lost_with[i].flag)
			child->object[lost_with[i].kind] = tree_new_object();
	if (flags & CLONE_NEWPID)
		child->object[TASKSHARE_PID_FOR_CHILDREN] =
			child->object[TASKSHARE_PID];
	if (flags & CLONE_NEWTIME)
		child->object[TASKSHARE_TIME_FOR_CHILDREN] = tree_new_object();
	/* since 6.2 a task changes its time with its memory only */
	if (child->object[TASKSHARE_TIME] !=
	    child->object[TASKSHARE_TIME_FOR_CHILDREN] &&
	    (!(flags & CLONE_VM) || !kernel_at_least(6, 2))) {
		child->object[TASKSHARE_TIME] =
			child->object[TASKSHARE_TIME_FOR_CHILDREN];
		child->object[TASKSHARE_NSPROXY] = tree_new_object();
	}
}

/*
 * An I/O context is shared, or copied if it has a priority, as those of the
 * tree have. An undo list is made if it is to be shared and there is none, and
 * not inherited otherwise.
 */
static void model_optional(struct tree_task *child, struct tree_task *creator,
			   __u64 flags)
{
	if (creator->object[TASKSHARE_IO] && !(flags & CLONE_IO))
		child->object[TASKSHARE_IO] = tree_new_object();
	if (!(flags & CLONE_SYSVSEM)) {
		child->object[TASKSHARE_SEMUNDO] = 0;
		return;
	}
	if (!creator->object[TASKSHARE_SEMUNDO])
		creator->object[TASKSHARE_SEMUNDO] = tree_new_object();
	child->object[TASKSHARE_SEMUNDO] = creator->object[TASKSHARE_SEMUNDO];
}

static int leader_of(pid_t tgid)
{
	int i;

	for (i = 0; i < tree_size; i++)
		if (tree[i].pid == tgid)
			return i;
	return 0;
}

static void model_family(struct tree_task *child,
			 const struct tree_task *creator, __u64 flags)
{
	child->tgid = flags & CLONE_THREAD ? creator->tgid : child->pid;
	if (flags & (CLONE_THREAD | CLONE_PARENT))
		child->ppid = creator->ppid;
	else
		child->ppid = creator->tgid;
	if (flags & CLONE_THREAD)
		child->exit_signal = -1;
	else if (flags & CLONE_PARENT)
		child->exit_signal = tree[leader_of(creator->tgid)].exit_signal;
	else
		child->exit_signal = SIGCHLD;
	child->nested = flags & (CLONE_NEWPID | CLONE_NEWUSER);
}

/**
 * tree_legal() - returns true if clone3(2) allows these flags to a task
 */
bool tree_legal(__u64 flags)
{
	if (flags & CLONE_THREAD && !(flags & CLONE_SIGHAND))
		return false;
	if (flags & CLONE_SIGHAND && !(flags & CLONE_VM))
		return false;
	if (flags & CLONE_FS && flags & (CLONE_NEWNS | CLONE_NEWUSER))
		return false;
	if (flags & CLONE_THREAD && flags & (CLONE_NEWPID | CLONE_NEWUSER))
		return false;
	return !(flags & CLONE_SYSVSEM && flags & CLONE_NEWIPC);
}

static void prepare_clone(int creator, int child, __u64 flags)
{
	struct slot *slot = &board->slot[creator];

	memset(&board->slot[child], 0, sizeof(board->slot[child]));
	board->slot[child].thread = !!(flags & CLONE_THREAD);
	slot->child = &board->slot[child];
	slot->result = 0;
	memset(&slot->clone, 0, sizeof(slot->clone));
	slot->clone.flags = flags;
	if (!(flags & (CLONE_THREAD | CLONE_PARENT)))
		slot->clone.exit_signal = SIGCHLD;
	slot->clone.stack = (uintptr_t)stacks + (size_t)child * STACK_SIZE;
	slot->clone.stack_size = STACK_SIZE;
	slot->clone.parent_tid = (uintptr_t)&slot->child_pid;
	slot->clone.child_tid = (uintptr_t)&slot->child->own_tid;
}

/**
 * tree_clone() - let a task create another one
 * @creator: its index; not a nested one
 * @flags: as for clone3(2); with CLONE_VFORK the creator stays in the call
 *
 * Return: the index of the child, which waits for orders, or a negative errno.
 */
int tree_clone(int creator, __u64 flags)
{
	int child = tree_size;

	if (child == TREE_MAX || tree[creator].nested)
		return -E2BIG;
	/* with CLONE_VFORK the result comes too late to learn the number */
	prepare_clone(creator, child, flags | CLONE_PARENT_SETTID);
	post(creator, CLONE);
	if (!wait_for(creator, child))
		return -ETIMEDOUT;
	if (board->slot[creator].result < 0)
		return board->slot[creator].result;
	if (!(flags & CLONE_VFORK) && !wait_for(creator, -1))
		return -ETIMEDOUT;
	memset(&tree[child], 0, sizeof(tree[child]));
	tree[child].pid = board->slot[creator].child_pid;
	tree[child].creator = creator;
	model_family(&tree[child], &tree[creator], flags);
	model_sharing(&tree[child], &tree[creator], flags);
	model_optional(&tree[child], &tree[creator], flags);
	tree_size++;
	return child;
}

/**
 * tree_clone_fails() - let a task try flags that are not allowed
 *
 * Return: the negative errno that clone3(2) gave; 0 or more if it worked.
 */
int tree_clone_fails(int creator, __u64 flags)
{
	prepare_clone(creator, tree_size, flags);
	post(creator, CLONE);
	if (!wait_for(creator, -1))
		return 0;
	return board->slot[creator].result;
}

/**
 * tree_post() - let a task begin a system call that may not return
 *
 * Return: false if the task is still busy with another one.
 */
bool tree_post(int task, long nr, long a, long b, long c)
{
	struct slot *slot = &board->slot[task];

	if (get(&slot->command) != IDLE)
		return false;
	slot->nr = nr;
	slot->arg[0] = a;
	slot->arg[1] = b;
	slot->arg[2] = c;
	slot->arg[3] = 0;
	post(task, CALL);
	return true;
}

/**
 * tree_call() - let a task make a system call
 * @nr: its number, then up to four arguments that mean the same in every
 *	address space
 *
 * Return: what the kernel returned to the task, errors as negative errno.
 */
long tree_call(int task, long nr, long a, long b, long c, long d)
{
	struct slot *slot = &board->slot[task];

	slot->nr = nr;
	slot->arg[0] = a;
	slot->arg[1] = b;
	slot->arg[2] = c;
	slot->arg[3] = d;
	post(task, CALL);
	return wait_for(task, -1) ? slot->result : -ETIMEDOUT;
}

/** tree_call_path() - tree_call() with a string as its second argument */
long tree_call_path(int task, long nr, long a, const char *path, long c,
		    long d)
{
	struct slot *slot = &board->slot[task];

	snprintf(slot->text, sizeof(slot->text), "%s", path);
	return tree_call(task, nr, a, (long)slot->text, c, d);
}

/**
 * tree_post_exec() - let a task execute a program
 *
 * From then on the task takes no orders; tree_stop() ends it.
 *
 * Return: false if the task is still busy or the arguments are too long.
 */
bool tree_post_exec(int task, char *const argv[])
{
	struct slot *slot = &board->slot[task];
	size_t used = 0, len;
	int i;

	if (get(&slot->command) != IDLE)
		return false;
	for (i = 0; argv[i]; i++) {
		len = strlen(argv[i]) + 1;
		if (i == ARGV_MAX || used + len > sizeof(slot->text))
			return false;
		slot->argv[i] = memcpy(slot->text + used, argv[i], len);
		used += len;
	}
	slot->argv[i] = NULL;
	memset(slot->arg, 0, sizeof(slot->arg));
	post(task, EXEC);
	tree[task].gone = true;
	return true;
}

/**
 * tree_exit() - let a task call exit(2); its thread group goes on
 *
 * A leader with threads, or a process with a parent, stays as a zombie.
 *
 * Return: false if it has not ended in time.
 */
bool tree_exit(int task)
{
	struct tree_task *t = &tree[task];
	char state;

	if (!tree_post(task, SYS_exit, 0, 0, 0))
		return false;
	t->gone = true;
	return eventually((state = proc_state(t->tgid, t->pid)) == 0 ||
			  state == 'Z');
}

/** tree_make_io() - give a task an I/O context that children copy */
bool tree_make_io(int task)
{
	long ret = tree_call(task, SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0,
			     IOPRIO_BEST_EFFORT_4, 0);

	if (!ret && !tree[task].object[TASKSHARE_IO])
		tree[task].object[TASKSHARE_IO] = tree_new_object();
	return !ret;
}

/**
 * tree_make_semundo() - give a task a semaphore adjustment to undo
 *
 * Tasks that share its list have the adjustment as well.
 */
bool tree_make_semundo(int task)
{
	long ret;

	if (semaphore < 0)
		semaphore = semget(IPC_PRIVATE, 1, 0600);
	board->sem = (struct sembuf){ .sem_op = 1, .sem_flg = SEM_UNDO };
	/* s390x has no semop */
	ret = tree_call(task, SYS_semtimedop, semaphore, (long)&board->sem, 1,
			0);
	if (!ret && !tree[task].object[TASKSHARE_SEMUNDO])
		tree[task].object[TASKSHARE_SEMUNDO] = tree_new_object();
	return !ret;
}

static bool map_memory(void)
{
	if (board)
		return true;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	die_with_parent();
	/* The root would have a copy of our I/O context, if it had a priority. */
	syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, 0);
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	stacks = mmap(NULL, TREE_MAX * STACK_SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return board != MAP_FAILED && stacks != MAP_FAILED;
}

/**
 * tree_start() - begin a tree with its root, a plain child of the test
 *
 * Return: the root's index, 0, or a negative errno.
 */
int tree_start(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	struct tree_task *root = &tree[0];
	long pid;
	int kind;

	if (!map_memory())
		return -ENOMEM;
	memset(&board->slot[0], 0, sizeof(board->slot[0]));
	args.stack = (uintptr_t)stacks;
	args.stack_size = STACK_SIZE;
	pid = raw_clone3(&args, task_main, &board->slot[0]);
	if (pid < 0)
		return pid;
	*root = (struct tree_task){
		.pid = pid, .tgid = pid, .ppid = getpid(),
		.exit_signal = SIGCHLD, .creator = -1,
	};
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++)
		root->object[kind] = tree_new_object();
	root->object[TASKSHARE_IO] = 0;
	root->object[TASKSHARE_SEMUNDO] = 0;
	root->object[TASKSHARE_SECCOMP] = 0;
	if (!kernel_has_timens())
		root->object[TASKSHARE_TIME] = 0;
	root->object[TASKSHARE_TIME_FOR_CHILDREN] =
		root->object[TASKSHARE_TIME];
	tree_size = 1;
	board->slot[0].result = -1;
	return wait_for(0, 0) ? 0 : -ETIMEDOUT;
}

/**
 * tree_stop() - kill all tasks of the tree and reap them
 *
 * In the order of their creation: once a task's parent is reaped, the test is
 * its parent, being a subreaper.
 */
void tree_stop(void)
{
	int i;

	for (i = 0; i < tree_size; i++)
		if (tree[i].pid == tree[i].tgid)
			kill(tree[i].pid, SIGKILL);
	for (i = 0; i < tree_size; i++)
		if (tree[i].pid == tree[i].tgid)
			waitpid(tree[i].pid, NULL, __WALL);
	tree_size = 0;
	if (semaphore >= 0)
		semctl(semaphore, 0, IPC_RMID);
	semaphore = -1;
}
