// SPDX-License-Identifier: GPL-2.0-only
/* Everything at once: tasks that do all that tasks can do, and readers. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "lib/stress_load.h"
#include "lib/snapshot.h"
#include "lib/util.h"

/* Counts of what the readers saw, in shared memory. */
struct seen {
	unsigned long snapshots;
	unsigned long tasks;
	unsigned long shares;
	unsigned long texts;
	unsigned long names;
	unsigned long faults;
};

struct holder {
	__u64 id;
	int family;
};

FIXTURE(stress) {
	uint64_t seed;
	struct seen *seen;
	pid_t reader[3];
};

FIXTURE_SETUP(stress)
{
	NEEDS_TASKSHARE();
	self->seed = random_seed();
	self->seen = mmap(NULL, sizeof(*self->seen), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->seen);
	die_with_parent();
	ASSERT_TRUE(stress_begin(&self->seed));
}

FIXTURE_TEARDOWN(stress)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(self->reader); i++)
		kill_and_reap(self->reader[i]);
	stress_end();
}

static int by_id(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* Counts objects that two families seem to share; they never do. */
static unsigned long strangers(struct holder *h, size_t nr, int kind,
			       struct seen *seen)
{
	unsigned long found = 0;
	size_t i;

	qsort(h, nr, sizeof(*h), by_id);
	for (i = 1; i < nr; i++) {
		if (h[i].id != h[i - 1].id)
			continue;
		seen->shares++;
		if (h[i].family == h[i - 1].family)
			continue;
		complain("families %d and %d share %s %016llx", h[i].family,
			 h[i - 1].family, kind_names[kind],
			 (unsigned long long)h[i].id);
		found++;
	}
	return found;
}

static unsigned long families_apart(const struct snapshot *s,
				    struct seen *seen)
{
	static const int never[] = {
		TASKSHARE_MM, TASKSHARE_FILES, TASKSHARE_FS, TASKSHARE_SIGHAND,
		TASKSHARE_SIGNAL, TASKSHARE_IO, TASKSHARE_SEMUNDO,
		TASKSHARE_CRED, TASKSHARE_NSPROXY, TASKSHARE_UTS,
		TASKSHARE_SECCOMP,
	};
	struct holder *h = malloc(s->nr * sizeof(*h));
	const struct taskshare_record *r;
	unsigned long found = 0;
	size_t i, nr;
	int family;

	for (i = 0; h && i < ARRAY_SIZE(never); i++) {
		nr = 0;
		for (r = s->rec; r < s->rec + s->nr; r++) {
			family = stress_family(r->comm);
			if (family >= 0 && r->id[never[i]])
				h[nr++] = (struct holder){ r->id[never[i]],
							   family };
		}
		found += strangers(h, nr, never[i], seen);
	}
	free(h);
	return found + !h;
}

/*
 * Tasks have the same signal_struct if and only if they are of one thread
 * group.
 */
static unsigned long groups_whole(const struct snapshot *s)
{
	const struct taskshare_record *a, *b;
	unsigned long found = 0;

	for (a = s->rec; a < s->rec + s->nr; a++) {
		if (!a->id[TASKSHARE_SIGNAL])
			continue;
		for (b = s->rec; b < a; b++) {
			if (!b->id[TASKSHARE_SIGNAL] ||
			    (a->tgid == b->tgid) ==
			    (a->id[TASKSHARE_SIGNAL] ==
			     b->id[TASKSHARE_SIGNAL]))
				continue;
			complain("%u of %u and %u of %u: one signal_struct?",
				 a->pid, a->tgid, b->pid, b->tgid);
			found++;
		}
	}
	return found;
}

/* Leaves the processors to the storm between two looks. */
static void rest(uint64_t *random)
{
	nap_ms(random_below(random, 400 * slowness()));
}

/*
 * Reads the records of all tasks, then of one of their processes, if it lives.
 */
static void read_records(void *arg)
{
	struct seen *seen = arg;
	uint64_t random = 1;
	struct snapshot s;
	pid_t one;

	for (;;) {
		if (snapshot_all(&s)) {
			seen->faults++;
			continue;
		}
		seen->snapshots++;
		seen->tasks += s.nr;
		seen->faults += families_apart(&s, seen) + groups_whole(&s);
		one = s.rec[random_below(&random, s.nr)].tgid;
		snapshot_free(&s);
		switch (snapshot_pid(&s, one)) {
		case 0:
			seen->snapshots++;
			seen->faults += groups_whole(&s);
			break;
		case -ENOENT:
			break;
		default:
			seen->faults++;
		}
		snapshot_free(&s);
		rest(&random);
	}
}

static void read_texts(void *arg)
{
	struct seen *seen = arg;
	uint64_t random = 1;

	for (;;) {
		if (taskshare_size("", "all") > 0)
			seen->texts++;
		else
			seen->faults++;
		rest(&random);
	}
}

/* Lists a directory and reads each file, as find(1) and grep(1) would. */
static void walk(const char *dir, struct seen *seen)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *d;
	long ret;

	snprintf(path, sizeof(path), "%s/%s", taskshare_dir(), dir);
	d = opendir(path);
	if (!d) {
		complain("%s: %s", path, strerror(errno));
		seen->faults++;
		return;
	}
	while ((entry = readdir(d))) {
		if (entry->d_type != DT_REG)
			continue;
		ret = taskshare_size(dir, entry->d_name);
		if (ret > 0) {
			seen->names++;
		} else if (ret != -ENOENT) {
			complain("%s/%s: %ld", path, entry->d_name, ret);
			seen->faults++;
		}
	}
	closedir(d);
}

