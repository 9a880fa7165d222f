// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading and unloading, while processes look for files, leaves nothing behind.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/slab.h"
#include "lib/snapshot.h"
#include "lib/util.h"

#define NR_RACERS	3
/* No raced unloading is tried more often before one counts as failed. */
#define TRIES_MAX	100

enum turn {
	LOOK,		/* racers look for the module's files */
	PAUSE,		/* racers use nothing of it */
	OVER,		/* racers exit */
};

/* In memory that the racers and the test share. */
struct race {
	unsigned int turn;
	unsigned int paused;	/* racers that have paused */
	unsigned int late_us;	/* maximum delay after a pause */
	unsigned long found;	/* lookups that found something */
	unsigned long against;	/* lookups during unloading */
	unsigned int unloading;
};

FIXTURE(module) {
	char path[PATH_MAX];
	struct race *race;
	pid_t racer[NR_RACERS];
};

FIXTURE_SETUP(module)
{
	const char *path = ko_find("TASKSHARE_KO", "taskshare.ko");

	NEEDS_KO("TASKSHARE_KO", "taskshare.ko");
	snprintf(self->path, sizeof(self->path), "%s", path);
	self->race = mmap(NULL, sizeof(*self->race), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->race);
	if (ko_loaded()) {
		ASSERT_TRUE(ko_unload_soon());
	}
	die_with_parent();
}

FIXTURE_TEARDOWN(module)
{
	int i;

	for (i = 0; i < NR_RACERS; i++)
		kill_and_reap(self->racer[i]);
	ko_restore();
}

