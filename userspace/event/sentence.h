/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENT_SENTENCE_H
#define EVENT_SENTENCE_H

#include <stdbool.h>

#include "event/event.h"
#include "event/explain.h"
#include "event/line.h"
#include "event/verdict.h"

/**
 * struct event_style - style of sentences
 * @utf8: whether the output may be UTF-8
 * @colour: whether it may have colours
 */
struct event_style {
	bool utf8;
	bool colour;
};

/* In place of a number of mismatches */
#define UNJUDGED	-1

/**
 * struct trace_print - an event and what was made of it
 * @mismatch: for TRACE_EV_CREATE, where flags and objects do not match
 * @nr: number of mismatches, UNJUDGED if the flags are not known
 * @reason: for TRACE_EV_FAIL, why
 */
struct trace_print {
	const struct trace_event *ev;
	const struct flag_mismatch *mismatch;
	int nr;
	const struct reason *reason;
};

void sentence_compose(struct line *line, const struct event_style *how,
		      const struct trace_print *what, bool brief);

#endif /* EVENT_SENTENCE_H */
