/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WHY_WHY_H
#define WHY_WHY_H

#include <stddef.h>

#include "clone/rules.h"

/**
 * struct why_question - a call that is worth asking for
 * @request: the call
 * @name: what it is called
 */
struct why_question {
	struct request request;
	const char *name;
};

extern const struct why_question why_questions[];
extern const size_t nr_why_questions;

struct commands;
int why_main(int argc, char **argv, const struct commands *all);

#endif /* WHY_WHY_H */
