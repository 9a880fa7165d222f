/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's counts of objects, to find what is not freed. */
#ifndef TASKSHARE_SELFTESTS_SLAB_H
#define TASKSHARE_SELFTESTS_SLAB_H

#include <stdbool.h>

long slab_objects(const char *cache);
long slab_spare_tasks(void);
bool slab_tasks_freed(long before, long tolerance);

#endif
