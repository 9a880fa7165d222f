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
#include "lib/util.h"

static char output[1 << 20];

/* Runs a command, and puts its output into @output; returns its wait status. */
static int run(const char *command)
{
	FILE *from = popen(command, "r");
	size_t size;

	if (!from)
		return -1;
	size = fread(output, 1, sizeof(output) - 1, from);
	output[size] = 0;
	return pclose(from);
}

/* Returns true if the output has @what; if not, prints the end of it. */
static bool said(const char *what)
{
	size_t size = strlen(output);

	if (strstr(output, what))
		return true;
	complain("no \"%s\" in: %s", what,
		 output + (size > 2000 ? size - 2000 : 0));
	return false;
}

FIXTURE(engines) {
};

FIXTURE_SETUP(engines)
{
	NEEDS_TASKSHARE();
	if (run("command -v taskshare >/dev/null"))
		SKIP(return, "no taskshare in PATH");
}

FIXTURE_TEARDOWN(engines)
{
}

TEST_F(engines, agree)
{
	EXPECT_EQ(0, run("taskshare --engine=all --all 2>&1"));
	EXPECT_TRUE(said(kernel_has_btf() ?
			 "engines agree: module bpf proc;" :
			 "engines agree: module proc;"));
}

/* Returns true if verify's summary has the engine, and it saw everything. */
static bool saw_everything(const char *engine)
{
	const char *line = strstr(output, engine), *blind;

	blind = line ? strstr(line, ", and could not see ") : NULL;
	if (line && (!blind || blind > strchr(line + 1, '\n')))
		return true;
	complain("no \"%s\" that saw everything in: %.300s", engine,
		 line ?: output);
	return false;
}

/*
 * A kernel that debugs itself takes minutes for each of proc's runs, a kcmp(2)
 * for each pair: it is asked about the module alone.
 */
TEST_F_TIMEOUT(engines, verify, 200)
{
	bool all = slowness() == 1;

	EXPECT_EQ(0, run(all ? "taskshare verify --engine=all --runs 2 2>&1" :
			 "taskshare verify --engine=module --runs 2 2>&1"));
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
	if (access("./claims", X_OK))
		SKIP(return, "claims is not built for this architecture");
	EXPECT_EQ(0, run(slowness() == 1 ?
			 "TASKSHARE=$(command -v taskshare) ./claims 10 2>&1" :
			 "TASKSHARE=$(command -v taskshare) ./claims 2 2>&1"));
	EXPECT_TRUE(said(" - claims: by module: "));
}

/* The module's engine, and its messages for what it cannot do. */
TEST_F(engines, module)
{
	EXPECT_EQ(0, run("taskshare --engine=module $$ 2>&1"));
	EXPECT_TRUE(said(", seen by module\n"));
	EXPECT_EQ(0, run("taskshare --engine=module -r -n -o PID 1 $$ 2>&1"));
	EXPECT_EQ(3, WEXITSTATUS(run("taskshare --engine=module 2147483647 2>&1")));
	EXPECT_TRUE(said("no such process: 2147483647\n"));
}

static void ask_as_nobody(void *unused)
{
	(void)unused;
	become_nobody();
	_exit(WEXITSTATUS(run("taskshare --engine=module 1 2>&1")) == 2 &&
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
	_exit(WEXITSTATUS(run("taskshare --engine=module 1 2>&1")) == 2 &&
	      said("loaded, but not mounted: mount -t taskshare") ? 0 : 1);
}

/* Mounted by hand, where mountinfo has to escape the name. */
static void ask_elsewhere(void *dir)
{
	hide_debugfs();
	if (mount("none", dir, "taskshare", 0, NULL))
		_exit(255);
	_exit(!run("taskshare --engine=module -r -n -o COMM 1 2>&1") &&
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
	if (WEXITSTATUS(run("taskshare --engine=module 1 2>&1")) != 2 ||
	    !said("module: its numbers are another pid namespace's: mount -t taskshare") ||
	    WEXITSTATUS(run("taskshare --engine=proc 1 2>&1")) != 2 ||
	    !said("/proc is that of another pid namespace: mount -t proc"))
		_exit(1);
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", dir, "taskshare", 0, NULL))
		_exit(255);
	_exit(!run("taskshare --engine=module -r -n -o COMM 1 2>&1") &&
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

TEST_F(engines, trace)
{
	if (!kernel_has_btf())
		SKIP(return, "this kernel has no BTF");
	EXPECT_EQ(0, run("taskshare trace -- bash -c '(:); (:)' 2>&1"));
	EXPECT_TRUE(said("\n2 tasks created, all match the flags;"));
	EXPECT_TRUE(said(", 0 lost\n"));
}

TEST_HARNESS_MAIN
