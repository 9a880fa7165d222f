/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENT_CRED_H
#define EVENT_CRED_H

#include <stdbool.h>
#include <stddef.h>

#include "bpf/trace_event.h"

/* Room for what has changed in credentials, in words */
#define CRED_TEXT	512

extern const char *const trace_id_name[TRACE_NR_IDS];
extern const char *const trace_caps_name[TRACE_NR_CAPS];
extern const char *const trace_keyring_name[4];

bool cred_ids_text(char *to, size_t size, const struct trace_cred *before,
		   const struct trace_cred *cred);
bool cred_rights_text(char *to, size_t size, const struct trace_cred *before,
		      const struct trace_cred *cred);

#endif /* EVENT_CRED_H */
