/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_OUTPUT_H
#define TRACE_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "event/sentence.h"

/* Columns that an event fits; where its details begin */
#define OUTPUT_COLUMNS	100
#define OUTPUT_INDENT	16

struct depths;

/**
 * struct trace_output - destination and style of events
 * @start: when tracing began, in nanoseconds of CLOCK_MONOTONIC
 * @json: one object a line
 * @quiet: only the summary
 * @verbose: details below each event
 * @style: style of sentences
 * @depths: generations of the tasks, by which lines are indented; or NULL
 */
struct trace_output {
	FILE *out;
	__u64 start;
	bool json;
	bool quiet;
	bool verbose;
	struct event_style style;
	struct depths *depths;
};

void trace_text(const struct trace_output *out, const struct trace_print *what);
void trace_json(const struct trace_output *out, const struct trace_print *what);

#endif /* TRACE_OUTPUT_H */
