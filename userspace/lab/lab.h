/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include "cli/session.h"
#include "lab/actors.h"
#include "util/table.h"

struct lab_run;

#define LAB_QUESTIONS	6
#define LAB_ANSWER	64

/**
 * struct lab_question - a question with a short answer, for --ask
 * @text: the question, with the answers that are possible
 * @set: the order of the letters of the answer does not matter
 */
struct lab_question {
	const char *text;
	bool set;
};

/**
 * struct lab - one experiment for a class
 * @number: its number, which may stand for its name
 * @title: one line
 * @question: to be thought about before it runs
 * @ask: the same in pieces that have a short answer
 * @source: the C source of the experiment
 * @run: prints the experiment, its observations and the explanation
 */
struct lab {
	int number;
	const char *name;
	const char *title;
	const char *question;
	struct lab_question ask[LAB_QUESTIONS];
	const char *source;
	void (*run)(struct lab_run *run);
};

extern const struct lab lab_list[];
extern const int nr_labs;

/**
 * struct lab_run - a lab that runs
 * @lab: its line in lab_list[]
 * @handle: the engine that looks
 * @largest: most memory that lab 10 may use, in bytes
 * @plot: file for the curves of lab 10, or NULL
 * @step: wait for Enter before each stage
 * @recorded: "taskshare lab --record" records it, which stops its tasks and
 *	      takes time
 * @why: the explanation, once it was given
 * @answer: predictions, by question
 * @outcome: observations, by question; empty if there is none
 * @root: the first process of the experiment, the leader of its process group; or 0
 * @seen: result of the last look
 * @gap: an empty line comes before the next observation
 * @agreed: number of observations that were as taught
 * @differed: number of observations that were not
 * @unseen: number of observations that engine or system do not permit
 * @err: a negative errno if the experiment itself failed; then the rest of
 *	 it does nothing
 * @error: says what failed
 */
struct lab_run {
	const struct lab *lab;
	struct engine_handle *handle;
	__u64 largest;
	const char *plot;
	bool step;
	bool recorded;
	const char *why;
	char answer[LAB_QUESTIONS][LAB_ANSWER];
	char outcome[LAB_QUESTIONS][LAB_ANSWER];
	pid_t root;
	struct snapshot seen;
	bool gap;
	int agreed;
	int differed;
	int unseen;
	int err;
	struct error error;
};

/* lab.c */
struct commands;
int lab_main(int argc, char **argv, const struct commands *all);

/* report.c */
void lab_report(const struct lab_run *run, int fd);
void lab_section(const char *heading);
void lab_why(struct lab_run *run, const char *text);
void lab_reading(const char *text);
void lab_fail(struct lab_run *run, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
struct libscols_table *lab_table(struct lab_run *run,
				 const struct table_column *column, size_t nr);
void lab_row(struct lab_run *run, struct libscols_table *table,
	     const char *format, ...) __attribute__((format(printf, 3, 4)));
void lab_print_table(struct lab_run *run, struct libscols_table *table);

/* pages.c */
bool lab_pages(const char *dir, const char *engine,
	       const struct lab *const *lab);

/* predict.c */
void lab_ask(struct lab_run *run);
void lab_step(struct lab_run *run);
void lab_outcome(struct lab_run *run, int question, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void lab_predictions(const struct lab_run *run);

/* look.c */
void lab_look(struct lab_run *run, const char *title, const char *columns);
const struct taskshare_record *lab_record(const struct lab_run *run, int slot);
int lab_flag(const struct lab_run *run, int slot, __u32 flag);

/* check.c */
#define LAB_KIND(kind)	(1u << TASKSHARE_##kind)

void lab_expect(struct lab_run *run, long seen, long taught,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
void lab_sleeps(struct lab_run *run, char state, const char *words);
bool lab_count(struct lab_run *run, long seen, long taught);
void lab_at_least(struct lab_run *run, long seen, long least,
		  const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void lab_shares(struct lab_run *run, int a, int b, __u32 shared, __u32 apart);
void lab_shares_each(struct lab_run *run, int a, int first, int nr,
		     const char *name, __u32 shared);
const char *lab_letters(char *to, const struct lab_run *run, int a, int b);
void lab_has_flag(struct lab_run *run, int slot, __u32 flag, bool taught,
		  const char *words);
void lab_unseen(struct lab_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The labs, each in the file of its name */
void lab_calls(struct lab_run *run);
void lab_threads(struct lab_run *run);
void lab_between(struct lab_run *run);
void lab_pid(struct lab_run *run);
void lab_exec(struct lab_run *run);
void lab_vfork(struct lab_run *run);
void lab_cow(struct lab_run *run);
void lab_cleartid(struct lab_run *run);
void lab_unshare(struct lab_run *run);
void lab_cost(struct lab_run *run);
void lab_system(struct lab_run *run);
void lab_where(struct lab_run *run);
void lab_offset(struct lab_run *run);

#endif /* LAB_LAB_H */
