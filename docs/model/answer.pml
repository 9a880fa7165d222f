/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The promise, for any two tasks x < y, and what is remembered to judge by.
 *
 *	SOUND		their rows show the same id only if both tasks have held
 *			one and the same object, not just its address, since the
 *			file was opened;
 *	COMPLETE	if they hold it all that time, their rows show the same.
 */
byte x, y;
bool x_held, y_held;	/* they have held the object that is there now */
bool shared;		/* both have held one and the same object there */
bool always;		/* both have held it all the time */
byte lives;		/* objects that have been there, if LIVES is set */
bool was_used;		/* there was one before this step */
bool judged;		/* the promise is kept whatever comes */

#define SAME_ID		(id[x] && id[y])
#define SOUND		(!SAME_ID || shared)
#define COMPLETE	(SAME_ID || !always || !pinned[x] || !pinned[y])

/* Ends every step of the kernel. */
inline observe()
{
	tidy();
	if
	:: IN_USE ->
		x_held = x_held || HOLDS(x);
		y_held = y_held || HOLDS(y);
		shared = shared || (x_held && y_held)
	:: else ->
		grace = grace || (in_rcu && was_used && RCU_FREES);
		x_held = false;
		y_held = false
	fi;
	was_used = IN_USE;
	always = always && HOLDS(x) && HOLDS(y);
	judged = shared && !always
}

inline judge()
{
	assert(SOUND);
	assert(COMPLETE);
	judged = true
}
