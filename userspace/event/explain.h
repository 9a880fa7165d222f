/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENT_EXPLAIN_H
#define EVENT_EXPLAIN_H

#include <stdbool.h>

#include "bpf/trace_event.h"

/* Room for a reason */
#define REASON_TEXT	512

/**
 * struct reason - why a call failed
 * @text: in words, a clause
 * @certain: it was seen; otherwise it is possible, or just what the errno means
 * @advice: advice, or NULL
 * @source: the function of the kernel that refused, or NULL
 */
struct reason {
	char text[REASON_TEXT];
	bool certain;
	const char *advice;
	const char *source;
};

void trace_reason(struct reason *reason, const struct trace_fail *fail);

#endif /* EVENT_EXPLAIN_H */
