// SPDX-License-Identifier: GPL-2.0-only
/*
 * Families of tasks that do everything to shared objects that a task can do.
 *
 * A family is a maker and its groups, one after the other. A group is a process
 * that makes tasks with random flags; these make further tasks, unshare,
 * execute and exit at random, and end soon.
 *
 * Families share nothing with each other, so if two of them seem to share an
 * object, that is a mistake. A task's name shows its family. Children inherit
 * the name, and exec takes it from the file: so each family has a file of that
 * name.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stress_load.h"
#include "raw.h"
#include "tree.h"
#include "uring.h"
#include "util.h"

#define STRESS_COMM	"ts-stress-"
#define STRESS_DIR	"/run/taskshare-XXXXXX"
#define STACK_SIZE	(16 << 10)
/* Maximum number of tasks in a group, and that on the slowest kernel */
#define GROUP_MAX	96
#define GROUP_MIN	12
#define ONE_OF(seed, n)	(!random_below(seed, n))

const char *const stress_names[STRESS_ACTS] = {
	[STRESS_FORK] = "fork",
	[STRESS_VFORK] = "vfork",
	[STRESS_THREAD] = "thread",
	[STRESS_UNSHARE] = "unshare",
	[STRESS_SETNS] = "setns",
	[STRESS_EXEC] = "exec",
	[STRESS_CRED] = "cred",
	[STRESS_SECCOMP] = "seccomp",
	[STRESS_SEMUNDO] = "semundo",
	[STRESS_IO] = "io",
	[STRESS_URING] = "uring",
	[STRESS_KILL] = "kill",
};

/* In memory that all tasks share, whatever their address space. */
struct shared {
	unsigned long count[STRESS_ACTS];
};

/* Data of a task, at the bottom of its stack. */
struct self {
	uint64_t seed;
	bool first;
};

static const char *const ns_names[] = { "uts", "ipc", "mnt", "cgroup", "net" };

static struct shared *shared;
static pid_t makers[STRESS_FAMILIES];
static char dir[] = STRESS_DIR;
static char program[PATH_MAX];
static char *program_argv[] = { program, "nothing", NULL };
static int ns_fd[ARRAY_SIZE(ns_names)];
static int semaphore = -1;
static unsigned int group_max;
static unsigned int *used;	/* number of the group's stacks; shared */
static char *stacks;		/* in the memory of each of its tasks */

static void count(enum stress_act act)
{
	__atomic_add_fetch(&shared->count[act], 1, __ATOMIC_RELAXED);
}

static void count_if(bool done, enum stress_act act)
{
	if (done)
		count(act);
}

/*
 * The functions below run in tasks that share memory: no C library, see raw.h.
 */

static void task_main(void *arg);

static __u64 random_flags(uint64_t *seed)
{
	static const __u64 namespaces[] = {
		CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWPID,
		CLONE_NEWCGROUP, CLONE_NEWUSER,
	};
	static const __u64 shares[] = {
		CLONE_VM, CLONE_FILES, CLONE_FS, CLONE_SIGHAND, CLONE_THREAD,
		CLONE_IO, CLONE_SYSVSEM, CLONE_PARENT, CLONE_VFORK,
	};
	static const __u64 pthread = CLONE_VM | CLONE_FS | CLONE_FILES |
		CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
	__u64 flags;
	size_t i;

	switch (random_below(seed, 4)) {
	case 0:
		return 0;
	case 1:
		return pthread;
	}
	do {
		flags = 0;
		for (i = 0; i < ARRAY_SIZE(shares); i++)
			if (ONE_OF(seed, 2))
				flags |= shares[i];
		for (i = 0; i < ARRAY_SIZE(namespaces); i++)
			if (ONE_OF(seed, 40))
				flags |= namespaces[i];
	} while (!tree_legal(flags));
	return flags;
}

static void make_task(struct self *me)
{
	struct clone_args args = { .flags = random_flags(&me->seed) };
	unsigned int slot;
	struct self *child;

	slot = __atomic_fetch_add(used, 1, __ATOMIC_RELAXED);
	if (slot >= group_max)
		return;
	child = (struct self *)(stacks + slot * STACK_SIZE);
	*child = (struct self){ random_fork(&me->seed), false };
	args.stack = (uintptr_t)(child + 1);
	args.stack_size = STACK_SIZE - sizeof(*child);
	if (!(args.flags & (CLONE_THREAD | CLONE_PARENT)))
		args.exit_signal = SIGCHLD;
	if (raw_clone3(&args, task_main, child) < 0)
		return;
	count(args.flags & CLONE_THREAD ? STRESS_THREAD : STRESS_FORK);
	count_if(args.flags & CLONE_VFORK, STRESS_VFORK);
}

