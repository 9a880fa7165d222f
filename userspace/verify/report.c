// SPDX-License-Identifier: GPL-2.0-only
/* The results of verify while it runs. */
#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/exit.h"
#include "record/kinds.h"
#include "verify/report.h"

struct report report;

/**
 * report_group() - a group of checks by its name
 * @name: of it
 *
 * Return: its index; it is made if there is none yet.
 */
int report_group(const char *name)
{
	int i;

	for (i = 0; i < report.nr_groups; i++)
		if (!strcmp(report.group[i].name, name))
			return i;
	if (i == MAX_GROUPS)
		errx(EXIT_ERROR, "MAX_GROUPS is too small");
	snprintf(report.group[i].name, NAME_SIZE, "%s", name);
	return report.nr_groups++;
}

/**
 * report_row() - a row of the table by its name
 * @name: of it
 *
 * Return: its index; it is made if there is none yet.
 */
int report_row(const char *name)
{
	int i;

	for (i = 0; i < report.nr_rows; i++)
		if (!strcmp(report.row[i].name, name))
			return i;
	if (i == MAX_ROWS)
		errx(EXIT_ERROR, "MAX_ROWS is too small");
	snprintf(report.row[i].name, sizeof(report.row[i].name), "%s", name);
	return report.nr_rows++;
}

/**
 * report_refusal() - some checks of a group cannot be made
 * @group: its index, or -1 for none
 * @nr: number of checks
 * @format: why not
 */
void report_refusal(int group, long nr, const char *format, ...)
{
	char words[NAME_SIZE];
	va_list args;
	int i;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	if (group >= 0)
		report.group[group].calls.skipped += nr;
	for (i = 0; i < report.nr_refusals; i++)
		if (!strcmp(report.refusal[i].words, words))
			break;
	if (i == MAX_GROUPS)
		i--;
	else if (i == report.nr_refusals)
		strcpy(report.refusal[report.nr_refusals++].words, words);
	report.refusal[i].nr += nr;
}

/**
 * report_mismatch() - something is not as expected
 * @group: index of its group
 * @format: the difference, as of printf(3)
 *
 * Return: where to put the program that shows it, or NULL if there have been
 * enough of them.
 */
struct mismatch *report_mismatch(int group, const char *format, ...)
{
	struct mismatch *mismatch;
	va_list args;

	if (report.nr_mismatches++ >= MAX_SHOWN)
		return NULL;
	mismatch = &report.shown[report.nr_shown++];
	mismatch->group = group;
	va_start(args, format);
	vsnprintf(mismatch->words, sizeof(mismatch->words), format, args);
	va_end(args);
	return mismatch;
}

/**
 * column_name() - title of a column of the report
 * @column: a kind, or COLUMN_FAMILY
 *
 * Return: its name.
 */
const char *column_name(int column)
{
	return column == COLUMN_FAMILY ? "family" : kind_name[column];
}

/**
 * report_free() - free what the report holds
 */
void report_free(void)
{
	int i;

	for (i = 0; i < report.nr_shown; i++)
		free(report.shown[i].program);
	memset(&report, 0, sizeof(report));
}
