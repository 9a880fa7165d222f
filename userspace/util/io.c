// SPDX-License-Identifier: GPL-2.0-only
/* Reading and writing all of something, whatever one call does of it. */
#include <errno.h>
#include <unistd.h>

#include "util/io.h"

/**
 * io_read_full() - read(2) until the buffer is full or there is no more
 * @fd: the file
 * @buf: the buffer
 * @len: its size
 *
 * Return: number of bytes, or a negative errno.
 */
ssize_t io_read_full(int fd, void *buf, size_t len)
{
	size_t got = 0;
	ssize_t n;

	while (got < len) {
		n = read(fd, (char *)buf + got, len - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		got += n;
	}
	return got;
}

/**
 * io_write_full() - write(2) until all is written
 * @fd: the file
 * @buf: the bytes
 * @len: number of bytes
 *
 * Return: 0 or a negative errno.
 */
int io_write_full(int fd, const void *buf, size_t len)
{
	const char *at = buf;
	ssize_t n;

	while (len) {
		n = write(fd, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= n;
	}
	return 0;
}
