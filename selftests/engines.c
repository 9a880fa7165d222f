// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader and its BPF programs on this kernel: all three engines are there,
 * if it has BTF, and agree, among each other and with what the flags of
 * clone(2) demand; and trace sees what a shell does. userspace/tests asks more
 * of them.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "lib/command.h"
#include "lib/util.h"

FIXTURE(engines) {
};

FIXTURE_SETUP(engines)
{
	NEEDS_TASKSHARE();
	if (run_command("command -v taskshare >/dev/null"))
		SKIP(return, "no taskshare in PATH");
}

FIXTURE_TEARDOWN(engines)
{
}

TEST_F(engines, agree)
{
	EXPECT_TRUE(succeeds("taskshare --engine=all --all 2>&1"));
	EXPECT_TRUE(said(kernel_has_btf() ?
			 "engines agree: module bpf proc;" :
			 "engines agree: module proc;"));
}

/* Returns true if verify's summary has the engine, and it saw everything. */
static bool saw_everything(const char *engine)
{
	const char *line = strstr(command_output, engine), *blind;

	blind = line ? strstr(line, ", and could not see ") : NULL;
	if (line && (!blind || blind > strchr(line + 1, '\n')))
		return true;
	complain("no \"%s\" that saw everything in: %.300s", engine,
		 line ?: command_output);
	return false;
}

/*
 * A kernel that debugs itself takes minutes for each of proc's runs, a kcmp(2)
 * for each pair: it is asked about the module alone.
 */
TEST_F_TIMEOUT(engines, verify, 200)
{
	bool all = slowness() == 1;

	EXPECT_TRUE(succeeds(all ?
			     "taskshare verify --engine=all --runs 2 2>&1" :
			     "taskshare verify --engine=module --runs 1 2>&1"));
	EXPECT_TRUE(saw_everything("\nmodule: "));
	if (all) {
		EXPECT_TRUE(kernel_has_btf() ? saw_everything("\nbpf: ") :
			    said("\nnot tried, 1: bpf: this kernel has no BTF"));
		EXPECT_TRUE(said("\nproc: "));
	}
	EXPECT_TRUE(said("\nall as expected\n"));
}

/* The sentences of all engines, each compared with kcmp(2) and construction. */
TEST_F_TIMEOUT(engines, claims, 200)
{
	char command[128];

	if (access("./claims", X_OK))
		SKIP(return, "claims is not built for this architecture");
	snprintf(command, sizeof(command),
		 "TASKSHARE=$(command -v taskshare) ./claims %ld 2>&1",
		 env_number("TASKSHARE_CLAIMS", slowness() == 1 ? 10 : 2));
	EXPECT_TRUE(succeeds(command));
	if (getenv("TASKSHARE_CLAIMS"))
		command_show_end();
	EXPECT_TRUE(said(" - claims: by module: "));
}

/*
 * Content of objects, by all engines: tasks that took on users, capabilities,
 * directories, namespaces, filters and cgroups are compared with what they say
 * of themselves.
 */
TEST_F_TIMEOUT(engines, content, 200)
{
	if (access("./content", X_OK))
		SKIP(return, "content is not built for this architecture");
	EXPECT_TRUE(succeeds("./content 2>&1"));
	EXPECT_TRUE(said(" - content: by module: as it was born\n"));
	EXPECT_TRUE(said(" - content: by proc: as it was born\n"));
	if (kernel_has_btf())
		EXPECT_TRUE(said(" - content: by bpf: as it was born\n"));
}

/* Every rule by which a kernel refuses calls, on this one. */
TEST_F_TIMEOUT(engines, refusals, 100)
{
	if (access("./refusals", X_OK))
		SKIP(return, "refusals is not built for this architecture");
	EXPECT_TRUE(succeeds("./refusals 2>&1"));
	EXPECT_TRUE(said(", 0 wrong\n"));
}

/* The predictions of "taskshare why", by each engine, come true. */
TEST_F_TIMEOUT(engines, predictions, 200)
{
	if (access("./predict", X_OK))
		SKIP(return, "predict is not built for this architecture");
	EXPECT_TRUE(succeeds(slowness() == 1 ? "./predict 30 2>&1" :
					       "./predict 3 2>&1"));
	EXPECT_TRUE(said("predict: module: "));
}

/*
 * Recordings of random programs: at every step kcmp(2) says the same of each pair
 * of tasks, and says otherwise if the engine's answers are made wrong. The other
 * engines are tested so without a VM.
 */
