/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The proof at the top of module/verify.c as a model for spin(1): tasks do what
 * they can do at any time, the reader makes a file meanwhile, and the file must
 * keep its promise (docs/design.md, "The meaning of shared").
 *
 *	here				in module/
 *	world.pml	tasks, one address, locks
 *	kernel.pml	what tasks do	what the kernel does, for each guard
 *	  seccomp.pml, cred.pml, namespace.pml		of enum guard
 *	reader.pml	reader()	make_records()		snapshot.c
 *			pin()		ts_pin_all()		pin.c
 *			collect()	ts_collect()		collect.c
 *			HAS_RUN()	has_run()		collect.c
 *			READS()		ts_held()		collect.c
 *			settle()	ts_settle()		settle.c
 *			head, next()	ts_groups_find()	group.c
 *			all others	of the same name	verify.c
 *	answer.pml	SOUND, COMPLETE	the promise
 *	numbers.pml	a model of its own: ts_pin_*() in full	pin.c
 *	check.sh	runs all this, and the same with parts left out
 *
 * To see how a promise is broken: check.sh trace sharing -DMM -DWITHOUT_LOCK
 *
 * A kind is chosen by -DMM, -DCRED, ..., see kernel.pml; -DNR=, -DBATCH= and
 * -DLIVES= set the number of tasks, of comparisons in one go, and of objects
 * that the address may have one after another (any number without it).
 * -DGROWN: the tasks are there from the start and do not exit.
 */
#include "world.pml"
#include "kernel.pml"
#include "answer.pml"

/* The credentials and the signal_struct go with the task_struct, see EXIT(). */
inline put_task(t)
{
	pinned[t] = false;
	holds[t] = (state[t] == DEAD -> OTHER : holds[t])
}

proctype kernel()
{
end:
	do
	CHANGES
	od
}

#include "reader.pml"

/* The file is opened in any state that tasks can be in. */
#if defined(CRED)
inline holds_any(t)
{
	if
	:: holds[t] = WATCHED
	:: holds[t] = 2
	:: holds[t] = 3
	:: holds[t] = 4
	fi
}
#elif defined(NAMESPACE)
inline holds_any(t)
{
	if
	:: by_proxy[t] = true
	:: holds[t] = WATCHED
	:: true
	fi
}
#elif defined(SECCOMP)
inline holds_any(t)
{
	if
	:: holds[t] = WATCHED
	:: holds[t] = BELOW
	:: true
	fi
}
#else
inline holds_any(t)
{
	if
	:: holds[t] = WATCHED
	:: true
	fi
}
#endif

inline begin(t)
{
	if
	:: state[t] = LIVE; holds_any(t)
#ifndef GROWN
#ifdef CGROUPS
	:: state[t] = NEW
#endif
	:: true
#endif
	fi;
#ifdef SECCOMP
	if
	:: t > 0 -> process[t] = true
	:: true
	fi;
#endif
#if defined(CRED) || defined(NAMESPACE)
	if
	:: state[t] == UNBORN ->
		if
		:: parent[t] = 0
		:: parent[t] = 1
		:: parent[t] = NR - 1
		fi
	:: else
	fi;
#endif
	printf("task %d: life %d, holds it: %d\n", t, state[t], HOLDS(t))
}

init {
	atomic {
		begin(0);
		begin(1);
#if NR > 2
		begin(2);
#endif
#if NR > 3
		begin(3);
#endif
#ifndef CRED
		if
		:: outside = true
		:: true
		fi;
#endif
#ifdef CGROUPS
		if
		:: outside -> is_initial = true
		:: true
		fi;
#endif
#ifdef NAMESPACE
		if
		:: !PROXY_FREE -> in_proxy = true
		:: true
		fi;
#endif
		if
		:: x = 0; y = 1
#if NR > 2
		:: x = 0; y = 2
		:: x = 1; y = 2
#endif
#if NR > 3
		:: x = 0; y = 3
		:: x = 1; y = 3
		:: x = 2; y = 3
#endif
		fi;
		always = true;
		observe();
		if
		:: IN_USE -> made()
		:: else
		fi;
		run kernel();
		run reader()
	}
}
