// SPDX-License-Identifier: GPL-2.0-only
/* The names that the directories list, and names that they do not list. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"
#include "lib/snapshot.h"
#include "lib/tree.h"
#include "lib/util.h"

#define PTHREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_THREAD | CLONE_SYSVSEM)

struct list {
	__u32 *nr;
	size_t len;
	unsigned int self, all, records, dots, others;
};

FIXTURE(listing) {
	struct list list;
	struct snapshot s;
};

FIXTURE_VARIANT(listing) {
	const char *dir;
	bool top;
};

FIXTURE_VARIANT_ADD(listing, top) { .dir = ".", .top = true };
FIXTURE_VARIANT_ADD(listing, records) { .dir = "records", .top = false };

FIXTURE_SETUP(listing)
{
	NEEDS_TASKSHARE();
	ASSERT_EQ(0, tree_start());
	ASSERT_EQ(1, tree_clone(0, PTHREAD_FLAGS));
	ASSERT_EQ(2, tree_clone(0, CLONE_VM));
	ASSERT_EQ(3, tree_clone(0, CLONE_PARENT));
	ASSERT_EQ(4, tree_clone(3, PTHREAD_FLAGS));
	ASSERT_TRUE(tree_exit(3));
}

FIXTURE_TEARDOWN(listing)
{
	free(self->list.nr);
	snapshot_free(&self->s);
	tree_stop();
}

static void add_name(struct list *list, const char *name, unsigned char type)
{
	char again[16];
	__u32 nr = strtoul(name, NULL, 10);

	snprintf(again, sizeof(again), "%u", nr);
	if (nr && !strcmp(again, name) && type == DT_REG) {
		list->nr = realloc(list->nr, (list->len + 1) * sizeof(nr));
		list->nr[list->len++] = nr;
	} else if (!strcmp(name, ".") || !strcmp(name, "..")) {
		list->dots++;
	} else if (!strcmp(name, "self") && type == DT_LNK) {
		list->self++;
	} else if (!strcmp(name, "all") && type == DT_REG) {
		list->all++;
	} else if (!strcmp(name, "records") && type == DT_DIR) {
		list->records++;
	} else {
		complain("unexpected name \"%s\", type %d", name, type);
		list->others++;
	}
}

/* All names, @size bytes at a time. */
static int read_list(struct list *list, const char *dir, size_t size)
{
	char buf[4096] __attribute__((aligned(8)));
	int fd = taskshare_open("%s", dir);
	struct dirent64 *entry;
	long len, at;

	if (fd < 0)
		return fd;
	free(list->nr);
	memset(list, 0, sizeof(*list));
	while ((len = syscall(SYS_getdents64, fd, buf, size)) > 0) {
		for (at = 0; at < len; at += entry->d_reclen) {
			entry = (struct dirent64 *)(buf + at);
			/*
			 * an offset that a 32-bit off_t cannot hold ends a
			 * listing
			 */
			if (entry->d_off < 0 || entry->d_off > INT_MAX)
				return -EOVERFLOW;
			add_name(list, entry->d_name, entry->d_type);
		}
	}
	close(fd);
	return len < 0 ? -errno : 0;
}

static bool leaders_listed(const struct list *list, const struct snapshot *s)
{
	size_t i, at = 0;

	for (i = 0; i < s->nr; i++) {
		if (s->rec[i].pid != s->rec[i].tgid)
			continue;
		if (at == list->len || list->nr[at++] != s->rec[i].pid)
			return false;
	}
	return at == list->len;
}

/* Kernel workers come and go, so look until none does meanwhile. */
static bool lists_leaders(FIXTURE_DATA(listing) *self, const char *dir,
			  size_t size)
{
	snapshot_free(&self->s);
	return !read_list(&self->list, dir, size) &&
	       !snapshot_all(&self->s) &&
	       leaders_listed(&self->list, &self->s);
}

TEST_F(listing, exactly_the_leaders)
{
	/* the least that one entry needs, odd sizes, all at once */
	static const size_t sizes[] = { 32, 33, 48, 100, 4096 };
	size_t i, nr;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT_TRUE(eventually(lists_leaders(self, variant->dir,
						     sizes[i]))) {
			TH_LOG("%zu names, never those of the leaders",
			       self->list.len);
		}
		EXPECT_EQ(2, self->list.dots);
		EXPECT_EQ(1, self->list.all);
		EXPECT_EQ(variant->top, self->list.self);
		EXPECT_EQ(variant->top, self->list.records);
		EXPECT_EQ(0, self->list.others);
		for (nr = 1; nr < self->list.len; nr++) {
			ASSERT_LT(self->list.nr[nr - 1], self->list.nr[nr]);
		}
	}
}

/* The number of names that are left, the place before each in @places. */
static unsigned int count_names(DIR *dir, long *places, unsigned int room)
{
	unsigned int nr = 0;

	do {
		if (nr < room)
			places[nr] = telldir(dir);
	} while (readdir(dir) && ++nr);
	return nr;
}

/* Kernel workers come and go, so look until none does meanwhile. */
static bool lists_the_same_again(DIR *dir, long *places, unsigned int room,
				 unsigned int *nr)
{
	rewinddir(dir);
	*nr = count_names(dir, places, room);
	rewinddir(dir);
	return count_names(dir, NULL, 0) == *nr;
}