static void walk_around(void *arg)
{
	uint64_t random = 1;

	for (;;) {
		walk("", arg);
		walk("records/", arg);
		rest(&random);
	}
}

static bool all_over(void)
{
	struct snapshot s;
	bool over = !snapshot_all(&s);
	size_t i;

	for (i = 0; i < s.nr; i++)
		over &= stress_family(s.rec[i].comm) < 0;
	snapshot_free(&s);
	return over;
}

static long created(void)
{
	return proc_field("/proc/stat", "processes ");
}

/* The name of an event that did not happen yet; NULL if all did. */
static const char *missing(const struct seen *seen)
{
	int i;

	for (i = 0; i < STRESS_ACTS; i++)
		if (!stress_count(i))
			return stress_names[i];
	return !seen->snapshots ? "a snapshot" :
	       !seen->shares ? "a share in a snapshot" :
	       !seen->texts ? "a text of all tasks" :
	       !seen->names ? "a file found by name" : NULL;
}

/* Lasts TASKSHARE_STORM seconds, and until everything has happened. */
TEST_F_TIMEOUT(stress, storm, 100000)
{
	static void (*const look[])(void *) = {
		read_records, read_texts, walk_around,
	};
	uint64_t begin = now_ms(), say = 60000, end, last;
	long before = created(), tasks, seconds, least;
	struct seen *seen = self->seen;
	size_t i;

	end = begin + 1000 * env_number("TASKSHARE_STORM", 10);
	last = end + 3 * DEADLINE_MS;
	least = before + env_number("TASKSHARE_STORM_TASKS", 0);
	for (i = 0; i < ARRAY_SIZE(look); i++) {
		self->reader[i] = spawn(look[i], seen);
		/* the storm must not starve them */
		setpriority(PRIO_PROCESS, self->reader[i], -10);
	}
	while (!seen->faults && (now_ms() < end || created() < least ||
				 (missing(seen) && now_ms() < last))) {
		nap_ms(100);
		ASSERT_TRUE(stress_alive());
		if (now_ms() - begin < say)
			continue;
		say += 60000;
		TH_LOG("%lu s, %ld tasks created, %lu snapshots",
		       (now_ms() - begin) / 1000, created() - before,
		       seen->snapshots);
	}
	seconds = (now_ms() - begin) / 1000;
	tasks = created() - before;
	TH_LOG("%ld s: %ld tasks created; %lu snapshots of %lu tasks, %lu shares; %lu texts of all; %lu files found by name; %lu faults",
	       seconds, tasks, seen->snapshots, seen->tasks, seen->shares,
	       seen->texts, seen->names, seen->faults);
	figure("storm_seconds", seconds);
	figure("tasks_created", tasks);
	figure("snapshots", seen->snapshots);
	for (i = 0; i < ARRAY_SIZE(self->reader); i++) {
		kill_and_reap(self->reader[i]);
		self->reader[i] = 0;
	}
	stress_end();
	EXPECT_EQ(0, seen->faults);
	EXPECT_TRUE(eventually(all_over()));
	for (i = 0; i < STRESS_ACTS; i++)
		TH_LOG("%lu times %s", stress_count(i), stress_names[i]);
	EXPECT_EQ(NULL, missing(seen)) {
		TH_LOG("there was never %s", missing(seen));
	}
}

TEST_HARNESS_MAIN
