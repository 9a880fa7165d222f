// SPDX-License-Identifier: GPL-2.0-only
/* Tables of what a lab measures. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <libsmartcols.h>

#include "lab.h"
#include "show.h"

/**
 * lab_table() - begin a table
 * @run: the lab
 * @heading: the headings; those that begin with a blank are of numbers
 * @nr: how many
 *
 * Return: the table, or NULL if the experiment has failed.
 */
struct libscols_table *lab_table(struct lab_run *run,
				 const char *const *heading, size_t nr)
{
	const struct view view = { .out = stdout, .utf8 = reader_knows_utf8() };
	struct libscols_table *table;
	size_t i;

	if (run->err)
		return NULL;
	table = view_table(&view);
	for (i = 0; i < nr && table; i++) {
		int right = *heading[i] == ' ' ? SCOLS_FL_RIGHT : 0;

		if (!scols_table_new_column(table, heading[i] + !!right, 0,
					    right)) {
			scols_unref_table(table);
			table = NULL;
		}
	}
	if (!table)
		lab_fail(run, -ENOMEM, "no memory");
	return table;
}

/**
 * lab_row() - add a row
 * @run: the lab
 * @table: to what; may be NULL
 * @format: of the cells, with a tab between
 */
void lab_row(struct lab_run *run, struct libscols_table *table,
	     const char *format, ...)
{
	struct libscols_line *line;
	char *text, *cell, *rest;
	va_list args;
	int i, err;

	if (run->err)
		return;
	va_start(args, format);
	err = vasprintf(&text, format, args) < 0;
	va_end(args);
	line = err ? NULL : scols_table_new_line(table, NULL);
	if (!line) {
		lab_fail(run, -ENOMEM, "no memory");
		return;
	}
	rest = text;
	for (i = 0; (cell = strsep(&rest, "\t")); i++)
		if (scols_line_set_data(line, i, cell))
			lab_fail(run, -ENOMEM, "no memory");
	free(text);
}

/**
 * lab_print_table() - print a table and forget it
 * @run: the lab
 * @table: which; may be NULL
 */
void lab_print_table(struct lab_run *run, struct libscols_table *table)
{
	if (!table)
		return;
	if (!run->err && scols_print_table(table))
		lab_fail(run, -ENOMEM, "a table cannot be printed");
	scols_unref_table(table);
}
