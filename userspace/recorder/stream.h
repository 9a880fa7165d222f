/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_STREAM_H
#define RECORDER_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "util/error.h"

#define NR_STREAMS	2

/* More output than this is passed on, but not recorded. */
#define OUTPUT_MOST	(10u << 20)

/**
 * struct output - a piece of a program's output
 * @stream: 0 for its standard output, 1 for its standard error
 * @ns: when, as of clock_ns()
 * @text: the bytes
 * @len: number of them
 */
struct output {
	int stream;
	__u64 ns;
	char *text;
	size_t len;
};

/**
 * struct streams - standard output and standard error of a program
 * @silent: nothing is passed on; set before they are opened
 * @from: descriptors to read, -1 for one that has ended
 * @to: descriptors to pass it on to
 * @output: the pieces, in the order of arrival
 * @nr: number of pieces
 * @sealed: number of pieces that get no more bytes: a step came after them
 * @bytes: bytes in all pieces
 * @left_out: bytes that were not recorded
 */
struct streams {
	bool silent;
	int from[NR_STREAMS];
	int to[NR_STREAMS];
	struct output *output;
	size_t nr;
	size_t sealed;
	size_t bytes;
	__u64 left_out;
};

int streams_open(struct streams *streams, int program[NR_STREAMS],
		 struct error *error);
void streams_drain(struct streams *streams);
bool streams_ended(const struct streams *streams);
void streams_free(struct streams *streams);

#endif /* RECORDER_STREAM_H */
