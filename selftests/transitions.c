// SPDX-License-Identifier: GPL-2.0-only
/*
 * unshare, setns, close_range, exec and exit change some objects and no other.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "lib/compare.h"
#include "kselftest_harness.h"
#include "lib/tree.h"
#include "lib/util.h"

#define PTHREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_THREAD | CLONE_SYSVSEM | CLONE_IO)
#define KIND(kind)	(1u << TASKSHARE_##kind)

/* A tree of two tasks, of which the second one changes. */
FIXTURE(transition) {
	struct comparisons count;
	struct snapshot before;
	struct snapshot after;
	int out[2];		/* a pipe that every task inherits */
};

FIXTURE_SETUP(transition)
{
	NEEDS_TASKSHARE();
	ASSERT_EQ(0, pipe(self->out));
	ASSERT_EQ(0, tree_start());
	ASSERT_TRUE(tree_make_io(0));
	ASSERT_TRUE(tree_make_semundo(0));
}

FIXTURE_TEARDOWN(transition)
{
	snapshot_free(&self->before);
	snapshot_free(&self->after);
	tree_stop();
}

/* In the model, a task gets new objects of @kinds and loses those of @none. */
static void model_change(int task, unsigned int kinds, unsigned int none)
{
	int kind;

	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++) {
		if (kinds & (1u << kind))
			tree[task].object[kind] = tree_new_object();
		if (none & (1u << kind))
			tree[task].object[kind] = 0;
	}
}

static bool see(struct snapshot *s, struct comparisons *count)
{
	snapshot_free(s);
	return !snapshot_all(s) && !compare_records(s, count) &&
	       !compare_oracle(count);
}

/*
 * The kinds of which a task holds another object now. The tasks were at rest in
 * both snapshots, and ids are valid until the module is unloaded. A new object
 * is made before the old one is freed, so equal ids are the same object.
 */
static unsigned int changed(const struct snapshot *before,
			    const struct snapshot *after, pid_t pid)
{
	const struct taskshare_record *a = snapshot_find(before, pid);
	const struct taskshare_record *b = snapshot_find(after, pid);
	unsigned int kinds = 0;
	int kind;

	if (!a || !b)
		return ~0u;
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++)
		if (a->id[kind] != b->id[kind])
			kinds |= 1u << kind;
	return kinds;
}

static bool change_is(FIXTURE_DATA(transition) *self, int task,
		      unsigned int kinds, unsigned int none)
{
	unsigned int is;
	int other;

	model_change(task, kinds, none);
	if (!see(&self->after, &self->count))
		return false;
	for (other = 0; other < tree_size; other++) {
		is = changed(&self->before, &self->after, tree[other].pid);
		if (is == (other == task ? kinds | none : 0))
			continue;
		complain("task %d changed kinds %#x, not %#x", other, is,
			 other == task ? kinds | none : 0);
		return false;
	}
	return true;
}

/* unshare(2): a flag, the kinds that become new, and those that are lost. */
FIXTURE(unshares) {
	FIXTURE_DATA(transition) t;
};

FIXTURE_VARIANT(unshares) {
	__u64 clone;		/* flags that made the task */
	unsigned long flag;
	unsigned int kinds;
	unsigned int none;
};

#define UNSHARE(name, how, what, new, lost)				\
	FIXTURE_VARIANT_ADD(unshares, name) {				\
		.clone = how, .flag = what, .kinds = new, .none = lost,	\
	}

UNSHARE(fs, PTHREAD_FLAGS, CLONE_FS, KIND(FS), 0);
UNSHARE(fs_alone, 0, CLONE_FS, 0, 0);
UNSHARE(files, PTHREAD_FLAGS, CLONE_FILES, KIND(FILES), 0);
UNSHARE(files_alone, 0, CLONE_FILES, 0, 0);
UNSHARE(sysvsem, PTHREAD_FLAGS, CLONE_SYSVSEM, 0, KIND(SEMUNDO));
UNSHARE(vm_alone, 0, CLONE_VM, 0, 0);
UNSHARE(sighand_alone, 0, CLONE_SIGHAND | CLONE_VM, 0, 0);
UNSHARE(newns, PTHREAD_FLAGS, CLONE_NEWNS, KIND(MNT) | KIND(NSPROXY) | KIND(FS),
	0);
UNSHARE(newuts, PTHREAD_FLAGS, CLONE_NEWUTS, KIND(UTS) | KIND(NSPROXY), 0);
UNSHARE(newipc, PTHREAD_FLAGS, CLONE_NEWIPC, KIND(IPC) | KIND(NSPROXY),
	KIND(SEMUNDO));
UNSHARE(newnet, PTHREAD_FLAGS, CLONE_NEWNET, KIND(NET) | KIND(NSPROXY), 0);
UNSHARE(newpid, PTHREAD_FLAGS, CLONE_NEWPID,
	KIND(PID_FOR_CHILDREN) | KIND(NSPROXY), 0);
