/* SPDX-License-Identifier: GPL-2.0-only */
/* As much of io_uring(7) as a worker needs. */
#ifndef TASKSHARE_SELFTESTS_URING_H
#define TASKSHARE_SELFTESTS_URING_H

int uring_block_worker(int pipe_fd);

#endif
