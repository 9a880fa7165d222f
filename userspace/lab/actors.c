// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tasks of an experiment, how they meet the observer, and that none of them
 * stays behind.
 *
 * The observer is the reader itself. It makes one process, the root, which
 * makes all others; they show each other by a memory of their own how far
 * they are, so the observer looks only while all of them stand still.
 *
 * Actors may share their memory and the thread-local storage of libc with
 * their creator: they make system calls only, and no use of errno, unless
 * they are known to be alone in their process.
 *
 * Nobody outlives the lab. All are in the root's process group, which
 * lab_stop() kills, and the observer is their reaper; if the observer dies,
 * they are killed by the kernel.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/exit.h"
#include "lab/lab.h"

/* Maximum time of an experiment from one arrival to the next, in seconds */
#define PATIENCE	60

struct shared *shared;

static void wake(int *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static void sleep_on(int *word, int value)
{
	const struct timespec tick = { .tv_nsec = 200000000 };

	syscall(SYS_futex, word, FUTEX_WAIT, value, &tick, NULL, 0);
}

/*
 * The signal is sent when our creator dies, if we have asked for it by then. If
 * not, and the observer is gone, nothing else ends this process.
 */
static void die_with_observer(void)
{
	const struct timespec now = { 0 };
	struct pollfd end = { .fd = shared->observer, .events = POLLIN };

	syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (syscall(SYS_ppoll, &end, 1, &now, NULL, 0) > 0 &&
	    end.revents & POLLIN)
		syscall(SYS_exit_group, EXIT_ERROR);
}

/**
 * actor_enter() - become an actor
 * @slot: its index in shared->actor[]
 * @name: its name, at most 15 bytes
 */
void actor_enter(int slot, const char *name)
{
	memcpy(shared->actor[slot].name, name,
	       strnlen(name, sizeof(shared->actor[slot].name) - 1) + 1);
	syscall(SYS_prctl, PR_SET_NAME, name, 0, 0, 0);
	die_with_observer();
	shared->actor[slot].tid = syscall(SYS_gettid);
}

/**
 * actor_leave() - be no actor any more
 * @slot: which; its number may be given to another task from now on
 */
void actor_leave(int slot)
{
	shared->actor[slot].tid = 0;
}

/**
 * actor_arrive() - report to the observer that an actor is where it shall be
 */
void actor_arrive(void)
{
	__atomic_add_fetch(&shared->ready, 1, __ATOMIC_SEQ_CST);
	wake(&shared->ready);
}

/**
 * actor_await() - wait for the observer
 * @go: until it has let the actors go so far
 */
void actor_await(int go)
{
	int now;

	while ((now = __atomic_load_n(&shared->go, __ATOMIC_SEQ_CST)) < go)
		sleep_on(&shared->go, now);
}

/**
 * actor_pause() - stay until the end of the experiment
 */
void actor_pause(void)
{
	actor_await(INT_MAX);
	for (;;)
		syscall(SYS_ppoll, NULL, 0, NULL, NULL);
}

/**
 * actor_fail() - report to the observer that the experiment cannot go on
 * @what: action of an actor that failed; a literal
 * @err: a positive errno
 */
void actor_fail(const char *what, int err)
{
	shared->failed_errno = err;
	shared->failed = what;
	actor_arrive();
	actor_pause();
}

/**
 * actor_clone() - make an actor by clone(2)
 * @slot: index of the actor; it gets the stack of that number
 * @flags: of clone(2), without a signal
 * @act: its function
 *
 * Return: its number.
 */
pid_t actor_clone(int slot, unsigned int flags, int (*act)(void *slot))
{
	pid_t pid;

	if (!(flags & CLONE_THREAD))
		flags |= SIGCHLD;
	pid = clone(act, shared->stack[slot] + LAB_STACK, flags,
		    (void *)(long)slot);
	if (pid < 0)
		actor_fail("clone", errno);
	return pid;
}

/**
 * actor_idle() - an actor that does nothing but be there
 * @slot: its number; its name must be set
 *
 * Return: never.
 */
int actor_idle(void *slot)
{
	int self = (long)slot;

	actor_enter(self, shared->actor[self].name);
	actor_arrive();
	actor_pause();
	return 0;
}

/**
 * actor_exec_arg() - make the argument that identifies an actor after exec
 * @to: room for LAB_ARG bytes
 * @slot: the actor that will be there then
 *
 * Return: @to, the argument of taskshare lab --actor.
 */
char *actor_exec_arg(char *to, int slot, const char *name)
{
	snprintf(to, LAB_ARG, "%d,%d,%s", shared->fd, slot, name);
	return to;
}

/**
 * actor_exec() - become another program: this one, but by execve(2)
 * @slot: the actor that will be there then
 *
 * Arrives when the new program runs. Does not return. Tasks that share its
 * memory must stand still.
 */
void actor_exec(int slot, const char *name)
{
	char arg[LAB_ARG];
	char *const argv[] = { "taskshare", "lab", "--actor",
			 actor_exec_arg(arg, slot, name), NULL };

	execve("/proc/self/exe", argv, (char *[]){ NULL });
	actor_fail("execve", errno);
}

/**
 * actor_exec_main() - main() of an actor after actor_exec()
 * @arg: of the option --actor
 *
 * It stores its findings in the values of enum exec_value.
 *
 * Return: an exit status, if the argument makes no sense.
 */
int actor_exec_main(const char *arg)
{
	struct sigaction usr1, usr2;
	char name[16];
	struct stat st;
	int fd, slot;

	if (sscanf(arg, "%d,%d,%15[^,]", &fd, &slot, name) != 3 ||
	    slot < 0 || slot >= LAB_ACTORS ||
	    fstat(fd, &st) || st.st_size != sizeof(*shared))
		return EXIT_ERROR;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		      fd, 0);
	if (shared == MAP_FAILED)
		return EXIT_ERROR;
	sigaction(SIGUSR1, NULL, &usr1);
	sigaction(SIGUSR2, NULL, &usr2);
	shared->value[EXEC_GETPID] = getpid();
	shared->value[EXEC_GETTID] = syscall(SYS_gettid);
	shared->value[EXEC_FD_100] = fcntl(100, F_GETFD) >= 0;
	shared->value[EXEC_FD_101] = fcntl(101, F_GETFD) >= 0;
	shared->value[EXEC_SIGUSR1] = (long)usr1.sa_handler;
	shared->value[EXEC_SIGUSR2] = (long)usr2.sa_handler;
	actor_enter(slot, name);
	actor_arrive();
	actor_pause();
	return EXIT_OK;
}

