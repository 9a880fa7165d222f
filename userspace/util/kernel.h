/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UTIL_KERNEL_H
#define UTIL_KERNEL_H

#include <stdbool.h>

bool kernel_is_since(unsigned int major, unsigned int minor);

#endif /* UTIL_KERNEL_H */
