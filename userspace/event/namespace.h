/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENT_NAMESPACE_H
#define EVENT_NAMESPACE_H

#include <stdbool.h>

#include "bpf/trace_event.h"

/* Room for a namespace in words */
#define NAMESPACE_TEXT	64

/* Kinds of objects that are namespaces */
#define NAMESPACES	(((1u << TASKSHARE_NR_KINDS) - 1) & \
			 ~((1u << TRACE_FIRST_NS) - 1))

char *namespace_text(char *to, int kind, __u32 inode);
bool namespace_is_inits(const struct trace_change *change, int kind, bool now);
const char *namespace_owner(const struct trace_change *change, int kind,
			    bool now);

#endif /* EVENT_NAMESPACE_H */
