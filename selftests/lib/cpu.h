/* SPDX-License-Identifier: GPL-2.0-only */
/* The processors that a task runs on. */
#ifndef TASKSHARE_SELFTESTS_CPU_H
#define TASKSHARE_SELFTESTS_CPU_H

#include <stdbool.h>
#include <sys/types.h>

bool cpu_two(int cpu[2]);
bool cpu_use(pid_t tid, int cpu);

#endif
