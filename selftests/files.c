// SPDX-License-Identifier: GPL-2.0-only
/* A file has the same content for all calls, sizes and offsets. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "kselftest_harness.h"
#include "lib/tree.h"
#include "lib/util.h"

#define PAGE	sysconf(_SC_PAGESIZE)
#define HUGE_OFFSET	0x7fffffffffffffffLL

FIXTURE(file) {
	uint64_t seed;
	int fd;
	char *text;		/* the file's content */
	ssize_t len;
	char *buf;		/* a forbidden page is behind it */
	size_t size;
	int pipe[2];
	int copy;		/* a file in memory, to send to */
	loff_t pos;		/* the position that the descriptor must have */
};

FIXTURE_VARIANT(file) {
	const char *name;
};

FIXTURE_VARIANT_ADD(file, text) { .name = "all" };
FIXTURE_VARIANT_ADD(file, records) { .name = "records/all" };
FIXTURE_VARIANT_ADD(file, process) { .name = "1" };
FIXTURE_VARIANT_ADD(file, process_records) { .name = "records/1" };

FIXTURE_SETUP(file)
{
	NEEDS_TASKSHARE();
	self->seed = random_seed();
	self->fd = taskshare_open("%s", variant->name);
	ASSERT_LE(0, self->fd);
	self->len = read_all(self->fd, &self->text);
	ASSERT_LT(100, self->len);
	self->pos = self->len;
	self->size = (self->len + 4 * PAGE) / PAGE * PAGE;
	/* an access behind the buffer is a fault */
	self->buf = mmap(NULL, self->size + PAGE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->buf);
	ASSERT_EQ(0, mprotect(self->buf + self->size, PAGE, PROT_NONE));
	ASSERT_EQ(0, pipe2(self->pipe, O_NONBLOCK | O_CLOEXEC));
	self->copy = memfd_create("copy", MFD_CLOEXEC);
	ASSERT_LE(0, self->copy);
}

FIXTURE_TEARDOWN(file)
{
	free(self->text);
	close(self->fd);
	tree_stop();
}

/* The number of bytes that a read of @size at @offset must return. */
static ssize_t available(FIXTURE_DATA(file) *self, loff_t offset, size_t size)
{
	size_t left = offset < self->len ? self->len - offset : 0;

	return size < left ? size : left;
}

/* Checks the result of reading @size bytes at @offset, and the bytes. */
static bool right(FIXTURE_DATA(file) *self, const char *what, ssize_t got,
		  const char *buf, loff_t offset, size_t size)
{
	if (got == available(self, offset, size) &&
	    !memcmp(buf, self->text + (got ? offset : 0), got))
		return true;
	complain("%s of %zu at %lld of %zd: %zd or wrong bytes", what, size,
		 (long long)offset, self->len, got);
	return false;
}

/* The same for splice, sendfile and copy, which may stop early. */
static bool right_part(FIXTURE_DATA(file) *self, const char *what, ssize_t got,
		       loff_t offset, size_t size)
{
	ssize_t most = available(self, offset, size);

	if (got > most || got < 0 || (most && !got) ||
	    memcmp(self->buf, self->text + (got ? offset : 0), got)) {
		complain("%s of %zu at %lld of %zd: %zd or wrong bytes", what,
			 size, (long long)offset, self->len, got);
		return false;
	}
	return true;
}

static bool do_read(FIXTURE_DATA(file) *self, size_t size)
{
	ssize_t got = read(self->fd, self->buf, size);
	bool ok = right(self, "read", got, self->buf, self->pos, size);

	self->pos += got > 0 ? got : 0;
	return ok;
}

static bool do_pread(FIXTURE_DATA(file) *self, loff_t at, size_t size)
{
	return right(self, "pread", pread(self->fd, self->buf, size, at),
		     self->buf, at, size);
}

static bool do_vector(FIXTURE_DATA(file) *self, bool move, loff_t at,
		      size_t size)
{
	size_t a = random_below(&self->seed, size + 1);
	size_t b = random_below(&self->seed, size - a + 1);
	const struct iovec vec[] = {
		{ self->buf, a }, { self->buf, 0 },
		{ self->buf + a, b }, { self->buf + a + b, size - a - b },
	};
	ssize_t got;
	bool ok;

	if (!move)
		return right(self, "preadv", preadv(self->fd, vec, 4, at),
			     self->buf, at, size);
	got = readv(self->fd, vec, 4);
	ok = right(self, "readv", got, self->buf, self->pos, size);
	self->pos += got > 0 ? got : 0;
	return ok;
}

static bool do_seek(FIXTURE_DATA(file) *self, loff_t at)
{
	int whence = random_below(&self->seed, 3);
	loff_t base = whence == SEEK_SET ? 0 :
		      whence == SEEK_CUR ? self->pos : self->len;
	loff_t is = lseek(self->fd, at - base, whence);
	/* nothing is behind the end, or before the beginning */
	bool legal = at >= 0 && at <= self->len;

	if (is != (legal ? at : -1) || (!legal && errno != EINVAL)) {
		complain("lseek to %lld, whence %d: %lld", (long long)at,
			 whence, (long long)is);
		return false;
	}
	if (legal)
		self->pos = at;
	return true;
}

