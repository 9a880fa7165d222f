// SPDX-License-Identifier: GPL-2.0-only
/* An id identifies an object, and does not say where in memory it is. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/snapshot.h"
#include "lib/tree.h"
#include "lib/util.h"

FIXTURE(ids) {
	struct snapshot s, other;
};

FIXTURE_SETUP(ids)
{
	NEEDS_TASKSHARE();
}

FIXTURE_TEARDOWN(ids)
{
	snapshot_free(&self->s);
	snapshot_free(&self->other);
	tree_stop();
	ko_restore();
}

/* The address of a kernel variable, 0 if the kernel does not show it. */
static __u64 address_of(const char *symbol)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	char line[512], name[256];
	unsigned long long address = 0, at;

	if (!file)
		return 0;
	while (!address && fgets(line, sizeof(line), file))
		if (sscanf(line, "%llx %*c %255s", &at, name) == 2 &&
		    !strcmp(name, symbol))
			address = at;
	fclose(file);
	return address;
}

/* Objects of process 1 whose addresses every kernel shows to root. */
TEST_F(ids, are_no_addresses)
{
	static const struct {
		const char *symbol;
		int kind;
	} known[] = {
		{ "init_user_ns", TASKSHARE_USER },
		{ "init_pid_ns", TASKSHARE_PID },
		{ "init_uts_ns", TASKSHARE_UTS },
	};
	const struct taskshare_record *init;
	unsigned int nr_shown = 0;
	__u64 id, address;
	size_t i;

	ASSERT_EQ(0, snapshot_all(&self->s));
	init = snapshot_find(&self->s, 1);
	ASSERT_NE(NULL, init);
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		address = address_of(known[i].symbol);
		id = init->id[known[i].kind];
		nr_shown += address != 0;
		EXPECT_NE(address, id);
		EXPECT_NE((__u32)address, (__u32)id);
		EXPECT_NE(address >> 32, id >> 32);
	}
	if (!nr_shown)
		SKIP(return, "the kernel does not show its addresses");
}

static int by_value(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x > y) - (x < y);
}

/*
 * All 64 bits are used: of some dozen ids none is small, and no upper half is
 * the same twice.
 */
TEST_F(ids, have_64_bits)
{
	size_t i, nr = 0, small = 0, twice = 0;
	__u64 *high;

	ASSERT_EQ(0, tree_start());
	for (i = 1; i < 20; i++) {
		ASSERT_EQ((int)i, tree_clone(0, 0));
	}
	ASSERT_EQ(0, snapshot_all(&self->s));
	high = calloc(self->s.nr, sizeof(*high));
	ASSERT_NE(NULL, high);
	for (i = 0; i < self->s.nr; i++) {
		__u64 id = self->s.rec[i].id[TASKSHARE_SIGNAL];

		if (!id || self->s.rec[i].pid != self->s.rec[i].tgid)
			continue;
		high[nr++] = id >> 32;
		small += !(id >> 32);
	}
	qsort(high, nr, sizeof(*high), by_value);
	for (i = 1; i < nr; i++)
		twice += high[i] == high[i - 1];
	free(high);
	ASSERT_LE(20, nr);
	EXPECT_EQ(0, small);
	EXPECT_EQ(0, twice);
}

/* The number of process 1's ids that are the same in both. */
static int same_ids(const struct snapshot *a, const struct snapshot *b)
{
	const struct taskshare_record *x = snapshot_find(a, 1);
	const struct taskshare_record *y = snapshot_find(b, 1);
	int kind, same = 0;

	for (kind = 0; x && y && kind < TASKSHARE_NR_KINDS; kind++)
		same += x->id[kind] && x->id[kind] == y->id[kind];
	return same;
}

/* An object keeps its id until the module is loaded again. */
TEST_F(ids, are_keyed_by_each_load)
{
	const char *path = ko_find("TASKSHARE_KO", "taskshare.ko");

	NEEDS_KO("TASKSHARE_KO", "taskshare.ko");
	ASSERT_EQ(0, snapshot_all(&self->s));
	ASSERT_EQ(0, snapshot_pid(&self->other, 1));
	ASSERT_LT(10, same_ids(&self->s, &self->other));
	snapshot_free(&self->other);
	ASSERT_TRUE(ko_unload_soon());
	ASSERT_EQ(0, ko_load(path, ""));
	ASSERT_EQ(0, snapshot_pid(&self->other, 1));
	EXPECT_EQ(0, same_ids(&self->s, &self->other));
}

/* One execve(2) after the other; the parent sees it stop after each. */
static void executes(void *unused)
{
	(void)unused;
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	execlp("bash", "bash", "-c",
	       "exec bash -c \"exec bash -c 'exec bash -c :'\"", NULL);
	_exit(EXIT_FAILURE);
}

/*
 * The ids of two files: a different one proves a different object, an equal one
 * proves nothing. Each execve(2) makes a new mm while the old one still exists,
 * so the next mm has another id; the one after that often has the address, and
 * the id, of the first, though pid and start time say that the task is the
 * same.
 */
TEST_F_TIMEOUT(ids, of_two_files, 60)
{
	__u64 mm[8], start = 0;
	pid_t pid = spawn(executes, NULL);
	unsigned int nr = 0, again = 0;
	int status;

	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		if (WSTOPSIG(status) == SIGTRAP && nr < ARRAY_SIZE(mm)) {
			ASSERT_EQ(0, snapshot_pid(&self->s, pid));
			ASSERT_EQ(1, self->s.nr);
			ASSERT_TRUE(!start || start == self->s.rec->start_ns);
			start = self->s.rec->start_ns;
			mm[nr++] = self->s.rec->id[TASKSHARE_MM];
			snapshot_free(&self->s);
		}
		ptrace(PTRACE_CONT, pid, NULL, NULL);
	}
	ASSERT_LE(4, nr);
	while (nr-- > 1) {
		EXPECT_NE(mm[nr], mm[nr - 1]);
		again += nr > 1 && mm[nr] == mm[nr - 2];
	}
	TH_LOG("%u mm had the id of an earlier one of the same task", again);
}

TEST_HARNESS_MAIN
