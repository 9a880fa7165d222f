// SPDX-License-Identifier: GPL-2.0-only
/* Why something failed, in one line. */
#include <stdarg.h>
#include <stdio.h>

#include "util/error.h"

/**
 * error_set() - say why something failed
 * @error: gets the message
 * @err: the return value, a negative errno
 * @format: as of printf(3), without a newline
 *
 * Return: @err, so that the caller can return it at once.
 */
int error_set(struct error *error, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return err;
}
