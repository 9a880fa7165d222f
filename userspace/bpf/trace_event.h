/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events that trace.bpf.c sends to the reader. Each begins with struct
 * trace_event; its type says which structure it is.
 *
 * No address leaves the kernel. For every kind of object an event says only
 * whether there was one before (the creator's, or the task's own), whether
 * there is one now, and whether it is the same one.
 */
#ifndef BPF_TRACE_EVENT_H
#define BPF_TRACE_EVENT_H

#include <linux/sched.h>

#include <taskshare.h>

/*
 * The system calls that are watched: X(constant, name, class).
 *
 *	CREATE	makes a task
 *	EXEC	replaces the program
 *	UNSHARE	gives the task new objects
 *	JOIN	moves the task into other namespaces
 *	CRED	may change credentials or seccomp filters
 *	TID	registers the address that is cleared at exit
 */
#define TRACE_CALLS(X)							\
	X(CLONE,		 clone,			CREATE)		\
	X(CLONE3,		 clone3,		CREATE)		\
	X(FORK,			 fork,			CREATE)		\
	X(VFORK,		 vfork,			CREATE)		\
	X(EXECVE,		 execve,		EXEC)		\
	X(EXECVEAT,		 execveat,		EXEC)		\
	X(UNSHARE,		 unshare,		UNSHARE)	\
	X(CLOSE_RANGE,		 close_range,		UNSHARE)	\
	X(SETNS,		 setns,			JOIN)		\
	X(SETUID,		 setuid,		CRED)		\
	X(SETGID,		 setgid,		CRED)		\
	X(SETREUID,		 setreuid,		CRED)		\
	X(SETREGID,		 setregid,		CRED)		\
	X(SETRESUID,		 setresuid,		CRED)		\
	X(SETRESGID,		 setresgid,		CRED)		\
	X(SETFSUID,		 setfsuid,		CRED)		\
	X(SETFSGID,		 setfsgid,		CRED)		\
	X(SETGROUPS,		 setgroups,		CRED)		\
	X(CAPSET,		 capset,		CRED)		\
	X(PRCTL,		 prctl,			CRED)		\
	X(KEYCTL,		 keyctl,		CRED)		\
	X(ADD_KEY,		 add_key,		CRED)		\
	X(REQUEST_KEY,		 request_key,		CRED)		\
	X(SECCOMP,		 seccomp,		CRED)		\
	X(LANDLOCK_RESTRICT_SELF, landlock_restrict_self, CRED)		\
	X(LSM_SET_SELF_ATTR,	 lsm_set_self_attr,	CRED)		\
	X(SET_TID_ADDRESS,	 set_tid_address,	TID)

enum trace_call {
	TRACE_NO_CALL,
#define TRACE_X(constant, name, class) TRACE_##constant,
	TRACE_CALLS(TRACE_X)
#undef TRACE_X
	TRACE_NR_CALLS
};

enum trace_class {
	TRACE_CLASS_CREATE,
	TRACE_CLASS_EXEC,
	TRACE_CLASS_UNSHARE,
	TRACE_CLASS_JOIN,
	TRACE_CLASS_CRED,
	TRACE_CLASS_TID,
};

/* No watched system call has a larger number, on any architecture. */
#define TRACE_MAX_NR	512

/*
 * The types of events: X(constant, name in JSON, structure).
 *
 *	CREATE		a task was made: before is its creator, now the new task
 *	FAIL		a watched call failed, or never reached the kernel proper
 *	VFORK_DONE	the creator resumes after CLONE_VFORK
 *	EXEC		a task runs another program
 *	UNSHARE		unshare(2), or close_range(2) with CLOSE_RANGE_UNSHARE
 *	SETNS		setns(2)
 *	CRED		a call has changed the credentials
 *	SECCOMP		a call has changed the seccomp filters
 *	SET_TID		set_tid_address(2)
 *	EXIT		a task ends
 */
