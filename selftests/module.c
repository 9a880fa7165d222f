// SPDX-License-Identifier: GPL-2.0-only
/* Users that keep the module loaded, and unloading once they are gone. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/cpu.h"
#include "lib/ko.h"
#include "lib/snapshot.h"
#include "lib/util.h"

/* The module promises that rmmod works this long after the last close. */
#define PROMISED_MS	(50 * slowness())

/*
 * The filesystem gets no notice when an O_PATH descriptor or a working
 * directory goes. It looks whether it is idle, as long after the last look as
 * it has been busy by then; here that is less than a second.
 */
#define SILENT_MS	(2500 * slowness())

/*
 * Processors whose standstills are measured; more are not involved, as a rule.
 */
#define CPUS_MAX	64

/* Naps that are longer than this have met a standstill. */
#define NAP_US	2000

/*
 * struct naps - naps on a processor
 * @late_us: excess of those that are over
 * @begin_us: when the present one began
 */
static struct naps {
	uint64_t late_us;
	uint64_t begin_us;
} naps[CPUS_MAX];

static uint64_t late_of(uint64_t begin, uint64_t end)
{
	return end > begin + NAP_US ? end - begin - NAP_US : 0;
}

static void *measure_naps(void *arg)
{
	struct naps *n = arg;
	uint64_t begin = now_us(), end;

	cpu_use(0, n - naps);
	for (;;) {
		nap_ms(1);
		end = now_us();
		__atomic_store_n(&n->begin_us, end, __ATOMIC_RELAXED);
		__atomic_add_fetch(&n->late_us, late_of(begin, end),
				   __ATOMIC_RELAXED);
		begin = end;
	}
	return NULL;
}

static bool start_measuring(void)
{
	pthread_t thread;
	int cpu;

	for (cpu = 0; cpu < CPUS_MAX && cpu < get_nprocs_conf(); cpu++) {
		naps[cpu].begin_us = now_us();
		if (pthread_create(&thread, NULL, measure_naps, &naps[cpu]))
			return false;
	}
	return true;
}

/* All standstills until @end, also where one is not over yet */
static uint64_t late_sum(uint64_t end)
{
	uint64_t sum = 0, begin;
	int cpu;

	for (cpu = 0; cpu < CPUS_MAX; cpu++) {
		begin = __atomic_load_n(&naps[cpu].begin_us, __ATOMIC_RELAXED);
		sum += __atomic_load_n(&naps[cpu].late_us, __ATOMIC_RELAXED);
		sum += begin ? late_of(begin, end) : 0;
	}
	return sum;
}

FIXTURE(module) {
	char path[PATH_MAX];
	const char *dir;
	pid_t holder;
};

FIXTURE_SETUP(module)
{
	const char *path = ko_find("TASKSHARE_KO", "taskshare.ko");

	NEEDS_KO("TASKSHARE_KO", "taskshare.ko");
	snprintf(self->path, sizeof(self->path), "%s", path);
	self->dir = taskshare_dir();
	if (ko_loaded()) {
		ASSERT_TRUE(ko_unload_soon());
	}
	ASSERT_TRUE(start_measuring());
	die_with_parent();
}

FIXTURE_TEARDOWN(module)
{
	kill_and_reap(self->holder);
	ko_restore();
}

/*
 * Tries rmmod until it works. Returns the microseconds from the call to the
 * beginning of the try that did.
 *
 * A processor, above all a virtual one, may stand still for any time, and with
 * it the work that the kernel has to do before. That time does not count. It
 * shows in naps on that processor.
 */
static long unload_after(void)
{
	uint64_t start = now_us(), late = late_sum(start), tried;
	int ret;

	for (;;) {
		tried = now_us() - start;
		ret = ko_unload();
		if (ret != -EBUSY || tried > DEADLINE_MS * 1000)
			break;
		nap_ms(1);
	}
	if (ret) {
		complain("rmmod: error %d after %llu us", ret,
			 (unsigned long long)tried);
		return -1;
	}
	late = late_sum(start + tried) - late;
	return tried > late ? tried - late : 0;
}

static bool unload_within(long ms)
{
	long us = unload_after();

	if (us >= 0 && us <= ms * 1000)
		return true;
	complain("rmmod worked after %ld us, not within %ld ms", us, ms);
	return false;
}

