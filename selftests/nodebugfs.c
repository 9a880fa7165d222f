// SPDX-License-Identifier: GPL-2.0-only
/*
 * Booted with debugfs=off or debugfs=no-mount: a mount by hand has all files.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/snapshot.h"
#include "lib/util.h"

#define BY_HAND	"/run/taskshare-nodebugfs"
#define DEBUGFS	"/sys/kernel/debug"

FIXTURE(nodebugfs) {
	char path[PATH_MAX];
};

FIXTURE_SETUP(nodebugfs)
{
	const char *path = ko_find("TASKSHARE_KO", "taskshare.ko");
	char arguments[4096] = "";

	NEEDS_KO("TASKSHARE_KO", "taskshare.ko");
	snprintf(self->path, sizeof(self->path), "%s", path);
	read_file("/proc/cmdline", arguments, sizeof(arguments));
	if (!strstr(arguments, "debugfs=off") &&
	    !strstr(arguments, "debugfs=no-mount"))
		SKIP(return, "boot with debugfs=off or debugfs=no-mount");
	mkdir(BY_HAND, 0700);
	setenv("TASKSHARE_DIR", BY_HAND, 1);
}

FIXTURE_TEARDOWN(nodebugfs)
{
	umount(BY_HAND);
	rmdir(BY_HAND);
	EXPECT_TRUE(!ko_loaded() || ko_unload_soon());
}

static bool log_has(const char *what)
{
	static char log[1 << 20];
	int len = klogctl(3 /* SYSLOG_ACTION_READ_ALL */, log, sizeof(log) - 1);

	log[len > 0 ? len : 0] = 0;
	return strstr(log, what);
}

TEST_F(nodebugfs, no_debugfs_here)
{
	ASSERT_EQ(0, ko_load(self->path, ""));
	EXPECT_NE(0, mount("none", BY_HAND, "debugfs", 0, NULL));
	EXPECT_EQ(ENODEV, errno);
	EXPECT_NE(0, access(DEBUGFS "/taskshare", F_OK));
	/* the kernel's log says what to do instead */
	EXPECT_TRUE(log_has("mount -t taskshare none DIR works"));
}

TEST_F(nodebugfs, mounted_by_hand)
{
	struct snapshot s;
	int i, fd;

	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, ko_load(self->path, ""));
		ASSERT_EQ(0, mount("none", BY_HAND, "taskshare", 0, NULL));
		ASSERT_EQ(0, snapshot_all(&s));
		EXPECT_NE(NULL, snapshot_find(&s, 1));
		EXPECT_NE(NULL, snapshot_find(&s, getpid()));
		snapshot_free(&s);
		fd = taskshare_open("self");
		ASSERT_LE(0, fd);
		EXPECT_EQ(-EBUSY, ko_unload());
		close(fd);
		/* a mount made by hand does not expire */
		nap_ms(100);
		EXPECT_EQ(-EBUSY, ko_unload());
		ASSERT_EQ(0, umount(BY_HAND));
		ASSERT_TRUE(ko_unload_soon());
	}
}

/* Runs taskshare; returns its exit code, and whether its output has @what. */
static int reader(const char *what, bool *said)
{
	char line[1024];
	FILE *out = popen("taskshare --engine module 1 2>&1", "r");
	int status;

	*said = false;
	while (out && fgets(line, sizeof(line), out))
		*said |= !!strstr(line, what);
	status = out ? pclose(out) : -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* taskshare says what to do, and finds the mount when that was done. */
TEST_F(nodebugfs, the_reader_finds_it)
{
	bool said;

	if (reader("insmod", &said) == 127)
		SKIP(return, "no taskshare in PATH");
	EXPECT_EQ(2, reader("insmod", &said));
	EXPECT_TRUE(said);
	ASSERT_EQ(0, ko_load(self->path, ""));
	EXPECT_EQ(2, reader("mount -t taskshare none", &said));
	EXPECT_TRUE(said);
	ASSERT_EQ(0, mount("none", BY_HAND, "taskshare", 0, NULL));
	EXPECT_EQ(0, reader("signal", &said));
	EXPECT_TRUE(said);
}

TEST_HARNESS_MAIN