#define TRACE_TYPES(X)							\
	X(CREATE,	"create",		struct trace_create)	\
	X(FAIL,		"fail",			struct trace_fail)	\
	X(VFORK_DONE,	"vfork_done",		struct trace_vfork)	\
	X(EXEC,		"exec",			struct trace_exec)	\
	X(UNSHARE,	"unshare",		struct trace_change)	\
	X(SETNS,	"setns",		struct trace_change)	\
	X(CRED,		"credentials",		struct trace_change)	\
	X(SECCOMP,	"seccomp",		struct trace_change)	\
	X(SET_TID,	"set_tid_address",	struct trace_event)	\
	X(EXIT,		"exit",			struct trace_exit)

enum trace_type {
#define TRACE_X(constant, name, structure) TRACE_EV_##constant,
	TRACE_TYPES(TRACE_X)
#undef TRACE_X
	TRACE_NR_TYPES
};

/**
 * struct trace_event - the beginning of every event
 * @ns: time, in nanoseconds of CLOCK_MONOTONIC
 * @type: enum trace_type
 * @call: enum trace_call; TRACE_NO_CALL if the kernel itself did it or the
 *	  call was not seen
 * @pid: the task
 * @tgid: its process
 * @kind: enum taskshare_task: of the new task for TRACE_EV_CREATE, otherwise of
 *	  the task itself
 * @context: TRACE_CTX_*
 * @nr_threads: threads of the process, those included that are dead but not
 *		reaped
 * @seen: mask of the kinds of objects that are known
 * @had: of these, those that were there before
 * @has: of these, those that are there now
 * @same: of these, those that are the same object
 * @comm: name of the task, before an exec
 */
struct trace_event {
	__u64 ns;
	__u32 type;
	__u32 call;
	__u32 pid;
	__u32 tgid;
	__u32 kind;
	__u32 context;
	__u32 nr_threads;
	__u32 seen;
	__u32 had;
	__u32 has;
	__u32 same;
	char comm[TASKSHARE_COMM_LEN];
	__u32 pad;
};

/* Bits of trace_event.context: facts about the task at that moment */
#define TRACE_CTX_KTHREAD	(1u << 0)  /* it is a kernel thread */
/* TRACE_EV_CREATE */
#define TRACE_CTX_PID_CHILDREN	(1u << 1)  /* in the creator's pid_for_children */
#define TRACE_CTX_TIME_CHILDREN	(1u << 2)  /* in its time_for_children */
#define TRACE_CTX_STACK		(1u << 3)  /* got a stack of its own */
/* TRACE_EV_EXEC */
#define TRACE_CTX_TOOK_PID	(1u << 4)  /* took over its leader's PID */
#define TRACE_CTX_SYSTEM	(1u << 5)  /* signals as system(3) sets them */
/* TRACE_EV_EXIT */
#define TRACE_CTX_LAST		(1u << 6)  /* the last of its process */
#define TRACE_CTX_GROUP		(1u << 7)  /* the whole process ends */
#define TRACE_CTX_BY_EXEC	(1u << 8)  /* another thread's execve ends it */
/* TRACE_EV_VFORK_DONE */
#define TRACE_CTX_DYING		(1u << 15) /* a fatal signal came */
/* TRACE_EV_FAIL */
#define TRACE_CTX_NOT_ENTERED	(1u << 9)  /* no entry of the call was seen */
#define TRACE_CTX_MAYBE_OLDER	(1u << 10) /* and it may have been missed */
#define TRACE_CTX_FILTERED	(1u << 11) /* the task has seccomp filters */
#define TRACE_CTX_TRACED	(1u << 12) /* it has a tracer */
#define TRACE_CTX_SIGSYS	(1u << 13) /* SIGSYS is pending */
#define TRACE_CTX_KEPT		(1u << 14) /* setfsuid(2), setfsgid(2): refused */
/* TRACE_EV_CRED; never of the BPF program */
#define TRACE_CTX_PARTLY	(1u << 16) /* securebits, keyrings were not seen */

/**
 * struct trace_create - TRACE_EV_CREATE
 * @flags: of clone(2)
 * @child: PID of the new task
 * @child_tgid: its process
 * @child_ppid: its parent
 * @signal: its exit signal
 */
