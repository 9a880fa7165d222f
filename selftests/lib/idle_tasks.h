/* SPDX-License-Identifier: GPL-2.0-only */
/* Many idle tasks that need little memory. */
#ifndef TASKSHARE_SELFTESTS_IDLE_TASKS_H
#define TASKSHARE_SELFTESTS_IDLE_TASKS_H

#include <stdbool.h>
#include <sys/types.h>

#define IDLE_COMM	"ts-idle"

bool idle_tasks_fit(long tasks);
pid_t idle_threads(long nr);
pid_t idle_processes(long nr);

#endif