TEST_F_TIMEOUT(engines, record_random, 200)
{
	char command[64];

	if (access("./record_random", X_OK))
		SKIP(return, "record_random is not built for this architecture");
	snprintf(command, sizeof(command), "./record_random %ld 1 module 2>&1",
		 env_number("TASKSHARE_RECORDINGS", slowness() == 1 ? 5 : 1));
	EXPECT_TRUE(succeeds(command));
	EXPECT_TRUE(said("ok 1 - module: "));
	EXPECT_FALSE(!!strstr(command_output, "module: random programs # SKIP"));
	if (getenv("TASKSHARE_RECORDINGS"))
		command_show_end();
}

/* Lines of source text, by this architecture's registers and stack */
static const char *const record_lines[] = {
	"taskshare record --engine=module --json r.json -- ./record_tasks unshare",
	"jq -r '.sources[].path' r.json",
	"for l in $(jq '.steps[].source.line // empty' r.json); do sed -n ${l}p record_tasks.c; done",
};

TEST_F_TIMEOUT(engines, record_lines, 100)
{
	if (access("./record_tasks", X_OK))
		SKIP(return, "record_tasks is not built for this architecture");
#if !defined(__x86_64__) && !defined(__aarch64__)
	/* See LIBDW in userspace/Makefile. */
	SKIP(return, "no stack is unwound on this architecture");
#endif
	EXPECT_TRUE(succeeds(record_lines[0]));
	EXPECT_TRUE(succeeds(record_lines[1]));
	EXPECT_TRUE(said("/record_tasks.c\n"));
	EXPECT_TRUE(succeeds(record_lines[2]));
	EXPECT_TRUE(said("\tpthread_create(&thread, NULL, unshare_it,"));
	EXPECT_TRUE(said("\tif (unshare(CLONE_FS))\n"));
	EXPECT_TRUE(said("\tif (syscall(SYS_close_range, "));
}

/* The module's engine, and its messages for what it cannot do. */
TEST_F(engines, module)
{
	EXPECT_TRUE(succeeds("taskshare --engine=module $$ 2>&1"));
	EXPECT_TRUE(said(", seen by module\n"));
	EXPECT_TRUE(succeeds("taskshare --engine=module -r -n -o PID 1 $$ 2>&1"));
	EXPECT_EQ(3, WEXITSTATUS(run_command("taskshare --engine=module 2147483647 2>&1")));
	EXPECT_TRUE(said("no such process: 2147483647\n"));
}

static void ask_as_nobody(void *unused)
{
	(void)unused;
	become_nobody();
	_exit(WEXITSTATUS(run_command("taskshare --engine=module 1 2>&1")) == 2 &&
	      said("no permission for /sys/kernel/debug/taskshare: become root")
	      ? 0 : 1);
}

/* In a mount namespace of its own: no debugfs there. */
static void hide_debugfs(void)
{
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    umount2("/sys/kernel/debug", MNT_DETACH))
		_exit(255);
}

static void ask_without_mount(void *unused)
{
	(void)unused;
	hide_debugfs();
	_exit(WEXITSTATUS(run_command("taskshare --engine=module 1 2>&1")) == 2 &&
	      said("loaded, but not mounted: mount -t taskshare") ? 0 : 1);
}

/* Mounted by hand, where mountinfo has to escape the name. */
static void ask_elsewhere(void *dir)
{
	hide_debugfs();
	if (mount("none", dir, "taskshare", 0, NULL))
		_exit(255);
	_exit(!run_command("taskshare --engine=module -r -n -o COMM 1 2>&1") &&
	      said("init\n") ? 0 : 1);
}

TEST_F(engines, module_out_of_reach)
{
	char dir[] = "/tmp/by hand XXXXXX";

	EXPECT_TRUE(exited_with(spawn(ask_as_nobody, NULL), 0));
	EXPECT_TRUE(exited_with(spawn(ask_without_mount, NULL), 0));
	ASSERT_NE(NULL, mkdtemp(dir));
	EXPECT_TRUE(exited_with(spawn(ask_elsewhere, dir), 0));
	rmdir(dir);
}

/*
 * The first process of a PID namespace, whose mounts are still those outside.
 */
static void ask_inside(void *dir)
{
	if (WEXITSTATUS(run_command("taskshare --engine=module 1 2>&1")) != 2 ||
	    !said("module: its numbers are another pid namespace's: mount -t taskshare") ||
	    WEXITSTATUS(run_command("taskshare --engine=proc 1 2>&1")) != 2 ||
	    !said("/proc is that of another pid namespace: mount -t proc"))
		_exit(1);
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", dir, "taskshare", 0, NULL))
		_exit(255);
	_exit(!run_command("taskshare --engine=module -r -n -o COMM 1 2>&1") &&
	      said("engines\n") ? 0 : 1);
}

static void enter_and_ask(void *dir)
{
	if (unshare(CLONE_NEWPID))
		_exit(255);
	_exit(exited_with(spawn(ask_inside, dir), 0) ? 0 : 1);
}