static void unshare_something(struct self *me)
{
	static const long what[] = {
		CLONE_FILES, CLONE_FS, CLONE_SYSVSEM, CLONE_FILES | CLONE_FS,
		CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWCGROUP,
		CLONE_NEWPID, CLONE_NEWUSER, CLONE_THREAD,
	};
	long flags = what[random_below(&me->seed, ARRAY_SIZE(what))];

	count_if(!raw_syscall(SYS_unshare, flags, 0, 0, 0, 0, 0),
		 STRESS_UNSHARE);
}

static void enter_namespace(struct self *me)
{
	int fd = ns_fd[random_below(&me->seed, ARRAY_SIZE(ns_fd))];

	count_if(!raw_syscall(SYS_setns, fd, 0, 0, 0, 0, 0), STRESS_SETNS);
}

static void change_cred(void)
{
	count_if(!raw_syscall(SYS_setresuid, -1, -1, -1, 0, 0, 0), STRESS_CRED);
}

static void filter_nothing(struct self *me)
{
	static struct sock_filter allow[] = {
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { ARRAY_SIZE(allow), allow };
	long flags = ONE_OF(&me->seed, 2) ? SECCOMP_FILTER_FLAG_TSYNC : 0;

	raw_syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0, 0);
	count_if(!raw_syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags,
			      (long)&program, 0, 0, 0), STRESS_SECCOMP);
}

static void make_semundo(void)
{
	struct sembuf op = { .sem_op = 1, .sem_flg = SEM_UNDO };

	count_if(!raw_syscall(SYS_semtimedop, semaphore, (long)&op, 1, 0, 0, 0),
		 STRESS_SEMUNDO);
}

static void make_io(void)
{
	/* IOPRIO_WHO_PROCESS, the best effort class */
	count_if(!raw_syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 4, 0, 0, 0),
		 STRESS_IO);
}

