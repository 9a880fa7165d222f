/* SPDX-License-Identifier: GPL-2.0-only */
/* Many idle tasks, with next to no memory of their own. */
#ifndef TASKSHARE_SELFTESTS_CROWD_H
#define TASKSHARE_SELFTESTS_CROWD_H

#include <stdbool.h>
#include <sys/types.h>

#define CROWD_COMM	"ts-crowd"

bool crowd_room(long tasks);
pid_t crowd_threads(long nr);
pid_t crowd_processes(long nr);

#endif
