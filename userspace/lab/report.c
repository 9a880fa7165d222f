// SPDX-License-Identifier: GPL-2.0-only
/* The parts of a lab's report that are not observations. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "lab/lab.h"

/**
 * lab_section() - print a heading of the report
 * @heading: its text
 */
void lab_section(const char *heading)
{
	printf("\n%s\n", heading);
}

/**
 * lab_why() - print the explanation
 * @text: lines
 */
void lab_why(const char *text)
{
	lab_section("Why");
	puts(text);
}

/**
 * lab_reading() - print where to read on
 * @text: lines, one for each file of the kernel
 */
void lab_reading(const char *text)
{
	lab_section("Further reading");
	puts(text);
}

/**
 * lab_fail() - end an experiment that cannot be made
 * @run: the lab
 * @err: a negative errno
 * @format: the reason, as of printf(3); the first one stays
 */
void lab_fail(struct lab_run *run, int err, const char *format, ...)
{
	va_list args;

	if (run->err)
		return;
	run->err = err;
	va_start(args, format);
	vsnprintf(run->error.text, sizeof(run->error.text), format, args);
	va_end(args);
}

/**
 * lab_table() - begin a table
 * @run: the lab
 * @column: its columns
 * @nr: number of columns
 *
 * Return: the table, or NULL if the experiment has failed.
 */
struct libscols_table *lab_table(struct lab_run *run,
				 const struct table_column *column, size_t nr)
{
	const struct table_style style = table_style(stdout);
	struct libscols_table *table;

	if (run->err)
		return NULL;
	table = table_new(&style, column, nr);
	if (!table)
		lab_fail(run, -ENOMEM, "no memory");
	return table;
}

/**
 * lab_row() - add a row
 * @run: the lab
 * @table: the table, or NULL
 * @format: of all cells, with a tab between two of them
 */
void lab_row(struct lab_run *run, struct libscols_table *table,
	     const char *format, ...)
{
	va_list args;

	if (run->err)
		return;
	va_start(args, format);
	if (table_vrow(table, format, args))
		lab_fail(run, -ENOMEM, "no memory");
	va_end(args);
}

/**
 * lab_print_table() - print a table and free it
 * @run: the lab
 * @table: the table, or NULL
 */
void lab_print_table(struct lab_run *run, struct libscols_table *table)
{
	if (table && table_finish(table, run->err) && !run->err)
		lab_fail(run, -ENOMEM, "a table cannot be printed");
}
