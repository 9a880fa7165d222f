/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UTIL_PROCFS_H
#define UTIL_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/types.h>

#include "util/error.h"

ssize_t procfs_read(const char *path, char *buf, size_t size);
ssize_t procfs_read_at(int dir, const char *name, char *buf, size_t size);
ssize_t procfs_read_memory(pid_t pid, __u64 address, void *to, size_t len);
char *procfs_read_all(const char *path);
char *procfs_read_all_at(int dir, const char *name);
bool procfs_gone(ssize_t len);
int procfs_check(struct error *error);
int procfs_boot_offset(long long *ns, struct error *error);
bool procfs_hides(void);
int procfs_tgid(__u32 pid, __u32 *tgid);
size_t procfs_threads(__u32 tgid);

#endif /* UTIL_PROCFS_H */
