/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What trace.bpf.c tells trace_source.c, one structure an event.
 *
 * No address leaves the kernel: of every kind of object it is said only
 * whether there was one before (of the creator, or of the task itself), whether
 * there is one now, and whether it is the same.
 */
#ifndef BPF_TRACE_EVENT_H
#define BPF_TRACE_EVENT_H

#include <taskshare.h>

/*
 * The system calls that are looked at: X(constant, name, what it does).
 *
 *	CREATES		makes a task
 *	EXECS		replaces what a task runs
 *	DIVIDES		takes an object out of sharing: told also if it fails
 *	MAY_DIVIDE	may give the task an object of its own: told if it does
 *	NUMBERS		set_tid_address(2)
 */
#define TRACE_CALLS(X)							\
	X(CLONE,		"clone",		CREATES)	\
	X(CLONE3,		"clone3",		CREATES)	\
	X(FORK,			"fork",			CREATES)	\
	X(VFORK,		"vfork",		CREATES)	\
	X(EXECVE,		"execve",		EXECS)		\
	X(EXECVEAT,		"execveat",		EXECS)		\
	X(UNSHARE,		"unshare",		DIVIDES)	\
	X(SETNS,		"setns",		DIVIDES)	\
	X(CLOSE_RANGE,		"close_range",		DIVIDES)	\
	X(SETUID,		"setuid",		MAY_DIVIDE)	\
	X(SETGID,		"setgid",		MAY_DIVIDE)	\
	X(SETREUID,		"setreuid",		MAY_DIVIDE)	\
	X(SETREGID,		"setregid",		MAY_DIVIDE)	\
	X(SETRESUID,		"setresuid",		MAY_DIVIDE)	\
	X(SETRESGID,		"setresgid",		MAY_DIVIDE)	\
	X(SETFSUID,		"setfsuid",		MAY_DIVIDE)	\
	X(SETFSGID,		"setfsgid",		MAY_DIVIDE)	\
	X(SETGROUPS,		"setgroups",		MAY_DIVIDE)	\
	X(CAPSET,		"capset",		MAY_DIVIDE)	\
	X(PRCTL,		"prctl",		MAY_DIVIDE)	\
	X(KEYCTL,		"keyctl",		MAY_DIVIDE)	\
	X(SECCOMP,		"seccomp",		MAY_DIVIDE)	\
	X(SET_TID_ADDRESS,	"set_tid_address",	NUMBERS)

enum trace_call {
	TRACE_NO_CALL,
#define TRACE_X(constant, name, class) TRACE_##constant,
	TRACE_CALLS(TRACE_X)
#undef TRACE_X
	TRACE_NR_CALLS
};

enum trace_class {
	TRACE_CREATES,
	TRACE_EXECS,
	TRACE_DIVIDES,
	TRACE_MAY_DIVIDE,
	TRACE_NUMBERS,
};

/* System calls have numbers below this on every architecture looked at. */
#define TRACE_MAX_NR	512

/**
 * enum trace_type - what happened
 * @TRACE_EV_CREATE: a task was made; before is its creator, now is the new one
 * @TRACE_EV_FAIL: a call that makes or divides failed
 * @TRACE_EV_RELEASE: the creator goes on after CLONE_VFORK
 * @TRACE_EV_EXEC: a task runs something else
 * @TRACE_EV_DIVIDE: a call gave a task objects of its own, or would have
 * @TRACE_EV_NUMBER: set_tid_address(2)
 * @TRACE_EV_EXIT: a task ends
 */
enum trace_type {
	TRACE_EV_CREATE,
	TRACE_EV_FAIL,
	TRACE_EV_RELEASE,
	TRACE_EV_EXEC,
	TRACE_EV_DIVIDE,
	TRACE_EV_NUMBER,
	TRACE_EV_EXIT,
};

/* Bits of trace_event.about: what a task was when it did it */
#define TRACE_A_THREADS	(1u << 0) /* one of several threads */
#define TRACE_A_FS	(1u << 1) /* its fs_struct had other users */
#define TRACE_A_SIGHAND	(1u << 2) /* its handlers had other users */
#define TRACE_A_INIT	(1u << 3) /* the init of a pid namespace */
#define TRACE_A_PIDNS	(1u << 4) /* sends children to another pid namespace */
#define TRACE_A_KTHREAD	(1u << 5) /* a kernel thread */
#define TRACE_A_LAST	(1u << 6) /* exit: the last of its process */
#define TRACE_A_NUMBER	(1u << 7) /* exec: took over the leader's number */
#define TRACE_A_PID	(1u << 8) /* create: where children were to go to */
#define TRACE_A_TIME	(1u << 9) /* likewise, the time namespace */

/**
 * struct trace_event - one event
 * @ns: when, in nanoseconds of CLOCK_MONOTONIC
 * @flags: of clone(2), clone3(2), unshare(2), setns(2) or close_range(2)
 * @waited: TRACE_EV_RELEASE: how long, in nanoseconds
 * @type: enum trace_type
 * @call: enum trace_call, TRACE_NO_CALL for the kernel itself or not seen
 * @pid: who did it
 * @tgid: its process
 * @child: whom it made
 * @child_tgid: the process of that one
 * @child_ppid: the parent of that one
 * @ret: what the call returned; how it ended, as of wait(2), for an exit
 * @signal: the exit signal of the new task
 * @kind: enum taskshare_task: of the new task, otherwise of the one itself
 * @seen: mask of the kinds that are known
 * @had: of these, there was one before
 * @has: of these, there is one now
 * @same: of these, it is the same
 * @about: TRACE_A_*
 * @nr_threads: of the process, those that are not reaped yet included
 * @comm: the name of who did it, before an exec
 */
struct trace_event {
	__u64 ns;
	__u64 flags;
	__u64 waited;
	__u32 type;
	__u32 call;
	__u32 pid;
	__u32 tgid;
	__u32 child;
	__u32 child_tgid;
	__u32 child_ppid;
	__s32 ret;
	__s32 signal;
	__u32 kind;
	__u32 seen;
	__u32 had;
	__u32 has;
	__u32 same;
	__u32 about;
	__u32 nr_threads;
	char comm[TASKSHARE_COMM_LEN];
};

#define TRACE_FILE_LEN 128

/**
 * struct trace_exec - TRACE_EV_EXEC
 * @ev: as always
 * @now: the new name
 * @file: what was executed, cut off if long
 */
struct trace_exec {
	struct trace_event ev;
	char now[TASKSHARE_COMM_LEN];
	char file[TRACE_FILE_LEN];
};

#endif /* BPF_TRACE_EVENT_H */
