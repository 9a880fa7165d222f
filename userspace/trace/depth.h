/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_DEPTH_H
#define TRACE_DEPTH_H

#include "bpf/trace_event.h"

struct depths;

struct depths *depths_new(void);
int depths_see(struct depths *depths, const struct trace_event *ev);
int depth_of(const struct depths *depths, __u32 pid);
void depths_free(struct depths *depths);

#endif /* TRACE_DEPTH_H */