struct trace_create {
	struct trace_event ev;
	__u64 flags;
	__u32 child;
	__u32 child_tgid;
	__u32 child_ppid;
	__s32 signal;
};

/**
 * struct trace_vfork - TRACE_EV_VFORK_DONE
 * @waited: time that the creator waited, in nanoseconds
 * @child: PID of the child that it waited for
 * @pad: zero
 */
struct trace_vfork {
	struct trace_event ev;
	__u64 waited;
	__u32 child;
	__u32 pad;
};

/**
 * struct trace_exit - TRACE_EV_EXIT
 * @status: its status, as of wait(2); with TRACE_CTX_LAST, the process's
 * @by: with TRACE_CTX_BY_EXEC, the thread that executes
 * @threads: with TRACE_CTX_LAST, how many threads the process had when it began
 *	     to end, itself included
 * @pad: zero
 */
struct trace_exit {
	struct trace_event ev;
	__s32 status;
	__u32 by;
	__u32 threads;
	__u32 pad;
};

/* User and group IDs of a task; its real ones, saved ones and so on */
enum trace_id {
	TRACE_UID,
	TRACE_GID,
	TRACE_SUID,
	TRACE_SGID,
	TRACE_EUID,
	TRACE_EGID,
	TRACE_FSUID,
	TRACE_FSGID,
	TRACE_NR_IDS
};

/* Its sets of capabilities */
enum trace_caps {
	TRACE_CAP_INHERITABLE,
	TRACE_CAP_PERMITTED,
	TRACE_CAP_EFFECTIVE,
	TRACE_CAP_BOUNDING,
	TRACE_CAP_AMBIENT,
	TRACE_NR_CAPS
};

/**
 * struct trace_cred - content of credentials
 * @caps: by enum trace_caps, a bit for each capability
 * @id: by enum trace_id, as in the initial user namespace
 * @securebits: see capabilities(7)
 * @groups: number of supplementary groups
 */
struct trace_cred {
	__u64 caps[TRACE_NR_CAPS];
	__u32 id[TRACE_NR_IDS];
	__u32 securebits;
	__u32 groups;
};

#define TRACE_FILE_LEN 128

/**
 * struct trace_exec - TRACE_EV_EXEC
 * @before: credentials before
 * @cred: credentials now
 * @was_pid: with TRACE_CTX_TOOK_PID, its number before
 * @ended: number of threads that the execve has ended
 * @now: the new name of the task
 * @file: the program, cut off if long
 */
struct trace_exec {
	struct trace_event ev;
	struct trace_cred before;
	struct trace_cred cred;
	__u32 was_pid;
	__u32 ended;
	char now[TASKSHARE_COMM_LEN];
	char file[TRACE_FILE_LEN];
};

/* Kinds of namespaces follow each other. */
#define TRACE_FIRST_NS	TASKSHARE_UTS
#define TRACE_NR_NS	(TASKSHARE_USER - TRACE_FIRST_NS + 1)

/**
 * struct trace_threads - the other threads of the process, compared
 * @others: number of those alive, 0 too if that could not be seen
 * @same_cred: of these, how many hold the same credentials
 * @equal_cred: of these, how many hold credentials with the same IDs, groups,
 *		capabilities and securebits, be it the same object or another
 * @unknown_cred: of these, how many have too many groups to be compared
 * @same_seccomp: of these, how many have the same seccomp filters
 */
struct trace_threads {
	__u32 others;
	__u32 same_cred;
	__u32 equal_cred;
	__u32 unknown_cred;
	__u32 same_seccomp;
};

/**
 * struct trace_change - TRACE_EV_UNSHARE, _SETNS, _CRED and _SECCOMP
 * @flags: of unshare(2), setns(2), close_range(2) or seccomp(2)
 * @had_leaders: kinds of namespaces where the task was in the one of the
 *		 first thread of its process
 * @has_leaders: and where it is now
 * @had_parents: kinds of namespaces where it was in its parent's
 * @has_parents: and where it is now
 * @ns_before: inode numbers of its namespaces before, from TRACE_FIRST_NS on
 * @ns_now: and now
 * @before: credentials before
 * @cred: credentials now
 * @keyrings: mask of the keyrings that were replaced, TRACE_KEYRING_*
 * @filters_before: number of its seccomp filters before
 * @filters: and now
 * @files_users: number of references that its file table had before
 * @fs_users: and its fs
 * @threads: the other threads now
 */
