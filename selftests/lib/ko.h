/* SPDX-License-Identifier: GPL-2.0-only */
/* Loading and unloading the module. */
#ifndef TASKSHARE_SELFTESTS_KO_H
#define TASKSHARE_SELFTESTS_KO_H

#include <stdbool.h>

/**
 * NEEDS_KO() - skip a test or a fixture where a build of the module is missing
 *
 * With the arguments of ko_find(). Where they stand in a test's source,
 * selftests/vm/ finds the builds that the test needs.
 */
#define NEEDS_KO(variable, name)					\
	do {								\
		if (!ko_find(variable, name))				\
			SKIP(return, "set " variable " to the path of " name); \
	} while (0)

const char *ko_find(const char *variable, const char *name);
int ko_load(const char *path, const char *parameters);
int ko_unload(void);
bool ko_unload_soon(void);
bool ko_loaded(void);
bool ko_going(void);
bool ko_unused(void);
void ko_restore(void);
bool ko_usual(void);

#endif
