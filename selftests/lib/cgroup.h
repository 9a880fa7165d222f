/* SPDX-License-Identifier: GPL-2.0-only */
/* A memory cgroup (version 2) to put a reader into. */
#ifndef TASKSHARE_SELFTESTS_CGROUP_H
#define TASKSHARE_SELFTESTS_CGROUP_H

#include <stdbool.h>

bool cgroup_make(void);
void cgroup_remove(void);
bool cgroup_enter(void);
bool cgroup_limit(long bytes);
long cgroup_value(const char *file, const char *key);

#endif
