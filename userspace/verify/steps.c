// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps of test tasks: each is made, judged and written down, and its result is
 * expected from then on.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include <linux/sched.h>

#include "util/array.h"
#include "clone/compat.h"
#include "clone/namespace.h"
#include "verify/steps.h"

/* Errors by which a system refuses what the kernel would allow */
static bool is_refusal(long err)
{
	return err == -EPERM || err == -EACCES || err == -ENOSYS ||
	       err == -ENOSPC || err == -ENOMEM || err == -EAGAIN;
}

static const char *call_text(char *to, size_t size, const struct step *step)
{
	static const char *const name[] = {
		[STEP_FORK] = "fork", [STEP_IO] = "ioprio_set",
		[STEP_SEMUNDO] = "semop", [STEP_UNSHARE] = "unshare",
		[STEP_SETNS] = "setns", [STEP_CLOSE_RANGE] = "close_range",
		[STEP_EXEC] = "execve", [STEP_EXIT] = "exit",
	};
	char flags[FLAGS_TEXT];

	if (step->op == STEP_CLONE)
		snprintf(to, size, "%s(%s)%s",
			 step->call == CALL_CLONE3 ? "clone3" : "clone",
			 step->flags ? flags_text(flags, step->flags, "|") :
			 "0",
			 step->exit_signal ? "" : " without exit signal");
	else if (step->flags)
		snprintf(to, size, "%s(%s)", name[step->op],
			 flags_text(flags, step->flags, "|"));
	else
		snprintf(to, size, "%s()", name[step->op]);
	return to;
}

/* The group of checks that a step counts for */
static int group_of(const struct step *step)
{
	return step->op == STEP_FORK ? batch_this_case()->group :
	       batch_case_of(step->task)->group;
}

static void complain(const struct step *step, long ret,
		     const struct rule *rule)
{
	int expected_err = rule ? rule->err : 0;
	char call[300], says[64], reason[RULE_TEXT] = "";
	struct mismatch *mismatch;

	if (ret < 0)
		snprintf(says, sizeof(says), "fails with %s",
			 strerrorname_np(-ret) ?: "an unknown error");
	else
		snprintf(says, sizeof(says), "works");
	if (rule)
		rule_text(reason, rule, step->flags);
	mismatch = report_mismatch(group_of(step),
				   "%s %s, but must %s%s%s%s%s%s",
				   call_text(call, sizeof(call), step),
				   says, rule ? "fail with " : "work",
				   rule ? strerrorname_np(expected_err) : "",
				   rule ? ": " : "", reason,
				   rule ? ", by " : "",
				   rule ? rule->source : "");
	if (mismatch)
		mismatch->program = program_for_call(step, expected_err);
}

/* Returns true if the call succeeded, as expected: then the case goes on. */
static bool judge(const struct step *step, const struct prediction *answer,
		  long ret)
{
	struct group *group = &report.group[group_of(step)];
	int err = answer->works == IS_NOT ? answer->rule->err : 0;
	char reason[RULE_TEXT];
	bool fine;

	if (answer->works == IS_UNKNOWN) {
		report_refusal(group_of(step), 1,
			       "not known in advance whether %s",
			       rule_text(reason, answer->rule, step->flags));
		return ret >= 0;
	}
	if (ret != -err && is_refusal(ret)) {
		report_refusal(group_of(step), 1, "%s: %s", group->name,
			       strerror(-ret));
		return false;
	}
	fine = answer->works == IS_SO ? ret >= 0 : ret == -err;
	group->calls.checked++;
	if (!fine) {
		group->calls.wrong++;
		complain(step, ret, answer->works == IS_NOT ? answer->rule :
			 NULL);
	}
	return fine && ret >= 0;
}

static void predict(int task, const struct request *request,
		    struct prediction *prediction)
{
	struct facts facts;

	expect_facts(task, &facts);
	rules_predict(&facts, request, prediction);
}

static const struct prediction must_work = { .works = IS_SO };

static void make_optional(int task)
{
	struct step io = { .op = STEP_IO, .task = task };
	struct step undo = { .op = STEP_SEMUNDO, .task = task };

	if (judge(&io, &must_work, testtask_make_io(task))) {
		batch_record(&io);
		expect_io(task);
	}
	if (judge(&undo, &must_work, testtask_make_semundo(task))) {
		batch_record(&undo);
		expect_semundo(task);
	}
}

/**
 * batch_fork() - make the first task of a case
 * @optional: give it an I/O context and an undo list, too
 *
 * Return: its index or a negative errno.
 */
int batch_fork(bool optional)
{
	struct step step = { .op = STEP_FORK };
	int task = testtask_fork();

	if (!judge(&step, &must_work, task))
		return task < 0 ? task : -EIO;
	expect_fork(task);
	step.task = task;
	batch_record(&step);
	if (optional)
		make_optional(task);
	return task;
}

