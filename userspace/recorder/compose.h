/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_COMPOSE_H
#define RECORDER_COMPOSE_H

#include "event/sentence.h"
#include "recorder/run.h"

/* Kinds that tasks get, lose or exchange without a call that is a step */
#define COMPOSE_UNASKED	(1u << TASKSHARE_IO | 1u << TASKSHARE_SEMUNDO |	\
			 1u << TASKSHARE_CGROUPS)

/**
 * union any_event - room for an event of any type
 */
union any_event {
	struct trace_event ev
#define MEMBER(constant, name, structure) ; structure constant
	TRACE_TYPES(MEMBER);
#undef MEMBER
};

void compose_begin(union any_event *to, enum trace_type type,
		   const struct run *run, const struct tracee *tracee,
		   const struct row *before);
void compose_relations(struct trace_event *ev, const struct row *before,
		       const struct row *now, __u32 unasked);
void compose_cred(struct trace_cred *to, const struct content_item *item);
void compose_creds(struct trace_cred *before, struct trace_cred *now,
		   const struct content_item *was,
		   const struct content_item *is);
void compose_create(union any_event *to, const struct run *run,
		    const struct tracee *creator, const struct tracee *child);
void compose_change(union any_event *to, struct run *run,
		    const struct tracee *tracee, const struct row *before,
		    const struct content_item *now);

#endif /* RECORDER_COMPOSE_H */
