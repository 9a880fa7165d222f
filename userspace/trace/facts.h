/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_FACTS_H
#define TRACE_FACTS_H

#include "bpf/trace_event.h"
#include "clone/facts.h"

void trace_facts(struct facts *facts, const struct trace_fail *fail);

#endif /* TRACE_FACTS_H */