static void linger(struct self *me)
{
	struct timespec time = { .tv_nsec = random_below(&me->seed, 2000000) };

	if (ONE_OF(&me->seed, 4))
		raw_syscall(SYS_nanosleep, (long)&time, 0, 0, 0, 0, 0);
	else
		raw_syscall(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
}

static void execute(void)
{
	count(STRESS_EXEC);
	raw_syscall(SYS_execve, (long)program, (long)program_argv, 0, 0, 0, 0);
	/* exec has failed */
	__atomic_sub_fetch(&shared->count[STRESS_EXEC], 1, __ATOMIC_RELAXED);
}

/* Several at once, as programs with many threads do. */
static void make_tasks(struct self *me)
{
	int n = 1 + random_below(&me->seed, 4);

	while (n--)
		make_task(me);
}

static void do_something(struct self *me)
{
	switch (random_below(&me->seed, 40)) {
	case 0:
		return unshare_something(me);
	case 1:
		return enter_namespace(me);
	case 2:
		return change_cred();
	case 3:
		return ONE_OF(&me->seed, 2) ? filter_nothing(me) :
					      linger(me);
	case 4:
		return make_semundo();
	case 5:
		return make_io();
	case 6:
		return ONE_OF(&me->seed, 2) ? execute() : linger(me);
	case 7:
	case 8:
	case 9:
		return linger(me);
	default:
		return make_tasks(me);
	}
}

/* A leader may exit before its threads do, or end them. */
static void task_main(void *arg)
{
	struct self *me = arg;
	int things = 1 + random_below(&me->seed, me->first ? 24 : 4);

	while (things--)
		do_something(me);
	raw_syscall(ONE_OF(&me->seed, 8) ? SYS_exit_group : SYS_exit,
		    0, 0, 0, 0, 0, 0);
}

/* The functions below run in processes that share no memory. */

static void have_worker(void)
{
	int fds[2];

	if (pipe(fds))
		_exit(EXIT_FAILURE);
	count_if(uring_block_worker(fds[0]) >= 0, STRESS_URING);
}

static void group(struct self *me)
{
	me->first = true;
	used = mmap(NULL, sizeof(*used), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	stacks = mmap(NULL, group_max * STACK_SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (used == MAP_FAILED || stacks == MAP_FAILED)
		_exit(EXIT_FAILURE);
	if (ONE_OF(&me->seed, 4))
		have_worker();
	task_main(me);
}

static bool prepare_family(int family)
{
	char name[16], path[64];
	size_t i;

	snprintf(name, sizeof(name), STRESS_COMM "%d", family);
	snprintf(program, sizeof(program), "%s/%s", dir, name);
	/* only its own namespaces, so that families do not meet */
	if (unshare(CLONE_NEWUTS))
		return false;
	for (i = 0; i < ARRAY_SIZE(ns_names); i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", ns_names[i]);
		ns_fd[i] = open(path, O_RDONLY | O_CLOEXEC);
	}
	/* the kernel reaps its children, and orphans among its descendants */
	return !prctl(PR_SET_NAME, name) &&
	       !prctl(PR_SET_CHILD_SUBREAPER, 1) &&
	       signal(SIGCHLD, SIG_IGN) != SIG_ERR;
}

struct family {
	int nr;
	uint64_t seed;
};

/* Makes one group after the other, and kills some of them. */
static void make_groups(void *arg)
{
	struct family *family = arg;
	struct self me = { .seed = family->seed };
	uint64_t seed;
	pid_t pid;

	if (!prepare_family(family->nr))
		_exit(EXIT_FAILURE);
	for (;;) {
		/*
		 * a seed of its own, so that a kill does not change the next
		 * group
		 */
		seed = random_fork(&me.seed);
		pid = fork();
		if (!pid)
			group(&(struct self){ .seed = seed });
		if (pid < 0)
			continue;
		count(STRESS_FORK);
		if (ONE_OF(&me.seed, 4)) {
			nap_ms(random_below(&me.seed, 4));
			count_if(!kill(pid, SIGKILL), STRESS_KILL);
		}
		waitpid(pid, NULL, __WALL);
	}
}

/**
 * stress_begin() - start all families
 * @seed: changes
 *
 * End with stress_end(), even if this fails.
 *
 * Return: false if their files could not be made, or there is no memory.
 */
bool stress_begin(uint64_t *seed)
{
	struct family family;
	char path[PATH_MAX];

	/*
	 * The tasks of a group may share one mm, and fork(2) holds its
	 * mmap_lock. On a kernel where a fork takes seconds, the last of a
	 * hundred tasks waits for minutes, and the kernel reports a hung task.
	 */
	group_max = GROUP_MAX / slowness();
	if (group_max < GROUP_MIN)
		group_max = GROUP_MIN;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	semaphore = semget(IPC_PRIVATE, 1, 0600);
	if (shared == MAP_FAILED || semaphore < 0 || !mkdtemp(dir))
		return false;
	for (family.nr = 0; family.nr < STRESS_FAMILIES; family.nr++) {
		snprintf(path, sizeof(path), "%s/" STRESS_COMM "%d", dir,
			 family.nr);
		if (!copy_file(sibling("child"), path, 0700))
			return false;
		family.seed = random_fork(seed);
		makers[family.nr] = spawn(make_groups, &family);
	}
	return true;
}

/** stress_alive() - returns true if all families go on */
bool stress_alive(void)
{
	int i;

	for (i = 0; i < STRESS_FAMILIES; i++)
		if (waitpid(makers[i], NULL, WNOHANG | __WALL))
			return false;
	return true;
}

/** stress_end() - end all families; tasks of their groups end by themselves */
void stress_end(void)
{
	char path[PATH_MAX];
	int i;

	for (i = 0; i < STRESS_FAMILIES; i++) {
		kill_and_reap(makers[i]);
		makers[i] = 0;
		snprintf(path, sizeof(path), "%s/" STRESS_COMM "%d", dir, i);
		unlink(path);
	}
	rmdir(dir);
	if (semaphore >= 0)
		semctl(semaphore, 0, IPC_RMID);
	semaphore = -1;
}

/** stress_count() - number of times that something worked */
unsigned long stress_count(enum stress_act act)
{
	return __atomic_load_n(&shared->count[act], __ATOMIC_RELAXED);
}

/** stress_family() - number of a task's family, from its name, or -1 */
int stress_family(const char *comm)
{
	if (strncmp(comm, STRESS_COMM, strlen(STRESS_COMM)))
		return -1;
	return atoi(comm + strlen(STRESS_COMM));
}