/* The module cannot be unloaded before @fd is closed, and @ms later it can. */
static bool holds_until_closed(int fd, long ms)
{
	if (fd < 0 || ko_unload() != -EBUSY) {
		complain("no EBUSY for a holder %d", fd);
		return false;
	}
	/* without a holder the mount would have expired by now */
	nap_ms(2 * PROMISED_MS);
	if (ko_unload() != -EBUSY) {
		complain("no EBUSY after a while");
		return false;
	}
	close(fd);
	return unload_within(ms);
}

static int open_path(const char *name, int flags)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s", taskshare_dir(), name);
	return open(path, flags | O_CLOEXEC);
}

TEST_F_TIMEOUT(module, held_by_descriptors, 120)
{
	static const struct {
		const char *name;
		int flags;
	} holders[] = {
		{ "/all", O_RDONLY },
		{ "/1", O_RDONLY },
		{ "/records/all", O_RDONLY },
		{ "/", O_RDONLY | O_DIRECTORY },
		{ "/records", O_RDONLY | O_DIRECTORY },
		{ "/", O_PATH },
		{ "/records", O_PATH },
		{ "/1", O_PATH },
		{ "/self", O_PATH | O_NOFOLLOW },
	};
	size_t i;
	int fd;

	for (i = 0; i < 3 * ARRAY_SIZE(holders); i++) {
		const char *name = holders[i % ARRAY_SIZE(holders)].name;
		int flags = holders[i % ARRAY_SIZE(holders)].flags;

		ASSERT_EQ(0, ko_load(self->path, ""));
		fd = open_path(name, flags);
		ASSERT_TRUE(holds_until_closed(fd, flags & O_PATH ?
					       SILENT_MS : PROMISED_MS)) {
			TH_LOG("holder %s, flags %#x", name, flags);
		}
	}
}

/* The directory in debugfs, on which nothing is mounted yet, is no holder. */
TEST_F(module, trap_is_no_holder)
{
	char path[PATH_MAX];
	struct stat st;
	int trap;

	ASSERT_EQ(0, ko_load(self->path, ""));
	trap = open_path("", O_PATH | O_NOFOLLOW);
	ASSERT_LE(0, trap);
	ASSERT_EQ(0, ko_unload());
	EXPECT_EQ(-1, open_path("", O_PATH | O_NOFOLLOW));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(0, fstat(trap, &st));
	EXPECT_EQ(-1, openat(trap, "1", O_RDONLY));
	EXPECT_EQ(ENOENT, errno);
	EXPECT_EQ(-1, openat(trap, "all", O_RDONLY));
	EXPECT_EQ(-1, fstatat(trap, "records/all", &st, 0));
	EXPECT_EQ(0, fchdir(trap));
	EXPECT_EQ(-1, open("1", O_RDONLY));
	EXPECT_EQ(-1, mount("none", ".", "taskshare", 0, NULL));
	EXPECT_EQ(ENODEV, errno);
	EXPECT_EQ(0, chdir("/"));
	/* umount() looks for a mount there, and the slash would make one */
	snprintf(path, sizeof(path), "/proc/self/fd/%d/", trap);
	EXPECT_EQ(-1, umount2(path, 0));
	EXPECT_EQ(EINVAL, errno);
	/* the directory of a module that is loaded again is another one */
	ASSERT_EQ(0, ko_load(self->path, ""));
	EXPECT_EQ(-1, openat(trap, "1", O_RDONLY));
	close(trap);
	ASSERT_TRUE(ko_unload_soon());
}

/*
 * A process that does one thing, writes a byte, and on a byte does the other.
 */
struct holder {
	int said[2];
	int orders[2];
	bool (*begin)(void);
	bool (*end)(void);
};

static void hold(void *arg)
{
	struct holder *h = arg;
	char byte;

	if (!h->begin() || write(h->said[1], "", 1) != 1 ||
	    read(h->orders[0], &byte, 1) != 1 || !h->end() ||
	    write(h->said[1], "", 1) != 1)
		_exit(EXIT_FAILURE);
	for (;;)
		pause();
}

static bool holder_said(struct holder *h)
{
	char byte;

	return read(h->said[0], &byte, 1) == 1;
}

static pid_t hold_start(struct holder *h)
{
	pid_t pid;

	if (pipe2(h->said, O_CLOEXEC) || pipe2(h->orders, O_CLOEXEC))
		return -1;
	pid = spawn(hold, h);
	close(h->said[1]);
	return holder_said(h) ? pid : -1;
}