/* A call that the kernel should not have done has made a task: it must go. */
static int unwanted(int child)
{
	if (child < 0)
		return child;
	expected[child] = (struct expected){ .ignored = true };
	batch_this_case()->nr = testtasks_nr() - batch_this_case()->first;
	return -EIO;
}

/**
 * batch_clone() - let a task make another one, or try to
 * @creator: its index
 * @call: by which call
 * @flags: of the call
 * @exit_signal: of the call
 *
 * Return: the index of the child, or a negative errno, be it the right one.
 */
int batch_clone(int creator, enum call call, __u64 flags,
		int exit_signal)
{
	const struct request request = {
		.call = call,
		.flags = flags,
		.exit_signal = exit_signal,
		.release = release_running(),
	};
	struct step step = {
		.op = STEP_CLONE, .task = creator, .call = call,
		.flags = flags, .exit_signal = exit_signal,
	};
	struct prediction answer;

	predict(creator, &request, &answer);
	step.other = testtask_clone(creator, call == CALL_CLONE3 ? SYS_clone3 :
				    SYS_clone, flags, exit_signal);
	/* The undo list to be shared is made before that fails. */
	if (answer.rule && answer.rule->after_semundo && step.other < 0 &&
	    flags & CLONE_SYSVSEM)
		expect_semundo(creator);
	if (!judge(&step, &answer, step.other))
		return unwanted(step.other);
	expect_clone(creator, step.other, flags, exit_signal);
	batch_record(&step);
	return step.other;
}

/**
 * batch_unshare() - let a task call unshare(2)
 * @task: its index
 * @flags: of the call
 *
 * Return: 0 or a negative errno, be it the right one.
 */
int batch_unshare(int task, __u64 flags)
{
	const struct request request = {
		.call = CALL_UNSHARE, .flags = flags,
		.release = release_running(),
	};
	struct step step = {
		.op = STEP_UNSHARE, .task = task, .flags = flags,
	};
	struct prediction answer;
	long ret;

	predict(task, &request, &answer);
	ret = testtask_call(task, SYS_unshare, flags, 0, 0, 0);
	if (!judge(&step, &answer, ret))
		return ret < 0 ? ret : -EIO;
	expect_unshare(task, flags);
	batch_record(&step);
	return 0;
}

static long join(int task, int host, __u64 flag)
{
	char path[64];
	long fd, ret;

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", testtask_pid(host),
		 namespace_file(flag));
	fd = testtask_call_path(task, SYS_openat, AT_FDCWD, path, O_RDONLY);
	if (fd < 0)
		return fd;
	ret = testtask_call(task, SYS_setns, fd, flag, 0, 0);
	testtask_call(task, SYS_close, fd, 0, 0, 0);
	return ret;
}

/**
 * batch_setns() - let a task join a namespace of another one
 * @task: its index
 * @host: the other one's, whose namespace it has the capabilities for
 * @flag: the type of the namespace
 *
 * Return: 0 or a negative errno, be it the right one.
 */
int batch_setns(int task, int host, __u64 flag)
{
	const struct request request = {
		.call = CALL_SETNS, .flags = flag,
		.release = release_running(),
	};
	struct step step = {
		.op = STEP_SETNS, .task = task, .other = host,
		.flags = flag,
	};
	struct prediction answer;
	long ret;

	predict(task, &request, &answer);
	ret = join(task, host, flag);
	if (!judge(&step, &answer, ret))
		return ret < 0 ? ret : -EIO;
	expect_setns(task, host, flag);
	batch_record(&step);
	return 0;
}

/**
 * batch_close_range() - let a task unshare its files by close_range(2)
 * @task: its index
 *
 * Return: 0 or a negative errno.
 */
int batch_close_range(int task)
{
	struct step step = { .op = STEP_CLOSE_RANGE, .task = task };
	long ret;

	ret = testtask_call(task, SYS_close_range, 1 << 20, ~0u,
			    CLOSE_RANGE_UNSHARE, 0);
	if (!judge(&step, &must_work, ret))
		return ret;
	expect_close_range(task);
	batch_record(&step);
	return 0;
}

/**
 * batch_exec() - let a task execute another program
 * @task: its index
 *
 * Return: 0 or a negative errno.
 */
int batch_exec(int task)
{
	struct step step = { .op = STEP_EXEC, .task = task };
	int ret = testtask_exec(task);

	if (!judge(&step, &must_work, ret))
		return ret;
	expect_exec(task);
	batch_record(&step);
	return 0;
}

/**
 * batch_exit() - let a task end, as a task
 * @task: its index
 *
 * Return: 0 or a negative errno.
 */
int batch_exit(int task)
{
	struct step step = { .op = STEP_EXIT, .task = task };
	int ret = testtask_exit(task);

	if (!judge(&step, &must_work, ret))
		return ret;
	expect_exit(task);
	batch_record(&step);
	return 0;
}
