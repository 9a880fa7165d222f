/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENT_EVENT_H
#define EVENT_EVENT_H

#include <stdbool.h>

#include "bpf/trace_event.h"
#include "util/error.h"

/* Room for the names of all kinds of objects */
#define KINDS_TEXT	512

extern const char *const trace_call_name[TRACE_NR_CALLS];
/* Its number, -1 for a call that this architecture does not have */
extern const int trace_call_nr[TRACE_NR_CALLS];
extern const char *const trace_type_name[TRACE_NR_TYPES];
extern const __u32 trace_class_of[TRACE_NR_CALLS];

/**
 * struct trace_filter - selection of events to print
 * @calls: those of these calls, a mask of enum trace_call
 * @types: and those of these types, a mask of enum trace_type
 * @invert: all others instead
 * @failed: and of those only failed calls
 */
struct trace_filter {
	__u32 calls;
	__u32 types;
	bool invert;
	bool failed;
};

void filter_init(struct trace_filter *filter);
int filter_parse(struct trace_filter *filter, const char *text,
		 struct error *error);
bool filter_takes(const struct trace_filter *filter,
		  const struct trace_event *ev);

__u64 event_flags(const struct trace_event *ev);
__u32 event_changed(const struct trace_event *ev);

#endif /* EVENT_EVENT_H */
