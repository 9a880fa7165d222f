/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Facts that decide with the flags whether a call succeeds: about the task that
 * makes it, about its arguments and about limits. A fact holds, does not hold,
 * or is not known.
 *
 * The BPF programs include this file: it needs nothing but <linux/types.h>.
 */
#ifndef CLONE_FACTS_H
#define CLONE_FACTS_H

#include <linux/types.h>

/*
 * X(NAME) for every fact.
 *
 * The task and its process
 *
 *	HAS_THREADS		the thread group has another member, dead ones
 *				that are not yet reaped included:
 *				!thread_group_empty()
 *	HAS_LIVE_THREADS	another member is alive: signal->live != 1
 *	SHARES_SIGHAND		another task holds its signal handlers:
 *				sighand->count > 1
 *	SHARES_MM		a task of another process holds its memory
 *	SHARES_FS		another task holds its root and working
 *				directory: fs->users != 1
 *	FS_IN_EXEC		one of those is in execve(2): fs->in_exec
 *	IS_INIT			the first process of a PID namespace:
 *				SIGNAL_UNKILLABLE
 *	IS_AUTOREAP		made with CLONE_AUTOREAP: signal->autoreap
 *	IS_DEADLINE		scheduled by SCHED_DEADLINE without
 *				SCHED_FLAG_RESET_ON_FORK
 *	FILTERED		a seccomp filter decides about the call; of a
 *				call that failed: the filter refused it
 *	SECCOMP_STRICT		seccomp's strict mode
 *	SIGNAL_CAME		a signal arrived before the kernel began
 *	NO_NEW_PRIVS		no_new_privs is set
 *
 * Its namespaces
 *
 *	PID_ELSEWHERE		children go to another PID namespace than its
 *				own
 *	PID_DEAD		the first process of that namespace has ended
 *	PID_FOREIGN		its user namespace is not below the one that
 *				owns that PID namespace
 *	PID_DEEP		that namespace has level 32, the deepest
 *	TIME_ELSEWHERE		children go to another time namespace
 *	USER_DEEP		its user namespace has level 33, the deepest
 *	CHROOTED		its root is not that of its mount namespace:
 *				current_chrooted()
 *	UNMAPPED		its effective UID or GID is not mapped in its
 *				user namespace
 *	RESTRICTED		kernel.unprivileged_userns_clone is off and it
 *				lacks CAP_SYS_ADMIN in the initial user
 *				namespace (Debian)
 *	NO_TYPE_USER ...	the kernel was built without namespaces of this
 *				type
 *
 * Its capabilities, all effective ones and, unless it says otherwise, in its
 * own user namespace
 *
 *	NO_ADMIN		no CAP_SYS_ADMIN
 *	NO_CHROOT		no CAP_SYS_CHROOT
 *	NO_SETUID		no CAP_SETUID
 *	NO_SETGID		no CAP_SETGID
 *	NO_CHECKPOINT		neither CAP_CHECKPOINT_RESTORE nor
 *				CAP_SYS_ADMIN in the user namespace that owns
 *				the PID namespace for its children
 *
 * Limits that are reached
 *
 *	LIMIT_USER ...		user.max_user_namespaces and so on, here or in
 *				a user namespace above
 *	NPROC_REACHED		RLIMIT_NPROC, and it applies to the task
 *	NPROC_AT_SETUID		PF_NPROC_EXCEEDED: it was reached when the task
 *				changed its user, and still is
 *	THREADS_MAX_REACHED	kernel.threads-max
 *	PID_MAX_REACHED		kernel.pid_max: no PID is free
 *	PIDS_MAX_REACHED	pids.max of its cgroup or of one above
 *	NO_DESCRIPTOR		RLIMIT_NOFILE: no descriptor is free
 *	NO_FILE			fs.file-max
 *	NO_MEMORY		no memory
 *	OVERCOMMITTED		a copy of its memory is more than
 *				vm.overcommit_memory allows
 *
 *	UNSEEN			something that cannot be looked at from outside
 *
 * Security modules
 *
 *	LSM_USER		one refuses new user namespaces
 *	LSM_ADMIN		one refuses CAP_SYS_ADMIN, which the task has
 *	LSM_TASK		one refuses new tasks or programs
 *
 * The arguments of clone3(2); the first six are about struct clone_args itself
 *
 *	ARGS_BAD		cannot be read
 *	ARGS_SHORT		smaller than CLONE_ARGS_SIZE_VER0
 *	ARGS_LONG		larger than a page
 *	ARGS_TAIL		larger than this kernel knows, and not zero
 *				there
 *	SIGNAL_INVALID		exit_signal is above 64
 *	STACK_HALF		stack without stack_size, or the reverse
 *	STACK_BAD		not an address of user space
 *	SET_TID_GIVEN		set_tid is given
 *	SET_TID_HALF		set_tid without set_tid_size, or the reverse
 *	SET_TID_MANY		set_tid_size is above 32
 *	SET_TID_BAD		set_tid cannot be read
 *	SET_TID_LEVELS		set_tid_size is above the number of PID
 *				namespaces that the child will be in
 *	SET_TID_RANGE		one of the PIDs is below 1 or not below pid_max
 *	SET_TID_INIT		one of them is not 1 where there is no PID 1
 *	SET_TID_TAKEN		one of them is in use
 *	CGROUP_HALF		cgroup is above INT_MAX, or struct clone_args
 *				too small to have it
 *	CGROUP_CLOSED		cgroup is not an open file descriptor
 *	CGROUP_OTHER		it is open, but not for a directory of cgroup2
 *	CGROUP_DEAD		that cgroup has been removed
 *	CGROUP_DENIED		its cgroup.procs may not be written
 *	CGROUP_OUTSIDE		it is outside of the cgroup namespace
 *	CGROUP_THREADED		it is threaded, or invalid because of that
 *	CGROUP_BUSY		controllers are enabled for its children
 *	PIDFD_SAME		pidfd and parent_tid are the same address
 *	PIDFD_BAD		pidfd cannot be written
 *	TLS_BAD			tls is not an address of user space
 *
 * The arguments of setns(2)
 *
 *	FD_CLOSED		fd is not an open file descriptor
 *	FD_OTHER		it is neither a namespace nor a pidfd
 *	FD_TYPE			a namespace of another type than nstype
 *	FD_NO_TYPES		a pidfd, and nstype has no or other flags
 *	FD_SEVERAL		a pidfd, and nstype has several types
 *	TARGET_GONE		the process of the pidfd has ended
 *	TARGET_HIDDEN		ptrace(2) may not read that process
 *	TARGET_OWN_USER		its own user namespace
 *	TARGET_NO_ADMIN		no CAP_SYS_ADMIN in the user namespace that
 *				owns the namespace
 *	TARGET_OUTSIDE		a PID namespace that is not its own or below
 *	TARGET_ANONYMOUS	a mount namespace that no task can be in
 *
 * The arguments of calls that change credentials
 *
 *	NOT_OWN_ID		an ID is none of its real, effective and saved
 *				ones
 *	ID_UNMAPPED		an ID is not mapped in its user namespace
 *	SETGROUPS_DENIED	/proc/PID/setgroups of the user namespace has
 *				"deny", or it has no gid_map
 *	CAP_NOT_PERMITTED	capset(2) asks for more than is permitted
 */
