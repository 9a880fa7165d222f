// SPDX-License-Identifier: GPL-2.0-only
/* Parts of which the lines of events are made. */
#include <string.h>

#include "event/sentence_parts.h"
#include "util/text.h"

/* A path that does not fit is cut to this. */
#define PATH_COLUMNS	28

/**
 * text_colour() - begin a colour
 * @how: style of the output
 * @code: COLOUR_*
 *
 * Return: @code, or "" if there may be no colours.
 */
const char *text_colour(const struct event_style *how, const char *code)
{
	return how->colour ? code : "";
}

/**
 * text_plain() - end a colour
 * @how: style of the output
 *
 * Return: what ends it, or "" if there may be no colours.
 */
const char *text_plain(const struct event_style *how)
{
	return how->colour ? "\033[m" : "";
}

/**
 * text_plural() - the ending of a noun
 * @nr: number of tasks
 *
 * Return: "s", or "" for one.
 */
const char *text_plural(__u32 nr)
{
	return nr == 1 ? "" : "s";
}

/**
 * text_call() - add the system call of an event
 * @how: style of the output
 * @arguments: between its parentheses; "" for a call that was not seen, as those
 *	       of 32-bit programs are not
 */
void text_call(struct line *line, const struct event_style *how,
	       const struct trace_event *ev, const char *arguments)
{
	const char *name = "an unseen call";

	if (ev->call)
		name = trace_call_name[ev->call];
	else if (ev->kind >= TASKSHARE_TASK_KTHREAD)
		name = "the kernel";
	line_add(line, CLAUSE_MUST, "%s%s%s%s%s%s",
		 text_colour(how, COLOUR_CALL), name, ev->call ? "(" : "",
		 arguments, ev->call ? ")" : "", text_plain(how));
}

/* Bytes of a program as a text that cannot steer a terminal */
static char *path_text(char *to, const char *path,
		       const struct event_style *how)
{
	size_t len = strnlen(path, TRACE_FILE_LEN - 1), n;
	char piece[2] = "", *at = to;
	__u32 point;

	for (; len; path += n, len -= n) {
		n = text_utf8(path, len, &point);
		if (n > 1 && how->utf8 && !text_control(point)) {
			memcpy(at, path, n);
			at += n;
			continue;
		}
		n = 1;
		*piece = *path;
		text_escape(at, piece, false);
		at += strlen(at);
	}
	*at = 0;
	return to;
}

/**
 * text_path() - add a path
 * @how: style of the output
 * @file: the path, shorter than TRACE_FILE_LEN
 * @brief: cut it; the end says more than the beginning
 */
void text_path(struct line *line, const struct event_style *how,
	       const char *file, bool brief)
{
	char path[TRACE_FILE_LEN * 4], *end, *next;

	path_text(path, file, how);
	end = path;
	while (brief && line_width(end) > PATH_COLUMNS) {
		next = strchr(end + 1, '/');
		if (!next)
			break;
		end = next;
	}
	line_add(line, brief ? CLAUSE_CUT : CLAUSE_MUST, "%s%s",
		 end > path ? "..." : "", end);
}
