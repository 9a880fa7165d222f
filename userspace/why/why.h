/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WHY_WHY_H
#define WHY_WHY_H

#include <stddef.h>
#include <stdio.h>

#include "clone/rules.h"
#include "util/error.h"
#include "why/caller.h"

/**
 * struct question - a call that is asked for
 * @request: the call; its release is filled in later
 * @call: its name, without flags
 * @plain: the flags are part of what it is called
 */
struct question {
	struct request request;
	const char *call;
	bool plain;
};

extern const struct question questions[];
extern const size_t nr_questions;

int question_parse(struct question *question, const char *call,
		   const char *flags, struct error *error);

/**
 * struct answer - the prediction of a call
 * @question: the call
 * @prediction: the predicted result
 */
struct answer {
	const struct question *question;
	struct prediction prediction;
};

/**
 * struct answers - the answers about a task
 * @caller: the task, with the facts known about it
 * @answer: the answers
 * @nr: number of answers
 * @asked: the PID that was asked for, that of @caller or of its dead leader
 * @target: the process whose namespaces are joined, 0 for any other
 * @single: one call was asked for
 * @all: with calls that work, and with sources
 */
struct answers {
	const struct caller *caller;
	struct answer *answer;
	size_t nr;
	__u32 asked;
	__u32 target;
	bool single;
	bool all;
};

struct answer answer_question(const struct caller *caller,
			      const struct question *question);
char *question_text(char *to, const struct question *question);

/* Room for question_text() */
#define QUESTION_TEXT	600

void answers_text(const struct answers *answers, FILE *out);
void answers_json(const struct answers *answers, FILE *out);
int answers_table(const struct answers *answers, FILE *out, bool raw,
		  bool noheadings);

/* Names of @culprits of a fact, see answer.c */
char *culprits_text(const struct caller *caller, const struct rule *rule,
		    bool kinds);
const struct finding *finding_of(const struct caller *caller,
				 const struct prediction *prediction);

struct commands;
int why_main(int argc, char **argv, const struct commands *all);

#endif /* WHY_WHY_H */
