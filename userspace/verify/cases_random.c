// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random trees of tasks, each of which does at random what tasks can do. What
 * a kernel must refuse is tried, too, if not often.
 */
#include <signal.h>
#include <stdlib.h>

#include <linux/sched.h>

#include "util/array.h"
#include "verify/steps.h"

#define MOVES	(2 * MAX_TREE)

static int dice(int sides)
{
	return random() % sides;
}

/* A random one of the test tasks that are there; none that has ended */
static int pick(const struct test_case *tc, int nr)
{
	int i, tries;

	for (tries = 0; tries < 100; tries++) {
		i = tc->first + dice(nr);
		if (!expected[i].gone && !expected[i].ignored &&
		    expected[i].object[TASKSHARE_MM])
			return i;
	}
	return -1;
}

static __u64 random_sharing(void)
{
	static const struct {
		__u64 flag;
		int percent;
	} odds[] = {
		{ CLONE_VM, 60 }, { CLONE_SIGHAND, 35 }, { CLONE_THREAD, 20 },
		{ CLONE_FS, 45 }, { CLONE_FILES, 45 }, { CLONE_SYSVSEM, 40 },
		{ CLONE_IO, 40 }, { CLONE_PARENT, 10 }, { CLONE_NEWUTS, 5 },
		{ CLONE_NEWIPC, 5 }, { CLONE_NEWNS, 4 }, { CLONE_NEWPID, 3 },
		{ CLONE_NEWCGROUP, 5 }, { CLONE_NEWTIME, 4 },
		{ CLONE_NEWUSER, 2 }, { CLONE_NEWNET, 1 },
	};
	__u64 flags = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(odds); i++)
		if (dice(100) < odds[i].percent)
			flags |= odds[i].flag;
	return flags;
}

static int clone_at_random(int creator)
{
	struct request request = {
		.call = CALL_CLONE3, .release = release_running(),
	};

	/* A PID namespace below the caller's has its own PIDs. */
	if (expected[creator].nested)
		return 0;
	do {
		request.flags = random_sharing();
		request.exit_signal =
			request.flags & (CLONE_THREAD | CLONE_PARENT) ?
			0 : SIGCHLD;
	} while (flags_refused(&request) && dice(10));
	if (!(request.flags & CLONE_NEWTIME) && dice(2))
		request.call = CALL_CLONE;
	return batch_clone(creator, request.call, request.flags,
			   request.exit_signal);
}

static void unshare_at_random(int task)
{
	static const __u64 flags[] = {
		CLONE_FS, CLONE_FILES, CLONE_SYSVSEM, CLONE_NEWUTS,
		CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWTIME,
		CLONE_NEWPID, CLONE_NEWUSER, CLONE_VM, CLONE_SIGHAND,
		CLONE_THREAD, CLONE_IO,
	};

	batch_unshare(task, flags[dice(ARRAY_SIZE(flags))] |
			      (dice(3) ? 0 : flags[dice(7)]));
}

/* Both have to be in our user namespace, whose capabilities we have. */
static void setns_at_random(int task, int host)
{
	static const __u64 types[] = {
		CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWCGROUP,
		CLONE_NEWPID, CLONE_NEWTIME, CLONE_NEWNS,
	};
	__u64 type = types[dice(ARRAY_SIZE(types))];

	if (expect_type(type) &&
	    expected[host].object[TASKSHARE_USER] ==
	    expected[task].object[TASKSHARE_USER] &&
	    !expected[task].foreign && !expected[task].nested)
		batch_setns(task, host, type);
}

/* Returns true if it has children: they may have to end with it, see act(). */
static bool is_childless(const struct test_case *tc, int task)
{
	int i;

	for (i = tc->first; i < testtasks_nr(); i++)
		if (expected[i].creator == task)
			return false;
	return true;
}

static void move_at_random(const struct test_case *tc, int nr)
{
	int task = pick(tc, nr), host = pick(tc, nr);

	if (task < 0 || host < 0)
		return;
	switch (dice(16)) {
	case 0 ... 8:
		if (nr < MAX_TREE)
			clone_at_random(task);
		break;
	case 9 ... 11:
		unshare_at_random(task);
		break;
	case 12:
		setns_at_random(task, host);
		break;
	case 13:
		batch_close_range(task);
		break;
	case 14:
		if (is_childless(tc, task) &&
		    expected[task].pid == expected[task].tgid)
			batch_exec(task);
		break;
	case 15:
		if (is_childless(tc, task) && !expected[task].nested)
			batch_exit(task);
		break;
	}
}

static void run_tree(int group)
{
	const struct test_case *tc;
	int i, root;

	batch_begin(group, false);
	root = batch_fork(dice(2));
	if (root < 0)
		return;
	tc = batch_case_of(root);
	for (i = 0; i < MOVES; i++)
		move_at_random(tc, testtasks_nr() - root);
}

/**
 * trees_run() - run random trees
 * @runs: number of trees
 */
void trees_run(unsigned int runs)
{
	unsigned int i;

	srandom(report.seed);
	for (i = 0; i < runs; i++)
		if (verify_next())
			run_tree(report_group("random trees"));
}
