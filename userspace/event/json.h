/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENT_JSON_H
#define EVENT_JSON_H

#include "bpf/trace_event.h"
#include "util/json.h"

void event_json_clone_flags(struct json *json, __u64 flags);
void event_json_flags(struct json *json, const struct trace_event *ev);

#endif /* EVENT_JSON_H */
