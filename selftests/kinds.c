// SPDX-License-Identifier: GPL-2.0-only
/* Every kind of task, and every field of a record that can be known. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/vhost.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "lib/compare.h"
#include "kselftest_harness.h"
#include "lib/oracle.h"
#include "lib/tree.h"
#include "lib/uring.h"
#include "lib/util.h"

#define PTHREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_THREAD | CLONE_SYSVSEM | CLONE_IO)

FIXTURE(kinds) {
	struct comparisons count;
	struct taskshare_record rec;
	struct snapshot all;
	pid_t child;
	int pipe[2];
};

FIXTURE_SETUP(kinds)
{
	NEEDS_TASKSHARE();
	ASSERT_EQ(0, pipe(self->pipe));
	ASSERT_EQ(0, tree_start());
}

FIXTURE_TEARDOWN(kinds)
{
	snapshot_free(&self->all);
	kill_and_reap(self->child);
	tree_stop();
}

/* Kernel threads: no memory of their own, all of them kthreadd's children. */
TEST_F(kinds, kernel_threads)
{
	const struct taskshare_record *r, *kthreadd, *init;
	unsigned int nr = 0, fs = 0;
	char comm[16];

	ASSERT_EQ(0, snapshot_all(&self->all));
	kthreadd = snapshot_find(&self->all, 2);
	init = snapshot_find(&self->all, 1);
	if (read_file("/proc/2/comm", comm, sizeof(comm)) < 0 ||
	    strcmp(comm, "kthreadd\n"))
		SKIP(return, "no kthreadd in this pid namespace");
	ASSERT_NE(NULL, kthreadd);
	ASSERT_EQ(TASKSHARE_TASK_KTHREAD, kthreadd->kind);
	ASSERT_NE(NULL, init);
	ASSERT_EQ(TASKSHARE_TASK_LEADER, init->kind);
	ASSERT_NE(0, init->id[TASKSHARE_MM]);
	ASSERT_EQ(0, kthreadd->ppid);
	for (r = self->all.rec; r < self->all.rec + self->all.nr; r++) {
		if (r->kind != TASKSHARE_TASK_KTHREAD)
			continue;
		nr++;
		EXPECT_EQ(r->pid, r->tgid);
		EXPECT_EQ(0, r->id[TASKSHARE_MM]);
		EXPECT_EQ(0, r->flags & (TASKSHARE_F_VFORK |
					 TASKSHARE_F_SET_TID));
		if (r != kthreadd)
			EXPECT_EQ(2, r->ppid);
		fs += r->id[TASKSHARE_FS] == kthreadd->id[TASKSHARE_FS];
	}
	/* all but a few that have unshared it, as kdevtmpfs does */
	ASSERT_LT(10, nr);
	ASSERT_LT(nr - 5, fs);
}

static void has_worker(void *arg)
{
	int *fds = arg;

	if (uring_block_worker(fds[0]) < 0)
		_exit(EXIT_FAILURE);
	for (;;)
		pause();
}

/* The kernel names a worker when it first runs, after it can be seen. */
static const struct taskshare_record *
find_worker(struct snapshot *s, pid_t pid)
{
	size_t i;

	snapshot_free(s);
	if (snapshot_pid(s, pid))
		return NULL;
	for (i = 0; i < s->nr; i++)
		if (s->rec[i].kind == TASKSHARE_TASK_IO_WORKER &&
		    !strncmp(s->rec[i].comm, "iou-wrk-", 8))
			return &s->rec[i];
	return NULL;
}

TEST_F(kinds, io_worker)
{
	static const int shared[] = { TASKSHARE_MM, TASKSHARE_FILES,
		TASKSHARE_FS, TASKSHARE_SIGHAND, TASKSHARE_SIGNAL,
		TASKSHARE_NSPROXY, TASKSHARE_USER };
	const struct taskshare_record *worker = NULL, *leader;
	size_t i;

	if (syscall(SYS_io_uring_setup, 0, NULL) < 0 &&
	    (errno == ENOSYS || errno == EPERM))
		SKIP(return, "no io_uring: %s", strerror(errno));
	self->child = spawn(has_worker, self->pipe);
	ASSERT_TRUE(eventually((worker = find_worker(&self->all,
						     self->child))));
	leader = snapshot_find(&self->all, self->child);
	ASSERT_NE(NULL, leader);
	EXPECT_EQ(TASKSHARE_TASK_LEADER, leader->kind);
	EXPECT_EQ((__u32)self->child, worker->tgid);
	EXPECT_EQ(-1, worker->exit_signal);
	EXPECT_EQ(0, worker->id[TASKSHARE_SEMUNDO]);
	EXPECT_TRUE(record_quiet(worker));
	for (i = 0; i < ARRAY_SIZE(shared); i++)
		EXPECT_EQ(leader->id[shared[i]], worker->id[shared[i]]);
}