UNSHARE(newcgroup, PTHREAD_FLAGS, CLONE_NEWCGROUP,
	KIND(CGROUP) | KIND(NSPROXY), 0);
UNSHARE(newtime, PTHREAD_FLAGS, CLONE_NEWTIME,
	KIND(TIME_FOR_CHILDREN) | KIND(NSPROXY), 0);
UNSHARE(newuser, CLONE_FILES, CLONE_NEWUSER, KIND(USER) | KIND(CRED), 0);

FIXTURE_SETUP(unshares)
{
	NEEDS_TASKSHARE();
	if (variant->flag == CLONE_NEWTIME && !kernel_has_timens())
		SKIP(return, "no time namespaces in this kernel");
	ASSERT_EQ(0, tree_start());
	ASSERT_TRUE(tree_make_io(0));
	ASSERT_TRUE(tree_make_semundo(0));
}

FIXTURE_TEARDOWN(unshares)
{
	snapshot_free(&self->t.before);
	snapshot_free(&self->t.after);
	tree_stop();
}

TEST_F(unshares, changes)
{
	ASSERT_EQ(1, tree_clone(0, variant->clone));
	ASSERT_TRUE(see(&self->t.before, &self->t.count));
	ASSERT_EQ(0, tree_call(1, SYS_unshare, variant->flag, 0, 0, 0));
	ASSERT_TRUE(change_is(&self->t, 1, variant->kinds, variant->none));
}

/* setns(2) into the namespaces of a third task. */
TEST_F(transition, setns)
{
	static const struct {
		__u64 flag;
		const char *name;
		int kind;
		bool children;
	} joins[] = {
		{ CLONE_NEWUTS, "uts", TASKSHARE_UTS, false },
		{ CLONE_NEWIPC, "ipc", TASKSHARE_IPC, false },
		{ CLONE_NEWNET, "net", TASKSHARE_NET, false },
		{ CLONE_NEWCGROUP, "cgroup", TASKSHARE_CGROUP, false },
		{ CLONE_NEWPID, "pid", TASKSHARE_PID_FOR_CHILDREN, true },
	};
	unsigned int kinds, none;
	char path[64];
	size_t i;
	int fd;

	ASSERT_EQ(1, tree_clone(0, CLONE_FILES | CLONE_FS | CLONE_SYSVSEM));
	for (i = 0; i < ARRAY_SIZE(joins); i++) {
		int host = tree_clone(0, joins[i].flag);

		ASSERT_LT(1, host);
		ASSERT_TRUE(see(&self->before, &self->count));
		snprintf(path, sizeof(path), "/proc/%d/ns/%s", tree[host].pid,
			 joins[i].name);
		fd = tree_call_path(1, SYS_openat, AT_FDCWD, path, O_RDONLY, 0);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, tree_call(1, SYS_setns, fd, joins[i].flag, 0, 0));
		tree_call(1, SYS_close, fd, 0, 0, 0);

		kinds = 1u << joins[i].kind | KIND(NSPROXY);
		none = joins[i].flag == CLONE_NEWIPC ? KIND(SEMUNDO) : 0;
		model_change(1, KIND(NSPROXY), none);
		tree[1].object[joins[i].kind] =
			tree[host].object[joins[i].kind];
		ASSERT_TRUE(see(&self->after, &self->count));
		ASSERT_EQ(kinds | none, changed(&self->before, &self->after,
						tree[1].pid));
		ASSERT_EQ(0, changed(&self->before, &self->after, tree[0].pid));
	}
}

TEST_F(transition, close_range_unshares)
{
	ASSERT_EQ(1, tree_clone(0, PTHREAD_FLAGS));
	ASSERT_TRUE(see(&self->before, &self->count));
	ASSERT_EQ(0, tree_call(1, SYS_close_range, 1000, ~0u,
			       CLOSE_RANGE_UNSHARE, 0));
	ASSERT_TRUE(change_is(self, 1, KIND(FILES), 0));

	/* it shares the table with no other task now */
	ASSERT_TRUE(see(&self->before, &self->count));
	ASSERT_EQ(0, tree_call(1, SYS_close_range, 1000, ~0u,
			       CLOSE_RANGE_UNSHARE, 0));
	ASSERT_TRUE(change_is(self, 1, 0, 0));
}

static const int counted[] = {
	TASKSHARE_FILES, TASKSHARE_FS, TASKSHARE_SIGHAND,
};

/* The third of three tasks is gone, with all references that it had. */
static bool left_by_one(struct snapshot *s)
{
	const struct taskshare_record *r;
	size_t i;

	snapshot_free(s);
	if (snapshot_all(s) || snapshot_find(s, tree[2].pid))
		return false;
	r = snapshot_find(s, tree[1].pid);
	for (i = 0; r && i < ARRAY_SIZE(counted); i++)
		if (r->refs[counted[i]] != 2)
			return false;
	return r;
}

