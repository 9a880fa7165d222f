// SPDX-License-Identifier: GPL-2.0-only
/* Steps as JSON, of which each says what differs from the one before. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "event/details.h"
#include "event/json.h"
#include "recorder/clock.h"
#include "recorder/tape.h"

static const struct event_style style = { .utf8 = true };

static const char *const status_name[NR_STATUS] = {
	[STATUS_RUNS] = "runs",
	[STATUS_VFORK] = "vfork",
	[STATUS_STOPPED] = "stopped",
	[STATUS_ZOMBIE] = "zombie",
	[STATUS_GONE] = "gone",
};

/**
 * tape_open() - begin a recording
 * @tape: set up
 *
 * Return: 0 or -ENOMEM.
 */
int tape_open(struct tape *tape)
{
	memset(tape, 0, sizeof(*tape));
	tape->out = open_memstream(&tape->text, &tape->len);
	if (!tape->out)
		return -ENOMEM;
	json_begin(&tape->json, tape->out);
	tape->start_ns = clock_ns();
	return 0;
}

/**
 * tape_event() - the kind of a step
 *
 * Return: its name in recordings, see taskshare(5).
 */
const char *tape_event(const struct step *step)
{
	switch (step->what->ev->type) {
	case TRACE_EV_CREATE:
		return "create";
	case TRACE_EV_FAIL:
		return "fail";
	case TRACE_EV_VFORK_DONE:
		return "vfork-done";
	case TRACE_EV_EXEC:
		return step->start ? "start" : "exec";
	case TRACE_EV_EXIT:
		return "exit";
	default:
		return "change";
	}
}

/* As trace prints it, in one line however long */
static int put_sentence(struct json *json, const struct trace_print *what)
{
	struct line line;
	char *text;
	size_t len;
	FILE *out;

	line_begin(&line);
	sentence_compose(&line, &style, what, false);
	if (what->reason)
		line_add(&line, CLAUSE_MUST, ": %s", what->reason->text);
	out = open_memstream(&text, &len);
	if (!out)
		return -ENOMEM;
	line_print(&line, out, INT_MAX);
	if (fclose(out))
		return -ENOMEM;
	json_bytes(json, "sentence", text, len);
	free(text);
	return 0;
}

static void put_detail(void *json, const char *text)
{
	json_string(json, NULL, text);
}

static void put_details(struct json *json, const struct step *step)
{
	const struct event_details to = {
		.utf8 = true, .add = put_detail, .arg = json,
	};

	json_open(json, "details", '[');
	details_compose(&to, step->what);
	if (step->overlaps)
		put_detail(json,
			   "another task was in a call or ended at the same time");
	json_close(json, ']');
}

/* Those of clone(2), whatever other flags the call has */
static void put_flags(struct json *json, const struct trace_event *ev)
{
	switch (ev->type) {
	case TRACE_EV_CREATE:
	case TRACE_EV_FAIL:
	case TRACE_EV_UNSHARE:
	case TRACE_EV_SETNS:
		if (ev->call != TRACE_SECCOMP && ev->call != TRACE_CLOSE_RANGE) {
			event_json_clone_flags(json, event_flags(ev));
			return;
		}
	}
	json_open(json, "flags", '[');
	json_close(json, ']');
}

static void put_event(struct json *json, const struct step *step)
{
	const struct trace_event *ev = step->what->ev;

	json_string(json, "event", tape_event(step));
	json_uint(json, "task", step->task);
	if (step->child == NO_TASK)
		json_null(json, "other");
	else
		json_uint(json, "other", step->child);
	if (ev->call)
		json_string(json, "call", trace_call_name[ev->call]);
	else
		json_null(json, "call");
	put_flags(json, ev);
}

static void put_cell(struct json *json, __s32 cell)
{
	switch (cell) {
	case CELL_NONE:
		json_null(json, NULL);
		break;
	case CELL_UNSEEN:
		json_string(json, NULL, "-");
		break;
	case CELL_MOVING:
		json_string(json, NULL, "?");
		break;
	default:
		json_uint(json, NULL, cell);
	}
}

static void put_row(struct json *json, __u32 task, const struct row *row)
{
	int k;

	json_open(json, NULL, '[');
	json_uint(json, NULL, task);
	json_uint(json, NULL, row->pid);
	json_uint(json, NULL, row->tgid);
	json_uint(json, NULL, row->ppid);
	json_string(json, NULL, status_name[row->status]);
	json_bytes(json, NULL, row->comm,
		   strnlen(row->comm, sizeof(row->comm)));
	json_open(json, NULL, '[');
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		put_cell(json, row->cell[k]);
	json_close(json, ']');
	json_close(json, ']');
}

static void see_kinds(struct tape *tape, const struct row *row)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (row->cell[k] != CELL_UNSEEN)
			tape->seen |= 1u << k;
}

