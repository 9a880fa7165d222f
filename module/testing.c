// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks for tests, controlled by parameters of the module.
 */
#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/moduleparam.h>
#include <linux/processor.h>
#include <linux/spinlock.h>

#include "taskshare.h"

/* The fail_nth-th step that can fail does, once. */
static int fail_nth;
module_param(fail_nth, int, 0600);

static DEFINE_SPINLOCK(fail_lock);

/**
 * ts_fault() - a step that can fail
 *
 * Context: any, but not in an interrupt.
 *
 * Return: true if the step shall fail.
 */
bool ts_fault(void)
{
	bool fail;

	spin_lock(&fail_lock);
	fail = fail_nth > 0 && !--fail_nth;
	spin_unlock(&fail_lock);
	return fail;
}

/*
 * At one place, slow_at, a reader waits until slow_at is changed, or for
 * slow_ms milliseconds at most. slow_in is the place where one waits now.
 */
static unsigned int slow_ms;
module_param(slow_ms, uint, 0600);
static unsigned int slow_at;
module_param(slow_at, uint, 0600);
static unsigned int slow_in;
module_param(slow_in, uint, 0400);

static void slow(enum ts_place place, bool busy)
{
	u64 end = ktime_get_ns() + (u64)slow_ms * NSEC_PER_MSEC;

	if (READ_ONCE(slow_at) != place)
		return;
	WRITE_ONCE(slow_in, place);
	while (READ_ONCE(slow_at) == place && ktime_get_ns() < end) {
		/* Not mdelay(): emulated clocks mislead its calibration. */
		if (busy)
			cpu_relax();
		else
			usleep_range(500, 1000);
	}
	WRITE_ONCE(slow_in, 0);
}

/**
 * ts_slow() - a place where a reader may be stopped
 * @place: one of enum ts_place
 *
 * Context: may sleep.
 */
void ts_slow(enum ts_place place)
{
	slow(place, false);
}

/**
 * ts_busy() - a place where a reader may be stopped without sleeping
 * @place: one of enum ts_place
 *
 * Context: any.
 */
void ts_busy(enum ts_place place)
{
	slow(place, true);
}

/* Number of times that a lock was held, or not, at the place slow_at. */
static unsigned int locks_held;
module_param(locks_held, uint, 0400);
static unsigned int locks_missing;
module_param(locks_missing, uint, 0400);

/**
 * ts_locked() - a place where a lock has to be held
 * @place: one of enum ts_place
 * @lock: the lock
 *
 * Context: any.
 */
void ts_locked(enum ts_place place, spinlock_t *lock)
{
	if (READ_ONCE(slow_at) != place)
		return;
	if (spin_trylock(lock)) {
		spin_unlock(lock);
		WRITE_ONCE(locks_missing, locks_missing + 1);
	} else {
		WRITE_ONCE(locks_held, locks_held + 1);
	}
}
