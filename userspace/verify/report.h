/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VERIFY_REPORT_H
#define VERIFY_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include <taskshare.h>

#define MAX_ENGINES	8
#define MAX_GROUPS	96
#define MAX_ROWS	96
#define MAX_SHOWN	8
#define NAME_SIZE	96

/* The columns of what was seen: the kinds, and who is whose parent and so on */
#define COLUMN_FAMILY	TASKSHARE_NR_KINDS
#define NR_COLUMNS	(TASKSHARE_NR_KINDS + 1)

/* A task's object as it was seen, beside that of its creator; a bit each */
enum sight {
	SAW_SHARED = 1,
	SAW_OWN = 2,
	SAW_NONE = 4,
	SAW_WRONG = 8,
	SAW_NOTHING = 16,
};

/**
 * struct tally - numbers of checks
 * @checked: those with a result
 * @wrong: those with another result than the expected one
 * @skipped: those without a result
 */
struct tally {
	long checked;
	long wrong;
	long skipped;
};

/**
 * struct group - checks of one sort, which are one line of TAP
 * @name: of it
 * @calls: answers of the kernel; @skipped: it could not be asked
 * @facts: facts that each engine saw
 */
struct group {
	char name[NAME_SIZE];
	struct tally calls;
	struct tally facts[MAX_ENGINES];
};

/**
 * struct row - a row of the table of flags and objects
 * @name: a flag or another call
 * @saw: for every kind, bits of enum sight
 */
struct row {
	char name[32];
	unsigned int saw[NR_COLUMNS];
};

/**
 * struct refusal - why checks could not be made
 * @words: in words
 * @nr: number of checks
 */
struct refusal {
	char words[NAME_SIZE];
	long nr;
};

/**
 * struct mismatch - something that is not as expected
 * @group: index of its group
 * @words: the difference, in words
 * @program: a C program that shows it, or NULL
 */
struct mismatch {
	int group;
	char words[512];
	char *program;
};

/**
 * struct report - all that verify has to say
 * @engine: the names of the engines
 * @nr_engines: number of engines
 * @seed: of the random trees
 * @kind: results by engine and kind
 * @shown: the first mismatches
 */
struct report {
	const char *engine[MAX_ENGINES];
	int nr_engines;
	unsigned int seed;
	long tasks;
	struct tally kind[MAX_ENGINES][NR_COLUMNS];
	struct group group[MAX_GROUPS];
	int nr_groups;
	struct row row[MAX_ROWS];
	int nr_rows;
	struct refusal refusal[MAX_GROUPS];
	int nr_refusals;
	struct mismatch shown[MAX_SHOWN];
	int nr_shown;
	long nr_mismatches;
};

extern struct report report;

int report_group(const char *name);
int report_row(const char *name);
void report_refusal(int group, long nr, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
struct mismatch *report_mismatch(int group, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
const char *column_name(int column);
void report_free(void);

/* json.c and output.c */
int output_verify_json(FILE *out);
int output_verify_tap(FILE *out);
int output_verify_text(FILE *out);

#endif /* VERIFY_REPORT_H */
