// SPDX-License-Identifier: GPL-2.0-only
/* Names of events and calls, and which of them are asked for. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "event/event.h"
#include "util/array.h"

/* Calls that some architectures or older headers do not have */
#ifndef __NR_fork
#define __NR_fork -1
#endif
#ifndef __NR_vfork
#define __NR_vfork -1
#endif
#ifndef __NR_landlock_restrict_self
#define __NR_landlock_restrict_self 446
#endif
#ifndef __NR_lsm_set_self_attr
#define __NR_lsm_set_self_attr 460
#endif

const char *const trace_call_name[TRACE_NR_CALLS] = {
	[TRACE_NO_CALL] = "the kernel",
#define NAME(constant, name, class) [TRACE_##constant] = #name,
	TRACE_CALLS(NAME)
#undef NAME
};

const int trace_call_nr[TRACE_NR_CALLS] = {
	[TRACE_NO_CALL] = -1,
#define NUMBER(constant, name, class) [TRACE_##constant] = __NR_##name,
	TRACE_CALLS(NUMBER)
#undef NUMBER
};

const char *const trace_type_name[TRACE_NR_TYPES] = {
#define NAME(constant, name, structure) [TRACE_EV_##constant] = name,
	TRACE_TYPES(NAME)
#undef NAME
};

const __u32 trace_class_of[TRACE_NR_CALLS] = {
#define CLASS(constant, name, class) [TRACE_##constant] = TRACE_CLASS_##class,
	TRACE_CALLS(CLASS)
#undef CLASS
};

_Static_assert(TRACE_NR_CALLS <= 32 && TRACE_NR_TYPES <= 32,
	       "masks of struct trace_filter are too small");

#define CLASS(name)	(1u << TRACE_CLASS_##name)
#define TYPE(name)	(1u << TRACE_EV_##name)

/* As strace(1) has them, with names of its own where they are the same */
static const struct {
	const char *name;
	__u32 classes;
	__u32 types;
} sets[] = {
	{ "all", ~0u, ~0u },
	{ "%create", CLASS(CREATE), TYPE(CREATE) | TYPE(VFORK_DONE) },
	{ "%exec", CLASS(EXEC), TYPE(EXEC) },
	{ "%namespace", CLASS(UNSHARE) | CLASS(JOIN), 0 },
	{ "%creds", CLASS(CRED), 0 },
	{ "%exit", 0, TYPE(EXIT) },
	{ "%process", CLASS(CREATE) | CLASS(EXEC),
	  TYPE(CREATE) | TYPE(VFORK_DONE) | TYPE(EXEC) | TYPE(EXIT) },
};

static __u32 calls_of(__u32 classes)
{
	__u32 mask = 0;
	int i;

	for (i = TRACE_NO_CALL + 1; i < TRACE_NR_CALLS; i++)
		if (classes & 1u << trace_class_of[i])
			mask |= 1u << i;
	return mask;
}

static bool add_name(struct trace_filter *filter, const char *name)
{
	bool found = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		if (strcmp(name, sets[i].name))
			continue;
		filter->calls |= calls_of(sets[i].classes);
		filter->types |= sets[i].types;
		found = true;
	}
	for (i = TRACE_NO_CALL + 1; i < TRACE_NR_CALLS; i++) {
		if (strcmp(name, trace_call_name[i]))
			continue;
		filter->calls |= 1u << i;
		found = true;
	}
	for (i = 0; i < TRACE_NR_TYPES; i++) {
		if (strcmp(name, trace_type_name[i]))
			continue;
		filter->types |= 1u << i;
		found = true;
	}
	return found;
}

/**
 * filter_init() - take all events
 */
void filter_init(struct trace_filter *filter)
{
	*filter = (struct trace_filter){ .calls = ~0u, .types = ~0u };
}

/**
 * filter_parse() - the argument of -e
 * @filter: gets it in place of what it has
 * @text: names of calls, of events and of sets of them, with commas between;
 *	  as strace(1) has it, "trace=" may come first, and "!" inverts
 * @error: says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int filter_parse(struct trace_filter *filter, const char *text,
		 struct error *error)
{
	struct trace_filter of = { .failed = filter->failed };
	char name[32];
	size_t len;

	if (!strncmp(text, "trace=", strlen("trace=")))
		text += strlen("trace=");
	of.invert = *text == '!';
	text += of.invert;
	do {
		len = strcspn(text, ",");
		snprintf(name, sizeof(name), "%.*s", (int)len, text);
		if (!add_name(&of, name))
			return error_set(error, -EINVAL,
					 "-e: unknown event '%s': see taskshare trace --help",
					 name);
		text += len;
	} while (*text++);
	*filter = of;
	return 0;
}

/**
 * filter_takes() - apply the filter to an event
 *
 * Return: true if the filter lets the event pass.
 */
bool filter_takes(const struct trace_filter *filter,
		  const struct trace_event *ev)
{
	bool named = filter->types & 1u << ev->type ||
		     (ev->call && filter->calls & 1u << ev->call);

	if (filter->failed && ev->type != TRACE_EV_FAIL)
		return false;
	return named != filter->invert;
}

/**
 * event_flags() - the flags that a call was given
 *
 * Return: the flags, 0 for a call without any.
 */
__u64 event_flags(const struct trace_event *ev)
{
	switch (ev->type) {
	case TRACE_EV_CREATE:
		return ((const struct trace_create *)ev)->flags;
	case TRACE_EV_FAIL:
		return ((const struct trace_fail *)ev)->flags;
	case TRACE_EV_UNSHARE:
	case TRACE_EV_SETNS:
	case TRACE_EV_SECCOMP:
		return ((const struct trace_change *)ev)->flags;
	default:
		return 0;
	}
}

/**
 * event_changed() - kinds of objects that a task exchanged or gave up
 * @ev: the event, not of a creation
 *
 * Return: a mask of the kinds.
 */
__u32 event_changed(const struct trace_event *ev)
{
	return (ev->had | ev->has) & ~ev->same & ev->seen;
}
