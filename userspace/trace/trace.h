/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include <stdbool.h>
#include <stdio.h>

#include "clone/flags.h"
#include "util/error.h"
#include "bpf/trace_event.h"

extern const char *const trace_call_name[TRACE_NR_CALLS];

/**
 * struct trace_counts - what the BPF program counts, exactly
 * @lost: events that found no room in the buffer
 * @unfollowed: tasks that could not be followed, too many at once
 * @unseen: calls that could not be watched, too many at once
 */
struct trace_counts {
	__u64 lost;
	__u64 unfollowed;
	__u64 unseen;
};

/**
 * struct trace_root - a process to begin with
 * @pid: its number
 * @descend: follow its children, too, not only its threads
 */
struct trace_root {
	__u32 pid;
	bool descend;
};

struct trace_source;

struct trace_source *trace_open(bool all, size_t buffer, struct error *error);
int trace_start(struct trace_source *source, const struct trace_root *root,
		size_t nr, struct error *error);
int trace_fd(const struct trace_source *source);
int trace_read(struct trace_source *source,
	       int (*event)(void *arg, void *data, size_t size), void *arg);
struct trace_counts trace_counts(const struct trace_source *source);
__s64 trace_following(const struct trace_source *source);
void trace_close(struct trace_source *source);

/**
 * enum relation - what a new task has to do with its creator's object
 * @RELATION_UNKNOWN: this kernel does not show it
 * @RELATION_SHARED: the same object
 * @RELATION_COPIED: an object of its own, with the same in it
 * @RELATION_NEW: an object of its own
 * @RELATION_ABSENT: it has none
 */
enum relation {
	RELATION_UNKNOWN,
	RELATION_SHARED,
	RELATION_COPIED,
	RELATION_NEW,
	RELATION_ABSENT,
};

extern const char *const relation_name[];

/**
 * struct mismatch - a promise that was not kept
 * @flag: index of the flag in clone_flags[]
 * @given: whether the flag was given
 * @kind: of the object
 * @relation: what it came to
 */
struct mismatch {
	int flag;
	bool given;
	int kind;
	enum relation relation;
};

enum relation trace_relation(const struct trace_event *ev, int kind);
int trace_judge(const struct trace_event *ev, struct mismatch *mismatch);

#define TRACE_TEXT 1024

char *trace_why(char *to, const struct trace_event *ev);

/**
 * struct trace_output - where events go
 * @out: the stream
 * @start: when tracing began, in nanoseconds of CLOCK_MONOTONIC
 * @json: one object a line
 * @quiet: only the summary
 * @utf8: whether the reader understands UTF-8
 * @colour: whether the reader understands colours
 */
struct trace_output {
	FILE *out;
	__u64 start;
	bool json;
	bool quiet;
	bool utf8;
	bool colour;
};

void trace_words(const struct trace_output *out, const struct trace_event *ev,
		 const struct mismatch *mismatch, int nr);
void trace_json(const struct trace_output *out, const struct trace_event *ev,
		const struct mismatch *mismatch, int nr);
void trace_lost_json(const struct trace_output *out, __u64 lost);

/**
 * struct flag_set - tasks that were created by the same flags
 * @flags: the flags
 * @created: how many tasks
 * @failed: how many calls failed
 * @mismatches: how many of the tasks were not what the flags say
 */
struct flag_set {
	__u64 flags;
	__u64 created;
	__u64 failed;
	__u64 mismatches;
};

/**
 * struct trace_summary - what there was
 * @set: the sets of flags, in the order of their first use
 * @nr: how many
 * @created: how many tasks
 * @mismatches: how many of them were not what their flags say
 * @events: how many events
 */
struct trace_summary {
	struct flag_set *set;
	size_t nr;
	__u64 created;
	__u64 mismatches;
	__u64 events;
};

int trace_summary_add(struct trace_summary *sum, const struct trace_event *ev,
		      bool mismatch);
int trace_summary_table(const struct trace_summary *sum, FILE *out);
void trace_end_words(const struct trace_output *out,
		     const struct trace_summary *sum,
		     const struct trace_counts *counts);
void trace_end_json(const struct trace_output *out,
		    const struct trace_summary *sum,
		    const struct trace_counts *counts);

struct commands;
int trace_main(int argc, char **argv, const struct commands *all);

#endif /* TRACE_TRACE_H */
