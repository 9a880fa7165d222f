/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which tasks get rows, for spin(1): ts_pin_all(), ts_pin_process() and
 * ts_settle() of the module, under the names that functions and variables have
 * in pin.c and settle.c.
 *
 * Tasks are found by number, or in the list of their process, while others are
 * born and exit, and while threads call execve(), by which they exchange their
 * number with the leader's. A free number is given to the next task at once.
 * The rows must be
 *
 *	KEPT		a task that lives all the time has a row, and a process
 *			that does so has the row of its number;
 *	SINGLE		no task has two;
 *	NUMBERED	a row's number has been its task's at some time;
 *	BALANCED	each row has a reference on its task, nothing else has.
 *
 * -DPROCESS: the tasks of a process; all of them without. -DWITHOUT_... leaves
 * a part out, for check.sh to show that it is needed.
 */
#ifndef TASKS
#define TASKS	3	/* to 4, born in this order */
#endif
#define NUMBERS	3

#define UNBORN	0
#define LIVE	1
#define DEAD	2		/* ->exit_state is set */
#define GONE	3

byte state[TASKS];
byte number[TASKS];		/* by ->thread_pid, 0 for none */
byte process[TASKS];		/* named after its first leader */
byte leader[TASKS];		/* of the process of that name */
byte tgid[TASKS];		/* of the process of that name, 0 once it is gone */
byte parent[TASKS];		/* of one that is unborn; itself: a process */
byte found[NUMBERS + 1];	/* by number: the task plus one, 0 for none */

byte had[TASKS];		/* a bit for each number it has had */
bool stayed[TASKS];		/* it has lived all the time */
bool remained[TASKS];		/* the process of that name has */
bool over;

/* One task at a time acts under tasklist_lock, but others see each step. */
byte step;
byte actor;

#define EXEC	1
#define RELEASE	5

#define LEADER(t)	leader[process[t]]

byte u;
bool alone;

/* There is no other task in the process of @t but its leader. */
inline is_alone(t)
{
	alone = true;
	u = 0;
	do
	:: u < TASKS ->
		alone = alone && (u == t || u == LEADER(t) ||
			state[u] == UNBORN || state[u] == GONE ||
			process[u] != process[t]);
		u++
	:: else -> u = 0; break
	od
}

inline leads(t, n)
{
	found[n] = t + 1;
	had[t] = had[t] | (1 << n)
}

#define UNUSED_BUT(n)	(found[n] == 0 && number[0] != n && number[1] != n && \
			 number[2] != n && tgid[0] != n && tgid[1] != n && \
			 tgid[2] != n)
#if TASKS > 3
#define UNUSED(n)	(UNUSED_BUT(n) && number[3] != n && tgid[3] != n)
#define EACH(a)		a(0) a(1) a(2) a(3)
#else
#define UNUSED(n)	UNUSED_BUT(n)
#define EACH(a)		a(0) a(1) a(2)
#endif
#define BEFORE(t)	((t) > 0 -> state[((t) + TASKS - 1) % TASKS] : LIVE)

#define STEP(text, t, possible, effect)					\
	:: d_step { (!over && (possible)) -> printf(text, t); effect }

/* copy_process(), alloc_pid(), attach_pid() */
#define CLONE(t, n)							\
	STEP("task %d is born\n", t,					\
	     !step && state[t] == UNBORN && BEFORE(t) != UNBORN &&	\
	     UNUSED(n) && (parent[t] == t || state[parent[t]] == LIVE),	\
	     process[t] = (parent[t] == t -> t : process[parent[t]]);	\
	     leader[t] = (parent[t] == t -> t : leader[t]);		\
	     tgid[t] = (parent[t] == t -> n : tgid[t]);			\
	     parent[t] = 0; state[t] = LIVE; number[t] = n; leads(t, n))
#define CLONE_1(t)	CLONE(t, 1)
#define CLONE_2(t)	CLONE(t, 2)
#define CLONE_3(t)	CLONE(t, 3)

/* exit_notify(): a leader may die before its threads. */
#define DIE(t)								\
	STEP("task %d dies as a leader\n", t,				\
	     !step && state[t] == LIVE && LEADER(t) == t,		\
	     state[t] = DEAD; stayed[t] = false)

/* release_task(): of a thread, or of a leader that is alone or was replaced. */
#define EXIT(t)								\
	STEP("task %d is released, unless it leads others\n", t,	\
	     !step && (state[t] == LIVE || state[t] == DEAD),		\
	     is_alone(t);						\
	     step = (LEADER(t) != t || alone -> RELEASE : 0);		\
	     actor = (step -> t : 0);					\
	     state[t] = (step -> DEAD : state[t]);			\
	     stayed[t] = stayed[t] && !step;				\
	     remained[process[t]] = remained[process[t]] &&		\
		!(step && LEADER(t) == t);				\
	     alone = false)

