/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UTIL_ERROR_H
#define UTIL_ERROR_H

/**
 * struct error - why something failed and what to do about it
 * @text: one line, without a newline at its end
 *
 * Functions that fail fill one in and return a negative errno; only main.c
 * prints it.
 */
struct error {
	char text[512];
};

int error_set(struct error *error, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* UTIL_ERROR_H */
