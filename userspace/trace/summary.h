/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_SUMMARY_H
#define TRACE_SUMMARY_H

#include "trace/output.h"
#include "trace/source.h"

/**
 * struct flag_set - tasks that were created by the same flags
 * @created: number of tasks
 * @failed: number of calls that failed
 * @mismatches: number of tasks that do not match the flags
 */
struct flag_set {
	__u64 flags;
	__u64 created;
	__u64 failed;
	__u64 mismatches;
};

/**
 * struct trace_summary - counts of all events
 * @set: the sets of flags, in the order of their first use
 * @nr: number of sets
 * @created: number of tasks
 * @mismatches: number of tasks that do not match their flags
 * @failed: number of failed calls
 * @events: number of events
 * @printed: number of those that were asked for
 */
struct trace_summary {
	struct flag_set *set;
	size_t nr;
	__u64 created;
	__u64 mismatches;
	__u64 failed;
	__u64 events;
	__u64 printed;
};

int trace_summary_add(struct trace_summary *sum, const struct trace_event *ev,
		      bool mismatch);
int trace_summary_table(const struct trace_summary *sum, FILE *out);
void trace_end_text(const struct trace_output *out,
		    const struct trace_summary *sum,
		    const struct trace_counts *counts);
void trace_begin_json(const struct trace_output *out);
void trace_lost_json(const struct trace_output *out, __u64 lost);
void trace_end_json(const struct trace_output *out,
		    const struct trace_summary *sum,
		    const struct trace_counts *counts);

#endif /* TRACE_SUMMARY_H */
