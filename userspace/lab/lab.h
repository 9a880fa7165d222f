/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include "cli/session.h"
#include "lab/actors.h"
#include "util/table.h"

struct lab_run;

/**
 * struct lab - one experiment for a class
 * @number: what it may be called by
 * @name: what it is called
 * @title: one line
 * @question: to be answered before it runs
 * @run: prints the experiment, checks and the explanation
 */
struct lab {
	int number;
	const char *name;
	const char *title;
	const char *question;
	void (*run)(struct lab_run *run);
};

extern const struct lab lab_list[];
extern const int nr_labs;

/**
 * struct lab_run - a lab under way
 * @lab: which
 * @handle: the engine that looks
 * @largest: how much memory lab 10 may use at most, in bytes
 * @plot: where lab 10 draws its curves, or NULL
 * @root: the process on the stage, the leader of its process group; or 0
 * @seen: what the last look saw
 * @gap: an empty line comes before the next observation
 * @agreed: how many observations were as taught
 * @differed: how many were not
 * @unseen: how many the engine or the system does not let us make
 * @err: a negative errno if the experiment itself failed; then the rest of
 *	 it does nothing
 * @error: says what failed
 */
struct lab_run {
	const struct lab *lab;
	struct engine_handle *handle;
	__u64 largest;
	const char *plot;
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
void lab_section(const char *heading);
void lab_why(const char *text);
void lab_reading(const char *text);
void lab_fail(struct lab_run *run, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
struct libscols_table *lab_table(struct lab_run *run,
				 const struct table_column *column, size_t nr);
void lab_row(struct lab_run *run, struct libscols_table *table,
	     const char *format, ...) __attribute__((format(printf, 3, 4)));
void lab_print_table(struct lab_run *run, struct libscols_table *table);

/* look.c */
void lab_look(struct lab_run *run, const char *title, const char *columns);
const struct taskshare_record *lab_record(const struct lab_run *run, int slot);
int lab_flag(const struct lab_run *run, int slot, __u32 flag);

/* check.c */
#define LAB_KIND(kind)	(1u << TASKSHARE_##kind)

void lab_expect(struct lab_run *run, long seen, long taught,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
bool lab_count(struct lab_run *run, long seen, long taught);
void lab_at_least(struct lab_run *run, long seen, long least,
		  const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void lab_shares(struct lab_run *run, int a, int b, __u32 shared, __u32 apart);
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

#endif /* LAB_LAB_H */
