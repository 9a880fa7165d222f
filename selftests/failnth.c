// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation, and every copy from or to user memory, in each system call
 * fails once: the call returns an error, leaves nothing behind, does not crash.
 *
 * faults.c does the same to the module's own steps, on any kernel. This needs a
 * kernel with CONFIG_FAULT_INJECTION (Documentation/fault-injection), and
 * reaches the steps of the VFS and of the module loader as well.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/util.h"

#define BY_HAND		"/run/taskshare-failnth"
#define NTH_MAX		20000	/* no system call has that many */
#define SAY_MS		20000	/* between two lines about the progress */

/* Any allocation may fail, and none is reported in the kernel's log. */
static const struct {
	const char *file;
	const char *value;
} attributes[] = {
	{ "failslab/ignore-gfp-wait", "N" },
	{ "failslab/cache-filter", "N" },
	{ "failslab/verbose", "0" },
	{ "fail_page_alloc/ignore-gfp-wait", "N" },
	{ "fail_page_alloc/ignore-gfp-highmem", "N" },
	{ "fail_page_alloc/min-order", "0" },
	{ "fail_page_alloc/verbose", "0" },
	{ "fail_usercopy/verbose", "0" },
};

static int nth_fd = -1;		/* /proc/thread-self/fail-nth */
static int fd = -1;		/* file that the system call is about */
static char path[PATH_MAX];	/* of the module */

FIXTURE(failnth) {};

FIXTURE_SETUP(failnth)
{
	const char *found = ko_find("TASKSHARE_KO", "taskshare.ko");
	char file[PATH_MAX];
	size_t i;

	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0)
		SKIP(return, "no /proc/thread-self/fail-nth: the kernel lacks FAULT_INJECTION");
	NEEDS_KO("TASKSHARE_KO", "taskshare.ko");
	snprintf(path, sizeof(path), "%s", found);
	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		snprintf(file, sizeof(file), "/sys/kernel/debug/%s",
			 attributes[i].file);
		ASSERT_TRUE(write_file(file, attributes[i].value)) {
			TH_LOG("%s: %m", file);
		}
	}
	if (ko_loaded())
		ASSERT_TRUE(ko_unload_soon());
	mkdir(BY_HAND, 0700);
	die_with_parent();
}

FIXTURE_TEARDOWN(failnth)
{
	close(fd);
	umount2(BY_HAND, MNT_DETACH);
	rmdir(BY_HAND);
	ko_restore();
}

/* The nth step from now on fails; 0: none. This call may itself fail. */
static bool arm(unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth), tries;

	for (tries = 0; tries < 2; tries++)
		if (pwrite(nth_fd, text, len, 0) == len)
			return true;
	return false;
}

/*
 * Returns true if the failure has happened. If it was the very next step, it
 * happens to this call: then it had not happened before.
 */
static bool spent(void)
{
	char text[16] = "";

	return pread(nth_fd, text, sizeof(text) - 1, 0) > 0 && !atoi(text);
}

/**
 * struct call - a system call
 * @name: its name in the output
 * @before: prepares it; called before each attempt
 * @run: makes the call and nothing else; 0 or an errno
 * @after: undoes it after a success
 */
struct call {
	const char *name;
	bool (*before)(void);
	int (*run)(void);
	bool (*after)(void);
};

static bool none(void)
{
	return true;
}

static int result(long ret)
{
	return ret < 0 ? errno : 0;
}

/* The errors of a lack of memory, and of a copy that failed. */
static bool shortage(int error)
{
	return error == ENOMEM || error == EFAULT || error == EAGAIN;
}

static bool once(const struct call *call, unsigned int nth, bool *done,
		 int *error)
{
	if (!call->before() || !arm(nth)) {
		complain("%s, step %u: cannot begin", call->name, nth);
		return false;
	}
	*error = call->run();
	*done = !spent();
	if (!arm(0)) {
		complain("%s, step %u: stays armed", call->name, nth);
		return false;
	}
	if (!*error ? call->after() : !*done && shortage(*error))
		return true;
	complain("%s, step %u: error %d%s", call->name, nth, *error,
		 *done ? " without a cause" : "");
	return false;
}

/* One step after the other fails, until the call has no more steps. */
static bool exhaust(const struct call *call)
{
	unsigned int nth, failed = 0;
	long said = now_ms();
	bool done = false;
	int error;

	for (nth = 1; !done; nth++) {
		if (nth > NTH_MAX || !once(call, nth, &done, &error))
			return false;
		failed += error != 0;
		if (now_ms() - said < SAY_MS)
			continue;
		said = now_ms();
		printf("# %s: step %u\n", call->name, nth);
		fflush(stdout);
	}
	printf("# %s: %u steps, %u make it fail\n", call->name, nth - 2,
	       failed);
	figure("failed_allocations", nth - 2);
	return failed > 0;
}

static int mount_by_hand(void)
{
	return result(mount("none", BY_HAND, "taskshare", 0, NULL));
}

static bool umounted(void)
{
	return !umount2(BY_HAND, 0);
}

static bool module_gone(void)
{
	return !ko_loaded() && access(taskshare_dir(), F_OK) &&
	       mount_by_hand() == ENODEV;
}

