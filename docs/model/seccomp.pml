/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Filters of seccomp(2). A new one refers to the one before it, and is given
 * to all threads by SECCOMP_FILTER_FLAG_TSYNC. So no filter that a task ever
 * had is freed before the task exits.
 */
#define BELOW	2	/* a task holds filters on top of the watched one */

bool process[NR];	/* a task's process, one of two */

#define UNTIL_EXIT

#define THREAD(u, t)	(state[u] == LIVE && process[u] == process[t])

/* seccomp_attach_filter() */
#undef LEAVE
#define LEAVE(t)	STEP("task %d puts another one on top\n", t,	\
			     ACTS(t) && holds[t] == WATCHED, holds[t] = BELOW)
#define SYNC(t)		STEP("task %d gives a new one to all threads\n", t, \
			     ACTS(t) && (holds[t] != OTHER || FREE), sync(t))

/* copy_seccomp() */
#define HAS_BELOW(t)	(state[t] == LIVE && holds[t] == BELOW)
#define INHERIT(t)	STEP("task %d is born with it below\n", t,	\
			     state[t] == UNBORN && ANY(HAS_BELOW),	\
			     state[t] = LIVE; holds[t] = BELOW)

#undef CHANGES
#define CHANGES		CLONE OUTSIDE EACH(LEAVE) EACH(MAKE) EACH(EXIT)	\
			EACH(INHERIT) EACH(SYNC)

bool agreed;
byte u, new;

/*
 * seccomp_can_sync_threads(), seccomp_sync_threads(): all threads get the
 * caller's new filter, if none of them has one that the caller lacks.
 */
inline sync(t)
{
	agreed = true;
	u = 0;
	do
	:: u < NR ->
		agreed = agreed && (!THREAD(u, t) || holds[u] <= holds[t]);
		u++
	:: else -> break
	od;
	if
	:: agreed && holds[t] == OTHER -> made(); new = WATCHED
	:: agreed && holds[t] != OTHER -> new = BELOW
	:: else
	fi;
	u = 0;
	do
	:: u < NR ->
		holds[u] = (agreed && THREAD(u, t) -> new : holds[u]);
		u++
	:: else -> break
	od;
	u = 0;
	new = 0;
	agreed = false
}
