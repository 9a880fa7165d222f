// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every step that can fail fails once: an error, nothing left behind, no crash.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/util.h"

#define FAIL_NTH	"/sys/module/taskshare/parameters/fail_nth"
#define BY_HAND		"/run/taskshare-faults"
#define STEPS_MAX	1000	/* no operation has that many */

FIXTURE(faults) {
	char path[PATH_MAX];
};

/* A module that was built with -DTASKSHARE_FAULTS. */
FIXTURE_SETUP(faults)
{
	const char *path = ko_find("TASKSHARE_KO_FAULTS",
				   "taskshare-faults.ko");

	NEEDS_KO("TASKSHARE_KO_FAULTS", "taskshare-faults.ko");
	snprintf(self->path, sizeof(self->path), "%s", path);
	if (ko_loaded())
		ASSERT_TRUE(ko_unload_soon());
	mkdir(BY_HAND, 0700);
	die_with_parent();
}

FIXTURE_TEARDOWN(faults)
{
	umount2(BY_HAND, MNT_DETACH);
	rmdir(BY_HAND);
	EXPECT_TRUE(ko_usual());
}

static bool set_fault(unsigned int nth)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", nth);
	return write_file(FAIL_NTH, text);
}

/* Returns true if the fault is still to come: the operation has fewer steps. */
static bool fault_unused(void)
{
	char text[16] = "";

	return read_file(FAIL_NTH, text, sizeof(text)) > 0 && atoi(text) > 0;
}

static int mount_by_hand(void)
{
	return mount("none", BY_HAND, "taskshare", 0, NULL) ? errno : 0;
}

/* A module that failed to load has left nothing behind. */
static bool nothing_left(void)
{
	if (ko_loaded() || !access(taskshare_dir(), F_OK)) {
		complain("the module is still there");
		return false;
	}
	return mount_by_hand() == ENODEV;
}

TEST_F_TIMEOUT(faults, load, 120)
{
	unsigned int nth, failed = 0;
	char parameter[32];
	bool unused = false;
	int ret;

	for (nth = 1; !unused; nth++) {
		ASSERT_GT(STEPS_MAX, nth);
		snprintf(parameter, sizeof(parameter), "fail_nth=%u", nth);
		ret = ko_load(self->path, parameter);
		if (ret) {
			EXPECT_EQ(-ENOMEM, ret);
			EXPECT_TRUE(nothing_left());
			failed++;
			continue;
		}
		unused = fault_unused();
		ASSERT_TRUE(set_fault(0));
		/* it can be mounted also if a step for debugfs has failed */
		EXPECT_EQ(0, mount_by_hand());
		EXPECT_EQ(0, umount(BY_HAND));
		if (unused)
			EXPECT_EQ(0, access(taskshare_dir(), F_OK));
		ASSERT_TRUE(ko_unload_soon());
		EXPECT_TRUE(nothing_left());
	}
	TH_LOG("%u steps, %u of them keep it from loading", nth - 2, failed);
	ASSERT_LT(0, failed);
}

static int open_error(const char *name)
{
	int fd = taskshare_open("%s", name);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? -fd : 0;
}

static int open_all(void)
{
	return open_error("all");
}

static int open_process(void)
{
	return open_error("self");
}

static int open_records(void)
{
	return open_error("records/all");
}

static int open_thread_records(void)
{
	return open_error("records/1");
}

static int list_names(void)
{
	DIR *dir = opendir(taskshare_dir());

	if (!dir)
		return errno;
	errno = 0;
	while (readdir(dir))
		errno = 0;
	closedir(dir);
	return errno;
}

static int stat_self(void)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/self", taskshare_dir());
	return stat(path, &st) ? errno : 0;
}

static int mount_and_umount(void)
{
	int ret = mount_by_hand();

	return ret ? ret : umount(BY_HAND) ? 1000 + errno : 0;
}

TEST_F_TIMEOUT(faults, use, 240)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} uses[] = {
		{ "open of all", open_all },
		{ "open of a process", open_process },
		{ "open of all records", open_records },
		{ "open of a process's records", open_thread_records },
		{ "readdir", list_names },
		{ "stat of self", stat_self },
		{ "mount", mount_and_umount },
	};
	unsigned int nth, failed;
	bool unused;
	size_t i;
	int ret;

	ASSERT_EQ(0, ko_load(self->path, ""));
	for (i = 0; i < ARRAY_SIZE(uses); i++) {
		unused = false;
		failed = 0;
		for (nth = 1; !unused; nth++) {
			ASSERT_GT(STEPS_MAX, nth);
			/*
			 * The automount is one of the steps. One that expired
			 * gives up its superblock a bit later.
			 */
			umount2(taskshare_dir(), 0);
			ASSERT_TRUE(eventually(ko_unused()));
			ASSERT_TRUE(set_fault(nth));
			ret = uses[i].run();
			unused = fault_unused();
			ASSERT_TRUE(set_fault(0));
			failed += ret != 0;
			EXPECT_TRUE(ret == ENOMEM || !ret) {
				TH_LOG("%s, step %u: error %d", uses[i].name,
				       nth, ret);
			}
			if (unused)
				EXPECT_EQ(0, ret);
			EXPECT_EQ(0, uses[i].run());
		}
		TH_LOG("%s: %u steps, %u make it fail", uses[i].name, nth - 2,
		       failed);
		EXPECT_LT(0, failed);
	}
	ASSERT_TRUE(ko_unload_soon());
	ASSERT_TRUE(nothing_left());
}

TEST_HARNESS_MAIN
