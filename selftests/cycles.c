// SPDX-License-Identifier: GPL-2.0-only
/* The module comes and goes, while others look for it, and leaves nothing. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/snapshot.h"
#include "lib/util.h"

#define NR_RACERS	3

/* What the racers and the test tell each other, in shared memory. */
struct race {
	unsigned long found;	/* lookups that found something */
	unsigned long against;	/* lookups while the module was being unloaded */
	unsigned int unloading;
	unsigned int over;	/* nothing will be looked for any more */
};

FIXTURE(module) {
	char path[PATH_MAX];
	struct race *race;
	pid_t racer[NR_RACERS];
};

FIXTURE_SETUP(module)
{
	const char *path = ko_find("TASKSHARE_KO", "taskshare.ko");

	if (!path)
		SKIP(return, "set TASKSHARE_KO to the path of taskshare.ko");
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

/* Itself, so that what is kept of it is kept of a process that is gone. */
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

/* They nap, so that there are times when nobody is inside. */
static void look_for_it(void *arg)
{
	struct race *race = arg;
	bool found;
	int i;

	for (i = 0; !__atomic_load_n(&race->over, __ATOMIC_ACQUIRE); i++) {
		found = look_up(i);
		__atomic_add_fetch(&race->found, found, __ATOMIC_RELAXED);
		if (__atomic_load_n(&race->unloading, __ATOMIC_ACQUIRE))
			__atomic_add_fetch(&race->against, 1,
					   __ATOMIC_RELAXED);
		nap_ms(1);
	}
}

/* Who looks all the time keeps the mount; rmmod(8) finds it gone for once. */
static bool unload_against(struct race *race)
{
	int ret = -EBUSY;

	__atomic_store_n(&race->unloading, 1, __ATOMIC_RELEASE);
	eventually((umount(taskshare_dir()), ret = ko_unload()) != -EBUSY);
	__atomic_store_n(&race->unloading, 0, __ATOMIC_RELEASE);
	return !ret;
}

enum how { ALONE, RACED_AT_ONCE, RACED_IN_USE };

/* In and out again: at once, or when the racers are in the middle of it. */
static bool cycle(FIXTURE_DATA(module) *self, enum how how)
{
	unsigned long before = self->race->found;
	int error, i;
	bool done;

	self->race->over = 0;
	for (i = 0; how != ALONE && i < NR_RACERS; i++)
		self->racer[i] = spawn(look_for_it, self->race);
	error = ko_load(self->path, "");
	done = !error;
	if (how == RACED_IN_USE)
		done &= eventually(__atomic_load_n(&self->race->found,
						   __ATOMIC_RELAXED) > before);
	done &= how == ALONE ? ko_unload_soon() : unload_against(self->race);
	__atomic_store_n(&self->race->over, 1, __ATOMIC_RELEASE);
	for (i = 0; how != ALONE && i < NR_RACERS; i++) {
		done &= exited_with(self->racer[i], 0);
		self->racer[i] = 0;
	}
	done &= !ko_loaded();
	if (!done)
		complain("load: error %d; unload: %s", error,
			 ko_loaded() ? "still there" : "gone");
	return done;
}

/* Every other one is raced, in both ways. */
static enum how nth(long i)
{
	return i % 2 ? (i % 4 == 1 ? RACED_AT_ONCE : RACED_IN_USE) : ALONE;
}

static long slab(const char *cache)
{
	char line[64];

	snprintf(line, sizeof(line), "%s ", cache);
	return proc_field("/proc/slabinfo", line);
}

/* What the kernel holds of what we might forget. */
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
		now[i] = holds[i].slab ? slab(holds[i].what) :
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
		ASSERT_TRUE(cycle(self, nth(i)));
	}
	TH_LOG("%ld cycles; %lu lookups while it was being unloaded; %lu found something",
	       cycles, self->race->against, self->race->found);
	figure("cycles", cycles);
	figure("lookups", self->race->against);
	ASSERT_LE(cycles, (long)self->race->against);
	/* what RCU and workqueues have yet to free */
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
		before[c] = slab(caches[c]);
	for (i = 0; i < 1000; i++) {
		ASSERT_TRUE(look_at_a_stranger());
	}
	for (c = 0; c < ARRAY_SIZE(caches); c++) {
		ASSERT_LT(0, before[c]);
		EXPECT_TRUE(eventually((now = slab(caches[c])) - before[c] <
				       500)) {
			TH_LOG("%s: %ld before, %ld now", caches[c], before[c],
			       now);
		}
	}
	close(holder);
	ASSERT_TRUE(ko_unload_soon());
}

TEST_HARNESS_MAIN