/* Looks at itself: what is kept of that is kept of a process that is gone. */
static bool look_up(int which)
{
	struct snapshot s;
	int ret, fd;

	switch (which % 4) {
	case 0:
		fd = taskshare_open("%d", getpid());
		break;
	case 1:
		fd = taskshare_open("records/%d", getpid());
		break;
	case 2:
		fd = taskshare_open("records");
		break;
	default:
		ret = snapshot_all(&s);
		snapshot_free(&s);
		return !ret;
	}
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static unsigned int turn_of(const struct race *race)
{
	return __atomic_load_n(&race->turn, __ATOMIC_ACQUIRE);
}

static void set_turn(struct race *race, enum turn turn)
{
	__atomic_store_n(&race->turn, turn, __ATOMIC_RELEASE);
	syscall(SYS_futex, &race->turn, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

static void sit_out(struct race *race, uint64_t *seed)
{
	uint64_t end;

	__atomic_add_fetch(&race->paused, 1, __ATOMIC_RELEASE);
	while (turn_of(race) == PAUSE)
		syscall(SYS_futex, &race->turn, FUTEX_WAIT, PAUSE, NULL, NULL,
			0);
	__atomic_sub_fetch(&race->paused, 1, __ATOMIC_RELEASE);
	end = now_us() + random_below(seed, race->late_us + 1);
	while (now_us() < end)
		;
}

static void look_for_it(void *arg)
{
	uint64_t seed = getpid();
	struct race *race = arg;
	bool found;
	int i;

	for (i = 0; turn_of(race) != OVER; i++) {
		if (turn_of(race) == PAUSE)
			sit_out(race, &seed);
		found = look_up(i);
		__atomic_add_fetch(&race->found, found, __ATOMIC_RELAXED);
		if (__atomic_load_n(&race->unloading, __ATOMIC_ACQUIRE))
			__atomic_add_fetch(&race->against, 1,
					   __ATOMIC_RELAXED);
		nap_ms(1);
	}
}

/*
 * Readers that look all the time keep the mount, and so the module: on a kernel
 * where umount(2) takes a while, it is there anew when umount(2) returns. So
 * the racers pause until nothing is in use, and start together with the
 * unloading. Whenever one of them is faster, they start a bit later the next
 * time.
 */
static bool unload_against(struct race *race)
{
	int ret = -EBUSY, tries;

	race->late_us = 0;
	for (tries = 0; ret == -EBUSY && tries < TRIES_MAX; tries++) {
		set_turn(race, PAUSE);
		if (!eventually(__atomic_load_n(&race->paused,
						__ATOMIC_ACQUIRE) ==
				NR_RACERS)) {
			complain("the racers do not pause");
			return false;
		}
		umount(taskshare_dir());
		if (!eventually(ko_unused())) {
			complain("the module is in use though nothing uses it");
			return false;
		}
		__atomic_store_n(&race->unloading, 1, __ATOMIC_RELEASE);
		set_turn(race, LOOK);
		ret = ko_unload();
		__atomic_store_n(&race->unloading, 0, __ATOMIC_RELEASE);
		race->late_us = 2 * race->late_us + 50;
	}
	if (ret)
		complain("unloading against lookups: error %d, %d tries", ret,
			 tries);
	return !ret;
}

enum how { ALONE, RACED_AT_ONCE, RACED_IN_USE };

static bool load_and_unload(FIXTURE_DATA(module) *self, enum how how)
{
	unsigned long before = self->race->found;
	int error;

	error = ko_load(self->path, "");
	if (error) {
		complain("loading the module: error %d", error);
		return false;
	}
	if (how == ALONE)
		return ko_unload_soon();
	if (how == RACED_IN_USE &&
	    !eventually(__atomic_load_n(&self->race->found,
					__ATOMIC_RELAXED) > before)) {
		complain("the racers find nothing");
		return false;
	}
	return unload_against(self->race);
}

/* In and out again: at once, or when the racers are in the middle of it. */
static bool cycle(FIXTURE_DATA(module) *self, enum how how)
{
	bool done;
	int i;

	self->race->turn = LOOK;
	self->race->paused = 0;
	for (i = 0; how != ALONE && i < NR_RACERS; i++)
		self->racer[i] = spawn(look_for_it, self->race);
	done = load_and_unload(self, how);
	set_turn(self->race, OVER);
	for (i = 0; how != ALONE && i < NR_RACERS; i++) {
		done &= exited_with(self->racer[i], 0);
		self->racer[i] = 0;
	}
	return done && !ko_loaded();
}

/* A raced cycle is repeated until a lookup has met the unloading. */
static bool cycle_that_counts(FIXTURE_DATA(module) *self, enum how how)
{
	unsigned long before = self->race->against;
	int tries;

	for (tries = 0; tries < TRIES_MAX; tries++) {
		if (!cycle(self, how))
			return false;
		if (how == ALONE || self->race->against > before)
			return true;
	}
	complain("no lookup while the module was being unloaded, %d times",
		 tries);
	return false;
}

/* Every other one is raced, in both ways. */
static enum how nth(long i)
{
	return i % 2 ? (i % 4 == 1 ? RACED_AT_ONCE : RACED_IN_USE) : ALONE;
}

/* The kernel's objects that the module might not free. */
static const struct {
	const char *what;
	bool slab;
	long tolerance;		/* of the growth; other tasks live on, too */
} holds[] = {
	{ "task_struct", true, 20 },
	{ "signal_cache", true, 20 },
	{ "pid", true, 40 },
	{ "dentry", true, 100 },
	{ "inode_cache", true, 100 },
	{ "mnt_cache", true, 20 },
	{ "VmallocUsed:", false, 1024 /* kB */ },
};

static void measure(long now[ARRAY_SIZE(holds)])
{
	size_t i;

	write_file("/proc/sys/vm/drop_caches", "3");
	for (i = 0; i < ARRAY_SIZE(holds); i++)
		now[i] = holds[i].slab ? slab_objects(holds[i].what) :
			proc_field("/proc/meminfo", holds[i].what);
}

static bool back_at(const long before[ARRAY_SIZE(holds)], bool say)
{
	long now[ARRAY_SIZE(holds)];
	bool back = true;
	size_t i;

	measure(now);
	for (i = 0; i < ARRAY_SIZE(holds); i++) {
		if (now[i] - before[i] <= holds[i].tolerance)
			continue;
		back = false;
		if (say)
			complain("%s: %ld before, %ld now", holds[i].what,
				 before[i], now[i]);
	}
	return back;
}

TEST_F_TIMEOUT(module, cycles, 900)
{
	long cycles = env_number("TASKSHARE_CYCLES", 200), i;
	long before[ARRAY_SIZE(holds)];

	for (i = 0; i < 12; i++) {
		ASSERT_TRUE(cycle(self, nth(i)));
	}
	measure(before);
	for (i = 0; i < (long)ARRAY_SIZE(holds); i++) {
		ASSERT_LT(0, before[i]) {
			TH_LOG("no count of %s", holds[i].what);
		}
	}
	self->race->found = 0;
	self->race->against = 0;
	for (i = 0; i < cycles; i++) {
		ASSERT_TRUE(cycle_that_counts(self, nth(i)));
	}
	TH_LOG("%ld cycles; %lu lookups while it was being unloaded; %lu found something",
	       cycles, self->race->against, self->race->found);
	figure("cycles", cycles);
	figure("lookups", self->race->against);
	/* Memory that RCU and workqueues have yet to free */
	if (!eventually(back_at(before, false))) {
		ASSERT_TRUE(back_at(before, true));
	}
}

static void waits(void *unused)
{
	(void)unused;
	for (;;)
		pause();
}

/* Make a process, look at it, and forget it; false if it was not found. */
static bool look_at_a_stranger(void)
{
	pid_t pid = spawn(waits, NULL);
	int fd = taskshare_open("records/%d", pid);

	if (fd >= 0)
		close(fd);
	kill_and_reap(pid);
	return fd >= 0;
}

/* The mount is in use all the time, so nothing goes with it. */
TEST_F_TIMEOUT(module, names_are_not_kept, 60)
{
	static const char *const caches[] = { "pid", "inode_cache", "dentry" };
	long before[ARRAY_SIZE(caches)], now;
	int holder, i;
	size_t c;

	ASSERT_EQ(0, ko_load(self->path, ""));
	holder = taskshare_open("records");
	ASSERT_LE(0, holder);
	for (c = 0; c < ARRAY_SIZE(caches); c++)
		before[c] = slab_objects(caches[c]);
	for (i = 0; i < 1000; i++) {
		ASSERT_TRUE(look_at_a_stranger());
	}
	for (c = 0; c < ARRAY_SIZE(caches); c++) {
		ASSERT_LT(0, before[c]);
		EXPECT_TRUE(eventually((now = slab_objects(caches[c])) -
				       before[c] < 500)) {
			TH_LOG("%s: %ld before, %ld now", caches[c], before[c],
			       now);
		}
	}
	close(holder);
	ASSERT_TRUE(ko_unload_soon());
}

TEST_HARNESS_MAIN
