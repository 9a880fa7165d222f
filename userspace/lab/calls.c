// SPDX-License-Identifier: GPL-2.0-only
/* Lab 1: fork, vfork, clone, pthread_create, posix_spawn. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/array.h"
#include "lab/lab.h"
#include "util/procfs.h"

enum { MAIN, FORK, CLONE, THREAD, SPAWN, VFORK };

/*
 * Between its birth and its exec, a child of posix_spawn() does what the file
 * actions say: it opens a FIFO, and there it waits.
 */
static char fifo[sizeof("/tmp/taskshare-XXXXXX/fifo")];

/* main waits in posix_spawn() under the name that its child shall inherit. */
static void rename_main(void)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/comm",
		 shared->actor[MAIN].tid);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, "main", 4) != 4)
		actor_fail("renaming main", errno);
	close(fd);
}

static void *thread(void *unused)
{
	pid_t pid;

	(void)unused;
	actor_enter(THREAD, "pthread_create");
	actor_arrive();
	actor_await(3);
	rename_main();
	pid = vfork();
	if (!pid) {
		actor_enter(VFORK, "vfork");
		actor_arrive();
		actor_await(4);
		actor_leave(VFORK);
		_exit(0);
	}
	if (pid < 0)
		actor_fail("vfork", errno);
	actor_arrive();
	actor_pause();
	return NULL;
}

static void spawn(void)
{
	char arg[LAB_ARG];
	char *const argv[] = { "taskshare", "lab", "--actor",
			 actor_exec_arg(arg, SPAWN, "posix_spawn"), NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int err;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 100, fifo, O_RDONLY, 0);
	prctl(PR_SET_NAME, "posix_spawn");
	err = posix_spawn(&pid, "/proc/self/exe", &actions, NULL, argv,
			  (char *[]){ NULL });
	if (err)
		actor_fail("posix_spawn", err);
}

static void act(void)
{
	pthread_t id;
	pid_t pid;
	int err;

	actor_arrive();
	actor_await(1);
	strcpy(shared->actor[FORK].name, "fork");
	strcpy(shared->actor[CLONE].name, "clone FS FILES");
	pid = fork();
	if (!pid)
		actor_idle((void *)FORK);
	if (pid < 0)
		actor_fail("fork", errno);
	actor_clone(CLONE, CLONE_FS | CLONE_FILES, actor_idle);
	err = pthread_create(&id, NULL, thread, NULL);
	if (err)
		actor_fail("pthread_create", err);
	actor_await(2);
	spawn();
	actor_arrive();
}

/* posix_spawn() returns the PID of its child only after that has exec'd. */
static bool find_spawned(struct lab_run *run)
{
	char path[64], children[256], *at = children;
	ssize_t len;
	pid_t pid;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", run->root,
		 run->root);
	len = procfs_read(path, children, sizeof(children));
	if (len < 0) {
		lab_fail(run, len, "%s: %s", path, strerror(-len));
		return true;
	}
	while ((pid = strtol(at, &at, 10)))
		if (pid != shared->actor[FORK].tid &&
		    pid != shared->actor[CLONE].tid)
			shared->actor[SPAWN].tid = pid;
	return shared->actor[SPAWN].tid;
}

static void wait_for_spawned(struct lab_run *run)
{
	int tries = 0;

	while (!run->err && !find_spawned(run)) {
		usleep(1000);
		if (shared->failed)
			lab_fail(run, -shared->failed_errno, "%s: %s",
				 shared->failed,
				 strerror(shared->failed_errno));
		else if (++tries > 20000)
			lab_fail(run, -ETIMEDOUT,
				 "posix_spawn() makes no child");
	}
	strcpy(shared->actor[SPAWN].name, "posix_spawn");
}

static void print_flags(struct lab_run *run)
{
	static const struct table_column column[] = {
		{ "CALL", 0 }, { "FLAGS OF clone()", 0 },
	};
	static const char *const row[][2] = {
		{ "fork", "none: a copy of everything" },
		{ "vfork", "VM, VFORK" },
		{ "posix_spawn", "VM, VFORK, and then execve()" },
		{ "pthread_create",
		  "VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, and some for ids" },
		{ "clone", "any; here FS, FILES" },
	};
	struct libscols_table *table;
	size_t i;

	putchar('\n');
	table = lab_table(run, column, ARRAY_SIZE(column));
	for (i = 0; i < ARRAY_SIZE(row); i++)
		lab_row(run, table, "%s\t%s", row[i][0], row[i][1]);
	lab_print_table(run, table);
}