static void has_vhost_worker(void *unused)
{
	int fd = open("/dev/vhost-net", O_RDWR);

	(void)unused;
	if (fd < 0 || ioctl(fd, VHOST_SET_OWNER))
		_exit(EXIT_FAILURE);
	for (;;)
		pause();
}

/* The worker of a vhost device, which is named after the device's owner. */
static const struct taskshare_record *
find_vhost_worker(struct snapshot *s, pid_t owner)
{
	char name[TASKSHARE_COMM_LEN];
	size_t i;

	snprintf(name, sizeof(name), "vhost-%d", owner);
	snapshot_free(s);
	if (snapshot_all(s))
		return NULL;
	for (i = 0; i < s->nr; i++)
		if (!strncmp(s->rec[i].comm, name, sizeof(name)))
			return &s->rec[i];
	return NULL;
}

/*
 * A worker of vhost uses its owner's memory. Since 6.4 it is a task of that
 * process; before, a kernel thread that borrows the memory, which makes it no
 * holder: it has no reference of its own (kthread_use_mm()), though kcmp(2)
 * finds the same memory in both.
 */
TEST_F(kinds, vhost_worker)
{
	const struct taskshare_record *worker = NULL, *owner;

	if (access("/dev/vhost-net", R_OK | W_OK))
		SKIP(return, "no /dev/vhost-net: modprobe vhost_net");
	self->child = spawn(has_vhost_worker, NULL);
	ASSERT_TRUE(eventually((worker = find_vhost_worker(&self->all,
							   self->child)) &&
			       oracle_kcmp(worker->pid, self->child,
					   KCMP_VM) == 1));
	ASSERT_NE(NULL, worker = find_vhost_worker(&self->all, self->child));
	owner = snapshot_find(&self->all, self->child);
	ASSERT_NE(NULL, owner);
	if (kernel_at_least(6, 4)) {
		EXPECT_EQ(TASKSHARE_TASK_USER_WORKER, worker->kind);
		EXPECT_EQ(owner->pid, worker->tgid);
		EXPECT_EQ(owner->id[TASKSHARE_MM], worker->id[TASKSHARE_MM]);
	} else {
		EXPECT_EQ(TASKSHARE_TASK_KTHREAD, worker->kind);
		EXPECT_EQ(2, worker->ppid);
		EXPECT_EQ(0, worker->id[TASKSHARE_MM]);
		EXPECT_EQ(0, worker->refs[TASKSHARE_MM]);
	}
	EXPECT_NE(0, owner->id[TASKSHARE_MM]);
	EXPECT_TRUE(record_quiet(worker));
	EXPECT_TRUE(record_quiet(owner));
}

static void exits(void *unused)
{
	(void)unused;
	_exit(0);
}

TEST_F(kinds, zombie)
{
	static const int none[] = { TASKSHARE_MM, TASKSHARE_FILES, TASKSHARE_FS,
		TASKSHARE_NSPROXY, TASKSHARE_UTS, TASKSHARE_MNT,
		TASKSHARE_SEMUNDO, TASKSHARE_SECCOMP };
	struct taskshare_record *z = &self->rec;
	size_t i;

	self->child = spawn(exits, NULL);
	/* the I/O context is the last thing that it drops */
	ASSERT_TRUE(eventually(!snapshot_one(z, self->child) &&
			       z->state == 'Z' && !z->id[TASKSHARE_IO]));
	EXPECT_EQ(TASKSHARE_F_EXITING | TASKSHARE_F_DEAD,
		  z->flags & (TASKSHARE_F_EXITING | TASKSHARE_F_DEAD));
	EXPECT_EQ(TASKSHARE_TASK_LEADER, z->kind);
	EXPECT_EQ((__u32)getpid(), z->ppid);
	EXPECT_EQ(SIGCHLD, z->exit_signal);
	EXPECT_TRUE(record_quiet(z));
	EXPECT_NE(0, z->id[TASKSHARE_SIGNAL]);
	EXPECT_NE(0, z->id[TASKSHARE_SIGHAND]);
	EXPECT_NE(0, z->id[TASKSHARE_CRED]);
	for (i = 0; i < ARRAY_SIZE(none); i++)
		EXPECT_EQ(0, z->id[none[i]]);
	kill_and_reap(self->child);
	ASSERT_EQ(-ENOENT, snapshot_one(z, self->child));
	self->child = 0;
}