static void complain_of_refs(const struct snapshot *s)
{
	const struct taskshare_record *r = snapshot_find(s, tree[1].pid);
	size_t i;

	for (i = 0; r && i < ARRAY_SIZE(counted); i++)
		complain("%s has %u references", kind_names[counted[i]],
			 r->refs[counted[i]]);
}

/* After an exit the others' reference counts are lower. */
TEST_F(transition, exit_leaves_the_others)
{
	ASSERT_EQ(1, tree_clone(0, PTHREAD_FLAGS));
	ASSERT_EQ(2, tree_clone(0, PTHREAD_FLAGS));
	ASSERT_TRUE(see(&self->before, &self->count));
	ASSERT_TRUE(tree_exit(2));
	/* a task leaves /proc a moment before it drops its last references */
	EXPECT_TRUE(eventually(left_by_one(&self->after))) {
		complain_of_refs(&self->after);
	}
	ASSERT_EQ(0, changed(&self->before, &self->after, tree[0].pid));
	ASSERT_EQ(0, changed(&self->before, &self->after, tree[1].pid));
}

static char *const *wait_argv(FIXTURE_DATA(transition) *self)
{
	static char fd[16], *argv[4], path[4096];

	snprintf(fd, sizeof(fd), "%d", self->out[1]);
	snprintf(path, sizeof(path), "%s", sibling("child"));
	argv[0] = path;
	argv[1] = "wait";
	argv[2] = fd;
	return argv;
}

/* Lets a task execute child, and waits until it has. */
static bool exec_and_wait(FIXTURE_DATA(transition) *self, int task)
{
	struct pollfd done = { .fd = self->out[0], .events = POLLIN };
	char byte;

	return tree_post_exec(task, wait_argv(self)) &&
	       poll(&done, 1, DEADLINE_MS) == 1 &&
	       read(self->out[0], &byte, 1) == 1;
}

/* exec gives a new mm and new credentials, and unshares files and sighand. */
TEST_F(transition, exec_of_a_single_task)
{
	ASSERT_EQ(1, tree_clone(0, CLONE_FS | CLONE_SYSVSEM | CLONE_IO));
	ASSERT_TRUE(see(&self->before, &self->count));
	ASSERT_TRUE(exec_and_wait(self, 1));
	ASSERT_TRUE(change_is(self, 1, KIND(MM) | KIND(CRED), 0));
	ASSERT_STREQ("child", snapshot_find(&self->after, tree[1].pid)->comm);
}

TEST_F(transition, exec_of_a_sharing_task)
{
	ASSERT_EQ(1, tree_clone(0, CLONE_VM | CLONE_SIGHAND | CLONE_FILES |
				   CLONE_FS | CLONE_SYSVSEM | CLONE_IO));
	ASSERT_TRUE(see(&self->before, &self->count));
	ASSERT_TRUE(exec_and_wait(self, 1));
	ASSERT_TRUE(change_is(self, 1, KIND(MM) | KIND(CRED) | KIND(FILES) |
				       KIND(SIGHAND), 0));
}

/* The time namespace for children becomes the task's own with its new mm. */
TEST_F(transition, exec_enters_the_time_namespace)
{
	unsigned int kinds = KIND(MM) | KIND(CRED);

	if (!kernel_has_timens())
		SKIP(return, "no time namespaces in this kernel");
	ASSERT_EQ(1, tree_clone(0, 0));
	ASSERT_EQ(0, tree_call(1, SYS_unshare, CLONE_NEWTIME, 0, 0, 0));
	model_change(1, KIND(NSPROXY) | KIND(TIME_FOR_CHILDREN), 0);
	ASSERT_TRUE(see(&self->before, &self->count));
	ASSERT_TRUE(exec_and_wait(self, 1));
	if (kernel_at_least(6, 2)) {
		tree[1].object[TASKSHARE_TIME] =
			tree[1].object[TASKSHARE_TIME_FOR_CHILDREN];
		tree[1].object[TASKSHARE_NSPROXY] = tree_new_object();
	}
	model_change(1, kinds, 0);
	ASSERT_TRUE(see(&self->after, &self->count));
	if (kernel_at_least(6, 2))
		kinds |= KIND(TIME) | KIND(NSPROXY);
	ASSERT_EQ(kinds, changed(&self->before, &self->after, tree[1].pid));
}