static int map_shared(struct lab_run *run)
{
	int fd = memfd_create("taskshare lab", 0);

	if (fd < 0 || ftruncate(fd, sizeof(*shared))) {
		lab_fail(run, -errno, "no memory for an experiment: %s",
			 strerror(errno));
		return run->err;
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED,
		      fd, 0);
	if (shared == MAP_FAILED) {
		lab_fail(run, -errno, "no memory for an experiment: %s",
			 strerror(errno));
		shared = NULL;
		close(fd);
		return run->err;
	}
	shared->fd = fd;
	shared->observer = syscall(SYS_pidfd_open, getpid(), 0);
	/* The task that calls execve() goes on watching. */
	fcntl(shared->observer, F_SETFD, 0);
	return 0;
}

/**
 * lab_start() - begin an experiment and make the first actor
 * @run: the lab
 * @name: name of actor 0
 * @act: its function, as the only task of a process of its own
 */
void lab_start(struct lab_run *run, const char *name, void (*act)(void))
{
	if (run->err || map_shared(run))
		return;
	fflush(stdout);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	run->root = fork();
	if (run->root < 0) {
		lab_fail(run, -errno, "cannot make a process: %s",
			 strerror(errno));
		run->root = 0;
		return;
	}
	if (!run->root) {
		setpgid(0, 0);
		actor_enter(0, name);
		act();
		actor_pause();
	}
	setpgid(run->root, run->root);
}

/**
 * lab_wait() - wait until actors are where they shall be
 * @run: the lab
 * @ready: number of arrivals that there are then, since lab_start()
 */
void lab_wait(struct lab_run *run, int ready)
{
	siginfo_t info = { 0 };
	int now, before = -1;
	time_t end = 0;

	while (!run->err && !shared->failed) {
		now = __atomic_load_n(&shared->ready, __ATOMIC_SEQ_CST);
		if (now >= ready)
			return;
		if (now != before)
			end = time(NULL) + PATIENCE;
		before = now;
		if (!waitid(P_PID, run->root, &info,
			    WEXITED | WNOHANG | WNOWAIT) && info.si_pid)
			lab_fail(run, -ECHILD,
				 "the experiment died: see dmesg(1)");
		else if (time(NULL) > end)
			lab_fail(run, -ETIMEDOUT,
				 "the experiment takes longer than %d s: is the machine busy?",
				 PATIENCE);
		else
			sleep_on(&shared->ready, now);
	}
	if (!run->err)
		lab_fail(run, -shared->failed_errno,
			 "the experiment cannot go on: %s: %s", shared->failed,
			 strerror(shared->failed_errno));
}

/**
 * lab_go() - let actors go on
 * @run: the lab
 * @go: stage that they may reach
 */
void lab_go(struct lab_run *run, int go)
{
	if (run->err)
		return;
	__atomic_store_n(&shared->go, go, __ATOMIC_SEQ_CST);
	wake(&shared->go);
}

/**
 * lab_stop() - end all actors
 * @run: the lab
 *
 * A group that still has members keeps its number, and those that are gone
 * are found by waitpid(2), so no other task can be hit.
 */
void lab_stop(struct lab_run *run)
{
	while (run->root) {
		kill(-run->root, SIGKILL);
		if (waitpid(-run->root, NULL, __WALL) < 0 && errno != EINTR)
			run->root = 0;
	}
	if (!shared)
		return;
	close(shared->fd);
	if (shared->observer >= 0)
		close(shared->observer);
	munmap(shared, sizeof(*shared));
	shared = NULL;
}
