/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_OPEN_AS_H
#define RECORDER_OPEN_AS_H

#include <sys/types.h>

int open_as(pid_t pid, const char *path);

#endif /* RECORDER_OPEN_AS_H */