/* de_thread(): when all other threads are gone and the leader is dead. */
#define EXECVE(t)							\
	STEP("task %d takes its leader's number, if it may\n", t,	\
	     !step && state[t] == LIVE && LEADER(t) != t,		\
	     is_alone(t); step = (alone -> EXEC : 0);			\
	     actor = (step -> t : 0);					\
	     state[LEADER(t)] = (step -> DEAD : state[LEADER(t)]);	\
	     stayed[LEADER(t)] = stayed[LEADER(t)] && !step; alone = false)

proctype kernel()
{
end:
	do
	EACH(CLONE_1) EACH(CLONE_2) EACH(CLONE_3)
	EACH(DIE) EACH(EXIT) EACH(EXECVE)

	/* exchange_tids(): first who is found by each number, then the tasks. */
	STEP("task %d: its leader is found by its number\n", actor,
	     step == EXEC, leads(LEADER(actor), number[actor]); step++)
	STEP("task %d is found by its leader's number\n", actor,
	     step == EXEC + 1, leads(actor, number[LEADER(actor)]); step++)
	STEP("task %d has its leader's number\n", actor,
	     step == EXEC + 2, u = number[actor];
	     number[actor] = number[LEADER(actor)]; step++)
	STEP("task %d: its leader has its number, it leads\n", actor,
	     step == EXEC + 3, number[LEADER(actor)] = u; u = 0;
	     LEADER(actor) = actor; step = 0; actor = 0)

	/* detach_pid() */
	STEP("task %d is not found by its number\n", actor,
	     step == RELEASE, found[number[actor]] = 0; step++)
	STEP("task %d has no number\n", actor,
	     step == RELEASE + 1, number[actor] = 0; state[actor] = GONE;
	     tgid[process[actor]] = (LEADER(actor) == actor -> 0 :
				     tgid[process[actor]]);
	     step = 0; actor = 0)
	od
}

#ifdef PROCESS
#define wanted(t)	(process[t] == 0)	/* same_thread_group() */
#else
#define wanted(t)	true
#endif

inline replace(r, t)
{
	printf("reader: row %d gets task %d instead of %d\n", r, (t) - 1,
	       pin[r] - 1);
	refs[pin[r] - 1]--;
	pin[r] = t
}

inline vacate(r)
{
	printf("reader: row %d loses its task %d\n", r, pin[r] - 1);
	refs[pin[r] - 1]--;
	pin[r] = 0
}

inline collect(r)
{
	rec_tgid[r] = tgid[process[pin[r] - 1]]
}

inline pin_task(r, t)
{
	pin[r] = t;
	refs[t - 1]++;
	is_row[r] = true;
	printf("reader: row %d gets task %d\n", r, t - 1)
}

#ifdef WITHOUT_AGREEMENT
#define OWN		nr
#else
#define OWN		number[t - 1]
#endif

/* task_from(), again until two looks agree */
inline scan()
{
	nr = 1;
	do
	:: d_step {
		nr <= NUMBERS && !t ->
		t = found[nr];
		if
		:: t && wanted(t - 1)
		:: else -> t = 0; nr++
		fi
	}
	:: d_step {
		nr <= NUMBERS && t ->
		if
		:: OWN == nr -> pin_task(nr, t); nr++
		:: else
		fi;
		t = 0
	}
	:: nr > NUMBERS -> nr = 0; break
	od
}

/* list_chunk(), sort_pins(): of two tasks with one number it keeps either. */
inline list()
{
	do
	:: d_step {
		t < TASKS ->
		nr = ((state[t] == LIVE || state[t] == DEAD) && wanted(t) ->
		      number[t] : 0);
		t++
	}
		if
		:: nr && is_row[nr]
		:: d_step {
			nr ->
			if
			:: is_row[nr] -> vacate(nr)
			:: else
			fi;
			pin_task(nr, t)
		}
		:: !nr
		fi;
		nr = 0
	:: t == TASKS -> t = 0; break
	od
}

#ifdef WITHOUT_AGREEMENT
#define IS_FOUND	true
#else
#define IS_FOUND	(found[r] == pin[r])
#endif

/* Sets ret. */
inline in_place()
{
	d_step { ret = number[pin[r] - 1] == r }
	if
	:: ret -> d_step { ret = IS_FOUND }
	:: else
	fi
}

/* Sets t. */
inline leader_of()
{
	d_step {
		t = found[r];
		if
		:: t && tgid[process[t - 1]] == r &&
		   process[t - 1] == process[pin[r] - 1]
		:: else -> t = 0
		fi
	}
}

#ifdef WITHOUT_FOLLOW
#define follow()	skip
#else
inline follow()
{
	leader_of();
	if
	:: t -> d_step {
		refs[t - 1]++;
		replace(r, t);
		t = 0
	}
		d_step { collect(r) }
	:: else
	fi
}
#endif

