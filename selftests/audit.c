// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rules of "taskshare audit" about states that no system call leads to: a
 * test task is put into each of them by impossible.ko, and taken out again. It
 * is reported as long as it is in there; what comes close is not.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "impossible/impossible.h"
#include "lib/command.h"
#include "lib/ko.h"
#include "lib/raw.h"
#include "lib/util.h"

#define DEVICE	"/dev/impossible"

#define PIDNS	"pidns-children-ancestor"
#define CRED	"cred-shared-across-processes"
#define IDLE	"cred-of-idle-task"
#define USER	"thread-userns-differs"

/*
 * struct subject - a test task, in a process of its own
 * @call: of impossible.h, which it makes; or 0
 * @prepare: runs in it before; returns a child that the call is about, or 0
 * @thread: whether it is the second thread of its process
 * @pid: the process
 * @step: steps of it that are done; an errno is negative
 * @to: a byte in it lets it take the next step
 * @from: gets @step after each
 */
struct subject {
	unsigned int call;
	pid_t (*prepare)(void);
	bool thread;
	pid_t pid;
	int to[2], from[2];
};

static void report(const struct subject *subject, int result)
{
	char byte;

	if (write(subject->from[1], &result, sizeof(result)) < 0 ||
	    read(subject->to[0], &byte, 1) != 1)
		_exit(1);
}

static void *steps(void *arg)
{
	struct subject *subject = arg;
	int child = subject->prepare ? subject->prepare() : 0;
	int device = open(DEVICE, O_RDWR | O_CLOEXEC);

	if (device < 0)
		report(subject, -errno);
	report(subject, syscall(SYS_gettid));
	report(subject, subject->call && ioctl(device, subject->call, &child) ?
	       -errno : 0);
	report(subject, close(device) ? -errno : 0);
	_exit(0);
}

static void run_subject(struct subject *subject)
{
	pthread_t thread;

	die_with_parent();
	if (!subject->thread)
		steps(subject);
	if (pthread_create(&thread, NULL, steps, subject))
		_exit(1);
	for (;;)
		pause();
}

/* Waits for the end of a step; returns what it is, or a negative errno. */
static int result_of(const struct subject *subject)
{
	int result;

	return read(subject->from[0], &result, sizeof(result)) ==
	       sizeof(result) ? result : -EPIPE;
}

static int next_step(const struct subject *subject)
{
	if (write(subject->to[1], "", 1) != 1)
		return -errno;
	return result_of(subject);
}

/* Returns the PID of the task, in the namespace of the test. */
static int start(struct subject *subject, unsigned long flags)
{
	int tid;

	if (pipe2(subject->to, O_CLOEXEC) || pipe2(subject->from, O_CLOEXEC))
		return -errno;
	subject->pid = raw_fork(flags | SIGCHLD);
	if (!subject->pid)
		run_subject(subject);
	tid = result_of(subject);
	return flags & CLONE_NEWPID && tid > 0 ? subject->pid : tid;
}

/* Returns the status of an audit of the subject by one rule. */
static int audit(const struct subject *subject, const char *engine,
		 const char *rule)
{
	char command[256];

	snprintf(command, sizeof(command),
		 "taskshare audit --json --least 0 --interval 0.05 --engine=%s --rule %s %d 2>&1",
		 engine, rule, subject->pid);
	return WEXITSTATUS(run_command(command));
}

static bool reports(const struct subject *subject, const char *rule, int tid,
		    const char *evidence)
{
	static const char * const engines[] = { "module", "bpf" };
	char line[128], who[64];
	bool all = true;
	size_t i;

	snprintf(line, sizeof(line),
		 "\"rule\": \"%s\", \"severity\": \"security\"", rule);
	snprintf(who, sizeof(who), "\"pid\": %d, \"tgid\": %d", tid,
		 subject->pid);
	for (i = 0; i < (kernel_has_btf() ? 2 : 1); i++) {
		int status = audit(subject, engines[i], rule);

		if (status != 4)
			complain("%s: status %d", engines[i], status);
		all &= said(line) && said(who) && said(evidence) &&
		       said("\"looks\": 2") && status == 4;
	}
	return all;
}

/* Nothing is reported, and it could be checked. */
static bool silent(const struct subject *subject, const char *rule)
{
	int status = audit(subject, "module", rule);

	if (status)
		complain("%s: status %d", rule, status);
	return said("\"security\": 0") && said("\"not_checked\": []") &&
	       !status;
}

static void end(struct subject *subject)
{
	kill_and_reap(subject->pid);
	close(subject->to[0]);
	close(subject->to[1]);
	close(subject->from[0]);
	close(subject->from[1]);
}

FIXTURE(audit) {
	struct subject subject;
};

