/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * taskshare: one task and what it shares, as a record
 *
 * records/<pid> and records/all are a plain sequence of struct
 * taskshare_record, one for each task, in ascending order of pid, with nothing
 * before, between or behind them. Every record carries the magic number, the
 * version and its own layout, so a stream needs no header, two streams may be
 * joined, and a stream that was cut short is recognised by a rest smaller
 * than its record says.
 *
 * A record is a head of @head bytes, then id[@nr_kinds], then refs[@nr_kinds],
 * @size bytes with what follows. A later writer of the same version may add
 * fields at the end of the head, kinds of objects at the end of the list,
 * flags, and bytes behind refs. A reader passes over what it does not know. It
 * takes a kind that is missing for one that the writer cannot see. A change of
 * anything else, a new kind of task for one, changes the version; a reader
 * refuses a version that it does not know.
 *
 * All fields are in the byte order of the machine that wrote them. A reader of
 * the other byte order finds the bytes of the magic number reversed, and refuses
 * the stream rather than converting it. Padding is zero.
 *
 * The fields of a kind k, whose bit is (1 << k):
 *
 *	seen	moving	id[k]
 *	 1	 0	!= 0	the task held this object
 *	 1	 0	0	the task held none (a NULL pointer)
 *	 0	 1	0	not known: the task was changing it, or all that
 *				it could have been compared with were
 *	 0	 0	0	the writer cannot see this kind of object
 *
 * NULL is never shared, and what is not known is neither NULL nor shared.
 *
 * An id is a keyed hash, never an address. Ids are comparable within a kind,
 * and within one record between the two kinds that name namespaces of one type:
 * pid and pid_for_children, time and time_for_children.
 *
 * In one file, an id is proof. Two records of a file carry the same id in the
 * same kind only if both tasks held that same object, the same lifetime of it,
 * while the file was made; and two tasks that shared an object all that time
 * carry the same id. (One gap is left for semundo and for what a task can join
 * at any time: cgroups, mnt and, before Linux 7.2, the other namespaces but pid.
 * There a mistake takes at least three objects that follow each other at one
 * address while the file is made, and tasks that go from one to the next. For
 * cgroups and user that takes two grace periods of RCU. The module's verify.c
 * has the proof.)
 *
 * In two files, a different id proves a different object, as long as the
 * writer's key is the same (the module draws it when it is loaded). An equal id
 * proves nothing: the memory of a freed object is used again, and a new object
 * then has the id of an old one. This holds even for a task that is in both
 * files, with the same pid and start_ns: after two execve(2) it may well have
 * the mm's id of before. Only signal stays with a task for life. So records of
 * streams that were joined can be compared only with those of their own file.
 *
 * refs[k] is the object's own reference count at the moment of reading, or 0
 * if it is not known: the kernel keeps none, or keeps it private. It may
 * include holders that are no tasks, such as open files for cred, and holders
 * for a moment only. For signal it counts tasks that are not freed yet. A task
 * counts twice for its cred, since it also acts with it.
 */
#ifndef _UAPI_TASKSHARE_H
#define _UAPI_TASKSHARE_H

#include <linux/types.h>

#define TASKSHARE_MAGIC		0x52485354u	/* "TSHR", little endian */
#define TASKSHARE_VERSION	1
#define TASKSHARE_COMM_LEN	16

/*
 * The kinds of objects that tasks may share: X(constant, name).
 * All output calls them by their names.
 *
 *	mm		the address space, CLONE_VM
 *	files		the file descriptor table, CLONE_FILES
 *	sighand		the signal handlers, CLONE_SIGHAND
 *	fs		root, working directory and umask, CLONE_FS
 *	signal		the state that a thread group has in common, CLONE_THREAD
 *	io		the I/O context, CLONE_IO
 *	semundo		the System V semaphore adjustments, CLONE_SYSVSEM
 *	nsproxy		the set of all namespaces except user and pid
 *	cred		the (objective) credentials
 *	cgroups		the set of cgroups, CLONE_INTO_CGROUP
 *	seccomp		the chain of seccomp filters
 *	uts .. user	the namespaces, one by one, as in /proc/PID/ns
 */
#define TASKSHARE_KINDS(X)						\
	X(MM,			"mm")					\
	X(FILES,		"files")				\
	X(SIGHAND,		"sighand")				\
	X(FS,			"fs")					\
	X(SIGNAL,		"signal")				\
	X(IO,			"io")					\
	X(SEMUNDO,		"semundo")				\
	X(NSPROXY,		"nsproxy")				\
	X(CRED,			"cred")					\
	X(CGROUPS,		"cgroups")				\
	X(SECCOMP,		"seccomp")				\
	X(UTS,			"uts")					\
	X(IPC,			"ipc")					\
	X(MNT,			"mnt")					\
	X(NET,			"net")					\
	X(PID,			"pid")					\
	X(PID_FOR_CHILDREN,	"pid_for_children")			\
	X(CGROUP,		"cgroup")				\
	X(TIME,			"time")					\
	X(TIME_FOR_CHILDREN,	"time_for_children")			\
	X(USER,			"user")

enum taskshare_kind {
#define TASKSHARE_X(constant, name) TASKSHARE_##constant,
	TASKSHARE_KINDS(TASKSHARE_X)
#undef TASKSHARE_X
	TASKSHARE_NR_KINDS
};

