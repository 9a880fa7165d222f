// SPDX-License-Identifier: GPL-2.0-only
/* Storms of fork and exec: unrelated processes must not seem to share. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>

#include "lib/forkstorm.h"
#include "lib/ko.h"
#include "kselftest_harness.h"
#include "lib/snapshot.h"
#include "lib/util.h"

static const int never_shared[] = {
	TASKSHARE_MM, TASKSHARE_FILES, TASKSHARE_FS, TASKSHARE_SIGHAND,
	TASKSHARE_SIGNAL, TASKSHARE_CRED,
};

struct holder {
	__u64 id;
	__u32 tgid;
	__u32 ppid;
	bool storm;
	bool late;
};

/* A storm, and counts of what snapshots show of it. */
struct watch {
	struct forkstorm storm;
	struct holder *holders;
	unsigned long false_shares;
	unsigned long missed;
	unsigned long children;
};

static bool in_storm(const struct taskshare_record *r)
{
	/* after exec it is called "child" until it sets its name */
	return !strcmp(r->comm, STORM_COMM) || !strcmp(r->comm, EXEC_COMM) ||
	       !strcmp(r->comm, LATE_COMM) || !strcmp(r->comm, "child");
}

/* A child that unshares late does share with its parent until then. */
static bool shares_for_a_while(const struct holder *a, const struct holder *b,
			       int kind)
{
	return (kind == TASKSHARE_FILES || kind == TASKSHARE_FS) &&
	       a->late && b->late &&
	       (a->ppid == b->tgid || b->ppid == a->tgid);
}

static int by_id(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* The number of objects of @kind that unrelated processes seem to share. */
static unsigned long count_false(struct watch *w,
				 const struct snapshot *s, int kind)
{
	struct holder *h = w->holders, *a, *b;
	const struct taskshare_record *r;
	unsigned long found = 0;

	for (r = s->rec; r < s->rec + s->nr; r++)
		if (r->id[kind])
			*h++ = (struct holder){
				r->id[kind], r->tgid, r->ppid, in_storm(r),
				!strcmp(r->comm, LATE_COMM),
			};
	qsort(w->holders, h - w->holders, sizeof(*h), by_id);
	for (a = w->holders; a < h; a++) {
		for (b = a + 1; b < h && b->id == a->id; b++) {
			if (a->tgid == b->tgid)
				break;	/* the many idle threads */
			if (!(a->storm || b->storm) ||
			    shares_for_a_while(a, b, kind))
				continue;
			complain("%u and %u share %s %016llx", a->tgid, b->tgid,
				 kind_names[kind], (unsigned long long)a->id);
			found++;
		}
	}
	return found;
}

/* The number of shares between the idle threads that a snapshot lacks. */
static unsigned long count_missed(struct watch *w,
				  const struct snapshot *s)
{
	const struct taskshare_record *r, *leader;
	unsigned long missed = 0, threads = 0;
	size_t i;

	leader = snapshot_find(s, w->storm.idle);
	if (!leader)
		return 1;
	for (r = s->rec; r < s->rec + s->nr; r++) {
		if (r->tgid != (__u32)w->storm.idle)
			continue;
		threads++;
		missed += !record_quiet(r);
		for (i = 0; i < ARRAY_SIZE(never_shared); i++)
			missed += r->id[never_shared[i]] !=
				  leader->id[never_shared[i]];
	}
	return missed + labs(w->storm.nr_idle + 1 - (long)threads);
}

static unsigned long count_children(struct watch *w,
				    const struct snapshot *s)
{
	unsigned long found = 0;
	size_t i;
	int f;

	for (i = 0; i < s->nr; i++)
		for (f = 0; f < NR_FORKERS; f++)
			found += s->rec[i].ppid == (__u32)w->storm.forker[f];
	return found;
}

/* One snapshot; 0, or the error of reading it. */
static int look(struct watch *w)
{
	struct snapshot s;
	int ret = snapshot_all(&s);
	size_t i;

	if (ret)
		return ret;
	w->holders = realloc(w->holders, s.nr * sizeof(*w->holders));
	for (i = 0; i < ARRAY_SIZE(never_shared); i++)
		w->false_shares += count_false(w, &s, never_shared[i]);
	w->missed += count_missed(w, &s);
	w->children += count_children(w, &s);
	snapshot_free(&s);
	return 0;
}

FIXTURE(storm) {
	struct watch watch;
};

FIXTURE_SETUP(storm)
{
	NEEDS_TASKSHARE();
	die_with_parent();
	ASSERT_TRUE(forkstorm_begin(&self->watch.storm));
}

FIXTURE_TEARDOWN(storm)
{
	forkstorm_end(&self->watch.storm);
	free(self->watch.holders);
}

TEST_F_TIMEOUT(storm, no_false_share, 3600)
{
	unsigned long least = env_number("TASKSHARE_FORKS", 20000), forks = 0;
	long snapshots = env_number("TASKSHARE_SNAPSHOTS", 500), n;
	struct watch *w = &self->watch;
	__u64 execs = 0;

	for (n = 0; n < snapshots || forks < least; n++) {
		ASSERT_EQ(0, look(w));
		/* all of the storm, not only its beginning */
		do {
			forks = forkstorm_forks(&w->storm);
			nap_ms(forks * 2 * snapshots < n * least);
		} while (forks * 2 * snapshots < n * least);
	}
	ASSERT_EQ(sizeof(execs), read(w->storm.execs, &execs, sizeof(execs)));
	TH_LOG("%lu forks, %llu execs, %ld snapshots that saw %lu children: %lu false shares, %lu missed",
	       forks, (unsigned long long)execs, n, w->children,
	       w->false_shares, w->missed);
	figure("unshared_forks", forks);
	figure("tasks_created", forks);
	figure("snapshots", n);
	EXPECT_EQ(0, w->false_shares);
	EXPECT_EQ(0, w->missed);
	/* or nothing was tested */
	ASSERT_LT(0, w->children);
	ASSERT_LT(NR_EXECERS, execs);
}

/* The storm detects a module that does not verify. */
FIXTURE(detector) {
	struct watch watch;
};

FIXTURE_SETUP(detector)
{
	NEEDS_KO("TASKSHARE_KO_NOVERIFY", "taskshare-noverify.ko");
	if (ko_loaded()) {
		ASSERT_TRUE(ko_unload_soon());
	}
	ASSERT_EQ(0, ko_load(ko_find("TASKSHARE_KO_NOVERIFY",
				     "taskshare-noverify.ko"), ""));
	die_with_parent();
	ASSERT_TRUE(forkstorm_begin(&self->watch.storm));
}

FIXTURE_TEARDOWN(detector)
{
	forkstorm_end(&self->watch.storm);
	free(self->watch.holders);
	EXPECT_TRUE(ko_usual());
}

TEST_F_TIMEOUT(detector, catches_a_module_that_does_not_verify, 300)
{
	long snapshots = 20 * env_number("TASKSHARE_SNAPSHOTS", 500), n;

	for (n = 0; n < snapshots && !self->watch.false_shares; n++) {
		ASSERT_EQ(0, look(&self->watch));
	}
	TH_LOG("caught in snapshot %ld", n);
	ASSERT_LT(0, self->watch.false_shares);
}

TEST_HARNESS_MAIN
