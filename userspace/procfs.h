/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROCFS_H
#define PROCFS_H

#include <stddef.h>
#include <sys/types.h>

#include <linux/types.h>

ssize_t procfs_read(const char *path, char *buf, size_t room);
__u32 procfs_tgid(__u32 pid);
size_t procfs_threads(__u32 tgid);

#endif /* PROCFS_H */