TEST_F(listing, rewinds)
{
	char path[PATH_MAX];
	long places[4096];
	struct dirent *e;
	unsigned int nr;
	__u32 first;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", taskshare_dir(), variant->dir);
	dir = opendir(path);
	ASSERT_NE(NULL, dir);
	EXPECT_TRUE(eventually(lists_the_same_again(dir, places,
						    ARRAY_SIZE(places),
						    &nr))) {
		TH_LOG("each time %u names and then another number of them",
		       nr);
	}
	ASSERT_GT(ARRAY_SIZE(places), nr);
	/* from a place on only the names behind it */
	seekdir(dir, places[nr / 2]);
	e = readdir(dir);
	ASSERT_NE(NULL, e);
	first = strtoul(e->d_name, NULL, 10);
	while ((e = readdir(dir))) {
		ASSERT_LT(first, strtoul(e->d_name, NULL, 10));
	}
	closedir(dir);
}

static int error_of(const char *dir, const char *name)
{
	int fd = taskshare_open("%s/%s", dir, name);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

static bool absent(const char *dir, const char *name)
{
	int error = error_of(dir, name);

	if (error != -ENOENT)
		complain("opening \"%s\" gives %d", name, error);
	return error == -ENOENT;
}

TEST_F(listing, names)
{
	static const char *const none[] = {
		"0", "00", "01", "+1", "-1", "1 ", " 1", "1\n", "0x1", "1a",
		"4294967297", "4294967296", "2147483648", "2147483647",
		"18446744073709551617", "1.", "1e0", "\xff\xfe", "\xc0\xb1",
		"\xd9\xa1", "Self", "all ", "record", "self1", "001",
	};
	char name[258], leader[16], thread[16], zeros[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(none); i++)
		EXPECT_TRUE(absent(variant->dir, none[i]));
	for (i = 0; i < 255; i++)
		name[i] = '1';
	name[255] = 0;
	EXPECT_TRUE(absent(variant->dir, name));
	/* too long for a name: any error will do */
	strcpy(name + 255, "1");
	EXPECT_NE(0, error_of(variant->dir, name));
	snprintf(leader, sizeof(leader), "%d", tree[0].pid);
	snprintf(thread, sizeof(thread), "%d", tree[1].pid);
	snprintf(zeros, sizeof(zeros), "0%d", tree[0].pid);
	EXPECT_EQ(0, error_of(variant->dir, leader));
	EXPECT_EQ(0, error_of(variant->dir, thread));
	EXPECT_TRUE(absent(variant->dir, zeros));
	EXPECT_EQ(0, error_of(variant->dir, "all"));
	EXPECT_EQ(variant->top ? 0 : -ENOENT, error_of(variant->dir, "self"));
	EXPECT_EQ(variant->top ? 0 : -ENOENT,
		  error_of(variant->dir, "records"));
	strcat(leader, "/");
	EXPECT_EQ(-ENOTDIR, error_of(variant->dir, leader));
}

/* Returns false also if the task came or went while it was looked at. */
static bool name_agrees(const char *dir, int nr)
{
	char path[64], name[16];
	bool there;
	int error;

	snprintf(path, sizeof(path), "/proc/%d", nr);
	snprintf(name, sizeof(name), "%d", nr);
	there = !access(path, F_OK);
	error = error_of(dir, name);
	return error == (there ? 0 : -ENOENT) && there == !access(path, F_OK);
}

/* Of all numbers only those that tasks have. */
TEST_F(listing, numbers_of_tasks)
{
	int nr, wrong = 0;

	for (nr = 1; nr < 3000; nr++) {
		if (eventually(name_agrees(variant->dir, nr)))
			continue;
		complain("%d and /proc/%d: only one of them is there", nr, nr);
		wrong++;
	}
	ASSERT_EQ(0, wrong);
}

static mode_t mode_of(const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct stat st = {};

	snprintf(path, sizeof(path), "%s/%s/%s", taskshare_dir(), dir, name);
	if (lstat(path, &st) || st.st_uid || st.st_gid)
		return 0;
	return st.st_mode;
}

TEST_F(listing, modes)
{
	char leader[16];

	snprintf(leader, sizeof(leader), "%d", tree[0].pid);
	EXPECT_EQ(S_IFREG | 0400, mode_of(variant->dir, leader));
	EXPECT_EQ(S_IFREG | 0400, mode_of(variant->dir, "all"));
	EXPECT_EQ(S_IFDIR | 0500, mode_of(variant->dir, "."));
	if (variant->top)
		EXPECT_EQ(S_IFLNK | 0777, mode_of(".", "self"));
}

/* A process that exits between listing and opening. */
TEST_F(listing, exits_in_between)
{
	char leader[16];

	snprintf(leader, sizeof(leader), "%d", tree[2].pid);
	ASSERT_TRUE(eventually(lists_leaders(self, variant->dir, 4096)));
	tree_stop();
	ASSERT_EQ(-ENOENT, error_of(variant->dir, leader));
}

TEST_HARNESS_MAIN
