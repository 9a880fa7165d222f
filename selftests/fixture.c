// SPDX-License-Identifier: GPL-2.0-only
/* The tests' own model: it agrees with kcmp(2) about trees of tasks. */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <errno.h>

#include "lib/compare.h"
#include "kselftest_harness.h"
#include <linux/kcmp.h>
#include "lib/oracle.h"
#include "lib/treerandom.h"
#include "lib/util.h"

FIXTURE(ground) {
	uint64_t seed;
};

FIXTURE_SETUP(ground)
{
	if (geteuid() || oracle_missing())
		SKIP(return, "needs root and a kernel with kcmp(2)");
	self->seed = random_seed();
}

FIXTURE_TEARDOWN(ground)
{
	tree_stop();
}

TEST_F_TIMEOUT(ground, random_trees, 120)
{
	long trees = env_number("TASKSHARE_GROUND_TREES", 10);
	struct comparisons count = {};
	long i;

	for (i = 0; i < trees; i++) {
		ASSERT_EQ(0, tree_random(&self->seed, TREE_MAX));
		ASSERT_EQ(0, compare_oracle(&count));
		tree_stop();
	}
	TH_LOG("%lu comparisons in %ld trees", count.pairs, trees);
	ASSERT_LT(0, count.pairs);
}

/* kcmp(2) takes two NULL pointers for equal: every user must know that. */
TEST_F(ground, kcmp_calls_null_equal)
{
	int child;

	ASSERT_EQ(0, tree_start());
	child = tree_clone(0, 0);
	ASSERT_EQ(1, child);
	ASSERT_EQ(0, tree[0].object[TASKSHARE_IO]);
	ASSERT_EQ(1, oracle_kcmp(tree[0].pid, tree[1].pid, KCMP_IO));
	ASSERT_EQ(0, tree[0].object[TASKSHARE_SEMUNDO]);
	ASSERT_EQ(1, oracle_kcmp(tree[0].pid, tree[1].pid, KCMP_SYSVSEM));
	ASSERT_TRUE(tree_make_io(0));
	ASSERT_EQ(0, oracle_kcmp(tree[0].pid, tree[1].pid, KCMP_IO));
	ASSERT_TRUE(tree_make_semundo(0));
	ASSERT_EQ(0, oracle_kcmp(tree[0].pid, tree[1].pid, KCMP_SYSVSEM));
}

TEST_HARNESS_MAIN
