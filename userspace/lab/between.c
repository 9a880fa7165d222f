// SPDX-License-Identifier: GPL-2.0-only
/* Lab 3: something between a process and a thread. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lab/lab.h"

enum { MAIN, FILES, MEMORY, HANDLERS, CWD, SIBLING, OWN_CWD, OWN_FILES };

/* Observations of main about the others; indices of values */
enum {
	SAW_FD, SAW_MEMORY, SAW_HANDLER, SAW_CWD, STILL_CWD, STILL_FD,
	NO_MEMORY, OWN_HANDLERS,
};

/* A descriptor that no other task uses */
#define FD	200

static volatile int touched;

static void become(int slot, const char *name)
{
	actor_enter(slot, name);
	actor_arrive();
}

static int opens_a_file(void *slot)
{
	syscall(SYS_dup3, shared->fd, FD, 0);
	become((long)slot, "files only");
	actor_pause();
	return 0;
}

static int writes_to_memory(void *slot)
{
	touched = 1;
	become((long)slot, "memory only");
	actor_pause();
	return 0;
}

static int ignores_a_signal(void *slot)
{
	sigaction(SIGUSR1, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	become((long)slot, "memory+handlers");
	actor_pause();
	return 0;
}

static int changes_directory(void *slot)
{
	syscall(SYS_chdir, "/proc");
	become((long)slot, "cwd only");
	actor_pause();
	return 0;
}

static void *thread_with_own_cwd(void *unused)
{
	(void)unused;
	if (unshare(CLONE_FS) || chdir("/"))
		actor_fail("unshare", errno);
	become(OWN_CWD, "own cwd");
	actor_pause();
	return NULL;
}

static void *thread_with_own_files(void *unused)
{
	(void)unused;
	if (unshare(CLONE_FILES))
		actor_fail("unshare", errno);
	close(FD);
	become(OWN_FILES, "own files");
	actor_pause();
	return NULL;
}

static bool in_proc(void)
{
	char cwd[64];

	return getcwd(cwd, sizeof(cwd)) && !strcmp(cwd, "/proc");
}

static int never_runs(void *arg)
{
	(void)arg;
	return 0;
}

/* Both of these are refused, see the rules below. */
static void try_the_impossible(void)
{
	static char stack[4096] __attribute__((aligned(16)));

	shared->value[NO_MEMORY] =
		clone(never_runs, stack + sizeof(stack),
		      CLONE_SIGHAND | SIGCHLD, NULL) < 0 ? errno : 0;
	shared->value[OWN_HANDLERS] = unshare(CLONE_SIGHAND) ? errno : 0;
}

static void make_thread(void *(*act)(void *))
{
	pthread_t id;
	int err = pthread_create(&id, NULL, act, NULL);

	if (err)
		actor_fail("pthread_create", err);
}

static void act(void)
{
	struct sigaction usr1;

	actor_arrive();
	actor_await(1);
	strcpy(shared->actor[SIBLING].name, "sibling");
	actor_clone(FILES, CLONE_FILES, opens_a_file);
	actor_clone(MEMORY, CLONE_VM, writes_to_memory);
	actor_clone(HANDLERS, CLONE_VM | CLONE_SIGHAND, ignores_a_signal);
	actor_clone(CWD, CLONE_FS, changes_directory);
	actor_clone(SIBLING, CLONE_PARENT, actor_idle);
	actor_await(2);
	shared->value[SAW_FD] = fcntl(FD, F_GETFD) >= 0;
	shared->value[SAW_MEMORY] = touched;
	sigaction(SIGUSR1, NULL, &usr1);
	shared->value[SAW_HANDLER] = usr1.sa_handler == SIG_IGN;
	shared->value[SAW_CWD] = in_proc();
	make_thread(thread_with_own_cwd);
	make_thread(thread_with_own_files);
	actor_await(3);
	try_the_impossible();
	shared->value[STILL_CWD] = in_proc();
	shared->value[STILL_FD] = fcntl(FD, F_GETFD) >= 0;
	actor_arrive();
}

static void check_effects(struct lab_run *run)
{
	const struct taskshare_record *sibling = lab_record(run, SIBLING);
	const struct taskshare_record *main = lab_record(run, MAIN);

	lab_expect(run, shared->value[SAW_FD], 1,
		   "a file that 'files only' has opened is open in main, too");
	lab_expect(run, shared->value[SAW_MEMORY], 1,
		   "what 'memory only' has written is in main's memory");
	lab_expect(run, shared->value[SAW_HANDLER], 1,
		   "a signal that 'memory+handlers' ignores is ignored by main");
	lab_expect(run, shared->value[SAW_CWD], 1,
		   "'cwd only' has called chdir(), and main was moved");
	lab_expect(run, shared->value[STILL_CWD], 1,
		   "the thread 'own cwd' has called chdir(), and main was not");
	lab_expect(run, shared->value[STILL_FD], 1,
		   "the thread 'own files' has closed a file that main still has");
	lab_expect(run, sibling && main && sibling->ppid == main->ppid, 1,
		   "the parent of 'sibling' is main's parent, not main");
	lab_expect(run, shared->value[NO_MEMORY], EINVAL,
		   "clone() with SIGHAND, but without VM, is refused");
	lab_expect(run, shared->value[OWN_HANDLERS], EINVAL,
		   "a thread that wants handlers of its own is refused");
	lab_outcome(run, 0, shared->value[SAW_FD] ? "yes" : "no");
	lab_outcome(run, 1, shared->value[NO_MEMORY] ? "no" : "yes");
	lab_outcome(run, 2, shared->value[STILL_CWD] ? "yes" : "no");
	lab_outcome(run, 3, shared->value[OWN_HANDLERS] ? "no" : "yes");
}

#define ALL (LAB_KIND(MM) | LAB_KIND(FILES) | LAB_KIND(SIGHAND) | \
	     LAB_KIND(FS) | LAB_KIND(SIGNAL))