static const int counted[] = {
	TASKSHARE_MM, TASKSHARE_FILES, TASKSHARE_FS, TASKSHARE_SIGHAND,
	TASKSHARE_SIGNAL, TASKSHARE_IO,
};

/* All counts of a task are @count, but for those of what it does not have. */
static bool counts_are(struct taskshare_record *r, pid_t pid, __u32 count)
{
	size_t i;

	if (snapshot_one(r, pid))
		return false;
	for (i = 0; i < ARRAY_SIZE(counted); i++)
		if (r->id[counted[i]] && r->refs[counted[i]] != count)
			return false;
	return true;
}

/*
 * Five tasks that share everything, and no other task that holds any of it. The
 * kernel, or a program that looks at /proc, may hold an object for a moment.
 */
TEST_F(kinds, reference_counts)
{
	static const int private[] = { TASKSHARE_SEMUNDO, TASKSHARE_MNT };
	struct taskshare_record *r = &self->rec;
	size_t i;

	EXPECT_TRUE(eventually(counts_are(r, tree[0].pid, 1))) {
		for (i = 0; i < ARRAY_SIZE(counted); i++)
			TH_LOG("%s of a single task: %u",
			       kind_names[counted[i]], r->refs[counted[i]]);
	}
	ASSERT_TRUE(tree_make_io(0));
	while (tree_size < 5) {
		ASSERT_LT(0, tree_clone(tree_size - 1, PTHREAD_FLAGS));
	}
	EXPECT_TRUE(eventually(counts_are(r, tree[3].pid, 5))) {
		for (i = 0; i < ARRAY_SIZE(counted); i++)
			TH_LOG("%s of five threads: %u",
			       kind_names[counted[i]], r->refs[counted[i]]);
	}
	EXPECT_NE(0, r->id[TASKSHARE_IO]);
	for (i = 0; i < ARRAY_SIZE(private); i++) {
		EXPECT_NE(0, r->id[private[i]]);
		EXPECT_EQ(0, r->refs[private[i]]);
	}
	/* a thread pins credentials and namespaces, others may do as well */
	EXPECT_LE(5, r->refs[TASKSHARE_CRED]);
	EXPECT_LE(5, r->refs[TASKSHARE_NSPROXY]);
	EXPECT_LE(5, r->refs[TASKSHARE_CGROUPS]);
	EXPECT_LE(1, r->refs[TASKSHARE_UTS]);
}

/* A name is any bytes but zero. */
TEST_F(kinds, hostile_name)
{
	static const char name[] = "\x1b[2J\n\r\t\"\\\xff\xc3) Z";

	ASSERT_EQ(0, tree_call_path(0, SYS_prctl, PR_SET_NAME, name, 0, 0));
	ASSERT_EQ(0, snapshot_one(&self->rec, tree[0].pid));
	ASSERT_STREQ(name, self->rec.comm);
}

static unsigned long long proc_start(pid_t pid)
{
	char path[64], stat[1024], *at;
	unsigned long long ticks = 0;
	int field;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (read_file(path, stat, sizeof(stat)) <= 0)
		return 0;
	at = strrchr(stat, ')');
	for (field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at)
		ticks = strtoull(at, NULL, 10);
	return ticks;
}

TEST_F(kinds, start_time)
{
	unsigned long long tick = 1000000000ull / sysconf(_SC_CLK_TCK);

	ASSERT_EQ(0, snapshot_one(&self->rec, tree[0].pid));
	ASSERT_EQ(proc_start(tree[0].pid), self->rec.start_ns / tick);
	ASSERT_EQ(0, snapshot_one(&self->rec, 1));
	ASSERT_EQ(proc_start(1), self->rec.start_ns / tick);
}

static bool has_state(FIXTURE_DATA(kinds) *self, char state)
{
	return eventually(!snapshot_one(&self->rec, tree[0].pid) &&
			  self->rec.state == state);
}

TEST_F(kinds, states)
{
	ASSERT_TRUE(has_state(self, 'S'));
	ASSERT_EQ(0, kill(tree[0].pid, SIGSTOP));
	ASSERT_TRUE(has_state(self, 'T'));
	ASSERT_EQ(0, kill(tree[0].pid, SIGCONT));
	ASSERT_TRUE(has_state(self, 'S'));
	ASSERT_EQ(0, snapshot_one(&self->rec, getpid()));
	ASSERT_EQ('R', self->rec.state);
}

