/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UTIL_IO_H
#define UTIL_IO_H

#include <stddef.h>
#include <sys/types.h>

ssize_t io_read_full(int fd, void *buf, size_t len);
int io_write_full(int fd, const void *buf, size_t len);

#endif /* UTIL_IO_H */
