// SPDX-License-Identifier: GPL-2.0-only
/*
 * Objects that tasks must share, worked out from their calls by the
 * table of flags. Nothing is asked of the kernel here but what we, who make
 * the first test tasks, hold ourselves.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

#include "clone/compat.h"
#include "clone/flags.h"
#include "clone/namespace.h"
#include "clone/userns.h"
#include "util/array.h"
#include "verify/expect.h"

struct expected expected[MAX_TESTTASKS];

static struct expected self;
static bool can_have_userns;
static bool has_type[NR_NAMESPACE_TYPES];
static unsigned int nr_objects;

static unsigned int new_object(void)
{
	return ++nr_objects;
}

static void renew(struct expected *e, int kind)
{
	e->object[kind] = new_object();
}

static bool same_link(const char *a, const char *b)
{
	char x[64] = "", y[64] = "";

	return readlink(a, x, sizeof(x) - 1) > 0 &&
	       readlink(b, y, sizeof(y) - 1) > 0 && !strcmp(x, y);
}

/* A number out of /proc/self/status */
static __u64 status_number(const char *name, int base)
{
	size_t len = strlen(name);
	__u64 number = 0;
	char line[256];
	FILE *f;

	f = fopen("/proc/self/status", "re");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, len))
			number = strtoull(line + len, NULL, base);
	if (f)
		fclose(f);
	return number;
}

/* Types of namespaces that the kernel was built with */
static void find_types(void)
{
	char path[64];
	int i;

	for (i = 0; i < NR_NAMESPACE_TYPES; i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s",
			 namespace_types[i].name);
		has_type[i] = !access(path, F_OK);
		if (!has_type[i] && namespace_types[i].kind == TASKSHARE_TIME)
			self.object[TASKSHARE_TIME] = 0;
	}
}

/**
 * expect_type() - check whether there are namespaces of a type
 * @flag: the flag of the type
 *
 * Return: true if the kernel was built with them.
 */
bool expect_type(__u64 flag)
{
	int i;

	for (i = 0; i < NR_NAMESPACE_TYPES; i++)
		if (namespace_types[i].flag == flag)
			return has_type[i];
	return false;
}

/**
 * expect_open() - read this process's own objects
 * @error: says why nothing can be expected
 *
 * Return: 0 or -EINVAL.
 */
int expect_open(struct error *error)
{
	int k;

	if (!same_link("/proc/self/ns/pid", "/proc/self/ns/pid_for_children"))
		return error_set(error, -EINVAL,
				 "children go to another pid namespace: give unshare(1) its --fork, too");
	self.pid = getpid();
	self.tgid = getpid();
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		renew(&self, k);
	self.object[TASKSHARE_PID_FOR_CHILDREN] = self.object[TASKSHARE_PID];
	find_types();
	if (!self.object[TASKSHARE_TIME] ||
	    same_link("/proc/self/ns/time", "/proc/self/ns/time_for_children"))
		self.object[TASKSHARE_TIME_FOR_CHILDREN] =
			self.object[TASKSHARE_TIME];
	if (status_number("Seccomp:", 10) != SECCOMP_MODE_FILTER)
		self.object[TASKSHARE_SECCOMP] = 0;
	/* Children of fork(2) inherit none of these. */
	self.object[TASKSHARE_IO] = 0;
	self.object[TASKSHARE_SEMUNDO] = 0;
	self.powerless = !(status_number("CapEff:", 16) &
			   1ull << CAP_SYS_ADMIN);
	can_have_userns = userns_works();
	return 0;
}

/* A child, according to the table of flags */
static void apply_table(struct expected *child, const struct expected *creator,
			__u64 flags)
{
	int i;

	for (i = 0; i < nr_clone_flags; i++)
		if (clone_flags[i].effect == FLAG_SHARES)
			renew(child, clone_flags[i].kind);
	for (i = 0; i < nr_clone_flags; i++) {
		const struct clone_flag *flag = &clone_flags[i];

		if (!(flags & flag->bit))
			continue;
		if (flag->effect == FLAG_SHARES)
			child->object[flag->kind] = creator->object[flag->kind];
		else if (flag->effect == FLAG_RENEWS)
			renew(child, flag->kind);
	}
}

/* The kinds that flags renew, but for the user namespace, are in nsproxy. */
static bool renews_nsproxy(__u64 flags)
{
	int i;

	for (i = 0; i < nr_clone_flags; i++)
		if (flags & clone_flags[i].bit &&
		    clone_flags[i].effect == FLAG_RENEWS &&
		    clone_flags[i].kind != TASKSHARE_USER)
			return true;
	return false;
}

