// SPDX-License-Identifier: GPL-2.0-only
/* Random trees of tasks: every pair and kind, against the model and kcmp(2). */
#define _GNU_SOURCE
#include <linux/sched.h>

#include "lib/compare.h"
#include "kselftest_harness.h"
#include "lib/treerandom.h"
#include "lib/util.h"

FIXTURE(trees) {
	struct comparisons count;
	struct snapshot all;
	uint64_t seed;
};

FIXTURE_SETUP(trees)
{
	NEEDS_TASKSHARE();
	self->seed = random_seed();
}

FIXTURE_TEARDOWN(trees)
{
	snapshot_free(&self->all);
	tree_stop();
}

TEST_F_TIMEOUT(trees, all_pairs, 600)
{
	long trees = env_number("TASKSHARE_TREES", 200), i;
	int tasks, task, wrong = 0;

	for (i = 0; i < trees; i++) {
		tasks = 2 + random_below(&self->seed, TREE_MAX - 1);
		ASSERT_EQ(0, tree_random(&self->seed, tasks));
		ASSERT_EQ(tasks, tree_size);
		ASSERT_EQ(0, snapshot_all(&self->all));
		wrong += compare_records(&self->all, &self->count);
		wrong += compare_oracle(&self->count);
		for (task = 0; task < tree_size; task++)
			wrong += compare_process(task, &self->all);
		snapshot_free(&self->all);
		tree_stop();
	}
	TH_LOG("%ld trees, %lu comparisons, %lu shares", trees,
	       self->count.pairs, self->count.shares);
	figure("comparisons", self->count.pairs);
	figure("kcmp_pairs", self->count.kcmps);
	EXPECT_EQ(0, wrong);
	ASSERT_LT(0, self->count.shares);
}

/* No task outside of a tree shares one of these objects with it. */
TEST_F_TIMEOUT(trees, no_one_elses, 60)
{
	static const int never[] = {
		TASKSHARE_MM, TASKSHARE_FILES, TASKSHARE_SIGHAND, TASKSHARE_FS,
		TASKSHARE_SIGNAL, TASKSHARE_IO, TASKSHARE_SEMUNDO,
		TASKSHARE_CRED,
	};
	const struct taskshare_record *mine, *r;
	int task, wrong = 0;
	size_t i;

	ASSERT_EQ(0, tree_random(&self->seed, TREE_MAX));
	ASSERT_EQ(0, snapshot_all(&self->all));
	for (r = self->all.rec; r < self->all.rec + self->all.nr; r++) {
		for (task = 0; task < tree_size; task++)
			if (r->pid == (__u32)tree[task].pid)
				break;
		if (task < tree_size)
			continue;
		for (task = 0; task < tree_size; task++) {
			mine = snapshot_find(&self->all, tree[task].pid);
			ASSERT_NE(NULL, mine);
			for (i = 0; i < ARRAY_SIZE(never); i++)
				wrong += mine->id[never[i]] &&
					 mine->id[never[i]] == r->id[never[i]];
		}
	}
	ASSERT_EQ(0, wrong);
}

TEST_HARNESS_MAIN
