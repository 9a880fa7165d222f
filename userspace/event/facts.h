/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENT_FACTS_H
#define EVENT_FACTS_H

#include "bpf/trace_event.h"
#include "clone/facts.h"

void trace_facts(struct facts *facts, const struct trace_fail *fail);

#endif /* EVENT_FACTS_H */