/*
 * A task that has sent its children to another time namespace: they enter it
 * with a memory of their own, before 6.2 with any (copy_namespaces()).
 */
static void enter_time(struct expected *e, bool new_memory)
{
	if (e->object[TASKSHARE_TIME] ==
	    e->object[TASKSHARE_TIME_FOR_CHILDREN] || !new_memory)
		return;
	e->object[TASKSHARE_TIME] = e->object[TASKSHARE_TIME_FOR_CHILDREN];
	renew(e, TASKSHARE_NSPROXY);
}

static void share_namespaces(struct expected *child,
			     const struct expected *creator, __u64 flags)
{
	if (renews_nsproxy(flags))
		renew(child, TASKSHARE_NSPROXY);
	if (flags & CLONE_NEWPID)
		child->object[TASKSHARE_PID_FOR_CHILDREN] =
			child->object[TASKSHARE_PID];
	else
		child->object[TASKSHARE_PID] =
			creator->object[TASKSHARE_PID_FOR_CHILDREN];
	if (flags & CLONE_NEWTIME) {
		child->object[TASKSHARE_TIME_FOR_CHILDREN] =
			child->object[TASKSHARE_TIME];
		child->object[TASKSHARE_TIME] = creator->object[TASKSHARE_TIME];
	}
	enter_time(child, !(flags & CLONE_VM) ||
		   release_running() < RELEASE(6, 2));
}

/*
 * An I/O context is made by its use only; without the flag a child gets a copy
 * of one with a priority, as all test tasks have (__copy_io()). An undo list is
 * made by the flag, if there is none yet (copy_semundo()).
 */
static void share_optional(struct expected *child, struct expected *creator,
			   __u64 flags)
{
	if (!creator->object[TASKSHARE_IO])
		child->object[TASKSHARE_IO] = 0;
	if (!(flags & CLONE_SYSVSEM)) {
		child->object[TASKSHARE_SEMUNDO] = 0;
		return;
	}
	if (!creator->object[TASKSHARE_SEMUNDO])
		renew(creator, TASKSHARE_SEMUNDO);
	child->object[TASKSHARE_SEMUNDO] = creator->object[TASKSHARE_SEMUNDO];
}

static int leaders_signal(const struct expected *creator)
{
	int i;

	for (i = 0; i < testtasks_nr(); i++)
		if (expected[i].pid == creator->tgid)
			return expected[i].exit_signal;
	return SIGCHLD;
}

static void set_family(struct expected *child, const struct expected *creator,
		       __u64 flags, int exit_signal)
{
	bool sibling = flags & (CLONE_THREAD | CLONE_PARENT);

	child->tgid = flags & CLONE_THREAD ? creator->tgid : child->pid;
	child->ppid = sibling ? creator->ppid : creator->tgid;
	if (flags & CLONE_THREAD)
		child->exit_signal = -1;
	else if (flags & CLONE_PARENT)
		child->exit_signal = leaders_signal(creator);
	else
		child->exit_signal = exit_signal;
	child->marks_known = CLONE_MARKS;
	child->marks = (flags & CLONE_VFORK ? TASKSHARE_F_VFORK : 0) |
		(flags & CLONE_CHILD_SETTID ? TASKSHARE_F_SET_TID : 0) |
		(flags & CLONE_CHILD_CLEARTID ? TASKSHARE_F_CLEAR_TID : 0);
}

static void inherit(struct expected *child, struct expected *creator,
		    __u64 flags, int exit_signal)
{
	memcpy(child->object, creator->object, sizeof(child->object));
	set_family(child, creator, flags, exit_signal);
	apply_table(child, creator, flags);
	/* Threads have their process' credentials (copy_creds()). */
	if (!(flags & CLONE_THREAD))
		renew(child, TASKSHARE_CRED);
	share_namespaces(child, creator, flags);
	share_optional(child, creator, flags);
	child->foreign = child->object[TASKSHARE_USER] !=
			 self.object[TASKSHARE_USER];
	child->powerless = creator->powerless && !(flags & CLONE_NEWUSER);
	child->clone_flags = flags;
	child->nested = child->object[TASKSHARE_PID] !=
			self.object[TASKSHARE_PID];
}

/**
 * expect_fork() - we have made a task
 * @task: its index
 */
void expect_fork(int task)
{
	expected[task] = (struct expected){
		.pid = testtask_pid(task),
		.creator = -1,
	};
	inherit(&expected[task], &self, 0, SIGCHLD);
}

/**
 * expect_clone() - a task has made another one
 * @creator: its index
 * @child: the other one's
 * @flags: of the call
 * @exit_signal: of the call
 */
