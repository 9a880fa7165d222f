/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UTIL_ARRAY_H
#define UTIL_ARRAY_H

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif /* UTIL_ARRAY_H */