static int put_rows(struct tape *tape, const struct history *history)
{
	struct row *row = reallocarray(tape->row, history->nr_tasks + 1,
				       sizeof(*row));
	__u32 i;

	if (!row)
		return -ENOMEM;
	tape->row = row;
	json_open(&tape->json, "rows", '[');
	for (i = 0; i < history->nr_tasks; i++) {
		const struct row *now = &history->task[i].row;

		if (i < tape->nr_rows && !memcmp(&row[i], now, sizeof(*now)))
			continue;
		put_row(&tape->json, i, now);
		row[i] = *now;
		see_kinds(tape, now);
	}
	json_close(&tape->json, ']');
	tape->nr_rows = history->nr_tasks;
	return 0;
}

static int put_refs(struct tape *tape, const struct history *history)
{
	__u32 *refs = reallocarray(tape->refs, history->nr_objects + 1,
				   sizeof(*refs));
	__u32 i;

	if (!refs)
		return -ENOMEM;
	tape->refs = refs;
	json_open(&tape->json, "refs", '[');
	for (i = 0; i < history->nr_objects; i++) {
		__u32 now = history->object[i].refs;

		if (now == (i < tape->nr_refs ? refs[i] : 0))
			continue;
		json_open(&tape->json, NULL, '[');
		json_uint(&tape->json, NULL, i);
		json_uint(&tape->json, NULL, now);
		json_close(&tape->json, ']');
		refs[i] = now;
	}
	for (i = tape->nr_refs; i < history->nr_objects; i++)
		refs[i] = history->object[i].refs;
	json_close(&tape->json, ']');
	tape->nr_refs = history->nr_objects;
	return 0;
}

static void begin_step(struct tape *tape, __u32 nr, __u64 ns)
{
	struct json *json = &tape->json;

	json_newline(json, 1);
	json_open(json, NULL, '{');
	json_uint(json, "step", nr);
	json_uint(json, "time", ns - tape->start_ns);
}

/* The picture of the step, and its end */
static int end_step(struct tape *tape, const struct history *history,
		    struct streams *streams, const char *files)
{
	struct json *json = &tape->json;
	int err = put_rows(tape, history);

	err = err ?: put_refs(tape, history);
	json_uint(json, "output", streams->nr);
	streams->sealed = streams->nr;
	if (files)
		fputs(files, tape->out);
	json_close(json, '}');
	return err;
}

/**
 * tape_step() - add a step
 * @tape: the recording
 * @history: the tasks and objects as of the step
 * @streams: output up to now
 * @nr: the step, counted from 0
 *
 * Return: 0 or -ENOMEM.
 */
int tape_step(struct tape *tape, const struct history *history,
	      struct streams *streams, __u32 nr, const struct step *step)
{
	struct json *json = &tape->json;
	int err;

	begin_step(tape, nr, step->what->ev->ns);
	put_event(json, step);
	err = put_sentence(json, step->what);
	put_details(json, step);
	place_json(json, step->place);
	return end_step(tape, history, streams, step->files) ?: err;
}

/**
 * tape_look() - add a look
 * @tape: the recording
 * @history: the tasks and objects as of the look
 * @streams: those of no output
 * @nr: the step, counted from 0
 *
 * Return: 0 or -ENOMEM.
 */
int tape_look(struct tape *tape, const struct history *history,
	      struct streams *streams, __u32 nr, const struct look *look)
{
	struct json *json = &tape->json;
	size_t i;

	begin_step(tape, nr, look->ns);
	json_string(json, "event", "look");
	json_null(json, "task");
	json_string(json, "sentence", look->sentence);
	json_open(json, "details", '[');
	for (i = 0; i < look->nr; i++)
		json_string(json, NULL, look->detail[i]);
	if (look->more)
		json_string(json, NULL, "There are more changes.");
	json_close(json, ']');
	return end_step(tape, history, streams, look->files);
}

static void add_note(struct tape *tape, int most, const char *format,
		     va_list args)
{
	char *note;
	int i;

	if (vasprintf(&note, format, args) < 0)
		return;
	for (i = 0; i < tape->nr_notes; i++)
		if (!strcmp(tape->note[i], note))
			break;
	if (i < tape->nr_notes || i >= most)
		free(note);
	else
		tape->note[tape->nr_notes++] = note;
}

/**
 * tape_note() - say what could not be recorded, once
 * @tape: the recording
 * @format: as of printf(3): a sentence
 */
void tape_note(struct tape *tape, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_note(tape, MOST_NOTES, format, args);
	va_end(args);
}

/**
 * tape_end_note() - say why the recording ends, or its output, before the program
 * @tape: the recording
 * @format: as of printf(3): a sentence, one of END_NOTES
 *
 * It has room however many tasks have notes of their own.
 */
void tape_end_note(struct tape *tape, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_note(tape, MOST_NOTES + END_NOTES, format, args);
	va_end(args);
}

/**
 * tape_close() - end a recording: @text is complete then
 * @tape: the recording
 *
 * Return: 0 or -ENOMEM.
 */
int tape_close(struct tape *tape)
{
	int err = tape->out && fclose(tape->out) ? -ENOMEM : 0;

	tape->out = NULL;
	return err;
}

/**
 * tape_free() - forget a recording
 * @tape: the recording, closed
 */
void tape_free(struct tape *tape)
{
	while (tape->nr_notes)
		free(tape->note[--tape->nr_notes]);
	free(tape->row);
	free(tape->refs);
	free(tape->text);
}