static void print_rfork(struct lab_run *run)
{
	static const struct table_column column[] = {
		{ "Plan 9's rfork()", 0 }, { "Linux", 0 },
	};
	static const char *const row[][2] = {
		{ "RFPROC: a new process", "clone(); without it: unshare()" },
		{ "RFMEM: share memory but the stack", "CLONE_VM shares the stack, too" },
		{ "RFFDG: copy the open files", "no CLONE_FILES" },
		{ "RFCFDG: start with no open files", "close_range() afterwards" },
		{ "neither of the two: share the open files", "CLONE_FILES" },
		{ "RFNAMEG: copy the name space", "CLONE_NEWNS" },
		{ "RFENVG, RFCENVG: environment", "none: the environment is in the memory" },
		{ "RFNOTEG: a new note group", "setpgid(), to some extent" },
		{ "RFNOWAIT: no parent waits for it", "CLONE_PARENT, to some extent" },
	};
	struct libscols_table *table;
	size_t i;

	printf("\nThe same idea in Plan 9, which had it first\n\n");
	table = lab_table(run, column, ARRAY_SIZE(column));
	for (i = 0; i < ARRAY_SIZE(row); i++)
		lab_row(run, table, "%s\t%s", row[i][0], row[i][1]);
	lab_print_table(run, table);
}

#define ALL (LAB_KIND(MM) | LAB_KIND(FILES) | LAB_KIND(SIGHAND) | \
	     LAB_KIND(FS) | LAB_KIND(SIGNAL))

static void experiment(struct lab_run *run)
{
	char letters[8];
	int writer;

	lab_start(run, "main", act);
	lab_wait(run, 1);
	lab_look(run, "Before: a process", NULL);
	lab_go(run, 1);
	lab_wait(run, 4);
	lab_go(run, 2);
	wait_for_spawned(run);
	lab_go(run, 3);
	lab_wait(run, 5);
	lab_look(run, "After each of the five calls, once", NULL);
	if (run->err)
		return;
	lab_outcome(run, 0, "%s", lab_letters(letters, run, MAIN, FORK));
	lab_outcome(run, 1, "%s", lab_letters(letters, run, MAIN, VFORK));
	lab_outcome(run, 2, "%s", lab_letters(letters, run, MAIN, THREAD));
	lab_outcome(run, 3, "%s", lab_letters(letters, run, MAIN, SPAWN));
	lab_shares(run, MAIN, FORK, 0, ALL);
	lab_shares(run, MAIN, CLONE, LAB_KIND(FILES) | LAB_KIND(FS),
		   LAB_KIND(MM) | LAB_KIND(SIGHAND) | LAB_KIND(SIGNAL));
	lab_shares(run, MAIN, THREAD, ALL, 0);
	lab_shares(run, MAIN, SPAWN, LAB_KIND(MM), ALL & ~LAB_KIND(MM));
	lab_shares(run, MAIN, VFORK, LAB_KIND(MM), ALL & ~LAB_KIND(MM));
	lab_has_flag(run, SPAWN, TASKSHARE_F_VFORK, true,
		     "the caller of posix_spawn() waits for its child");
	lab_has_flag(run, VFORK, TASKSHARE_F_VFORK, true,
		     "the caller of vfork() waits for its child");
	lab_has_flag(run, FORK, TASKSHARE_F_VFORK, false,
		     "the caller of fork() does not");
	lab_go(run, 4);
	writer = open(fifo, O_RDWR);
	lab_wait(run, 8);
	close(writer);
	lab_look(run, "Later: vfork's child has exited, posix_spawn's has called execve()",
		 NULL);
	lab_shares(run, MAIN, SPAWN, 0, ALL);
}

/**
 * lab_calls() - one child by each call
 * @run: the lab
 */
void lab_calls(struct lab_run *run)
{
	char dir[] = "/tmp/taskshare-XXXXXX";

	if (!mkdtemp(dir)) {
		lab_fail(run, -errno, "no directory in /tmp: %s",
			 strerror(errno));
		return;
	}
	sprintf(fifo, "%s/fifo", dir);
	if (mkfifo(fifo, 0600))
		lab_fail(run, -errno, "%s: %s", fifo, strerror(errno));
	experiment(run);
	unlink(fifo);
	rmdir(dir);
	if (run->err)
		return;
	print_flags(run);
	print_rfork(run);
	lab_why(run,
		"All five end up in kernel_clone() and copy_process(), with other flags. For each\n"
		"object, copy_process() either counts one more user of the creator's or makes a\n"
		"copy, as the flags say. A process and a thread are made by the same code; they\n"
		"differ in what they share, and in CLONE_THREAD, which puts the new task into the\n"
		"same thread group.");
	lab_reading("kernel/fork.c: kernel_clone(), copy_process(), copy_fs(),\n"
		    "  wait_for_vfork_done()\n"
		    "man: fork(2), vfork(2), clone(2), posix_spawn(3), pthread_create(3)");
}