static bool do_splice(FIXTURE_DATA(file) *self, bool move, loff_t at,
		      size_t size)
{
	loff_t offset = move ? self->pos : at;
	ssize_t got = splice(self->fd, move ? NULL : &at, self->pipe[1], NULL,
			     size, SPLICE_F_NONBLOCK);

	if (got > 0 && read(self->pipe[0], self->buf, got) != got)
		return false;
	if (move)
		self->pos += got > 0 ? got : 0;
	else if (got >= 0 && at != offset + got)
		return false;
	return right_part(self, "splice", got, offset, size);
}

static bool do_sendfile(FIXTURE_DATA(file) *self, bool move, loff_t at,
			size_t size)
{
	loff_t offset = move ? self->pos : at;
	ssize_t got;

	lseek(self->copy, 0, SEEK_SET);
	got = sendfile(self->copy, self->fd, move ? NULL : &at, size);
	/* with 32 bits a file has at most 2^32 pages */
	if (got < 0 && sizeof(long) == 4 && offset >> 44)
		return errno == EOVERFLOW;
	if (got > 0 && pread(self->copy, self->buf, got, 0) != got)
		return false;
	if (move)
		self->pos += got > 0 ? got : 0;
	return right_part(self, "sendfile", got, offset, size);
}

/* copy_file_range(2) between filesystems may be refused, with these errors. */
static bool do_copy(FIXTURE_DATA(file) *self, loff_t at, size_t size)
{
	loff_t offset = at, to = 0;
	ssize_t got = copy_file_range(self->fd, &at, self->copy, &to, size, 0);

	if (got < 0)
		return errno == EXDEV || errno == EINVAL ||
		       errno == EOPNOTSUPP;
	if (got > 0 && pread(self->copy, self->buf, got, 0) != got)
		return false;
	/* it stops at the size of stat(2), which is 0 as in /proc */
	return !got || right_part(self, "copy_file_range", got, offset, size);
}

static size_t random_size(FIXTURE_DATA(file) *self)
{
	const size_t sizes[] = { 0, 1, 2, 7, 327, 328, 329, PAGE - 1,
		PAGE, PAGE + 1, 2 * PAGE };

	switch (random_below(&self->seed, 3)) {
	case 0:
		return sizes[random_below(&self->seed, ARRAY_SIZE(sizes))];
	case 1:
		return random_below(&self->seed, self->size);
	default:
		return random_below(&self->seed, 400);
	}
}

static loff_t random_offset(FIXTURE_DATA(file) *self)
{
	const loff_t offsets[] = { 0, 1, PAGE - 1, PAGE, PAGE + 1,
		self->len - 1, self->len, self->len + 1, 1LL << 31,
		(1LL << 31) - 1, (1LL << 32) + 1, 1LL << 62 };

	if (random_below(&self->seed, 4))
		return random_below(&self->seed, self->len + 10);
	return offsets[random_below(&self->seed, ARRAY_SIZE(offsets))];
}

static bool do_something(FIXTURE_DATA(file) *self)
{
	bool move = random_below(&self->seed, 2);
	loff_t at = random_offset(self);
	size_t size = random_size(self);

	memset(self->buf, 0xa5, size < self->size ? size : self->size);
	switch (random_below(&self->seed, 8)) {
	case 0:
		return do_read(self, size);
	case 1:
	case 2:
		return do_pread(self, at, size);
	case 3:
		return do_vector(self, move, at, size);
	case 4:
		return do_splice(self, move, at, size);
	case 5:
		return do_sendfile(self, move, at, size);
	case 6:
		return do_copy(self, at, size);
	default:
		return do_seek(self, at - 5);
	}
}

TEST_F_TIMEOUT(file, any_sequence_of_calls, 600)
{
	long ops = env_number("TASKSHARE_OPS", 10000), i;

	for (i = 0; i < ops; i++) {
		ASSERT_TRUE(do_something(self));
		ASSERT_EQ(self->pos, lseek(self->fd, 0, SEEK_CUR));
	}
	figure("operations", ops);
}

TEST_F(file, sizes_and_offsets_at_the_limits)
{
	const loff_t before[] = { -1, -PAGE, -HUGE_OFFSET - 1 };
	static const loff_t behind[] = { 1LL << 31, 1LL << 32, 1LL << 62,
		HUGE_OFFSET - 1, HUGE_OFFSET };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(before); i++) {
		EXPECT_EQ(-1, pread(self->fd, self->buf, 1, before[i]));
		EXPECT_EQ(EINVAL, errno);
		EXPECT_EQ(-1, lseek(self->fd, before[i], SEEK_SET));
		EXPECT_EQ(EINVAL, errno);
	}
	for (i = 0; i < ARRAY_SIZE(behind); i++) {
		/* the sum of the two may be too much for the VFS */
		ssize_t got = pread(self->fd, self->buf, 1, behind[i]);

		EXPECT_TRUE(got == 0 || (got < 0 && (errno == EINVAL ||
						     errno == EOVERFLOW)));
		EXPECT_EQ(-1, lseek(self->fd, behind[i], SEEK_SET));
		EXPECT_EQ(EINVAL, errno);
	}
	/* more than the file has, than an int holds, than the VFS allows */
	EXPECT_TRUE(do_pread(self, 0, self->size));
	EXPECT_EQ(0, pread(self->fd, self->buf, 0, 0));
	EXPECT_EQ(0, lseek(self->fd, 0, SEEK_SET));
