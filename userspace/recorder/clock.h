/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_CLOCK_H
#define RECORDER_CLOCK_H

#include <time.h>

#include <linux/types.h>

/**
 * clock_ns() - the time of steps and output
 *
 * Return: nanoseconds of CLOCK_MONOTONIC, as events have them.
 */
static inline __u64 clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

#endif /* RECORDER_CLOCK_H */
