// SPDX-License-Identifier: GPL-2.0-only
/* The results of verify: for people, as TAP, and as JSON. */
#include <errno.h>
#include <string.h>

#include "util/array.h"
#include "record/kinds.h"
#include "util/table.h"
#include "verify/report.h"

/* A program as comments, which TAP lets pass */
static void put_program(FILE *out, const char *program, const char *prefix)
{
	const char *line = program, *end;

	for (; *line; line = end + (*end == '\n')) {
		end = strchrnul(line, '\n');
		fprintf(out, "%s%.*s\n", prefix, (int)(end - line), line);
	}
}

static void put_point(FILE *out, int nr, const struct tally *tally,
		      const char *name, const char *who, const char *what)
{
	fprintf(out, "%sok %d - %s: ", tally->wrong ? "not " : "", nr, name);
	fprintf(out, "%s%s%ld %s as expected", who ? who : "", who ? ": " : "",
		tally->checked - tally->wrong, what);
	if (tally->wrong)
		fprintf(out, ", %ld not", tally->wrong);
	if (tally->skipped && tally->checked)
		fprintf(out, ", %ld not seen", tally->skipped);
	if (!tally->checked)
		fprintf(out, " # SKIP %ld could not be tried",
			tally->skipped);
	putc('\n', out);
}

/**
 * output_verify_tap() - print what wasfound as TAP
 *
 * A point is one group of calls, or what one engine saw of what they made.
 *
 * Return: 0.
 */
int output_verify_tap(FILE *out)
{
	int g, e, i, nr = 0;

	for (g = 0; g < report.nr_groups; g++) {
		const struct group *group = &report.group[g];

		put_point(out, ++nr, &group->calls, group->name, NULL, "calls");
		for (e = 0; e < report.nr_engines; e++)
			if (group->facts[e].checked || group->facts[e].skipped)
				put_point(out, ++nr, &group->facts[e],
					  group->name, report.engine[e],
					  "facts");
		for (i = 0; i < report.nr_shown; i++) {
			if (report.shown[i].group != g)
				continue;
			fprintf(out, "# %s\n", report.shown[i].words);
			if (report.shown[i].program)
				put_program(out, report.shown[i].program,
					    "# ");
		}
	}
	for (i = 0; i < report.nr_refusals; i++)
		fprintf(out, "# not tried %ld times: %s\n",
			report.refusal[i].nr, report.refusal[i].words);
	fprintf(out, "# seed %u\n1..%d\n", report.seed, nr);
	return 0;
}

static const char *cell(unsigned int saw)
{
	if (saw & SAW_WRONG)
		return "WRONG";
	saw &= ~SAW_NOTHING;
	switch (saw) {
	case 0:
		return "?";
	case SAW_SHARED:
	case SAW_SHARED | SAW_NONE:
		return "=";
	case SAW_OWN:
	case SAW_OWN | SAW_NONE:
		return "own";
	case SAW_NONE:
		return "-";
	default:
		return ".";
	}
}

static int add_row(struct libscols_table *table, const struct row *row)
{
	char cells[sizeof(row->name) + TASKSHARE_NR_KINDS * 8], *at = cells;
	int k;

	at += sprintf(at, "%s", row->name);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		at += sprintf(at, "\t%s", cell(row->saw[k]));
	return table_row(table, "%s", cells);
}

static int print_table(FILE *out)
{
	const struct table_style style = table_style(out);
	struct table_column column[TASKSHARE_NR_KINDS + 1] = { { "with", 0 } };
	struct libscols_table *table;
	int err = 0, r, k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		column[k + 1].name = kind_name[k];
	table = table_new(&style, column, ARRAY_SIZE(column));
	for (r = 0; r < report.nr_rows && !err; r++)
		err = add_row(table, &report.row[r]);
	err = table_finish(table, err);
	fputs("=  as its creator's   own  not its creator's   -  none   .  as other flags say   ?  not seen\n",
	      out);
	return err;
}

static void put_skipped(FILE *out, int engine)
{
	const char *comma = "";
	int column;

	for (column = 0; column < NR_COLUMNS; column++) {
		const struct tally *kind = &report.kind[engine][column];

		if (!kind->skipped)
			continue;
		fprintf(out, "%s%s %ld", *comma ? comma :
			", and could not see ", column_name(column),
			kind->skipped);
		comma = ", ";
	}
}

static void sum_up(FILE *out)
{
	long calls = 0, checked, wrong;
	int g, e, column;

	for (g = 0; g < report.nr_groups; g++)
		calls += report.group[g].calls.checked;
	fprintf(out, "\n%ld tasks, %ld calls judged, seed %u\n", report.tasks,
		calls, report.seed);
	for (e = 0; e < report.nr_engines; e++) {
		checked = 0;
		wrong = 0;
		for (column = 0; column < NR_COLUMNS; column++) {
			checked += report.kind[e][column].checked;
			wrong += report.kind[e][column].wrong;
		}
		fprintf(out, "%s: %ld facts as expected, %ld not",
			report.engine[e], checked - wrong, wrong);
		put_skipped(out, e);
		putc('\n', out);
	}
	for (g = 0; g < report.nr_refusals; g++)
		fprintf(out, "not tried, %ld: %s\n", report.refusal[g].nr,
			report.refusal[g].words);
}

/**
 * output_verify_text() - print what wasfound for people
 *
 * Return: 0 or a negative errno.
 */
int output_verify_text(FILE *out)
{
	int i, err;

	for (i = 0; i < report.nr_shown; i++) {
		fprintf(out, "%s: %s\n",
			report.group[report.shown[i].group].name,
			report.shown[i].words);
		if (report.shown[i].program)
			fprintf(out, "This program shows it:\n\n%s\n",
				report.shown[i].program);
	}
	err = print_table(out);
	sum_up(out);
	if (report.nr_mismatches)
		fprintf(out, "%ld mismatches, of which the first %d are shown above: a bug of the kernel, of an emulator, or of taskshare\n",
			report.nr_mismatches, report.nr_shown);
	else
		fputs("all as expected\n", out);
	return err;
}
