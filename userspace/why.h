/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WHY_H
#define WHY_H

#include <stddef.h>

#include "why_rules.h"

/**
 * struct why_question - a call that is worth asking for
 * @request: the call
 * @name: what it is called
 */
struct why_question {
	struct why_request request;
	const char *name;
};

extern const struct why_question why_questions[];
extern const size_t nr_why_questions;

int why_main(int argc, char **argv);

#endif /* WHY_H */
