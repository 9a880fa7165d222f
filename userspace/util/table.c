// SPDX-License-Identifier: GPL-2.0-only
/* Tables, by libsmartcols. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/table.h"
#include "util/terminal.h"

/**
 * table_style() - the style for people
 *
 * Return: the style, with colours only if @out is standard output.
 */
struct table_style table_style(FILE *out)
{
	return (struct table_style){
		.out = out,
		.utf8 = terminal_utf8(),
		.colour = out == stdout && terminal_colours(),
	};
}

/**
 * table_new() - begin a table
 * @style: style of the table
 * @column: its columns
 * @nr: number of columns
 *
 * Return: the table, for table_finish(), or NULL without memory.
 */
struct libscols_table *table_new(const struct table_style *style,
				 const struct table_column *column, size_t nr)
{
	struct libscols_table *table = scols_new_table();
	size_t i;

	if (!table)
		return NULL;
	scols_table_set_stream(table, style->out);
	scols_table_enable_raw(table, style->raw);
	scols_table_enable_noheadings(table, style->noheadings);
	scols_table_enable_ascii(table, !style->utf8);
	scols_table_enable_colors(table, style->colour);
	/* Names of tasks are escaped already, and once is enough. */
	scols_table_enable_noencoding(table, 1);
	for (i = 0; i < nr; i++) {
		if (scols_table_new_column(table, column[i].name, 0,
					   column[i].flags))
			continue;
		scols_unref_table(table);
		return NULL;
	}
	return table;
}

/**
 * table_vrow() - add a row
 * @table: the table; NULL if there was no memory for it
 * @format: of all cells, with a tab between two of them; no cell may contain
 *	    another tab
 * @args: for @format
 *
 * Return: 0 or -ENOMEM.
 */
int table_vrow(struct libscols_table *table, const char *format, va_list args)
{
	struct libscols_line *line;
	char *text, *cell, *rest;
	int i, err = 0;

	if (!table || vasprintf(&text, format, args) < 0)
		return -ENOMEM;
	line = scols_table_new_line(table, NULL);
	rest = text;
	for (i = 0; line && (cell = strsep(&rest, "\t")); i++)
		err = err ?: scols_line_set_data(line, i, cell);
	free(text);
	return line && !err ? 0 : -ENOMEM;
}

/**
 * table_row() - add a row, as table_vrow() does
 * @table: the table; NULL if there was no memory for it
 * @format: of all cells, with a tab between two of them
 *
 * Return: 0 or -ENOMEM.
 */
int table_row(struct libscols_table *table, const char *format, ...)
{
	va_list args;
	int err;

	va_start(args, format);
	err = table_vrow(table, format, args);
	va_end(args);
	return err;
}

/**
 * table_finish() - print a table and free it
 * @table: the table; NULL if there was no memory for it
 * @err: of making it; it is printed only if this is 0
 *
 * Return: @err if it is not 0, otherwise 0 or -ENOMEM.
 */
int table_finish(struct libscols_table *table, int err)
{
	if (!table)
		return err ?: -ENOMEM;
	if (!err && scols_print_table(table))
		err = -ENOMEM;
	scols_unref_table(table);
	return err;
}
