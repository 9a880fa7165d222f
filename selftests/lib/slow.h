/* SPDX-License-Identifier: GPL-2.0-only */
/* A build of the module that stops readers at one place of its code. */
#ifndef TASKSHARE_SELFTESTS_SLOW_H
#define TASKSHARE_SELFTESTS_SLOW_H

#include <stdbool.h>

/* enum ts_place of module/testing.h; at zero readers do not stop. */
enum slow_place {
	SLOW_NOWHERE,
	SLOW_SETTLE,
	SLOW_COMPARE_AGAIN,
	SLOW_AUTOMOUNT,
	SLOW_COLLECT,
	SLOW_VERIFY,
	SLOW_TASK_LOCK,
	SLOW_SIGLOCK,
	SLOW_ARRIVE,
	SLOW_SETTLE_AGAIN,
};

bool slow_load(enum slow_place place);
bool slow_load_for(enum slow_place place, unsigned int ms);
bool slow_reached(enum slow_place place);
long slow_locks(bool held);
bool slow_holds(enum slow_place place);
bool slow_go(enum slow_place next);

#endif
