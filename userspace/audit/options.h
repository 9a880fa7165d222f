/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUDIT_OPTIONS_H
#define AUDIT_OPTIONS_H

#include "audit/finding.h"

/**
 * struct options - the command line
 * @engine: the argument of --engine
 * @interval: seconds between two looks, 0: look once
 * @least: seconds that states have to last, less than 0: what the rules say
 * @severity: report findings from this one on
 * @wanted: for each rule whether it was asked for
 * @verbose: all that is known of each finding
 * @json: JSON output format
 * @metrics: metrics are asked for
 * @metrics_file: file for metrics, or NULL: in place of the other output
 * @openmetrics: in the format OpenMetrics
 * @pid: the operands
 * @nr_pids: number of them
 */
struct options {
	const char *engine;
	double interval;
	double least;
	enum severity severity;
	bool *wanted;
	bool verbose;
	bool json;
	bool metrics;
	const char *metrics_file;
	bool openmetrics;
	__u32 *pid;
	size_t nr_pids;
};

int options_parse_audit(struct options *opt, int argc, char **argv,
			struct error *error);
void options_free_audit(struct options *opt);

#endif /* AUDIT_OPTIONS_H */
