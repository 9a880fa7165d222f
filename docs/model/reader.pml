/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The reader: make_records() in snapshot.c and what it calls, under the names
 * that functions and variables have there. Each look at what tasks change is a
 * step, so anything can happen between two of them.
 *
 * -DWITHOUT_... leaves a part out, for check.sh to show that it is needed.
 */
#ifndef BATCH
#define BATCH	1	/* comparisons in one go; groups have up to NR - 1 */
#endif

#ifdef NAMESPACE
#define IN_GROUP(r)	(of_nsproxy -> id_nsproxy[r] : id[r])
#define STILL_HELD(r)	(of_nsproxy -> by_proxy[r] : READS(r))
#define SAME_NSPROXY(r)	(!of_nsproxy && id_nsproxy[rep] && id_nsproxy[r])
#define set_nsproxy(r, to) id_nsproxy[r] = to

inline drop(r)
{
	printf("reader: row %d is dropped\n", r);
	id_nsproxy[r] = id_nsproxy[r] && !of_nsproxy;
	id[r] = id[r] && of_nsproxy
}
#else
#define IN_GROUP(r)	id[r]
#define STILL_HELD(r)	READS(r)
#define SAME_NSPROXY(r)	false
#define set_nsproxy(r, to) skip

inline drop(r)
{
	printf("reader: row %d is dropped\n", r);
	id[r] = false
}
#endif

#ifdef WITHOUT_HAS_RUN
#define HAS_RUN(r)	true
#else
#define HAS_RUN(r)	(state[r] != NEW)
#endif

/* ts_collect(); the namespaces come with their nsproxy, under task_lock(). */
inline collect(r)
{
	id[r] = pinned[r] && HAS_RUN(r) && READS(r);
	printf("reader: row %d is collected, shows it: %d\n", r, id[r]);
	set_nsproxy(r, pinned[r] && by_proxy[r])
}

inline pin(r)
{
	pinned[r] = state[r] == NEW || state[r] == LIVE;
	printf("reader: row %d has a task: %d\n", r, pinned[r])
}

inline close_rank(r)
{
	printf("reader: row %d is dropped\n", r);
	put_task(r);
	observe();
	id[r] = false;
	set_nsproxy(r, false)
}

/*
 * ts_settle() follows exec: a row may get a task that is pinned only now, be
 * collected again, or be dropped. When it does which is the subject of
 * numbers.pml; here it may do any of it at any time.
 */
inline settle(r)
{
	if
	:: d_step { !pinned[r] -> pin(r); collect(r) }
	:: d_step { pinned[r] -> collect(r) }
	:: d_step { pinned[r] -> close_rank(r) }
	:: true
	fi
}

/* A group: its first row, then the others from the last row down. */
inline skip_dropped(at)
{
	do
	:: at != head && !IN_GROUP(at) -> at--
	:: else -> break
	od;
	at = (at == head -> NONE : at)
}

inline next(at)
{
	at = (at == head -> NR - 1 : at - 1);
	skip_dropped(at)
}

#ifdef WITHOUT_FIRST_LOOK
#define FIRST_LOOK	true
#else
#define FIRST_LOOK	STILL_HELD(rep)
#endif

/* Sets held: whether the representative has it. */
inline compare()
{
	if
	:: d_step {
		FIRST_LOOK ->
		printf("reader: representative %d has it\n", rep);
		held = true;
		max = BATCH
	}
	:: d_step {
		!FIRST_LOOK ->
		printf("reader: representative %d has moved\n", rep);
		held = false;
		max = 0
	}
	fi;
	do
	:: d_step {
		max && row != NONE ->
		if
		:: SAME_NSPROXY(row) || STILL_HELD(row) ->
			printf("reader: row %d is equal\n", row)
		:: else -> drop(row)
		fi;
		max--;
		next(row)
	}
	:: !max || row == NONE -> max = 0; break
	od
}

#ifdef WITHOUT_LOCK
#define take(lock, whose)	skip
#else
#define take(lock, whose)	lock = whose
#endif

inline compare_task_lock()
{
	take(task_locked, rep);
	compare();
	task_locked = NONE
}

inline compare_rcu()
{
	take(in_rcu, true);
	compare();
	atomic { in_rcu = false; grace = false }
}

#ifdef WITHOUT_RECHECK
#define RECHECK	true
#else
#define RECHECK	(sighand == SIGHAND_OF(rep))
#endif

#ifdef SIGHAND_OF
inline compare_siglock()
{
	do
	:: sighand = SIGHAND_OF(rep);
		if
		:: sighand == NONE -> held = false; break
		:: else
		fi;
		atomic { take(sig_locked, sighand); sig_locked_by = rep }
		if
		:: RECHECK ->
			compare();
			sig_locked = NONE;
			break
		:: !RECHECK -> sig_locked = NONE
		fi
	od;
	atomic { sighand = 0; sig_locked_by = 0 }
}
#endif

#ifdef WITHOUT_SECOND_LOOK
#define SECOND_LOOK	true
#else
#define SECOND_LOOK	STILL_HELD(rep)
#endif

#ifdef WITHOUT_START_AGAIN
#define start_again()	skip
#else
inline start_again()
{
	row = first;
	skip_dropped(row)
}
#endif

