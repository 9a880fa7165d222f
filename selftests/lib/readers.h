/* SPDX-License-Identifier: GPL-2.0-only */
/* Processes that read the module's files over and over while a test runs. */
#ifndef TASKSHARE_SELFTESTS_READERS_H
#define TASKSHARE_SELFTESTS_READERS_H

#include <stdbool.h>
#include <sys/types.h>

#include "snapshot.h"

/*
 * One reader for each way to look: a process's records, its text, all of both.
 */
#define READERS_USUAL	4

/**
 * readers_check_t - checks a snapshot of records
 *
 * Return: the number of faults in it.
 */
typedef unsigned long (*readers_check_t)(const struct snapshot *s);

bool readers_prepare(int nr);
bool readers_start(pid_t pid, readers_check_t check);
void readers_stop(void);
unsigned long readers_rounds(void);
bool readers_wait(unsigned long rounds);
unsigned long readers_faults(void);
unsigned long shares_of_strangers(const struct snapshot *s);

#endif