/* Sets ret. */
#ifdef WITHOUT_DOUBLE
#define is_double()	ret = false
#else
inline is_double()
{
	ret = rec_tgid[r] && rec_tgid[r] != r && is_row[rec_tgid[r]] &&
	      pin[rec_tgid[r]] == pin[r]
}
#endif

/* Sets ret. */
inline lives()
{
	if
	:: rec_tgid[r] != r -> d_step {
#ifdef WITHOUT_ALIVE
		ret = false
#else
		ret = state[pin[r] - 1] == LIVE
#endif
	}
	:: else ->
#ifdef WITHOUT_LIVES
		ret = false
#else
		leader_of();
		ret = t != 0;
		t = 0
#endif
	fi
}

inline settle()
{
	r = 1;
	do
	:: r <= NUMBERS ->
		if
		:: pin[r] ->
			in_place();
			if
			:: !ret -> settled = true; follow()
			:: else -> ret = false
			fi
		:: else
		fi;
		r++
	:: r > NUMBERS -> r = 1; break
	od
}

inline settle_again()
{
	do
	:: settled && r <= NUMBERS ->
		if
		:: pin[r] ->
			is_double();
			if
			:: ret -> vacate(r)
			:: else ->
				in_place();
				if
				:: ret
				:: else ->
					lives();
					if
					:: !ret -> vacate(r)
					:: else
					fi
				fi
			fi;
			ret = false
		:: else
		fi;
		r++
	:: !settled || r > NUMBERS -> r = 0; break
	od
}

#ifdef WITHOUT_SECOND_PASS
#define settle_again()	skip
#endif

/* For the task t, with the number of its rows in u. */
#define KEPT		((u || !stayed[t] || !wanted(t)) &&		\
			 (!remained[t] || !wanted(t) || HAS_ROW(tgid[t])))
#define HAS_ROW(n)	(pin[n] && process[pin[n] - 1] == t)
#define SINGLE		(u <= 1)
#define BALANCED	(u == refs[t])
#define NUMBERED	(pin[r] != t + 1 || (had[t] & (1 << r)))

inline judge()
{
	over = true;
	do
	:: t < TASKS ->
		u = 0;
		r = 1;
		do
		:: r <= NUMBERS ->
			assert(NUMBERED);
			u = u + (pin[r] == t + 1 -> 1 : 0);
			r++
		:: else -> break
		od;
		printf("task %d has rows: %d\n", t, u);
		assert(BALANCED);
		assert(KEPT);
		assert(SINGLE);
		t++
	:: else -> break
	od
}

proctype reader()
{
	byte pin[NUMBERS + 1];		/* by row: the task plus one, or 0 */
	bool is_row[NUMBERS + 1];	/* rows are named by their number */
	byte rec_tgid[NUMBERS + 1];	/* the process that its record names */
	byte refs[TASKS];		/* the reader's, on task_structs */
	byte r, nr, t;
	bool settled, ret;

#ifdef PROCESS
	if
	:: list()
	:: scan()
	fi;
#else
	scan();
#endif
	r = 1;
	do
	:: d_step {
		r <= NUMBERS ->
		if
		:: pin[r] -> collect(r)
		:: else
		fi;
		r++
	}
	:: r > NUMBERS -> r = 0; break
	od;
#ifndef WITHOUT_SETTLE
	settle();
	settle_again();
#endif
	atomic {
		judge()
	}
}

/* The first task is a leader; the others are any tasks, or unborn. */
inline begin(t)
{
	if
	:: parent[t] = t; process[t] = t; leader[t] = t;
		if
		:: BEFORE(t) == LIVE -> state[t] = LIVE
		:: t > 0
		fi
	:: t > 0 -> parent[t] = 0; process[t] = 0;
		if
		:: BEFORE(t) == LIVE -> state[t] = LIVE
		:: true
		fi
	:: t > 1 && parent[1] == 1 -> parent[t] = 1; process[t] = 1;
		if
		:: BEFORE(t) == LIVE -> state[t] = LIVE
		:: true
		fi
	fi;
	if
	:: state[t] == LIVE && UNUSED(1) -> number[t] = 1
	:: state[t] == LIVE && UNUSED(2) -> number[t] = 2
	:: state[t] == LIVE && UNUSED(3) -> number[t] = 3
	:: else -> state[t] = UNBORN
	fi;
	stayed[t] = state[t] == LIVE;
	if
	:: number[t] -> leads(t, number[t])
	:: else
	fi;
	if
	:: number[t] && parent[t] == t ->
		tgid[t] = number[t];
		remained[t] = true
	:: else
	fi;
	printf("task %d: life %d, number %d, process %d\n", t, state[t],
	       number[t], process[t])
}

init {
	atomic {
		begin(0);
		begin(1);
		begin(2);
#if TASKS > 3
		begin(3);
#endif
		run kernel();
		run reader()
	}
}
