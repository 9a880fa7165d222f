/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_TAPE_H
#define RECORDER_TAPE_H

#include "event/sentence.h"
#include "recorder/history.h"
#include "recorder/place.h"
#include "recorder/stream.h"
#include "util/json.h"

/* Sentences about what could not be recorded; more would say nothing new. */
#define MOST_NOTES	64
/* Those about what is missing from its end on: that has to be said in any case. */
#define END_NOTES	2

/**
 * struct step - one step
 * @what: the event
 * @task: index of the task that did it
 * @child: of the task that it made, or NO_TASK
 * @place: program, function and line of the call
 * @start: it is the program's start
 * @overlaps: another task was in a call, too
 * @files: open files, as of struct open_files; NULL if unchanged
 */
struct step {
	const struct trace_print *what;
	__u32 task;
	__u32 child;
	const struct place *place;
	bool start;
	bool overlaps;
	const char *files;
};

/**
 * struct look - a step that is a look at processes that run on
 * @ns: when it was, as of clock_ns()
 * @sentence: what differs from the look before
 * @detail: the same in single lines
 * @nr: number of these
 * @more: number of changes that have no line
 * @files: see struct step
 */
struct look {
	__u64 ns;
	char *sentence;
	char *const *detail;
	size_t nr;
	size_t more;
	const char *files;
};

/**
 * struct tape - the steps of a recording, as they will be written
 * @out: the stream that collects them
 * @text: the JSON so far
 * @json: writes to it
 * @row: the tasks as of the last step
 * @nr_rows: number of them
 * @refs: reference counts of the objects as of the last step
 * @nr_refs: number of them
 * @seen: mask of the kinds that were seen of any task
 * @start_ns: the time of the beginning, as of clock_ns()
 * @note: sentences about what could not be recorded
 * @nr_notes: number of them
 */
struct tape {
	FILE *out;
	char *text;
	size_t len;
	struct json json;
	struct row *row;
	__u32 nr_rows;
	__u32 *refs;
	__u32 nr_refs;
	__u32 seen;
	__u64 start_ns;
	char *note[MOST_NOTES + END_NOTES];
	int nr_notes;
};

int tape_open(struct tape *tape);
const char *tape_event(const struct step *step);
int tape_step(struct tape *tape, const struct history *history,
	      struct streams *streams, __u32 nr, const struct step *step);
int tape_look(struct tape *tape, const struct history *history,
	      struct streams *streams, __u32 nr, const struct look *look);
void tape_note(struct tape *tape, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void tape_end_note(struct tape *tape, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int tape_close(struct tape *tape);
void tape_free(struct tape *tape);

#endif /* RECORDER_TAPE_H */
