/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUDIT_EVALUATE_H
#define AUDIT_EVALUATE_H

#include "audit/rules.h"

/**
 * struct coverage - tasks that a rule was evaluated for
 * @asked: number of tasks, or pairs of tasks, that it was asked about
 * @unknown: number of them about which not enough is known
 */
struct coverage {
	__u32 asked;
	__u32 unknown;
};

/**
 * struct question - rules and processes to look at
 * @wanted: for each rule whether it is evaluated
 * @tgid: processes that findings have to be about
 * @nr: number of processes, 0: all
 */
struct question {
	bool *wanted;
	const __u32 *tgid;
	size_t nr;
};

int evaluate(const struct look *look, const struct question *question,
	     struct findings *findings, struct coverage *coverage,
	     struct error *error);
void confirm(const struct look *look, struct findings *findings,
	     struct coverage *coverage);
void describe_parties(const struct look *look, struct finding *finding);

#endif /* AUDIT_EVALUATE_H */
