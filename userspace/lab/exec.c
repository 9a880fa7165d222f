// SPDX-License-Identifier: GPL-2.0-only
/* Lab 5: what exec keeps and drops. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lab/lab.h"

enum { MAIN, CHILD };

/* Observation of main afterwards; index of a value */
enum { MAIN_HAS_101 };

static void handler(int signal)
{
	(void)signal;
}

static int child(void *slot)
{
	int self = (long)slot;

	actor_enter(self, "child");
	actor_arrive();
	actor_await(1);
	actor_exec(self, "after exec");
	return 0;
}

static void act(void)
{
	/* IOPRIO_WHO_PROCESS, best effort, level 6: makes an I/O context */
	syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6);
	dup3(shared->fd, 100, 0);
	dup3(shared->fd, 101, O_CLOEXEC);
	sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = handler }, NULL);
	sigaction(SIGUSR2, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	actor_clone(CHILD, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
		     CLONE_SYSVSEM | CLONE_IO, child);
	actor_await(2);
	shared->value[MAIN_HAS_101] = fcntl(101, F_GETFD) >= 0;
	actor_arrive();
}

#define DROPPED (LAB_KIND(MM) | LAB_KIND(FILES) | LAB_KIND(SIGHAND))
#define KEPT (LAB_KIND(FS) | LAB_KIND(IO) | LAB_KIND(SEMUNDO) | \
	      LAB_KIND(UTS) | LAB_KIND(MNT) | LAB_KIND(NET))

/**
 * lab_exec() - two tasks that share everything, until one execs
 * @run: the lab
 */
void lab_exec(struct lab_run *run)
{
	char letters[8];

	lab_start(run, "main", act);
	lab_wait(run, 1);
	lab_look(run, "Before: two processes that share all that they can", NULL);
	lab_shares(run, MAIN, CHILD, DROPPED | KEPT, LAB_KIND(SIGNAL));
	lab_go(run, 1);
	lab_wait(run, 2);
	lab_go(run, 2);
	lab_wait(run, 3);
	lab_look(run, "After the child has called execve()", NULL);
	if (run->err)
		return;
	lab_outcome(run, 0, "%s", lab_letters(letters, run, MAIN, CHILD));
	lab_outcome(run, 1, shared->value[EXEC_SIGUSR2] == (long)SIG_IGN ?
		    "yes" : "no");
	lab_outcome(run, 2, shared->value[EXEC_SIGUSR1] == (long)SIG_DFL ?
		    "no" : "yes");
	lab_shares(run, MAIN, CHILD, KEPT, DROPPED);
	lab_expect(run, shared->value[EXEC_GETPID], shared->actor[CHILD].tid,
		   "kept: the pid");
	lab_expect(run, shared->value[EXEC_FD_100], 1, "kept: open files");
	lab_expect(run, shared->value[EXEC_FD_101], 0,
		   "dropped: those with the flag close-on-exec ...");
	lab_expect(run, shared->value[MAIN_HAS_101], 1,
		   "... but not from main's table, which was shared until then");
	lab_expect(run, shared->value[EXEC_SIGUSR1], (long)SIG_DFL,
		   "dropped: the handler of SIGUSR1, which is no function any more");
	lab_expect(run, shared->value[EXEC_SIGUSR2], (long)SIG_IGN,
		   "kept: that SIGUSR2 is ignored");
	lab_why(run,
		"execve() starts a new program in the same task. The task loses all that belongs\n"
		"to the old program: the memory, handlers (addresses in it), files marked\n"
		"close-on-exec, other threads (lab 4), and with them CLONE_CHILD_CLEARTID's\n"
		"address and robust futexes. The kernel copies a table that others share before\n"
		"it changes it: after execve() the file descriptor table and the signal\n"
		"handlers belong to the task alone.\n"
		"The task keeps all that is its own, and still shares it: working directory and\n"
		"umask, semaphore undo list, I/O context, namespaces, cgroups, seccomp filters.\n"
		"As a shared working directory survives, a set-user-ID program gets no privilege\n"
		"while a task of another process shares it: that task could change the directory\n"
		"of the privileged program.");
	lab_reading("fs/exec.c: begin_new_exec(), unshare_sighand(), exec_mmap(),\n"
		    "  check_unsafe_exec()\n"
		    "kernel/fork.c: unshare_files()\n"
		    "fs/file.c: do_close_on_exec()\n"
		    "kernel/signal.c: flush_signal_handlers()\n"
		    "man: execve(2), signal(7)");
}
