/* SPDX-License-Identifier: GPL-2.0-only */
/* Loading and unloading the module. */
#ifndef TASKSHARE_SELFTESTS_KO_H
#define TASKSHARE_SELFTESTS_KO_H

#include <stdbool.h>

const char *ko_find(const char *variable, const char *name);
int ko_load(const char *path, const char *parameters);
int ko_unload(void);
bool ko_unload_soon(void);
bool ko_loaded(void);
bool ko_unused(void);
void ko_restore(void);
bool ko_usual(void);

#endif
