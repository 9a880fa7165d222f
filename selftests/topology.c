// SPDX-License-Identifier: GPL-2.0-only
/* Every legal set of sharing flags gives the sharing that it must. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/sched.h>

#include "lib/compare.h"
#include "kselftest_harness.h"
#include "lib/oracle.h"
#include "lib/tree.h"
#include "lib/util.h"

static const __u64 sharing[] = {
	CLONE_VM, CLONE_FILES, CLONE_FS, CLONE_SIGHAND, CLONE_THREAD,
	CLONE_IO, CLONE_SYSVSEM, CLONE_PARENT,
};

#define NR_SUBSETS	(1u << ARRAY_SIZE(sharing))

static __u64 subset(unsigned int bits)
{
	__u64 flags = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sharing); i++)
		if (bits & (1u << i))
			flags |= sharing[i];
	return flags;
}

/* A new parent for each child, which inherits nothing from another set. */
static int try_flags(__u64 flags, bool io, bool semundo,
		     struct comparisons *count)
{
	struct snapshot all = {};
	int wrong = 1, child;

	if (tree_start() || (io && !tree_make_io(0)) ||
	    (semundo && !tree_make_semundo(0)))
		goto out;
	child = tree_clone(0, flags);
	if (child != 1 || snapshot_all(&all))
		goto out;
	wrong = compare_records(&all, count);
	wrong += compare_oracle(count);
	wrong += compare_process(0, &all);
	wrong += compare_process(1, &all);
out:
	if (wrong)
		complain("flags %#llx, io context %d, undo list %d: wrong",
			 flags, io, semundo);
	snapshot_free(&all);
	tree_stop();
	return wrong;
}

FIXTURE(topology) {
	struct comparisons count;
};

FIXTURE_VARIANT(topology) {
	__u64 newns;
};

#define VARIANT(name, flag) \
	FIXTURE_VARIANT_ADD(topology, name) { .newns = flag }

VARIANT(plain, 0);
VARIANT(newuts, CLONE_NEWUTS);
VARIANT(newipc, CLONE_NEWIPC);
VARIANT(newns, CLONE_NEWNS);
VARIANT(newnet, CLONE_NEWNET);
VARIANT(newpid, CLONE_NEWPID);
VARIANT(newcgroup, CLONE_NEWCGROUP);
VARIANT(newuser, CLONE_NEWUSER);
VARIANT(newtime, CLONE_NEWTIME);

FIXTURE_SETUP(topology)
{
	if (geteuid() || oracle_missing())
		SKIP(return, "needs root and a kernel with kcmp(2)");
	if (variant->newns == CLONE_NEWTIME && !kernel_has_timens())
		SKIP(return, "no time namespaces in this kernel");
}

FIXTURE_TEARDOWN(topology)
{
	tree_stop();
}

TEST_F_TIMEOUT(topology, legal, 240)
{
	unsigned int bits, tried = 0, optional;
	int wrong = 0;

	NEEDS_TASKSHARE();
	for (bits = 0; bits < NR_SUBSETS; bits++) {
		__u64 flags = subset(bits) | variant->newns;

		if (!tree_legal(flags))
			continue;
		tried++;
		wrong += try_flags(flags, true, true, &self->count);
		for (optional = 0; !variant->newns && optional < 3; optional++)
			wrong += try_flags(flags, optional & 1, optional & 2,
					   &self->count);
	}
	TH_LOG("%u sets of flags, %lu comparisons, %lu shares", tried,
	       self->count.pairs, self->count.shares);
	EXPECT_EQ(0, wrong);
	ASSERT_LE(16, tried);
}

TEST_F_TIMEOUT(topology, illegal, 60)
{
	unsigned int bits, tried = 0;

	ASSERT_EQ(0, tree_start());
	for (bits = 0; bits < NR_SUBSETS; bits++) {
		__u64 flags = subset(bits) | variant->newns;

		if (tree_legal(flags))
			continue;
		tried++;
		EXPECT_EQ(-EINVAL, tree_clone_fails(0, flags)) {
			TH_LOG("flags %#llx", flags);
		}
	}
	ASSERT_LE(NR_SUBSETS / 2, tried);
}

TEST_HARNESS_MAIN
