// SPDX-License-Identifier: GPL-2.0-only
/* The text says the same as the records, in the format of the documentation. */
#define _GNU_SOURCE
#include <limits.h>
#include <linux/sched.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"
#include "lib/textfile.h"
#include "lib/treerandom.h"
#include "lib/util.h"

#define PTHREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_THREAD | CLONE_SYSVSEM)

FIXTURE(text) {
	struct textfile t;
	struct snapshot s;
	uint64_t seed;
};

FIXTURE_SETUP(text)
{
	NEEDS_TASKSHARE();
	self->seed = random_seed();
}

FIXTURE_TEARDOWN(text)
{
	textfile_free(&self->t);
	snapshot_free(&self->s);
	tree_stop();
}

static const char *name_of(pid_t pid)
{
	static char name[16];

	snprintf(name, sizeof(name), "%d", pid);
	return name;
}

/* Compares a task's row with its record. */
static bool row_agrees(const struct textfile *t, const struct text_row *row,
		       const struct taskshare_record *r)
{
	int kind;

	if (row->pid != r->pid || row->tgid != r->tgid ||
	    row->ppid != r->ppid || strcmp(row->kind, task_names[r->kind]))
		return false;
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++) {
		if (strcmp(row->cell[kind], "-") == !r->id[kind])
			return false;
		if (textfile_id(t, row, kind) != r->id[kind])
			return false;
	}
	return true;
}

static bool in_tree(__u32 pid)
{
	int task;

	for (task = 0; task < tree_size; task++)
		if ((__u32)tree[task].pid == pid)
			return true;
	return false;
}

/* A record of a task that holds an object, if only tasks of the tree do. */
static const struct taskshare_record *holder(const struct snapshot *s,
					     const struct text_object *o)
{
	const struct taskshare_record *r, *found = NULL;

	for (r = s->rec; r < s->rec + s->nr; r++) {
		if (r->id[o->kind] != o->id)
			continue;
		if (!in_tree(r->pid))
			return NULL;
		found = r;
	}
	return found;
}

/*
 * The legend's counts against the records'. An object of other tasks may be
 * released between the two, and one of kinds that others pin as well.
 */
static bool refs_agree(const struct textfile *t, const struct snapshot *s)
{
	const struct taskshare_record *r;
	const struct text_object *o;

	for (o = t->object; o < t->object + t->nr_objects; o++) {
		r = o->kind <= TASKSHARE_IO ? holder(s, o) : NULL;
		if (!r || r->refs[o->kind] == o->refs)
			continue;
		complain("%s %016llx: %u refs in text, %u in the record",
			 kind_names[o->kind], (unsigned long long)o->id,
			 o->refs, r->refs[o->kind]);
		return false;
	}
	return true;
}

TEST_F(text, process)
{
	char title[256];
	size_t i;

	ASSERT_EQ(0, tree_start());
	ASSERT_EQ(0, tree_call_path(0, SYS_prctl, PR_SET_NAME, " a (b) ", 0,
				    0));
	ASSERT_TRUE(tree_make_io(0));
	while (tree_size < 40) {
		ASSERT_LT(0, tree_clone(0, tree_size & 1 ? PTHREAD_FLAGS :
				CLONE_VM | CLONE_SIGHAND | CLONE_THREAD));
	}
	ASSERT_TRUE(textfile_read(&self->t, name_of(tree[7].pid)));
	ASSERT_EQ(0, snapshot_pid(&self->s, tree[0].pid));
	snprintf(title, sizeof(title),
		 "taskshare 1: process %d ( a (b) ), 40 tasks, pidns %u",
		 tree[0].pid, self->s.rec->pidns);
	EXPECT_STREQ(title, self->t.title);
	ASSERT_EQ(self->s.nr, self->t.nr_rows);
	for (i = 0; i < self->s.nr; i++) {
		EXPECT_TRUE(row_agrees(&self->t, &self->t.row[i],
				       &self->s.rec[i]));
		EXPECT_STREQ(" a (b) ", self->t.row[i].comm);
	}
	EXPECT_TRUE(textfile_consistent(&self->t));
	EXPECT_TRUE(refs_agree(&self->t, &self->s));
}

