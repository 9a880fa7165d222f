/* SPDX-License-Identifier: GPL-2.0-only */
/* TAP for tests that cmocka does not fit: those that fork and share memory. */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Seconds of a clock that is never set */
static inline long tap_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* When what takes @seconds at most has to be over: see TASKSHARE_PATIENCE. */
static inline long tap_deadline(long seconds)
{
	const char *patience = getenv("TASKSHARE_PATIENCE");

	return tap_now() + seconds * (patience ? atol(patience) : 1);
}

static int tap_nr, tap_failed;

__attribute__((format(printf, 2, 3), unused))
static void tap_ok(int ok, const char *format, ...)
{
	va_list args;

	printf("%sok %d - ", ok ? "" : "not ", ++tap_nr);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	tap_failed += !ok;
}

__attribute__((format(printf, 2, 3), unused))
static void tap_skip(const char *error, const char *format, ...)
{
	va_list args;

	printf("ok %d - ", ++tap_nr);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf(" # SKIP %s\n", error);
}

__attribute__((unused))
static int tap_end(void)
{
	printf("1..%d\n", tap_nr);
	return tap_failed != 0;
}

#endif /* TAP_H */