/*
 * The kinds of tasks: X(constant, name).
 *
 *	leader		its pid is its thread group's number
 *	thread		any other user task
 *	kthread		a kernel thread (PF_KTHREAD); it has no mm of its own
 *	io_worker	made by io_uring for a process (PF_IO_WORKER)
 *	user_worker	made by the kernel for a process, vhost for one
 *			(PF_USER_WORKER)
 */
#define TASKSHARE_TASKS(X)						\
	X(LEADER,	"leader")					\
	X(THREAD,	"thread")					\
	X(KTHREAD,	"kthread")					\
	X(IO_WORKER,	"io_worker")					\
	X(USER_WORKER,	"user_worker")

enum taskshare_task {
#define TASKSHARE_X(constant, name) TASKSHARE_TASK_##constant,
	TASKSHARE_TASKS(TASKSHARE_X)
#undef TASKSHARE_X
	TASKSHARE_NR_TASKS
};

/* Bits of taskshare_record.flags */
#define TASKSHARE_F_EXITING	(1u << 0) /* in do_exit() or past it */
#define TASKSHARE_F_DEAD	(1u << 1) /* dead, not reaped yet */
#define TASKSHARE_F_VFORK	(1u << 2) /* its vfork(2) parent waits for it */
#define TASKSHARE_F_SET_TID	(1u << 3) /* born with CLONE_CHILD_SETTID */
#define TASKSHARE_F_CLEAR_TID	(1u << 4) /* see set_tid_address(2) */
#define TASKSHARE_F_TRACED	(1u << 5) /* under ptrace(2) */
#define TASKSHARE_F_NNP		(1u << 6) /* no_new_privs, see prctl(2) */

/**
 * struct taskshare_record - one task and the objects that it held
 * @magic: TASKSHARE_MAGIC
 * @version: TASKSHARE_VERSION
 * @size: size of this record in bytes
 * @pid: the task's number, as gettid(2) gives it
 * @tgid: its thread group's number, as getpid(2) gives it
 * @ppid: its real parent's thread group's number, 0 if it has none in @pidns
 * @pidns: inode number of the pid namespace that @pid, @tgid and @ppid are of
 * @start_ns: start time in nanoseconds since boot, suspend included
 * @comm: the task's name, zero padded, any bytes, always one zero at the end
 * @kind: enum taskshare_task
 * @state: the letter that proc_pid_stat(5) gives for its state
 * @nr_kinds: TASKSHARE_NR_KINDS
 * @flags: TASKSHARE_F_*
 * @exit_signal: the signal its parent gets when it ends; -1: none, a thread
 * @seen: bit mask of the kinds that are known for this task, see above
 * @moving: bit mask of the kinds that changed while the file was made
 * @head: offset of @id in bytes; @head and @size are multiples of 8
 * @pad0: zero
 * @id: the objects, by kind
 * @refs: their reference counts, by kind
 * @pad1: zero
 */
struct taskshare_record {
	__u32	magic;
	__u16	version;
	__u16	size;
	__u32	pid;
	__u32	tgid;
	__u32	ppid;
	__u32	pidns;
	__u64	start_ns;
	char	comm[TASKSHARE_COMM_LEN];
	__u8	kind;
	__u8	state;
	__u16	nr_kinds;
	__u32	flags;
	__s32	exit_signal;
	__u32	seen;
	__u32	moving;
	__u16	head;
	__u16	pad0;
	__u64	id[TASKSHARE_NR_KINDS];
	__u32	refs[TASKSHARE_NR_KINDS];
	__u32	pad1;
};

/* Fills in what a record says of itself; all else stays as it is. */
#define taskshare_record_layout(rec) do {				\
	(rec)->magic = TASKSHARE_MAGIC;					\
	(rec)->version = TASKSHARE_VERSION;				\
	(rec)->size = sizeof(struct taskshare_record);			\
	(rec)->nr_kinds = TASKSHARE_NR_KINDS;				\
	(rec)->head = __builtin_offsetof(struct taskshare_record, id);	\
} while (0)

#if defined(__cplusplus) && __cplusplus >= 201103L
#define TASKSHARE_ASSERT(what)	static_assert(what, #what)
#elif !defined(__cplusplus) && defined(__STDC_VERSION__) && \
	__STDC_VERSION__ >= 201112L
#define TASKSHARE_ASSERT(what)	_Static_assert(what, #what)
#else
#define TASKSHARE_ASSERT(what)	struct taskshare_record
#endif

/* The order of the fields leaves no hole; a kind added moves pad1. */
TASKSHARE_ASSERT(TASKSHARE_NR_KINDS == 21);
TASKSHARE_ASSERT(TASKSHARE_NR_KINDS <= 32);
TASKSHARE_ASSERT(__builtin_offsetof(struct taskshare_record, start_ns) == 24);
TASKSHARE_ASSERT(__builtin_offsetof(struct taskshare_record, id) == 72);
TASKSHARE_ASSERT(__builtin_offsetof(struct taskshare_record, refs) == 240);
TASKSHARE_ASSERT(sizeof(struct taskshare_record) == 328);

#undef TASKSHARE_ASSERT

#endif /* _UAPI_TASKSHARE_H */
