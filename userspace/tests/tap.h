/* SPDX-License-Identifier: GPL-2.0-only */
/* TAP for tests that cmocka does not fit: those that fork and share memory. */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdio.h>

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