inline compare_twice()
{
	first = row;
	compare();
	if
	:: !held
	:: d_step {
		held && SECOND_LOOK ->
		printf("reader: representative %d has it again\n", rep)
	}
	:: d_step {
		held && !SECOND_LOOK ->
		printf("reader: representative %d has moved meanwhile\n", rep);
		held = false;
		start_again()
	}
	fi;
	first = 0
}

#if defined(WITHOUT_NEXT_REP)
/* Without next_rep(), a reader would give up the group. */
inline next_rep()
{
	drop(rep);
	do
	:: row != NONE -> drop(row); next(row)
	:: else -> break
	od
}
#elif defined(WITHOUT_DROP)
/* A representative that was compared keeps its row, as others have it, too. */
inline next_rep()
{
	if
	:: !shares -> drop(rep)
	:: else
	fi;
	next(rep);
	if
	:: rep != row || row == NONE -> shares = true
	:: else -> shares = false; next(row)
	fi
}
#else
inline next_rep()
{
	drop(rep);
	next(rep);
	if
	:: rep == row && row != NONE -> next(row)
	:: else
	fi
}
#endif

#ifdef WITHOUT_DROP
#define shared_with(it)	shares = it
#else
#define shared_with(it)	skip
#endif

/* For a mutant: whatever has no task yet gets one in the middle of verifying. */
#ifdef WITHOUT_PINS_FIRST
inline pin_late()
{
	r = 0;
	do
	:: r < NR -> d_step {
		if
		:: !pinned[r] -> pin(r); collect(r)
		:: else
		fi;
		r++
	}
	:: r == NR -> r = 0; break
	od
}
#else
#define pin_late()	skip
#endif

inline find_head()
{
	head = 0;
	do
	:: head < NR && !IN_GROUP(head) -> head++
	:: else -> break
	od
}

/*
 * Rows only ever lose an address here, so that once x and y do not show the
 * same one, the answer is known.
 */
#ifdef WITHOUT_PINS_FIRST
#define OPEN	true
#else
#define OPEN	(SAME_ID && !judged)
#endif

inline begin_group()
{
	d_step {
		find_head();
		rep = head;
		row = head;
		if
		:: head == NR -> row = NONE
		:: else -> next(row)
		fi
	}
}

inline end_batch()
{
	atomic {
		if
		:: held -> shared_with(true)
		:: else -> next_rep()
		fi;
		held = false
	}
}

inline end_group()
{
	atomic {
		shared_with(false);
		rep = 0;
		row = 0;
		head = 0
	}
}

/* verify_kind() and verify_group(): there is one group, of the address */
#define verify_kind(compare_batch)					\
	begin_group();							\
	do								\
	:: row == NONE || !OPEN -> break				\
	:: row != NONE && OPEN ->					\
		compare_batch();					\
		end_batch();						\
		pin_late()						\
	od;								\
	end_group()

inline verify_each()
{
	do
	:: d_step {
		r < NR ->
		if
		:: id[r] && !STILL_HELD(r) -> drop(r)
		:: else
		fi;
		r++
	}
	:: r == NR -> r = 0; break
	od
}

inline verify()
{
#if defined(UNTIL_EXIT)
	verify_each()
#elif defined(MM)
	verify_kind(compare_task_lock)
#elif defined(SIGHAND)
	verify_kind(compare_siglock)
#elif defined(SEMUNDO)
	verify_kind(compare_twice)
#elif defined(NAMESPACE)
#ifndef WITHOUT_NSPROXY_FIRST
	of_nsproxy = true;
	verify_kind(compare_task_lock);
	of_nsproxy = false;
#endif
	verify_kind(compare_twice)
#else
	verify_kind(compare_rcu)
#endif
}

/* make_records() */
proctype reader()
{
	bool id[NR];	/* the row shows the watched address */
	byte r, head, rep, row, first, max, sighand;
	bool held;
#ifdef WITHOUT_DROP
	bool shares;
#endif
#ifdef NAMESPACE
	bool id_nsproxy[NR];	/* the row shows the watched nsproxy */
	bool of_nsproxy;	/* that is the kind being verified */
#endif

	do
	:: d_step { r < NR -> pin(r); r++ }
	:: r == NR -> r = 0; break
	od;
	do
	:: d_step { r < NR -> collect(r); r++ }
	:: r == NR -> r = 0; break
	od;
#ifndef GROWN
	do
	:: r < NR -> settle(r); r++
	:: r == NR -> r = 0; break
	od;
#endif
#ifdef WITHOUT_COLLECT
	/* All rows are compared, whatever address they showed before. */
	skip;
	d_step {
		find_head();
		r = head;
		do
		:: r < NR -> id[r] = pinned[r] && HAS_RUN(r); r++
		:: r == NR -> r = 0; head = 0; break
		od
	}
#endif
#if !defined(WITHOUT_VERIFY) && !defined(SIGNAL)
	if
	:: OPEN -> verify()
	:: !OPEN
	fi;
#endif
	printf("x: %d shows it: %d, y: %d shows it: %d\n", x, id[x], y, id[y]);
	judge()
}
