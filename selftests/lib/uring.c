// SPDX-License-Identifier: GPL-2.0-only
/* As much of io_uring(7) as a worker needs. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "uring.h"

static void *map(int fd, size_t size, off_t what)
{
	void *ring = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_POPULATE, fd, what);

	return ring == MAP_FAILED ? NULL : ring;
}

/**
 * uring_block_worker() - make an io_uring worker of this process that waits
 * @pipe_fd: an empty pipe; the worker reads from it until it is closed
 *
 * Return: the ring, to be kept open, or a negative errno.
 */
int uring_block_worker(int pipe_fd)
{
	static char buf[16];
	struct io_uring_params params = {};
	struct io_uring_sqe *sqes;
	uint32_t *array, *tail;
	char *sq;
	int fd;

	fd = syscall(SYS_io_uring_setup, 4, &params);
	if (fd < 0)
		return -errno;
	sq = map(fd, params.sq_off.array + 4 * params.sq_entries,
		 IORING_OFF_SQ_RING);
	sqes = map(fd, params.sq_entries * sizeof(*sqes), IORING_OFF_SQES);
	if (!sq || !sqes)
		return -ENOMEM;
	sqes[0] = (struct io_uring_sqe){
		.opcode = IORING_OP_READ, .flags = IOSQE_ASYNC, .fd = pipe_fd,
		.addr = (uintptr_t)buf, .len = sizeof(buf),
	};
	array = (uint32_t *)(sq + params.sq_off.array);
	tail = (uint32_t *)(sq + params.sq_off.tail);
	array[0] = 0;
	__atomic_store_n(tail, 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, fd, 1, 0, 0, NULL, 0) != 1)
		return -errno;
	return fd;
}