static unsigned int flags_of(int task)
{
	struct taskshare_record r;

	return snapshot_one(&r, tree[task].pid) ? ~0u : r.flags;
}

TEST_F(kinds, flags)
{
	unsigned int born = flags_of(0);

	ASSERT_EQ(0, born);
	ASSERT_EQ(1, tree_clone(0, CLONE_CHILD_SETTID));
	EXPECT_EQ(TASKSHARE_F_SET_TID, flags_of(1));
	ASSERT_EQ(2, tree_clone(0, CLONE_CHILD_CLEARTID));
	EXPECT_EQ(TASKSHARE_F_CLEAR_TID, flags_of(2));
	ASSERT_EQ(0, tree_call(2, SYS_set_tid_address, 0, 0, 0, 0) < 0);
	EXPECT_EQ(0, flags_of(2));
	ASSERT_EQ(3, tree_clone(0, 0));
	ASSERT_EQ(0, tree_call(3, SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0));
	EXPECT_EQ(TASKSHARE_F_NNP, flags_of(3));
	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, tree[0].pid, 0, 0));
	EXPECT_EQ(TASKSHARE_F_TRACED, flags_of(0));
	EXPECT_EQ(0, flags_of(1) & TASKSHARE_F_TRACED);
}

/* A tracer is no parent, though the kernel calls it so. */
TEST_F(kinds, parent_of_traced)
{
	ASSERT_EQ(1, tree_clone(0, 0));
	ASSERT_EQ(0, ptrace(PTRACE_SEIZE, tree[1].pid, 0, 0));
	ASSERT_EQ(0, snapshot_one(&self->rec, tree[1].pid));
	EXPECT_EQ(TASKSHARE_F_TRACED, self->rec.flags);
	EXPECT_EQ((__u32)tree[0].pid, self->rec.ppid);
}

/* A filter is inherited, by whatever clone; a second one hides the first. */
TEST_F(kinds, seccomp)
{
	static struct sock_filter allow[] = {
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	static const struct sock_fprog program = { 1, allow };

	/* the root is a copy of this process: the program is there as well */
	ASSERT_EQ(0, tree_call(0, SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0,
			       (long)&program, 0));
	tree[0].object[TASKSHARE_SECCOMP] = tree_new_object();
	ASSERT_EQ(1, tree_clone(0, 0));
	ASSERT_EQ(2, tree_clone(0, PTHREAD_FLAGS));
	ASSERT_EQ(0, tree_call(2, SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0,
			       (long)&program, 0));
	tree[2].object[TASKSHARE_SECCOMP] = tree_new_object();
	ASSERT_EQ(0, snapshot_all(&self->all));
	ASSERT_EQ(0, compare_records(&self->all, &self->count));
}

/* An instance mounted in a pid namespace shows that namespace. */
static void looks_from_inside(void *unused)
{
	const char *dir = "/run/taskshare-inside";
	struct snapshot s;
	int ret = 1;

	(void)unused;
	mkdir(dir, 0700);
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", dir, "taskshare", 0, NULL))
		_exit(3);
	setenv("TASKSHARE_DIR", dir, 1);
	if (!snapshot_all(&s))
		ret = !(s.nr == 1 && s.rec->pid == 1 && s.rec->tgid == 1 &&
			s.rec->ppid == 0 && getpid() == 1 &&
			(long long)s.rec->pidns == oracle_ns(1, "pid"));
	umount(dir);
	_exit(ret);
}

TEST_F(kinds, pid_namespace)
{
	struct clone_args args = {
		.flags = CLONE_NEWPID | CLONE_NEWNS, .exit_signal = SIGCHLD,
	};
	int fd = taskshare_open("records/all");
	pid_t pid;

	/* While it is open, there is an instance of this namespace, too. */
	ASSERT_LE(0, fd);
	pid = syscall(SYS_clone3, &args, sizeof(args));
	ASSERT_LE(0, pid);
	if (!pid) {
		die_with_parent();
		/* /proc is still that of the outer PID namespace */
		mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
		if (mount("proc", "/proc", "proc", 0, NULL))
			_exit(4);
		looks_from_inside(NULL);
	}
	ASSERT_TRUE(exited_with(pid, 0));
	close(fd);
	rmdir("/run/taskshare-inside");
}

TEST_HARNESS_MAIN
