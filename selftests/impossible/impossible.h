/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * States of a task that no system call leads to: calls of ioctl(2) for
 * /dev/impossible, each of which changes the task that makes it. A descriptor
 * is for one call; when it is closed by that task, the task is as it was.
 */
#ifndef TASKSHARE_SELFTESTS_IMPOSSIBLE_H
#define TASKSHARE_SELFTESTS_IMPOSSIBLE_H

#include <linux/ioctl.h>

/* Its credentials are those of a child process: one object. */
#define IMPOSSIBLE_CRED		_IOW('T', 1, int)
/* It is in the user namespace of a child process. */
#define IMPOSSIBLE_USER		_IOW('T', 2, int)
/* Its credentials are those of the idle task: one object. */
#define IMPOSSIBLE_IDLE_CRED	_IO('T', 4)
/* Its children go to the PID namespace above its own. */
#define IMPOSSIBLE_PIDNS	_IO('T', 3)

#endif
