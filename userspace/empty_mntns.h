/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EMPTY_MNTNS_H
#define EMPTY_MNTNS_H

#include <linux/sched.h>

/*
 * From 7.2 on, a new mount namespace may have nothing in it. In 32 bits there
 * was no room for another flag of clone3(2), and unshare(2) got one of its own:
 * the bit of CLONE_PARENT_SETTID, which it refused before.
 */
#ifndef CLONE_EMPTY_MNTNS
#define CLONE_EMPTY_MNTNS	(1ull << 37)
#endif
#ifndef UNSHARE_EMPTY_MNTNS
#define UNSHARE_EMPTY_MNTNS	CLONE_PARENT_SETTID
#endif

#endif
