/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UTIL_TERMINAL_H
#define UTIL_TERMINAL_H

#include <stdbool.h>

bool terminal_utf8(void);
bool terminal_colours(void);
int terminal_width(void);

#endif /* UTIL_TERMINAL_H */