#if __SIZEOF_SIZE_T__ > 4	/* more memory than a process of 32 bits has */
	EXPECT_EQ(self->len, pread(self->fd, self->buf, 1UL << 31, 0));
	EXPECT_EQ(0, memcmp(self->buf, self->text, self->len));
	EXPECT_EQ(self->len, pread(self->fd, self->buf, (1UL << 31) + 1, 0));
	EXPECT_EQ(self->len, pread(self->fd, self->buf, (1UL << 31) - 1, 0));
#endif
}

/* A buffer that ends too early gets as much as fits, then EFAULT. */
TEST_F(file, bad_buffers)
{
	static const size_t fits[] = { 1, 7, 63, 64, 65, 100 };
	char *end = self->buf + self->size;
	void *volatile nowhere = NULL;
	ssize_t got;
	size_t i;

	EXPECT_EQ(-1, pread(self->fd, end, 64, 0));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, pread(self->fd, nowhere, 64, 0));
	EXPECT_EQ(EFAULT, errno);
	for (i = 0; i < ARRAY_SIZE(fits); i++) {
		char *start = end - fits[i];

		got = pread(self->fd, start, self->len, 0);
		/* the kernel may stop at a word's border before the bad page */
		EXPECT_GE((ssize_t)fits[i], got);
		EXPECT_LT((ssize_t)fits[i] - 64, got);
		EXPECT_TRUE(got > 0 ? !memcmp(start, self->text, got) :
				      errno == EFAULT);
		EXPECT_EQ(0, lseek(self->fd, 0, SEEK_SET));
		got = read(self->fd, start, self->len);
		EXPECT_EQ(got > 0 ? got : 0, lseek(self->fd, 0, SEEK_CUR));
	}
	EXPECT_TRUE(do_pread(self, 0, self->size));
}

static int open_for(const char *name, int flags)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", taskshare_dir(), name);
	fd = open(path, flags, 0600);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -errno : 0;
}

/* Root passes most permission checks, so the file itself must refuse. */
TEST_F(file, nothing_can_be_written)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", taskshare_dir(), variant->name);
	EXPECT_EQ(-1, write(self->fd, "x", 1));
	EXPECT_EQ(EBADF, errno);
	EXPECT_EQ(-1, ftruncate(self->fd, 0));
	EXPECT_NE(0, truncate(path, 0));
	EXPECT_NE(0, chmod(path, 0666));
	EXPECT_NE(0, chown(path, 1, 1));
	EXPECT_NE(0, unlink(path));
	EXPECT_NE(0, rename(path, "/tmp/x"));
	EXPECT_NE(0, open_for("new", O_WRONLY | O_CREAT));
	EXPECT_NE(0, open_for("records/new", O_WRONLY | O_CREAT));
	EXPECT_NE(0, open_for(".", O_RDWR | O_TMPFILE));
	EXPECT_EQ(-1, ioctl(self->fd, 0x5401, self->buf));
	EXPECT_EQ(ENOTTY, errno);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->fd,
				   0));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE,
				   self->fd, 0));
	/* if root gets a descriptor for writing, it writes nothing */
	fd = open(path, O_RDWR);
	if (fd >= 0) {
		EXPECT_EQ(-1, write(fd, "x", 1));
		close(fd);
	}
	EXPECT_TRUE(do_pread(self, 0, self->size));
}

TEST_F(file, poll_is_ready)
{
	struct pollfd poll_fd = { .fd = self->fd, .events = POLLIN | POLLOUT };

	ASSERT_EQ(1, poll(&poll_fd, 1, DEADLINE_MS));
	ASSERT_NE(0, poll_fd.revents & POLLIN);
	ASSERT_EQ(0, poll_fd.revents & (POLLERR | POLLHUP | POLLNVAL));
}

/* Each open(2) has its own content; descriptors made by dup(2) share one. */
TEST_F(file, dup_shares_the_position)
{
	int twin = dup(self->fd);
	char a[10], b[10];

	ASSERT_LE(0, twin);
	ASSERT_EQ(0, lseek(twin, 0, SEEK_SET));
	ASSERT_EQ(10, read(self->fd, a, 10));
	ASSERT_EQ(10, read(twin, b, 10));
	ASSERT_EQ(0, memcmp(a, self->text, 10));
	ASSERT_EQ(0, memcmp(b, self->text + 10, 10));
}

TEST_HARNESS_MAIN
