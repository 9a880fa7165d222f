/* SPDX-License-Identifier: GPL-2.0-only */
/* Flags that headers of older systems lack. */
#ifndef CLONE_COMPAT_H
#define CLONE_COMPAT_H

#include <linux/sched.h>

/* 7.1 */
#ifndef CLONE_AUTOREAP
#define CLONE_AUTOREAP		(1ull << 34)
#endif
#ifndef CLONE_NNP
#define CLONE_NNP		(1ull << 35)
#endif
#ifndef CLONE_PIDFD_AUTOKILL
#define CLONE_PIDFD_AUTOKILL	(1ull << 36)
#endif

/*
 * 7.2: a new mount namespace may have nothing in it. For unshare(2), whose flags
 * have 32 bits, it is the bit of CLONE_PARENT_SETTID, which was refused before.
 */
#ifndef CLONE_EMPTY_MNTNS
#define CLONE_EMPTY_MNTNS	(1ull << 37)
#endif
#ifndef UNSHARE_EMPTY_MNTNS
#define UNSHARE_EMPTY_MNTNS	CLONE_PARENT_SETTID
#endif

/* The highest flag; clone3(2) refuses all above it as unknown. */
#define CLONE_NEWEST		CLONE_EMPTY_MNTNS

/* <linux/close_range.h> is of 5.9 */
#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE	(1u << 1)
#endif

#endif /* CLONE_COMPAT_H */
