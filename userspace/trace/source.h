/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_SOURCE_H
#define TRACE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "util/error.h"

/**
 * struct trace_counts - exact counts by the BPF program
 * @lost: events that found no space in the buffer
 * @unfollowed: tasks that could not be followed, too many at once
 * @unseen: calls that could not be watched, too many at once
 * @skipped: runs of the program that the kernel skipped, for any task
 */
struct trace_counts {
	__u64 lost;
	__u64 unfollowed;
	__u64 unseen;
	__u64 skipped;
};

/**
 * struct trace_root - a process to begin with
 * @descend: follow its children, too, not only its threads
 */
struct trace_root {
	__u32 pid;
	bool descend;
};

struct trace_source;

struct trace_source *trace_open(bool all, size_t buffer, struct error *error);
int trace_start(struct trace_source *source, const struct trace_root *root,
		size_t nr, struct error *error);
int trace_fd(const struct trace_source *source);
int trace_read(struct trace_source *source,
	       int (*event)(void *arg, void *data, size_t size), void *arg);
struct trace_counts trace_counts(const struct trace_source *source);
__s64 trace_following(const struct trace_source *source);
void trace_close(struct trace_source *source);

#endif /* TRACE_SOURCE_H */
