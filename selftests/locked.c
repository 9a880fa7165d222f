// SPDX-License-Identifier: GPL-2.0-only
/* Booted with lockdown=integrity: only a signed module is loaded. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/util.h"

#define SECURITY	"/sys/kernel/security"

static int exit_code(const char *command)
{
	int status = system(command);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

FIXTURE(locked) {
};

FIXTURE_SETUP(locked)
{
	char arguments[4096] = "";
	char mode[64];

	read_file("/proc/cmdline", arguments, sizeof(arguments));
	if (!strstr(arguments, "lockdown=integrity"))
		SKIP(return, "boot with lockdown=integrity");
	mount("none", SECURITY, "securityfs", 0, NULL);
	if (read_file(SECURITY "/lockdown", mode, sizeof(mode)) <= 0)
		SKIP(return, "this kernel has no lockdown");
	ASSERT_NE(NULL, strstr(mode, "[integrity]"));
}

FIXTURE_TEARDOWN(locked)
{
}

/* For a module that is signed with a key of the kernel, see lockdown.c. */
TEST_F(locked, unsigned_module)
{
	const char *path = ko_find("TASKSHARE_KO", "taskshare.ko");

	NEEDS_KO("TASKSHARE_KO", "taskshare.ko");
	EXPECT_EQ(-EPERM, ko_load(path, ""));
	EXPECT_FALSE(ko_loaded());
}

/* taskshare works without the module. */
TEST_F(locked, reader)
{
	if (exit_code("taskshare -V >/dev/null"))
		SKIP(return, "no taskshare in PATH");
	EXPECT_EQ(2, exit_code("taskshare --engine module 1 >/dev/null 2>&1"));
	EXPECT_EQ(0, exit_code("taskshare --engine proc 1 >/dev/null"));
	EXPECT_EQ(kernel_has_btf() ? 0 : 2,
		  exit_code("taskshare --engine bpf 1 >/dev/null"));
	EXPECT_EQ(0, exit_code("taskshare 1 >/dev/null"));
}

TEST_HARNESS_MAIN
