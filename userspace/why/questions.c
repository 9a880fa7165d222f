// SPDX-License-Identifier: GPL-2.0-only
/* The calls that "taskshare why" asks for. */
#include <signal.h>

#include <linux/sched.h>

#include "util/array.h"
#include "why/why.h"

#define THREAD_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
			 CLONE_THREAD | CLONE_SYSVSEM)

#define UNSHARE(flag_)							\
	{ .request = { .call = CALL_UNSHARE, .flags = CLONE_##flag_ },	\
	  .name = "unshare " #flag_ }
#define SETNS(flag_)							\
	{ .request = { .call = CALL_SETNS, .flags = CLONE_##flag_ },	\
	  .name = "setns " #flag_ }
#define CALL(name_, flags_, signal_)					\
	{ .request = { .call = CALL_CLONE3, .flags = flags_,		\
		       .exit_signal = signal_ },			\
	  .name = name_ }
#define CLONE(flag_)	CALL("clone " #flag_, CLONE_##flag_, SIGCHLD)

const struct why_question why_questions[] = {
	UNSHARE(FS), UNSHARE(FILES), UNSHARE(SYSVSEM), UNSHARE(NEWNS),
	UNSHARE(NEWUTS), UNSHARE(NEWIPC), UNSHARE(NEWNET), UNSHARE(NEWPID),
	UNSHARE(NEWCGROUP), UNSHARE(NEWTIME), UNSHARE(NEWUSER),
	UNSHARE(THREAD), UNSHARE(SIGHAND), UNSHARE(VM), UNSHARE(IO),
	SETNS(NEWNS), SETNS(NEWUTS), SETNS(NEWIPC), SETNS(NEWNET),
	SETNS(NEWPID), SETNS(NEWCGROUP), SETNS(NEWTIME), SETNS(NEWUSER),
	CALL("fork", 0, SIGCHLD),
	CALL("vfork", CLONE_VM | CLONE_VFORK, SIGCHLD),
	CALL("pthread_create", THREAD_FLAGS, 0),
	CLONE(VM), CLONE(FS), CLONE(FILES), CLONE(SYSVSEM), CLONE(IO),
	CALL("clone VM|SIGHAND", CLONE_VM | CLONE_SIGHAND, SIGCHLD),
	CALL("clone VM|SIGHAND|THREAD", CLONE_VM | CLONE_SIGHAND |
	     CLONE_THREAD, 0),
	CALL("clone PARENT", CLONE_PARENT, 0),
	CLONE(NEWNS), CLONE(NEWUTS), CLONE(NEWIPC), CLONE(NEWNET),
	CLONE(NEWPID), CLONE(NEWCGROUP), CLONE(NEWTIME), CLONE(NEWUSER),
};

const size_t nr_why_questions = ARRAY_SIZE(why_questions);