static bool hold_end(struct holder *h)
{
	return write(h->orders[1], "", 1) == 1 && holder_said(h);
}

static bool enter(void)
{
	return !chdir(taskshare_dir()) && !access("all", R_OK);
}

static bool leave(void)
{
	return !chdir("/");
}

TEST_F_TIMEOUT(module, held_by_a_directory, 60)
{
	struct holder h = { .begin = enter, .end = leave };

	ASSERT_EQ(0, ko_load(self->path, ""));
	self->holder = hold_start(&h);
	ASSERT_LT(0, self->holder);
	nap_ms(2 * PROMISED_MS);
	ASSERT_EQ(-EBUSY, ko_unload());
	ASSERT_TRUE(hold_end(&h));
	ASSERT_TRUE(unload_within(SILENT_MS));
}

#define TRACING	"/run/module-tracing"
#define EVENT	TRACING "/events/workqueue/workqueue_execute_start/enable"

/*
 * How often the module's work ran since tracing began, -1 if that is unknown.
 */
static int work_done(void)
{
	int fd = open(TRACING "/trace", O_RDONLY | O_CLOEXEC), nr = 0;
	char *trace, *at;
	ssize_t len;

	if (fd < 0)
		return -1;
	len = read_all(fd, &trace);
	close(fd);
	if (len < 0)
		return -1;
	for (at = trace; (at = strstr(at, " [taskshare]")); at++)
		nr++;
	free(trace);
	return nr;
}

static bool forget_trace(void)
{
	int fd = open(TRACING "/trace", O_WRONLY | O_TRUNC | O_CLOEXEC);

	return fd >= 0 && !close(fd);
}

/* A directory that is forgotten keeps no worker busy. */
TEST_F_TIMEOUT(module, looked_at_less_and_less, 60)
{
	struct holder h = { .begin = enter, .end = leave };
	int nr;

	mkdir(TRACING, 0700);
	if (mount("none", TRACING, "tracefs", 0, NULL) ||
	    !write_file(TRACING "/buffer_size_kb", "4096") ||
	    !forget_trace() || !write_file(EVENT, "1"))
		SKIP(return, "no tracefs with the events of work queues");
	ASSERT_EQ(0, ko_load(self->path, ""));
	self->holder = hold_start(&h);
	ASSERT_LT(0, self->holder);
	nap_ms(15000);
	nr = work_done();
	write_file(EVENT, "0");
	umount(TRACING);
	rmdir(TRACING);
	TH_LOG("looked %d times in 15 s", nr);
	/* at 10, 20, 40 .. 10240 ms, and once more for the beginning */
	EXPECT_LE(5, nr);
	EXPECT_GE(14, nr);
	EXPECT_EQ(-EBUSY, ko_unload());
	EXPECT_TRUE(hold_end(&h));
	/* umount(8) does not wait for the next look */
	EXPECT_EQ(0, umount(self->dir));
	EXPECT_TRUE(unload_within(PROMISED_MS));
}

static bool copy_mounts(void)
{
	return !unshare(CLONE_NEWNS) &&
	       !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static int copied_fd;

static bool copy_and_use(void)
{
	/* the mount is there when it is copied */
	int fd = taskshare_open("all");

	if (fd < 0 || !copy_mounts())
		return false;
	close(fd);
	copied_fd = taskshare_open("all");
	return copied_fd >= 0;
}

static bool copy_idle(void)
{
	return copy_and_use() && !close(copied_fd);
}

static bool close_copied(void)
{
	return !close(copied_fd);
}

static bool nothing(void)
{
	return true;
}

/* A copy of the mount in another namespace holds the module in the same way. */
TEST_F_TIMEOUT(module, used_in_another_mount_namespace, 60)
{
	struct holder h = { .begin = copy_and_use, .end = close_copied };

	ASSERT_EQ(0, ko_load(self->path, ""));
	self->holder = hold_start(&h);
	ASSERT_LT(0, self->holder);
	nap_ms(2 * PROMISED_MS);
	ASSERT_EQ(-EBUSY, ko_unload());
	ASSERT_TRUE(hold_end(&h));
	ASSERT_TRUE(unload_within(PROMISED_MS));
}

TEST_F_TIMEOUT(module, idle_in_another_mount_namespace, 60)
{
	struct holder h = { .begin = copy_idle, .end = nothing };

	ASSERT_EQ(0, ko_load(self->path, ""));
	self->holder = hold_start(&h);
	ASSERT_LT(0, self->holder);
	ASSERT_TRUE(unload_within(PROMISED_MS));
}

TEST_F_TIMEOUT(module, lazily_unmounted, 60)
{
	struct snapshot s;
	int fd;

	ASSERT_EQ(0, ko_load(self->path, ""));
	fd = open_path("/records/all", O_RDONLY);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, umount2(self->dir, MNT_DETACH));
	ASSERT_EQ(0, snapshot_fd(&s, fd));
	ASSERT_LT(1, s.nr);
	snapshot_free(&s);
	/* meanwhile it is mounted again */
	ASSERT_EQ(0, snapshot_all(&s));
	snapshot_free(&s);
	ASSERT_TRUE(holds_until_closed(fd, PROMISED_MS));
}

