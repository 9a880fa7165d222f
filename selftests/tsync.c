// SPDX-License-Identifier: GPL-2.0-only
/*
 * All threads of a process join one object, and then another one, between two
 * batches of comparisons: seccomp(2)'s TSYNC for filters, Landlock's for
 * credentials.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "kselftest_harness.h"
#include "lib/ko.h"
#include "lib/slow.h"
#include "lib/snapshot.h"
#include "lib/util.h"

#define NR_THREADS	600
#define BATCH		64	/* of module/verify.c */
#define SLOW_BATCH	32	/* TS_BATCH of module/testing.h, plus a kind */

/* These system calls have the same numbers on all architectures. */
#define NR_LANDLOCK_CREATE	444
#define NR_LANDLOCK_RESTRICT	446
#define LANDLOCK_EXECUTE	1		/* LANDLOCK_ACCESS_FS_EXECUTE */
#define LANDLOCK_TSYNC		(1u << 3)	/* LANDLOCK_RESTRICT_SELF_TSYNC */

static bool sync_filters(void)
{
	static struct sock_filter allow[] = {
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	static const struct sock_fprog program = { 1, allow };

	return !syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
			SECCOMP_FILTER_FLAG_TSYNC, &program);
}

static bool sync_credentials(void)
{
	uint64_t handled = LANDLOCK_EXECUTE;
	int fd = syscall(NR_LANDLOCK_CREATE, &handled, sizeof(handled), 0);
	bool done;

	if (fd < 0)
		return false;
	done = !syscall(NR_LANDLOCK_RESTRICT, fd, LANDLOCK_TSYNC);
	close(fd);
	return done;
}

/* The process: it synchronises its threads at each byte from the pipe. */
struct crowd {
	bool (*sync)(void);
	unsigned int ready;
	int orders[2], said[2];
};

static struct crowd *crowd;

static void *waits(void *unused)
{
	__atomic_add_fetch(&crowd->ready, 1, __ATOMIC_RELEASE);
	for (;;)
		pause();
	return unused;
}

static void synchronises(void *unused)
{
	pthread_attr_t attr;
	pthread_t thread;
	bool done;
	char byte;
	int i;

	(void)unused;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	/* One of the objects is the one that all share at the beginning. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || !sync_filters())
		_exit(EXIT_FAILURE);
	for (i = 1; i < NR_THREADS; i++)
		if (pthread_create(&thread, &attr, waits, NULL))
			_exit(EXIT_FAILURE);
	while (read(crowd->orders[0], &byte, 1) == 1) {
		done = crowd->sync();
		if (write(crowd->said[1], &done, sizeof(done)) != sizeof(done))
			_exit(EXIT_FAILURE);
	}
}

static bool crowd_syncs(void)
{
	bool done = false;

	return write(crowd->orders[1], "", 1) == 1 &&
	       read(crowd->said[0], &done, sizeof(done)) == sizeof(done) &&
	       done;
}

FIXTURE(tsync) {
	struct snapshot before, s, after;
	pid_t pid;
};

FIXTURE_VARIANT(tsync) {
	bool (*sync)(void);
	int kind;
	unsigned int keep;	/* rows that keep an id if no address came back */
};

/* Each row is looked at by itself, the first batch before the threads leave. */
FIXTURE_VARIANT_ADD(tsync, filters) {
	.sync = sync_filters, .kind = TASKSHARE_SECCOMP, .keep = BATCH,
};

/* Each representative has moved; the last row has no other to share with. */
FIXTURE_VARIANT_ADD(tsync, credentials) {
	.sync = sync_credentials, .kind = TASKSHARE_CRED, .keep = 1,
};

FIXTURE_SETUP(tsync)
{
	NEEDS_KO("TASKSHARE_KO_FAULTS", "taskshare-faults.ko");
	crowd = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, crowd);
	crowd->sync = variant->sync;
	ASSERT_EQ(0, pipe2(crowd->orders, O_CLOEXEC));
	ASSERT_EQ(0, pipe2(crowd->said, O_CLOEXEC));
	die_with_parent();
	self->pid = spawn(synchronises, NULL);
	close(crowd->said[1]);
	ASSERT_TRUE(eventually(__atomic_load_n(&crowd->ready,
					       __ATOMIC_ACQUIRE) ==
			       NR_THREADS - 1));
	ASSERT_TRUE(slow_load(SLOW_NOWHERE));
}

FIXTURE_TEARDOWN(tsync)
{
	snapshot_free(&self->before);
	snapshot_free(&self->s);
	snapshot_free(&self->after);
	kill_and_reap(self->pid);
	if (crowd)
		munmap(crowd, sizeof(*crowd));
	EXPECT_TRUE(ko_usual());
}

static pid_t reads_pid;

static void *reads(void *fd)
{
	*(int *)fd = taskshare_open("records/%d", reads_pid);
	return NULL;
}

/* The one id that all rows have, or 0. */
static __u64 common_id(const struct snapshot *s, int kind)
{
	size_t i;

	for (i = 0; i < s->nr; i++)
		if (s->rec[i].id[kind] != s->rec->id[kind])
			return 0;
	return s->nr ? s->rec->id[kind] : 0;
}

/*
 * Each row was seen with the old object when it was collected. Rows that were
 * looked at when the threads had left it have moved; or they have an object
 * again that got the address of the old one. Then they have its id, rightly, as
 * they all shared the old one. None has another id.
 */
TEST_F_TIMEOUT(tsync, between_batches, 120)
{
	int kind = variant->kind, fd = -1;
	unsigned int held = 0, moved = 0;
	__u64 old, new;
	pthread_t reader;
	size_t i;

	ASSERT_EQ(0, snapshot_pid(&self->before, self->pid));
	ASSERT_EQ(NR_THREADS, self->before.nr);
	old = common_id(&self->before, kind);
	ASSERT_NE(0, old);

	ASSERT_TRUE(slow_go(SLOW_BATCH + kind));
	reads_pid = self->pid;
	ASSERT_EQ(0, pthread_create(&reader, NULL, reads, &fd));
	ASSERT_TRUE(slow_reached(SLOW_BATCH + kind));
	if (!crowd_syncs()) {
		slow_go(SLOW_NOWHERE);
		pthread_join(reader, NULL);
		close(fd);
		SKIP(return, "this kernel does not synchronise these");
	}
	/* RCU frees the old one meanwhile, so that its address may come back */
	ASSERT_TRUE(wait_for_rcu());
	ASSERT_TRUE(crowd_syncs());
	ASSERT_TRUE(slow_holds(SLOW_BATCH + kind));
	ASSERT_TRUE(slow_go(SLOW_NOWHERE));
	pthread_join(reader, NULL);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, snapshot_fd(&self->s, fd));
	close(fd);
	ASSERT_EQ(0, snapshot_pid(&self->after, self->pid));
	new = common_id(&self->after, kind);
	ASSERT_NE(0, new);

	ASSERT_EQ(NR_THREADS, self->s.nr);
	for (i = 0; i < self->s.nr; i++) {
		const struct taskshare_record *r = &self->s.rec[i];

		if (r->moving & (1u << kind)) {
			moved++;
			ASSERT_EQ(0, r->id[kind]);
			continue;
		}
		held++;
		ASSERT_EQ(old, r->id[kind]);
	}
	TH_LOG("%u rows kept the object, %u moved; its address was used %s",
	       held, moved, new == old ? "again" : "once");
	EXPECT_EQ(new == old ? NR_THREADS : variant->keep, held);
}

TEST_HARNESS_MAIN