struct trace_change {
	struct trace_event ev;
	__u64 flags;
	__u32 had_leaders;
	__u32 has_leaders;
	__u32 had_parents;
	__u32 has_parents;
	__u32 ns_before[TRACE_NR_NS];
	__u32 ns_now[TRACE_NR_NS];
	struct trace_cred before;
	struct trace_cred cred;
	__u32 keyrings;
	__u32 filters_before;
	__u32 filters;
	__u32 files_users;
	__u32 fs_users;
	struct trace_threads threads;
};

#define TRACE_KEYRING_SESSION	(1u << 0)
#define TRACE_KEYRING_PROCESS	(1u << 1)
#define TRACE_KEYRING_THREAD	(1u << 2)
#define TRACE_KEYRING_AUTH	(1u << 3)

/* Types of descriptors */
enum trace_fd {
	TRACE_FD_NOT_GIVEN,
	TRACE_FD_NONE,
	TRACE_FD_NAMESPACE,
	TRACE_FD_PIDFD,
	TRACE_FD_CGROUP,
	TRACE_FD_OTHER,
};

/* Conditions of the kernel's rules, see clone/facts.h */
struct trace_facts {
	__u32 live;		/* threads of the process that have not ended */
	__u32 fs_users;
	__u32 fs_in_exec;
	__u32 sighand_users;
	__u32 mm_users;
	__u32 user_ns_level;	/* 0: the initial user namespace */
	__u32 pid_ns_level;	/* of the PID namespace for children */
	__u32 is;		/* TRACE_IS_* */
	__u32 known;		/* of these, those that could be read */
};

#define TRACE_IS_INIT		(1u << 0) /* the first process of its PID ns */
#define TRACE_IS_PID_ELSEWHERE	(1u << 1) /* pid_for_children is another one */
#define TRACE_IS_PID_DEAD	(1u << 2) /* and takes no more processes */
#define TRACE_IS_TIME_ELSEWHERE	(1u << 3) /* time_for_children is another one */
#define TRACE_IS_CHROOTED	(1u << 4) /* root is not that of its mounts */
#define TRACE_IS_NNP		(1u << 5) /* no_new_privs is set */
#define TRACE_IS_NPROC_EXCEEDED	(1u << 6) /* PF_NPROC_EXCEEDED */

/* The namespace of setns(2), or the cgroup of clone3(2) */
struct trace_target {
	__u32 fd;		/* enum trace_fd */
	__u32 ns_type;		/* as of setns(2), if it is a namespace */
	__u32 ns_inode;
	__u32 ns_own;		/* the task is in it already */
};

/**
 * struct trace_fail - TRACE_EV_FAIL
 * @ret: value that the call returned
 * @flags: of clone(2), clone3(2), unshare(2), setns(2), close_range(2), seccomp(2)
 * @args: the arguments, as the registers had them
 * @clone3: arguments of clone3(2)
 * @clone3_read: whether they could be read
 * @set_tid: the first of its PIDs
 * @thread: the thread that seccomp(2) returned in place of an error, 0 if its
 *	    PID is not known
 * @cred: credentials
 * @target: kind of its descriptor
 * @facts: facts about the task
 * @file: the program of execve(2), cut off if long; empty if not readable
 */
struct trace_fail {
	struct trace_event ev;
	__s64 ret;
	__u64 flags;
	__u64 args[5];
	struct clone_args clone3;
	__u32 clone3_read;
	__s32 set_tid;
	__u32 thread;
	__u32 pad;
	struct trace_cred cred;
	struct trace_target target;
	struct trace_facts facts;
	__u32 pad2;
	char file[TRACE_FILE_LEN];
};

#endif /* BPF_TRACE_EVENT_H */
