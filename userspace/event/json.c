// SPDX-License-Identifier: GPL-2.0-only
/* Parts of events as JSON. */
#include "clone/flags.h"
#include "event/event.h"
#include "event/json.h"

/**
 * event_json_clone_flags() - write flags of clone(2) by their names
 * @json: the value
 */
void event_json_clone_flags(struct json *json, __u64 flags)
{
	int i;

	json_open(json, "flags", '[');
	for (i = 0; i < nr_clone_flags; i++) {
		if (!(flags & clone_flags[i].bit))
			continue;
		json_string(json, NULL, clone_flags[i].name);
		flags &= ~clone_flags[i].bit;
	}
	/* A bit without a name is a number. */
	if (flags)
		json_uint(json, NULL, flags);
	json_close(json, ']');
}

/**
 * event_json_flags() - write the flags of an event's call, if it has any
 * @json: the value
 *
 * Only some calls have flags of clone(2).
 */
void event_json_flags(struct json *json, const struct trace_event *ev)
{
	__u64 flags = event_flags(ev);

	switch (ev->call) {
	case TRACE_SECCOMP:
		json_uint(json, "filter_flags", flags);
		return;
	case TRACE_UNSHARE:
	case TRACE_SETNS:
		event_json_clone_flags(json, flags);
		return;
	default:
		if (trace_class_of[ev->call] == TRACE_CLASS_CREATE)
			event_json_clone_flags(json, flags);
	}
}