static int read_by_hand(void)
{
	const char *dir = "/run/taskshare-by-hand";
	struct snapshot s = {};
	int ret = 0;

	mkdir(dir, 0700);
	if (mount("none", dir, "taskshare", 0, NULL))
		return errno;
	setenv("TASKSHARE_DIR", dir, 1);
	if (snapshot_all(&s) || !snapshot_find(&s, 1))
		ret = 201;
	snapshot_free(&s);
	if (ko_unload() != -EBUSY)
		ret = 202;
	if (umount(dir))
		ret = 203;
	rmdir(dir);
	return ret;
}

static void by_hand(void *arg)
{
	const char *debugfs = arg;

	if (!copy_mounts())
		_exit(204);
	if (debugfs && umount2(debugfs, MNT_DETACH))
		_exit(205);
	_exit(read_by_hand());
}

TEST_F_TIMEOUT(module, mounted_by_hand, 60)
{
	ASSERT_EQ(0, ko_load(self->path, ""));
	ASSERT_TRUE(exited_with(spawn(by_hand, NULL), 0));
	ASSERT_TRUE(ko_unload_soon());
	ASSERT_EQ(0, ko_load(self->path, ""));
	ASSERT_TRUE(exited_with(spawn(by_hand, "/sys/kernel/debug"), 0));
	ASSERT_TRUE(ko_unload_soon());
}

TEST_F_TIMEOUT(module, promised_time, 120)
{
	long us, worst = 0, sum = 0;
	struct snapshot s;
	int i;

	for (i = 0; i < 20; i++) {
		ASSERT_EQ(0, ko_load(self->path, ""));
		ASSERT_EQ(0, snapshot_all(&s));
		snapshot_free(&s);
		us = unload_after();
		ASSERT_LE(0, us);
		sum += us;
		worst = us > worst ? us : worst;
	}
	TH_LOG("rmmod worked %ld us after the last close, %ld at worst",
	       sum / 20, worst);
	EXPECT_GE(PROMISED_MS * 1000, worst);
}

/* A file that takes more than the limit is refused. */
TEST_F(module, limit)
{
	ASSERT_EQ(0, ko_load(self->path, "limit_mib=0"));
	EXPECT_EQ(-EFBIG, taskshare_open("all"));
	EXPECT_EQ(-EFBIG, taskshare_open("1"));
	EXPECT_EQ(-EFBIG, taskshare_open("records/all"));
	EXPECT_EQ(-EFBIG, taskshare_open("records/1"));
	ASSERT_TRUE(unload_within(PROMISED_MS));
}

/*
 * Unmounted by hand, and the module unloaded, while the work that looks whether
 * the mount is idle is still to come. The looks are 10 ms apart at first and
 * twice as long each time: after the one at 1280 ms there is none for a second.
 * Without its module the work would crash the kernel.
 */
TEST_F(module, unmounted_between_two_looks)
{
	int fd;

	ASSERT_EQ(0, ko_load(self->path, ""));
	fd = taskshare_open("1");
	ASSERT_LE(0, fd);
	nap_ms(1500);
	ASSERT_EQ(0, umount2(self->dir, MNT_DETACH));
	close(fd);
	ASSERT_TRUE(ko_unload_soon());
	nap_ms(1200);
	EXPECT_FALSE(ko_loaded());
}

/* A module that was never used can be unloaded at once. */
TEST_F(module, unused)
{
	ASSERT_EQ(0, ko_load(self->path, ""));
	ASSERT_EQ(0, ko_unload());
}

TEST_HARNESS_MAIN