FIXTURE_SETUP(audit)
{
	const char *ko = ko_find("TASKSHARE_KO_IMPOSSIBLE", "impossible.ko");

	NEEDS_TASKSHARE();
	if (!ko)
		SKIP(return, "set TASKSHARE_KO_IMPOSSIBLE to the path of impossible.ko");
	ASSERT_EQ(0, ko_load(ko, ""));
	ASSERT_TRUE(eventually(!access(DEVICE, R_OK | W_OK)));
	memset(&self->subject, 0, sizeof(self->subject));
}

FIXTURE_TEARDOWN(audit)
{
	end(&self->subject);
	EXPECT_TRUE(eventually(!syscall(SYS_delete_module, "impossible",
					O_NONBLOCK)));
}

static void waits(void *unused)
{
	(void)unused;
	for (;;)
		pause();
}

static pid_t child(void)
{
	return spawn(waits, NULL);
}

static void waits_as_user(void *ready)
{
	int ok = unshare(CLONE_NEWUSER) ? errno : 0;

	if (write(*(int *)ready, &ok, sizeof(ok)) < 0)
		_exit(1);
	waits(NULL);
}

/* A child in a user namespace of its own; 0 if there is none */
static pid_t child_in_userns(void)
{
	int ready[2], result;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC))
		return 0;
	pid = spawn(waits_as_user, &ready[1]);
	if (read(ready[0], &result, sizeof(result)) != sizeof(result) || result)
		return 0;
	return pid;
}

static pid_t other_pidns(void)
{
	return unshare(CLONE_NEWPID) ? -1 : 0;
}

/* In a PID namespace, whose children go to the one above it, and then not */
TEST_F(audit, children_above)
{
	struct subject *s = &self->subject;
	int tid;

	if (!kernel_has_btf())
		SKIP(return, "levels of PID namespaces are read by BPF");
	s->call = IMPOSSIBLE_PIDNS;
	tid = start(s, CLONE_NEWPID);
	ASSERT_LT(0, tid);
	EXPECT_TRUE(silent(s, PIDNS));
	ASSERT_EQ(0, next_step(s));
	EXPECT_TRUE(reports(s, PIDNS, tid, "pid_for_children"));
	EXPECT_TRUE(silent(s, CRED));
	ASSERT_EQ(0, next_step(s));
	EXPECT_TRUE(silent(s, PIDNS));
}

/* Close: children go to a namespace below, which unshare(2) leads to. */
TEST_F(audit, children_below)
{
	struct subject *s = &self->subject;

	if (!kernel_has_btf())
		SKIP(return, "levels of PID namespaces are read by BPF");
	s->prepare = other_pidns;
	ASSERT_LT(0, start(s, 0));
	EXPECT_TRUE(silent(s, PIDNS));
}

/* With the credentials of a child; before and after, with equal ones */
TEST_F(audit, credentials_of_two_processes)
{
	struct subject *s = &self->subject;
	int tid;

	s->call = IMPOSSIBLE_CRED;
	s->prepare = child;
	tid = start(s, 0);
	ASSERT_LT(0, tid);
	EXPECT_TRUE(silent(s, CRED));
	ASSERT_EQ(0, next_step(s));
	EXPECT_TRUE(reports(s, CRED, tid, "\"comm\": \"audit\""));
	EXPECT_TRUE(silent(s, USER));
	ASSERT_EQ(0, next_step(s));
	EXPECT_TRUE(silent(s, CRED));
}

/* With the credentials of the idle task; before and after, with root's */
TEST_F(audit, credentials_of_the_idle_task)
{
	struct subject *s = &self->subject;
	int tid;

	if (!kernel_has_btf())
		SKIP(return, "the idle task is read by BPF");
	s->call = IMPOSSIBLE_IDLE_CRED;
	tid = start(s, 0);
	ASSERT_LT(0, tid);
	EXPECT_TRUE(silent(s, IDLE));
	ASSERT_EQ(0, next_step(s));
	EXPECT_TRUE(reports(s, IDLE, tid, "\"comm\": \"audit\""));
	EXPECT_TRUE(silent(s, CRED));
	ASSERT_EQ(0, next_step(s));
	EXPECT_TRUE(silent(s, IDLE));
}

/* A thread in another user namespace; before and after, a child is there. */
TEST_F(audit, user_namespace_of_a_thread)
{
	struct subject *s = &self->subject;
	int tid;

	s->call = IMPOSSIBLE_USER;
	s->prepare = child_in_userns;
	s->thread = true;
	tid = start(s, 0);
	ASSERT_LT(0, tid);
	EXPECT_TRUE(silent(s, USER));
	ASSERT_EQ(0, next_step(s));
	EXPECT_TRUE(reports(s, USER, tid, "\"key\": \"user\""));
	EXPECT_TRUE(silent(s, CRED));
	ASSERT_EQ(0, next_step(s));
	EXPECT_TRUE(silent(s, USER));
}

TEST_HARNESS_MAIN