/* In another PID namespace the same numbers belong to other tasks. */
TEST_F(engines, in_another_pid_namespace)
{
	char dir[] = "/tmp/inside-XXXXXX";

	ASSERT_NE(NULL, mkdtemp(dir));
	EXPECT_TRUE(exited_with(spawn(enter_and_ask, dir), 0));
	rmdir(dir);
}

/*
 * From Linux 7.0 on, a BPF program is not run for a task that comes while it is
 * busy with another one, and trace says so: such a run shows nothing. Tasks of a
 * real-time policy do not take the processor from each other.
 */
static bool traces(const char *program)
{
	char command[256];
	int left = 50;
	bool done;

	snprintf(command, sizeof(command),
		 "chrt -f 1 taskshare trace -- %s 2>&1", program);
	do
		done = succeeds(command);
	while (done && strstr(command_output, "the kernel skipped them") &&
	       --left);
	return done;
}

TEST_F(engines, trace)
{
	if (!kernel_has_btf())
		SKIP(return, "this kernel has no BTF");
	EXPECT_TRUE(traces("bash -c '(:); (:)'"));
	EXPECT_TRUE(said("\n2 tasks created, all match the flags;"));
	EXPECT_TRUE(said(", 0 lost\n"));
}

/* Situations, each made by a program of the reader's tests, and in words */
static const struct {
	const char *name;
	const char *said[6];
} cases[] = {
	{ "refused", { "clone3() fails, ENOSYS: a seccomp filter refuses it",
		       "setns(NEWNET) fails, EPERM: a seccomp filter refuses it",
		       "setuid() fails: a seccomp filter answers it",
		       "capset() fails, SIGSYS: a seccomp filter refuses it" } },
	{ "tsync", { "seccomp(TSYNC) fails: thread ",
		     " has filters that the caller lacks\n" } },
	{ "tsync_works", { "; all 3 threads have the same filters\n" } },
	{ "setuid_all", { "; all 6 other threads have equal ones" } },
	{ "setuid_one", { "uid 0 -> 3000; 2 other threads differ",
			  "uid 0 -> 3000; 2 of 3 other threads have equal ones",
			  "setfsuid() changes nothing: not permitted",
			  "it has no CAP_SETUID in its user namespace" } },
	{ "network", { "unshare(): new net:[", " (its process's)",
		       "setns(): it is in this namespace already\n" } },
	{ "exec_thread", { "execve() of /nonexistent/program fails, ENOENT:",
			   "thread is ended by the execve() of ",
			   "execve() runs /bin/true; thread " } },
	{ "ends", { ": thread is killed by SIGSYS; its process lives on\n",
		    " exits with status 3; 4 other threads with it\n",
		    " is killed by SIGKILL; 2 other threads with it\n",
		    " is killed by SIGABRT; 3 other threads with it\n",
		    ": thread exits with status 4; its process lives on\n",
		    " exits with status 5\n" } },
	{ "clone3_wrong", { "a PID in set_tid is in use\n",
			    "set_tid_size is above 32\n",
			    "stack and stack_size are not given together\n",
			    "exit_signal is not a signal\n",
			    "cgroup is not an open file descriptor\n",
			    "not a directory of a cgroup2 filesystem\n" } },
	{ "setns_wrong", { "the file descriptor is a namespace of another type",
			   "it is in that user namespace already",
			   "is neither a namespace nor a pidfd",
			   "another task shares its root and working directory",
			   "a process is in one only",
			   "for its children has ended" } },
	{ "clocks", { "setns(NEWTIME) fails, EUSERS: the process has other threads",
		      "setns(NEWTIME) fails, EUSERS: another process shares its memory",
		      "unshare(): new time:[" } },
	{ "vfork_waits", { "; waits for it", " has released the memory\n" } },
	{ "spawn", { " like posix_spawn; matches the flags\n",
		     "clone() creates process ", " like vfork; waits for it",
		     "execve() runs /bin/sh like system\n" } },
	{ "keys", { "add_key() fails, ENODEV", "prctl() fails, EPERM",
		    "keyctl(): new session keyring\n" } },
};

/* The tracer looks into structures of the kernel: at what, depends on it. */
TEST_F_TIMEOUT(engines, trace_cases, 200)
{
	char program[64];
	size_t i, j;

	if (!kernel_has_btf())
		SKIP(return, "this kernel has no BTF");
	if (access("trace_cases", X_OK))
		SKIP(return, "the reader's tests are not here");
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(program, sizeof(program), "./trace_cases %s",
			 cases[i].name);
		EXPECT_TRUE(traces(program));
		for (j = 0; j < ARRAY_SIZE(cases[i].said); j++)
			EXPECT_TRUE(!cases[i].said[j] ||
				    said(cases[i].said[j]));
		EXPECT_TRUE(said(", 0 lost\n"));
	}
}

TEST_HARNESS_MAIN
