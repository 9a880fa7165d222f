// SPDX-License-Identifier: GPL-2.0-only
/* The calls that "taskshare why" asks for, and those that it is asked for. */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <linux/sched.h>

#include "util/array.h"
#include "clone/compat.h"
#include "clone/flags.h"
#include "clone/namespace.h"
#include "why/why.h"

#define THREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_THREAD | CLONE_SYSVSEM)

#define UNSHARE(flag_)							\
	{ .request = { .call = CALL_UNSHARE, .flags = CLONE_##flag_ },	\
	  .call = "unshare" }
#define SETNS(flag_)							\
	{ .request = { .call = CALL_SETNS, .flags = CLONE_##flag_ },	\
	  .call = "setns" }
#define CLONE(flags_, signal_)						\
	{ .request = { .call = CALL_CLONE3, .flags = flags_,		\
		       .exit_signal = signal_ },			\
	  .call = "clone" }
#define PLAIN(name_, call_, flags_, signal_)				\
	{ .request = { .call = call_, .flags = flags_,			\
		       .exit_signal = signal_ },			\
	  .call = name_, .plain = true }

const struct question questions[] = {
	UNSHARE(FS), UNSHARE(FILES), UNSHARE(SYSVSEM), UNSHARE(NEWNS),
	UNSHARE(NEWUTS), UNSHARE(NEWIPC), UNSHARE(NEWNET), UNSHARE(NEWPID),
	UNSHARE(NEWCGROUP), UNSHARE(NEWTIME), UNSHARE(NEWUSER),
	UNSHARE(THREAD), UNSHARE(SIGHAND), UNSHARE(VM),
	SETNS(NEWNS), SETNS(NEWUTS), SETNS(NEWIPC), SETNS(NEWNET),
	SETNS(NEWPID), SETNS(NEWCGROUP), SETNS(NEWTIME), SETNS(NEWUSER),
	PLAIN("fork", CALL_FORK, 0, SIGCHLD),
	PLAIN("vfork", CALL_VFORK, CLONE_VM | CLONE_VFORK, SIGCHLD),
	PLAIN("posix_spawn", CALL_CLONE3, CLONE_VM | CLONE_VFORK |
	      CLONE_CLEAR_SIGHAND, SIGCHLD),
	PLAIN("pthread_create", CALL_CLONE3, THREAD_FLAGS, 0),
	CLONE(CLONE_VM, SIGCHLD), CLONE(CLONE_FS, SIGCHLD),
	CLONE(CLONE_FILES, SIGCHLD), CLONE(CLONE_SYSVSEM, SIGCHLD),
	CLONE(CLONE_IO, SIGCHLD), CLONE(CLONE_VM | CLONE_SIGHAND, SIGCHLD),
	CLONE(CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, 0),
	CLONE(CLONE_PARENT, 0),
	CLONE(CLONE_NEWNS, SIGCHLD), CLONE(CLONE_NEWUTS, SIGCHLD),
	CLONE(CLONE_NEWIPC, SIGCHLD), CLONE(CLONE_NEWNET, SIGCHLD),
	CLONE(CLONE_NEWPID, SIGCHLD), CLONE(CLONE_NEWCGROUP, SIGCHLD),
	CLONE(CLONE_NEWTIME, SIGCHLD), CLONE(CLONE_NEWUSER, SIGCHLD),
};

const size_t nr_questions = ARRAY_SIZE(questions);

/* The calls that take flags */
static const struct {
	const char *name;
	enum call call;
} with_flags[] = {
	{ "unshare", CALL_UNSHARE },
	{ "setns", CALL_SETNS },
	{ "clone", CALL_CLONE },
	{ "clone3", CALL_CLONE3 },
};

/* clone(2) has neither CLONE_NEWTIME nor flags beyond 32 bits. */
static bool needs_clone3(__u64 flags)
{
	return flags & CLONE_NEWTIME || flags > UINT32_MAX;
}

/* Returns true if a call joins namespaces that exist. */
static bool joins(const struct question *question)
{
	__u64 flags = question->request.flags, flag;

	for (flag = 1; flag; flag <<= 1)
		if (flags & flag && !namespace_file(flag))
			return false;
	return question->request.call == CALL_SETNS;
}

static int parse_flags(struct question *question, const char *flags,
		       struct error *error)
{
	struct request *request = &question->request;

	if (!flags)
		return error_set(error, -EINVAL,
				 "%s needs flags, such as %s: see taskshare why --help",
				 question->call, request->call == CALL_SETNS ?
				 "NEWNET" : "NEWNS|NEWUSER");
	if (flags_parse(flags, &request->flags))
		return error_set(error, -EINVAL,
				 "'%s' has an unknown flag: see taskshare --list-flags",
				 flags);
	if (request->call == CALL_SETNS && !joins(question))
		return error_set(error, -EINVAL,
				 "setns takes types of namespaces only, such as NEWNET");
	if (request->call == CALL_CLONE && needs_clone3(request->flags))
		request->call = CALL_CLONE3;
	if (request->call & CALLS_CREATE &&
	    !(request->flags & (CLONE_THREAD | CLONE_PARENT | CLONE_AUTOREAP)))
		request->exit_signal = SIGCHLD;
	return 0;
}

/**
 * question_parse() - the call that was asked for
 * @question: set to it
 * @call: its name
 * @flags: names of its flags, or NULL
 * @error: says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int question_parse(struct question *question, const char *call,
		   const char *flags, struct error *error)
{
	size_t i;

	for (i = 0; i < nr_questions; i++) {
		if (!questions[i].plain || strcmp(questions[i].call, call))
			continue;
		*question = questions[i];
		return !flags ? 0 :
		       error_set(error, -EINVAL,
				 "%s takes no flags: leave out '%s'", call,
				 flags);
	}
	for (i = 0; i < ARRAY_SIZE(with_flags); i++) {
		if (strcmp(with_flags[i].name, call))
			continue;
		*question = (struct question){
			.request = { .call = with_flags[i].call },
			.call = with_flags[i].name,
		};
		return parse_flags(question, flags, error);
	}
	return error_set(error, -EINVAL,
			 "unknown call '%s': give unshare, setns, clone, clone3, fork, vfork, posix_spawn or pthread_create",
			 call);
}

/**
 * question_text() - a call in words
 * @to: room for QUESTION_TEXT bytes
 * @question: the call
 *
 * Return: @to.
 */
char *question_text(char *to, const struct question *question)
{
	char flags[FLAGS_TEXT];

	if (question->plain)
		snprintf(to, QUESTION_TEXT, "%s", question->call);
	else
		snprintf(to, QUESTION_TEXT, "%s %s", question->call,
			 flags_text(flags, question->request.flags, "|"));
	return to;
}
