/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Credentials. A task commits new ones of its own; threads that share some can
 * go over to new ones together, each when it comes to it
 * (LANDLOCK_RESTRICT_SELF_TSYNC). It matters who shares with whom, so those
 * elsewhere have numbers here, from 2 on in the order of their holders.
 */
#define FRESH	15	/* the number of new ones, until they get them */

byte coming[NR];	/* objects that a task has prepared to commit with others */
byte parent[NR];	/* future parent of an unborn task */
byte u;
hidden byte number[16];
hidden byte numbers;

#undef REFERS
#define REFERS(t)	(holds[t] == WATCHED || coming[t] == WATCHED)
#undef KEEPS
#define KEEPS(t)	(pinned[t] && holds[t] == WATCHED)
#undef MAY_CHANGE
#define MAY_CHANGE(t)	(coming[t] == 0)
#undef RCU_FREES
#define RCU_FREES	true

#define renumber_one(which)						\
	if								\
	:: which > WATCHED ->						\
		if							\
		:: number[which] == 0 ->				\
			numbers++;					\
			number[which] = numbers				\
		:: else							\
		fi;							\
		which = number[which]					\
	:: else								\
	fi

#undef tidy
inline tidy()
{
	u = 2;
	do
	:: u <= FRESH -> number[u] = 0; u++
	:: else -> break
	od;
	numbers = WATCHED;
	u = 0;
	do
	:: u < NR -> renumber_one(holds[u]); renumber_one(coming[u]); u++
	:: else -> break
	od;
	u = 0
}

/* commit_creds(): setuid, execve, unshare, ... */
#undef LEAVE
#define LEAVE(t)	STEP("task %d commits others\n", t,		\
			     ACTS(t), holds[t] = FRESH)
#undef MAKE
#define MAKE(t)		STEP("task %d commits new ones\n", t,		\
			     ACTS(t) && holds[t] != WATCHED && FREE,	\
			     made(); holds[t] = WATCHED)

/*
 * landlock_restrict_sibling_threads(): those who have prepared wait for each
 * other, and do nothing else until they commit.
 */
inline prepare(t, new)
{
	u = 0;
	do
	:: u < NR ->
		coming[u] = (ACTS(u) && holds[u] == holds[t] && u != t ->
			     new : coming[u]);
		u++
	:: else -> break
	od;
	coming[t] = new;
	u = 0
}

#define SYNC(t)								\
	STEP("task %d and who shares with it prepare new ones\n", t,	\
	     ACTS(t) && FREE, made(); prepare(t, WATCHED))		\
	STEP("task %d and who shares with it prepare others\n", t,	\
	     ACTS(t), prepare(t, FRESH))				\
	STEP("task %d commits what was prepared\n", t,			\
	     coming[t] != 0, holds[t] = coming[t]; coming[t] = 0)

/* copy_creds(): a thread shares its parent's, a process has its own. */
#define CHILD(t)	(state[t] == UNBORN && state[parent[t]] == LIVE && \
			 !coming[parent[t]])
#define born(t)		state[t] = LIVE; parent[t] = 0
#undef SHARE
#define SHARE(t)	STEP("task %d is born and shares its parent's\n", t, \
			     CHILD(t), holds[t] = holds[parent[t]]; born(t))
#undef COPY
#define COPY(t)		STEP("task %d is born with new ones\n", t,	\
			     CHILD(t) && FREE,				\
			     made(); holds[t] = WATCHED; born(t))
#undef START
#define START(t)	STEP("task %d is born with others\n", t,	\
			     CHILD(t), holds[t] = FRESH; born(t))

#undef CHANGES
#define CHANGES		CLONE EACH(LEAVE) EACH(MAKE) EACH(SYNC) EACH(EXIT)