TEST_F(text, one_task)
{
	char title[256];

	ASSERT_EQ(0, tree_start());
	ASSERT_EQ(0, tree_call_path(0, SYS_prctl, PR_SET_NAME, "single", 0, 0));
	ASSERT_TRUE(textfile_read(&self->t, name_of(tree[0].pid)));
	ASSERT_EQ(0, snapshot_pid(&self->s, tree[0].pid));
	snprintf(title, sizeof(title),
		 "taskshare 1: process %d (single), 1 task, pidns %u",
		 tree[0].pid, self->s.rec->pidns);
	ASSERT_STREQ(title, self->t.title);
	ASSERT_EQ(1, self->t.nr_rows);
	ASSERT_STREQ("-", self->t.row->cell[TASKSHARE_IO]);
	ASSERT_STREQ("-", self->t.row->cell[TASKSHARE_SEMUNDO]);
	ASSERT_STREQ("A", self->t.row->cell[TASKSHARE_MM]);
	ASSERT_STREQ("leader", self->t.row->kind);
}

/* A name puts no escape sequence and no line break into the text. */
TEST_F(text, hostile_name)
{
	ASSERT_EQ(0, tree_start());
	ASSERT_EQ(0, tree_call_path(0, SYS_prctl, PR_SET_NAME,
				    "\x1b[2J\n\\\xff\x9b\x7f x", 0, 0));
	ASSERT_TRUE(textfile_read(&self->t, name_of(tree[0].pid)));
	ASSERT_EQ(1, self->t.nr_rows);
	ASSERT_STREQ("\\033[2J\\012\\134\\377\\233\\177 x",
		     self->t.row->comm);
}

TEST_F(text, all)
{
	const struct taskshare_record *r;
	const struct text_row *row;
	char title[64];
	int task, i;

	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, tree_random(&self->seed, TREE_MAX));
		ASSERT_TRUE(textfile_read(&self->t, "all"));
		ASSERT_EQ(0, snapshot_all(&self->s));
		snprintf(title, sizeof(title),
			 "taskshare 1: all, %zu tasks, pidns %u",
			 self->t.nr_rows, self->s.rec->pidns);
		EXPECT_STREQ(title, self->t.title);
		for (task = 0; task < tree_size; task++) {
			r = snapshot_find(&self->s, tree[task].pid);
			row = textfile_find(&self->t, tree[task].pid);
			ASSERT_TRUE(r && row);
			EXPECT_TRUE(row_agrees(&self->t, row, r));
		}
		EXPECT_TRUE(textfile_consistent(&self->t));
		EXPECT_TRUE(refs_agree(&self->t, &self->s));
		snapshot_free(&self->s);
		textfile_free(&self->t);
		tree_stop();
	}
}

static void *read_self(void *buf)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/self", taskshare_dir());
	return readlink(path, buf, 31) > 0 ? buf : NULL;
}

TEST_F(text, self_is_the_reader)
{
	char link[32] = "", link_of_thread[32] = "";
	pthread_t thread;
	void *read;

	ASSERT_NE(NULL, read_self(link));
	ASSERT_STREQ(name_of(getpid()), link);
	ASSERT_TRUE(textfile_read(&self->t, "self"));
	ASSERT_EQ((__u32)getpid(), self->t.row->pid);

	/* for a thread, self is its process */
	ASSERT_EQ(0, pthread_create(&thread, NULL, read_self, link_of_thread));
	ASSERT_EQ(0, pthread_join(thread, &read));
	ASSERT_NE(NULL, read);
	ASSERT_STREQ(link, link_of_thread);
}

TEST_HARNESS_MAIN