static bool module_open(void)
{
	if (!module_gone())
		return false;
	close(fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0;
}

static int insmod(void)
{
	return result(syscall(SYS_finit_module, fd, "", 0));
}

static bool usable_and_goes(void)
{
	return !mount_by_hand() && umounted() && ko_unload_soon();
}

static bool module_there(void)
{
	return ko_loaded() || !ko_load(path, "");
}

/* It has been in use, so that unloading has something to undo. */
static bool module_used(void)
{
	if (!module_there())
		return false;
	close(fd);
	fd = open(taskshare_dir(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	close(fd);
	fd = -1;
	return eventually(ko_unused());
}

static int rmmod(void)
{
	return result(syscall(SYS_delete_module, "taskshare", O_NONBLOCK));
}

TEST_F_TIMEOUT(failnth, load, 900)
{
	static const struct call load = {
		"insmod", module_open, insmod, usable_and_goes
	};
	static const struct call unload = {
		"rmmod", module_used, rmmod, module_gone
	};

	EXPECT_TRUE(exhaust(&load));
	EXPECT_TRUE(exhaust(&unload));
	EXPECT_TRUE(module_gone());
}

static bool mounted(void)
{
	struct statfs s;

	if (!statfs(BY_HAND "/all", &s))
		return true;
	return !mount_by_hand();
}

static int umount_by_hand(void)
{
	return result(umount2(BY_HAND, 0));
}

/* Nothing is mounted in debugfs, so that the walk mounts it. */
static bool idle(void)
{
	umount2(taskshare_dir(), 0);
	return true;
}

static int walk(void)
{
	struct stat st;
	char all[PATH_MAX];

	snprintf(all, sizeof(all), "%s/all", taskshare_dir());
	return result(stat(all, &st));
}

TEST_F_TIMEOUT(failnth, mount, 300)
{
	static const struct call calls[] = {
		{ "mount", none, mount_by_hand, umounted },
		{ "umount", mounted, umount_by_hand, none },
		{ "automount", idle, walk, none },
	};
	size_t i;

	ASSERT_TRUE(module_there());
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		EXPECT_TRUE(exhaust(&calls[i]));
	ASSERT_TRUE(ko_unload_soon());
	EXPECT_TRUE(module_gone());
}

static int lookup_pid(void)
{
	struct stat st;

	return result(stat(BY_HAND "/1", &st));
}

static int lookup_records(void)
{
	struct stat st;

	return result(stat(BY_HAND "/records/1", &st));
}

static int statfs_root(void)
{
	struct statfs s;

	return result(statfs(BY_HAND, &s));
}

static bool opened(const char *name, int flags)
{
	close(fd);
	fd = open(name, flags | O_CLOEXEC);
	return fd >= 0;
}

static int open_one(const char *name)
{
	return opened(name, O_RDONLY) ? 0 : errno;
}

static bool closed(void)
{
	int was = fd;

	fd = -1;
	return !close(was);
}

static int open_self(void)
{
	return open_one(BY_HAND "/self");
}

static int open_pid(void)
{
	return open_one(BY_HAND "/1");
}

static int open_all(void)
{
	return open_one(BY_HAND "/all");
}

static int open_record(void)
{
	return open_one(BY_HAND "/records/1");
}

static int open_records(void)
{
	return open_one(BY_HAND "/records/all");
}

static bool have_all(void)
{
	return opened(BY_HAND "/all", O_RDONLY);
}

/* Opens the directory, too: no step of listing alone can be made to fail. */
static int list_names(void)
{
	char names[4096];

	if (!opened(BY_HAND, O_RDONLY | O_DIRECTORY))
		return errno;
	return result(syscall(SYS_getdents64, fd, names, sizeof(names)));
}

static int read_text(void)
{
	char text[8192];

	return result(read(fd, text, sizeof(text)));
}

static int send_text(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), error;

	if (null < 0)
		return errno;
	error = result(sendfile(null, fd, NULL, 8192));
	close(null);
	return error;
}

static int read_link(void)
{
	char link[16];

	return result(readlink(BY_HAND "/self", link, sizeof(link)));
}

TEST_F_TIMEOUT(failnth, use, 600)
{
	static const struct call calls[] = {
		{ "lookup of a pid", none, lookup_pid, none },
		{ "lookup in records", none, lookup_records, none },
		{ "statfs", none, statfs_root, none },
		{ "readlink of self", none, read_link, none },
		{ "open of self", none, open_self, closed },
		{ "open of a pid", none, open_pid, closed },
		{ "open of all", none, open_all, closed },
		{ "open of a record", none, open_record, closed },
		{ "open of all records", none, open_records, closed },
		{ "readdir", none, list_names, closed },
		{ "read", have_all, read_text, closed },
		{ "sendfile", have_all, send_text, closed },
	};
	size_t i;

	ASSERT_TRUE(module_there());
	ASSERT_TRUE(mounted());
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		EXPECT_TRUE(exhaust(&calls[i]));
	ASSERT_TRUE(umounted());
	ASSERT_TRUE(ko_unload_soon());
	EXPECT_TRUE(module_gone());
}

TEST_HARNESS_MAIN