/* A thread that executes takes over its leader's number, and keeps its own. */
TEST_F(transition, exec_of_a_thread)
{
	const struct taskshare_record *leader, *thread, *now;
	struct taskshare_record rec;

	ASSERT_EQ(1, tree_clone(0, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD));
	ASSERT_TRUE(see(&self->before, &self->count));
	leader = snapshot_find(&self->before, tree[0].pid);
	thread = snapshot_find(&self->before, tree[1].pid);
	ASSERT_TRUE(exec_and_wait(self, 1));
	ASSERT_EQ(0, snapshot_all(&self->after));
	ASSERT_NULL(snapshot_find(&self->after, tree[1].pid));
	ASSERT_EQ(-ENOENT, snapshot_one(&rec, tree[1].pid));
	now = snapshot_find(&self->after, tree[0].pid);
	ASSERT_NE(NULL, now);
	ASSERT_EQ(TASKSHARE_TASK_LEADER, now->kind);
	ASSERT_EQ(leader->start_ns, now->start_ns);
	ASSERT_EQ(SIGCHLD, now->exit_signal);
	ASSERT_EQ(thread->id[TASKSHARE_FS], now->id[TASKSHARE_FS]);
	ASSERT_EQ(thread->id[TASKSHARE_FILES], now->id[TASKSHARE_FILES]);
	ASSERT_EQ(thread->id[TASKSHARE_SIGNAL], now->id[TASKSHARE_SIGNAL]);
	ASSERT_EQ(thread->id[TASKSHARE_IO], now->id[TASKSHARE_IO]);
	ASSERT_NE(leader->id[TASKSHARE_FS], now->id[TASKSHARE_FS]);
	ASSERT_NE(thread->id[TASKSHARE_MM], now->id[TASKSHARE_MM]);
	ASSERT_NE(0, now->id[TASKSHARE_MM]);
	tree[1].tgid = 0;	/* a TID that no task has now */
}

/* A parent that waits for its vfork child shares its mm and nothing else. */
TEST_F(transition, vfork_shares_until_exec)
{
	const struct taskshare_record *child;

	ASSERT_EQ(1, tree_clone(0, CLONE_VM | CLONE_VFORK));
	ASSERT_TRUE(eventually(proc_state(tree[0].pid, tree[0].pid) == 'D'));
	ASSERT_TRUE(see(&self->before, &self->count));
	child = snapshot_find(&self->before, tree[1].pid);
	ASSERT_NE(0, child->flags & TASKSHARE_F_VFORK);
	ASSERT_EQ(0, snapshot_find(&self->before, tree[0].pid)->flags &
		     TASKSHARE_F_VFORK);
	ASSERT_EQ('D', snapshot_find(&self->before, tree[0].pid)->state);
	ASSERT_TRUE(exec_and_wait(self, 1));
	model_change(1, KIND(MM) | KIND(CRED), 0);
	ASSERT_TRUE(see(&self->after, &self->count));
	child = snapshot_find(&self->after, tree[1].pid);
	ASSERT_EQ(0, child->flags & TASKSHARE_F_VFORK);
	ASSERT_EQ(KIND(MM) | KIND(CRED),
		  changed(&self->before, &self->after, tree[1].pid));
}

/* The leader is gone but for its number; its threads go on. */
TEST_F(transition, zombie_leader)
{
	static const int lost[] = { TASKSHARE_MM, TASKSHARE_FILES,
		TASKSHARE_FS, TASKSHARE_NSPROXY, TASKSHARE_SEMUNDO };
	const struct taskshare_record *leader, *was;
	size_t i;

	ASSERT_EQ(1, tree_clone(0, PTHREAD_FLAGS));
	ASSERT_TRUE(see(&self->before, &self->count));
	ASSERT_TRUE(tree_exit(0));
	/* it drops its I/O context a bit after it has become a zombie */
	ASSERT_TRUE(eventually(!snapshot_pid(&self->after, tree[1].pid) &&
			       !self->after.rec->id[TASKSHARE_IO]));
	ASSERT_EQ(2, self->after.nr);
	leader = snapshot_find(&self->after, tree[0].pid);
	was = snapshot_find(&self->before, tree[0].pid);
	ASSERT_NE(NULL, leader);
	ASSERT_EQ('Z', leader->state);
	ASSERT_EQ(TASKSHARE_F_EXITING | TASKSHARE_F_DEAD,
		  leader->flags & (TASKSHARE_F_EXITING | TASKSHARE_F_DEAD));
	ASSERT_TRUE(record_quiet(leader));
	for (i = 0; i < ARRAY_SIZE(lost); i++)
		EXPECT_EQ(0, leader->id[lost[i]]);
	EXPECT_EQ(was->id[TASKSHARE_SIGNAL], leader->id[TASKSHARE_SIGNAL]);
	EXPECT_EQ(was->id[TASKSHARE_SIGHAND], leader->id[TASKSHARE_SIGHAND]);
	ASSERT_EQ(0, changed(&self->before, &self->after, tree[1].pid));
}

TEST_HARNESS_MAIN
