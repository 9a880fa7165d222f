/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUDIT_OUTPUT_H
#define AUDIT_OUTPUT_H

#include <stdio.h>
#include <time.h>

#include "audit/evaluate.h"
#include "audit/options.h"

/**
 * struct result - the result of an audit
 * @opt: the command line
 * @engine: the engine that saw the tasks
 * @findings: the findings of all severities, the most severe first
 * @coverage: for each rule, what it could be evaluated for
 * @suppressed: for each rule, number of findings that are allowed
 * @tasks: number of live user tasks
 * @unreadable: number of those whose own values could not be read
 * @looks: number of looks
 * @errors: number of files and lines of the allowlist that were not usable
 * @seconds: duration of the audit
 * @now: when it ended
 */
struct result {
	const struct options *opt;
	const char *engine;
	struct findings findings;
	struct coverage *coverage;
	__u32 *suppressed;
	__u32 tasks;
	__u32 unreadable;
	unsigned int looks;
	unsigned int errors;
	double seconds;
	time_t now;
};

void output_sentence(char *to, size_t size, const struct finding *finding,
		     bool utf8);
void output_audit_text(FILE *out, const struct result *result);
void output_audit_json(FILE *out, const struct result *result);
void output_audit_metrics(FILE *out, const struct result *result);
size_t result_shown(const struct result *result, size_t by_severity[]);

#endif /* AUDIT_OUTPUT_H */
