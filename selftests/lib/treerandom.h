/* SPDX-License-Identifier: GPL-2.0-only */
/* Trees of tasks with random flags. */
#ifndef TASKSHARE_SELFTESTS_TREERANDOM_H
#define TASKSHARE_SELFTESTS_TREERANDOM_H

#include <stdint.h>

#include "tree.h"

int tree_random(uint64_t *seed, int tasks);

#endif
