/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Steps that tasks take with objects of each kind, at any time, and what keeps
 * them from it. Each guard of verify.c has a kind here, chosen by -D:
 *
 *	MM		TASK_LOCK	mm, files, fs, io, nsproxy
 *	SIGHAND		SIGLOCK		sighand
 *	SECCOMP		UNTIL_EXIT	seccomp
 *	PIDNS		UNTIL_EXIT	pid
 *	CRED		RCU_READ_LOCK	cred
 *	CGROUPS		RCU_READ_LOCK	cgroups, user
 *	SEMUNDO		TWO_LOOKS	semundo
 *	NAMESPACE	NSPROXY		the namespaces that nsproxy holds
 *	SIGNAL		FOR_LIFE	signal
 *
 * Where the kinds of one line differ, a task can do here what it can do with
 * any of them.
 */

/* If it is possible, it happens, and is remembered. */
#define STEP(text, t, possible, effect)					\
	:: d_step {							\
		(!judged && (possible)) ->				\
		printf(text, t); effect; observe()			\
	}

/* A task that runs, and that no lock of the reader's keeps from changing. */
#define ACTS(t)		(state[t] == LIVE && MAY_CHANGE(t))

/* clone: with the flag that shares, with a new object here, or elsewhere. */
#define SHARE(t)	STEP("task %d is born and shares it\n", t,	\
			     state[t] == UNBORN && (outside || ANY(HAS_IT)), \
			     state[t] = LIVE; holds[t] = WATCHED)
#define COPY(t)		STEP("task %d is born with a new one\n", t,	\
			     state[t] == UNBORN && FREE,		\
			     made(); state[t] = LIVE; holds[t] = WATCHED)
#define START(t)	STEP("task %d is born without\n", t,		\
			     state[t] == UNBORN, state[t] = LIVE)
#define CLONE		EACH(SHARE) EACH(COPY) EACH(START)

/* execve, unshare, setns: to another object, or to a new one here. */
#define LEAVE(t)	STEP("task %d leaves it\n", t,			\
			     ACTS(t) && holds[t] == WATCHED,		\
			     holds[t] = OTHER)
#define MAKE(t)		STEP("task %d makes a new one\n", t,		\
			     ACTS(t) && holds[t] == OTHER && FREE,	\
			     made(); holds[t] = WATCHED)

/* exit: what a dead task keeps goes with its task_struct. */
#define EXIT(t)		STEP("task %d exits\n", t,			\
			     ACTS(t), state[t] = DEAD;			\
			     holds[t] = (KEEPS(t) -> holds[t] : OTHER))

/* The same by tasks that have no row. */
#define OUTSIDE								\
	STEP("another task makes a new one (%d)\n", 0,			\
	     FREE, made(); outside = true)				\
	STEP("another task shares it (%d)\n", 0,			\
	     IN_USE && !outside, outside = true)			\
	STEP("all other tasks leave it (%d)\n", 0,			\
	     outside && !is_initial, outside = false)

#ifdef GROWN
#undef CLONE
#define CLONE
#undef EXIT
#define EXIT(t)
#endif

bool is_initial;	/* the object is never freed, and lives outside */

/* Most kinds have this in common; each of them says what is different. */
#define HOLDS(t)	(holds[t] == WATCHED)
#define READS(t)	HOLDS(t)
#define REFERS(t)	(holds[t] != OTHER)
#define KEEPS(t)	false
#define MAY_CHANGE(t)	true
#define RCU_FREES	false
#define CHANGES		CLONE OUTSIDE EACH(LEAVE) EACH(MAKE) EACH(EXIT)
#define tidy()		skip

#if defined(MM)
/* exit_mm(), exec_mmap(), switch_task_namespaces(), exit_io_context(), ... */
#undef MAY_CHANGE
#define MAY_CHANGE(t)	(task_locked != t)

#elif defined(SIGHAND)
/*
 * unshare_sighand(), __exit_signal(): the lock is in the object. Of the locks
 * elsewhere, the reader has that of one task at most.
 */
#undef MAY_CHANGE
#define MAY_CHANGE(t)	(sig_locked != holds[t] ||			\
			 (holds[t] == OTHER && t != sig_locked_by))
#define SIGHAND_OF(t)	(state[t] == DEAD -> NONE : holds[t])

#elif defined(SECCOMP)
#include "seccomp.pml"

#elif defined(PIDNS)
/* alloc_pid(), __change_pid(): the task's from clone to exit. */
#define UNTIL_EXIT
#undef CHANGES
#define CHANGES		CLONE OUTSIDE EACH(EXIT)

#elif defined(CRED)
#include "cred.pml"

#elif defined(CGROUPS)
/*
 * css_set_move_task(): any task, into any css_set. One that has not run yet
 * shows the initial css_set, which it does not hold: cgroup_fork().
 */
#define JOIN(t)		STEP("task %d joins it\n", t,			\
			     ACTS(t) && holds[t] == OTHER && IN_USE,	\
			     holds[t] = WATCHED)
#undef READS
#define READS(t)	(state[t] == NEW -> is_initial : HOLDS(t))
#undef KEEPS
#define KEEPS(t)	pinned[t]
#undef RCU_FREES
#define RCU_FREES	true
#undef START
#define START(t)	STEP("task %d can be found\n", t,		\
			     state[t] == UNBORN, state[t] = NEW)	\
			STEP("task %d runs without\n", t,		\
			     state[t] == NEW, state[t] = LIVE)		\
			STEP("task %d runs and shares it\n", t,		\
			     state[t] == NEW && IN_USE,			\
			     state[t] = LIVE; holds[t] = WATCHED)
#undef CLONE
#define CLONE		EACH(START)
#undef CHANGES
#define CHANGES		CLONE OUTSIDE EACH(LEAVE) EACH(MAKE) EACH(JOIN)	\
			EACH(EXIT)

#elif defined(SEMUNDO)
/* get_undo_list(), exit_sem(): no lock. */

#elif defined(NAMESPACE)
#include "namespace.pml"

#elif defined(SIGNAL)
/* copy_signal(), __put_task_struct(). */
#undef KEEPS
#ifdef WITHOUT_PINS
#define KEEPS(t)	false
#else
#define KEEPS(t)	pinned[t]
#endif
#undef CHANGES
#define CHANGES		CLONE OUTSIDE EACH(EXIT)

#else
#error "choose a kind: -DMM, ..."
#endif
