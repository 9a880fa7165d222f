/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLONE_USERNS_H
#define CLONE_USERNS_H

#include <stdbool.h>

#include <linux/types.h>

int userns_try(__u64 flags);
bool userns_works(void);

#endif /* CLONE_USERNS_H */
