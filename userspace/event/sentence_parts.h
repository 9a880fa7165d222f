/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts of which sentences about events are made */
#ifndef EVENT_SENTENCE_PARTS_H
#define EVENT_SENTENCE_PARTS_H

#include "event/line.h"
#include "event/sentence.h"

#define BIT(kind_)	(1u << TASKSHARE_##kind_)

/* Objects of tasks, by flags of clone(2) */
#define OBJECTS	(BIT(MM) | BIT(FILES) | BIT(SIGHAND) | BIT(FS) | BIT(IO) | \
		 BIT(SEMUNDO))

#define COLOUR_CALL	"\033[1m"
#define COLOUR_GOOD	"\033[32m"
#define COLOUR_BAD	"\033[1;31m"

const char *text_colour(const struct event_style *how, const char *code);
const char *text_plain(const struct event_style *how);
const char *text_plural(__u32 nr);
void text_call(struct line *line, const struct event_style *how,
	       const struct trace_event *ev, const char *arguments);
void text_path(struct line *line, const struct event_style *how,
	       const char *file, bool brief);

void text_create(struct line *line, const struct event_style *how,
		 const struct trace_print *what);
void text_exec(struct line *line, const struct event_style *how,
	       const struct trace_event *ev, bool brief);
void text_exit(struct line *line, const struct trace_event *ev);

void text_unshare(struct line *line, const struct event_style *how,
		  const struct trace_event *ev);
void text_setns(struct line *line, const struct event_style *how,
		const struct trace_event *ev);
void text_cred(struct line *line, const struct event_style *how,
	       const struct trace_event *ev);
void text_seccomp(struct line *line, const struct event_style *how,
		  const struct trace_event *ev);

#endif /* EVENT_SENTENCE_PARTS_H */
