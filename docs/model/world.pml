/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tasks, the objects they hold, and one address that is watched.
 *
 * All addresses are alike, so one is enough: WATCHED stands for any of them.
 * A task holds the object at that address, or it does not (OTHER: another
 * object, or NULL). An object that is freed makes room for the next one at the
 * same address at once, unless RCU guards it and the reader is in an RCU
 * section. Sections of other readers only make it stay longer.
 *
 * Every step of the kernel is whole: it takes the new object, installs it and
 * releases the old one. The kernel has the new object for a while before that
 * and the old one for a while after. Both keep an address from being used
 * again, so they only take possibilities away.
 */

#ifndef NR
#define NR	3		/* tasks; each of them has the row of its number */
#endif

#define NONE	255		/* no row, no lock */

/* The object that a task holds */
#define OTHER	0
#define WATCHED	1

/* A task's life. */
#define UNBORN	0
#define NEW	1		/* can be found, but has not run yet: TASK_NEW */
#define LIVE	2
#define DEAD	3

#if NR > 3
#define ANY(c)	(c(0) || c(1) || c(2) || c(3))
#define EACH(a)	a(0) a(1) a(2) a(3)
#elif NR > 2
#define ANY(c)	(c(0) || c(1) || c(2))
#define EACH(a)	a(0) a(1) a(2)
#else
#define ANY(c)	(c(0) || c(1))
#define EACH(a)	a(0) a(1)
#endif

byte state[NR];
byte holds[NR];
bool pinned[NR];		/* the row has a reference on the task_struct */
bool outside;			/* a task without a row holds it, or a file */

byte task_locked = NONE;	/* task whose task_lock() the reader has */
byte sig_locked_by;		/* task through whose sighand it has a siglock */
byte sig_locked = NONE;		/* siglock that the reader has */
bool in_rcu;			/* the reader is in an RCU section */
bool grace;			/* freed, and waits for that section to end */

#define IN_USE		(outside || ANY(REFERS))
#define FREE		(!IN_USE && !grace && MAY_LIVE)
#define HAS_IT(t)	(state[t] == LIVE && holds[t] == WATCHED)

/* LIVES bounds the number of objects that the address has one after another. */
#ifdef LIVES
#define MAY_LIVE	(lives < LIVES)
#define made()		lives++
#else
#define MAY_LIVE	true
#define made()		skip
#endif