void expect_clone(int creator, int child, __u64 flags, int exit_signal)
{
	expected[child] = (struct expected){
		.pid = testtask_pid(child),
		.creator = creator,
	};
	/* As copy_process() does, from 7.2 on */
	if (flags & CLONE_EMPTY_MNTNS)
		flags |= CLONE_NEWNS;
	inherit(&expected[child], &expected[creator], flags, exit_signal);
}

/**
 * expect_io() - a task has set its I/O priority
 * @task: its index
 */
void expect_io(int task)
{
	if (!expected[task].object[TASKSHARE_IO])
		renew(&expected[task], TASKSHARE_IO);
}

/**
 * expect_semundo() - a task has a semaphore to undo
 * @task: its index
 */
void expect_semundo(int task)
{
	if (!expected[task].object[TASKSHARE_SEMUNDO])
		renew(&expected[task], TASKSHARE_SEMUNDO);
}

/**
 * expect_unshare() - a task has called unshare(2)
 * @task: its index
 * @flags: of the call, which are of those that can be unshared
 */
void expect_unshare(int task, __u64 flags)
{
	struct expected *e = &expected[task];
	unsigned int time = e->object[TASKSHARE_TIME];
	unsigned int pid = e->object[TASKSHARE_PID];
	int i;

	if (flags & UNSHARE_EMPTY_MNTNS)
		flags |= CLONE_NEWNS;
	if (flags & (CLONE_NEWNS | CLONE_NEWUSER))
		flags |= CLONE_FS;
	for (i = 0; i < nr_clone_flags; i++)
		if (flags & clone_flags[i].bit && clone_flags[i].kind >= 0)
			renew(e, clone_flags[i].kind);
	if (renews_nsproxy(flags))
		renew(e, TASKSHARE_NSPROXY);
	if (flags & CLONE_NEWUSER) {
		e->foreign = true;
		e->powerless = false;
	}
	if (flags & CLONE_NEWUSER)
		renew(e, TASKSHARE_CRED);
	if (flags & (CLONE_SYSVSEM | CLONE_NEWIPC))
		e->object[TASKSHARE_SEMUNDO] = 0;
	/* Of these, only what children get is new. */
	if (flags & CLONE_NEWPID) {
		e->object[TASKSHARE_PID_FOR_CHILDREN] =
			e->object[TASKSHARE_PID];
		e->object[TASKSHARE_PID] = pid;
	}
	if (flags & CLONE_NEWTIME) {
		e->object[TASKSHARE_TIME_FOR_CHILDREN] =
			e->object[TASKSHARE_TIME];
		e->object[TASKSHARE_TIME] = time;
	}
}

/**
 * expect_setns() - a task has joined namespaces of another one
 * @task: its index
 * @host: the other one's
 * @flags: flags of the namespaces
 */
void expect_setns(int task, int host, __u64 flags)
{
	const struct expected *h = &expected[host];
	struct expected *e = &expected[task];
	int i;

	for (i = 0; i < nr_clone_flags; i++) {
		int kind = clone_flags[i].kind;

		if (!(flags & clone_flags[i].bit))
			continue;
		if (kind == TASKSHARE_PID)
			e->object[TASKSHARE_PID_FOR_CHILDREN] = h->object[kind];
		else
			e->object[kind] = h->object[kind];
	}
	if (flags & CLONE_NEWTIME)
		e->object[TASKSHARE_TIME_FOR_CHILDREN] =
			h->object[TASKSHARE_TIME];
	if (flags & CLONE_NEWUSER)
		renew(e, TASKSHARE_CRED);
	if (flags & CLONE_NEWIPC)
		e->object[TASKSHARE_SEMUNDO] = 0;
	renew(e, TASKSHARE_NSPROXY);
	if (flags & CLONE_NEWUSER) {
		e->foreign = true;
		e->powerless = false;
	}
}

/**
 * expect_close_range() - a task has called it with CLOSE_RANGE_UNSHARE
 * @task: its index
 */
void expect_close_range(int task)
{
	renew(&expected[task], TASKSHARE_FILES);
}

/* The other threads of a process are no more. */
static void end_threads(int task)
{
	int i;

	for (i = 0; i < testtasks_nr(); i++)
		if (i != task && expected[i].tgid == expected[task].tgid)
			expected[i].gone = true;
}

/**
 * expect_exec() - a task has called execve(2)
 * @task: its index
 *
 * Memory, handlers and files are new if it shared them with others, and so are
 * its credentials; working directory, undo list, I/O context and namespaces
 * are those it had.
 */