#define FACT_TYPES(X, prefix)						\
	X(prefix##_USER) X(prefix##_MNT) X(prefix##_UTS) X(prefix##_IPC) \
	X(prefix##_PID) X(prefix##_CGROUP) X(prefix##_NET) X(prefix##_TIME)

#define FACTS(X)							\
	X(HAS_THREADS) X(HAS_LIVE_THREADS) X(SHARES_SIGHAND)		\
	X(SHARES_MM) X(SHARES_FS) X(FS_IN_EXEC) X(IS_INIT)		\
	X(IS_AUTOREAP) X(IS_DEADLINE) X(FILTERED) X(SECCOMP_STRICT)		\
	X(SIGNAL_CAME) X(NO_NEW_PRIVS)					\
	X(PID_ELSEWHERE) X(PID_DEAD) X(PID_FOREIGN) X(PID_DEEP)		\
	X(TIME_ELSEWHERE) X(USER_DEEP) X(CHROOTED) X(UNMAPPED)		\
	X(RESTRICTED) FACT_TYPES(X, NO_TYPE)				\
	X(NO_ADMIN) X(NO_CHROOT) X(NO_SETUID) X(NO_SETGID)		\
	X(NO_CHECKPOINT)						\
	FACT_TYPES(X, LIMIT) X(NPROC_REACHED) X(NPROC_AT_SETUID)		\
	X(THREADS_MAX_REACHED) X(PID_MAX_REACHED) X(PIDS_MAX_REACHED) X(NO_DESCRIPTOR)		\
	X(NO_FILE) X(NO_MEMORY) X(OVERCOMMITTED) X(UNSEEN)				\
	X(LSM_USER) X(LSM_ADMIN) X(LSM_TASK)						\
	X(ARGS_BAD) X(ARGS_SHORT) X(ARGS_LONG) X(ARGS_TAIL)		\
	X(SIGNAL_INVALID) X(STACK_HALF) X(STACK_BAD)			\
	X(SET_TID_GIVEN) X(SET_TID_HALF) X(SET_TID_MANY) X(SET_TID_BAD)	\
	X(SET_TID_LEVELS) X(SET_TID_RANGE) X(SET_TID_INIT)		\
	X(SET_TID_TAKEN)						\
	X(CGROUP_HALF) X(CGROUP_CLOSED) X(CGROUP_OTHER) X(CGROUP_DEAD)	\
	X(CGROUP_DENIED) X(CGROUP_OUTSIDE) X(CGROUP_THREADED)		\
	X(CGROUP_BUSY)							\
	X(PIDFD_SAME) X(PIDFD_BAD) X(TLS_BAD)				\
	X(FD_CLOSED) X(FD_OTHER) X(FD_TYPE) X(FD_NO_TYPES)		\
	X(FD_SEVERAL) X(TARGET_GONE) X(TARGET_HIDDEN)			\
	X(TARGET_OWN_USER) X(TARGET_NO_ADMIN) X(TARGET_OUTSIDE)		\
	X(TARGET_ANONYMOUS)						\
	X(NOT_OWN_ID) X(ID_UNMAPPED) X(SETGROUPS_DENIED)		\
	X(CAP_NOT_PERMITTED)

enum fact {
	NO_FACT,
#define FACT_X(name) name,
	FACTS(FACT_X)
#undef FACT_X
	NR_FACTS,
	/* From here on facts are about the arguments of a call */
	FIRST_ARGUMENT = ARGS_BAD,
};

/**
 * enum truth - state of a fact
 * @IS_NOT: it does not
 * @IS_SO: it does
 * @IS_UNKNOWN: that cannot be seen
 */
enum truth {
	IS_NOT,
	IS_SO,
	IS_UNKNOWN,
};

#define FACT_WORDS	2

/* copy_thread() of x86 looks at the address in tls, of others it does not. */
#ifdef __x86_64__
#define LOOKS_AT_TLS	1
#else
#define LOOKS_AT_TLS	0
#endif

/* With CONFIG_ALTERNATE_USER_ADDRESS_SPACE, access_ok() takes any address. */
#ifdef __s390x__
#define LOOKS_AT_STACK	0
#else
#define LOOKS_AT_STACK	1
#endif

/**
 * struct facts - facts known to hold or not, one bit each; zero: none is
 * @known: the fact is known
 * @so: it holds; only if it is known
 */
struct facts {
	__u64 known[FACT_WORDS];
	__u64 so[FACT_WORDS];
};

_Static_assert(NR_FACTS <= 64 * FACT_WORDS, "FACT_WORDS is too small");

static inline void fact_set(struct facts *facts, enum fact fact, __u64 so)
{
	__u64 bit = 1ull << fact % 64;

	facts->known[fact / 64] |= bit;
	if (so)
		facts->so[fact / 64] |= bit;
	else
		facts->so[fact / 64] &= ~bit;
}

static inline void fact_forget(struct facts *facts, enum fact fact)
{
	facts->known[fact / 64] &= ~(1ull << fact % 64);
	facts->so[fact / 64] &= ~(1ull << fact % 64);
}

static inline enum truth fact_get(const struct facts *facts, enum fact fact)
{
	__u64 bit = 1ull << fact % 64;

	if (!(facts->known[fact / 64] & bit))
		return IS_UNKNOWN;
	return facts->so[fact / 64] & bit ? IS_SO : IS_NOT;
}

#endif /* CLONE_FACTS_H */
