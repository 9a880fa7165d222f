/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_OUTPUT_H
#define TRACE_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "trace/event.h"
#include "trace/verdict.h"

/* Columns that an event fits; where its details begin */
#define OUTPUT_COLUMNS	100
#define OUTPUT_INDENT	16

struct depths;
struct reason;

/**
 * struct trace_output - where events go
 * @out: the stream
 * @start: when tracing began, in nanoseconds of CLOCK_MONOTONIC
 * @json: one object a line
 * @quiet: only the summary
 * @verbose: details below each event
 * @utf8: whether the output may be UTF-8
 * @colour: whether it may have colours
 * @depths: generations of the tasks, by which lines are indented; or NULL
 */
struct trace_output {
	FILE *out;
	__u64 start;
	bool json;
	bool quiet;
	bool verbose;
	bool utf8;
	bool colour;
	struct depths *depths;
};

/**
 * struct trace_print - an event and what was made of it
 * @ev: the event
 * @mismatch: for TRACE_EV_CREATE, where flags and objects do not match
 * @nr: number of mismatches
 * @reason: for TRACE_EV_FAIL, why
 */
struct trace_print {
	const struct trace_event *ev;
	const struct mismatch *mismatch;
	int nr;
	const struct reason *reason;
};

void trace_text(const struct trace_output *out, const struct trace_print *what);
void trace_details(const struct trace_output *out,
		   const struct trace_print *what);
void trace_json(const struct trace_output *out, const struct trace_print *what);

#endif /* TRACE_OUTPUT_H */