void expect_exec(int task)
{
	static const int renewed[] = {
		TASKSHARE_MM, TASKSHARE_FILES, TASKSHARE_SIGHAND,
		TASKSHARE_CRED,
	};
	struct expected *e = &expected[task];
	size_t i;

	end_threads(task);
	e->pid = e->tgid;
	e->exit_signal = SIGCHLD;
	/* The C library calls set_tid_address(2). */
	e->marks &= TASKSHARE_F_SET_TID;
	e->marks_known = TASKSHARE_F_SET_TID | TASKSHARE_F_VFORK;
	for (i = 0; i < ARRAY_SIZE(renewed); i++)
		renew(e, renewed[i]);
	/* Nobody in a user namespace without a map is root there. */
	if (e->foreign)
		e->powerless = true;
	enter_time(e, release_running() >= RELEASE(6, 2));
}

/**
 * expect_exit() - a task has ended, as a task
 * @task: its index
 *
 * A thread is gone at once. A leader stays, as a zombie that has released
 * most; when it drops the I/O context cannot be seen from outside.
 */
void expect_exit(int task)
{
	static const int dropped[] = {
		TASKSHARE_MM, TASKSHARE_FILES, TASKSHARE_FS, TASKSHARE_SEMUNDO,
		TASKSHARE_NSPROXY, TASKSHARE_SECCOMP, TASKSHARE_UTS,
		TASKSHARE_IPC, TASKSHARE_MNT, TASKSHARE_NET,
		TASKSHARE_PID_FOR_CHILDREN, TASKSHARE_CGROUP, TASKSHARE_TIME,
		TASKSHARE_TIME_FOR_CHILDREN,
	};
	struct expected *e = &expected[task];
	size_t i;

	if (e->pid != e->tgid) {
		e->gone = true;
		return;
	}
	for (i = 0; i < ARRAY_SIZE(dropped); i++)
		e->object[dropped[i]] = 0;
	if (e->object[TASKSHARE_IO])
		e->object[TASKSHARE_IO] = ANY_OBJECT;
	e->marks_known = 0;
}

static bool others_hold(int task, int kind, bool same_process)
{
	const struct expected *e = &expected[task];
	int i;

	for (i = 0; i < testtasks_nr(); i++)
		if (i != task && !expected[i].gone &&
		    expected[i].object[kind] == e->object[kind] &&
		    (same_process || expected[i].tgid != e->tgid))
			return true;
	return false;
}

/* Others of its thread group; those that have ended have no memory. */
static bool has_threads(int task, bool dead)
{
	int i;

	for (i = 0; i < testtasks_nr(); i++)
		if (i != task && !expected[i].gone &&
		    expected[i].tgid == expected[task].tgid &&
		    (dead || expected[i].object[TASKSHARE_MM]))
			return true;
	return false;
}

/**
 * expect_facts() - facts about a task that decide whether a call succeeds
 * @task: its index
 * @facts: set to it
 *
 * Limits are taken not to be reached. Our own seccomp filter, if we have one,
 * is not taken into account: where it refuses a call, the report says so.
 */
void expect_facts(int task, struct facts *facts)
{
	const struct expected *e = &expected[task];
	const unsigned int *object = e->object;
	int i;

	facts_all_false(facts);
	for (i = 0; i < NR_NAMESPACE_TYPES; i++)
		fact_set(facts, namespace_types[i].no_type, !has_type[i]);
	fact_set(facts, HAS_THREADS, has_threads(task, true));
	fact_set(facts, HAS_LIVE_THREADS, has_threads(task, false));
	fact_set(facts, SHARES_SIGHAND,
		 others_hold(task, TASKSHARE_SIGHAND, true));
	fact_set(facts, SHARES_MM, others_hold(task, TASKSHARE_MM, false));
	fact_set(facts, SHARES_FS, others_hold(task, TASKSHARE_FS, true));
	fact_set(facts, PID_ELSEWHERE, object[TASKSHARE_PID] !=
		 object[TASKSHARE_PID_FOR_CHILDREN]);
	fact_set(facts, TIME_ELSEWHERE, object[TASKSHARE_TIME] !=
		 object[TASKSHARE_TIME_FOR_CHILDREN]);
	fact_set(facts, IS_INIT, e->nested);
	fact_set(facts, NO_ADMIN, e->powerless);
	fact_set(facts, NO_CHROOT, e->powerless);
	fact_set(facts, UNMAPPED, e->foreign);
	if (!can_have_userns) {
		fact_forget(facts, CHROOTED);
		fact_forget(facts, RESTRICTED);
	}
}
