/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENT_DETAILS_H
#define EVENT_DETAILS_H

#include "event/sentence.h"

/* Room for one line of them */
#define DETAIL_TEXT	1024

/**
 * struct event_details - consumer of the details of an event
 * @utf8: whether they may be UTF-8
 * @add: called with each line
 * @arg: passed to it
 */
struct event_details {
	bool utf8;
	void (*add)(void *arg, const char *text);
	void *arg;
};

void details_compose(const struct event_details *to,
		     const struct trace_print *what);

#endif /* EVENT_DETAILS_H */
