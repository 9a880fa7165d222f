// SPDX-License-Identifier: GPL-2.0-only
/*
 * Under lockdown a loaded module can be read. Runs last: lockdown is for good.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/snapshot.h"
#include "lib/util.h"

#define SECURITY	"/sys/kernel/security"
#define LOCKDOWN	SECURITY "/lockdown"

TEST(readable_under_lockdown)
{
	char mode[64] = "";
	struct snapshot s;
	int fd;

	NEEDS_TASKSHARE();
	if (access(LOCKDOWN, F_OK))
		mount("none", SECURITY, "securityfs", 0, NULL);
	if (read_file(LOCKDOWN, mode, sizeof(mode)) <= 0)
		SKIP(return, "this kernel has no " LOCKDOWN);
	if (strstr(mode, "[none]")) {
		ASSERT_TRUE(write_file(LOCKDOWN, "integrity"));
	}
	ASSERT_LT(0, read_file(LOCKDOWN, mode, sizeof(mode)));
	ASSERT_NULL(strstr(mode, "[none]"));

	ASSERT_EQ(0, snapshot_all(&s));
	ASSERT_NE(NULL, snapshot_find(&s, 1));
	snapshot_free(&s);
	ASSERT_EQ(0, snapshot_pid(&s, getpid()));
	snapshot_free(&s);
	fd = taskshare_open("all");
	ASSERT_LE(0, fd);
	close(fd);
	fd = taskshare_open("self");
	ASSERT_LE(0, fd);
	close(fd);
}

/* It only ever gets stricter, so this comes after the test above. */
TEST(refused_for_confidentiality)
{
	char mode[64] = "", byte;
	int fd, dir;

	NEEDS_TASKSHARE();
	if (read_file(LOCKDOWN, mode, sizeof(mode)) <= 0)
		SKIP(return, "this kernel has no " LOCKDOWN);
	if (!strstr(mode, "[confidentiality]")) {
		fd = taskshare_open("all");
		ASSERT_LE(0, fd);
		ASSERT_TRUE(write_file(LOCKDOWN, "confidentiality"));
		/* Access to an open file was decided when it was opened. */
		EXPECT_EQ(1, read(fd, &byte, 1));
		close(fd);
	}
	EXPECT_EQ(-EPERM, taskshare_open("all"));
	EXPECT_EQ(-EPERM, taskshare_open("self"));
	EXPECT_EQ(-EPERM, taskshare_open("records/all"));
	/* the names are /proc's, too */
	dir = taskshare_open("records");
	EXPECT_LE(0, dir);
	close(dir);
	/* the program says why */
	if (!system("taskshare -V >/dev/null")) {
		EXPECT_EQ(0, system("taskshare --engine module 1 2>&1 | grep -q lockdown"));
	}
}

TEST_HARNESS_MAIN