static void check_only(struct lab_run *run, int slot, __u32 shared)
{
	lab_shares(run, MAIN, slot, shared, ALL & ~shared);
}

/**
 * lab_between() - tasks that share a part
 * @run: the lab
 */
void lab_between(struct lab_run *run)
{
	lab_start(run, "main", act);
	lab_wait(run, 1);
	lab_look(run, "Before: a process", NULL);
	lab_go(run, 1);
	lab_wait(run, 6);
	lab_go(run, 2);
	lab_wait(run, 8);
	lab_go(run, 3);
	lab_wait(run, 9);
	lab_look(run, "After five calls of clone() and two of pthread_create()",
		 NULL);
	if (run->err)
		return;
	check_only(run, FILES, LAB_KIND(FILES));
	check_only(run, MEMORY, LAB_KIND(MM));
	check_only(run, HANDLERS, LAB_KIND(MM) | LAB_KIND(SIGHAND));
	check_only(run, CWD, LAB_KIND(FS));
	check_only(run, SIBLING, 0);
	check_only(run, OWN_CWD, ALL & ~LAB_KIND(FS));
	check_only(run, OWN_FILES, ALL & ~LAB_KIND(FILES));
	check_effects(run);
	lab_why(run,
		"Each sharing flag of clone() is about one object, and most of them can be chosen\n"
		"freely. Three rules matter here: CLONE_THREAD needs CLONE_SIGHAND, as signals\n"
		"are sent to processes; CLONE_SIGHAND needs CLONE_VM, as handlers are\n"
		"addresses; and clone() and unshare() let no task share its root and working\n"
		"directory with a task in another mount or user namespace. A thread can take\n"
		"back its working directory and its open files by unshare(); file servers such\n"
		"as Samba do so to have threads that are each in another directory.\n"
		"CLONE_PARENT makes a sibling instead of a child.");
	lab_reading("kernel/fork.c: copy_process() (the rules), copy_fs(), ksys_unshare()\n"
		    "include/linux/fs_struct.h: struct fs_struct\n"
		    "man: clone(2), unshare(2)");
}
