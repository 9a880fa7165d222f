// SPDX-License-Identifier: GPL-2.0-only
/* The parts of a lab's report that are not observations. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "lab/lab.h"
#include "util/json.h"

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
 * @run: the lab
 * @text: lines
 */
void lab_why(struct lab_run *run, const char *text)
{
	run->why = text;
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

/**
 * lab_report() - write what a page needs of a lab that was run
 * @run: the lab
 * @fd: of a file, written to from its beginning
 *
 * If that fails, the file is no JSON, and its reader sees that.
 */
void lab_report(const struct lab_run *run, int fd)
{
	const struct lab_question *ask = run->lab->ask;
	struct json json;
	FILE *out = fdopen(dup(fd), "w");
	int i;

	if (!out)
		return;
	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_int(&json, "number", run->lab->number);
	json_string(&json, "name", run->lab->name);
	json_string(&json, "title", run->lab->title);
	json_string(&json, "question", run->lab->question);
	json_string(&json, "explanation", run->why ?: "");
	json_open(&json, "ask", '[');
	for (i = 0; i < LAB_QUESTIONS && ask[i].text; i++) {
		json_open(&json, NULL, '{');
		json_string(&json, "text", ask[i].text);
		json_bool(&json, "set", ask[i].set);
		if (*run->outcome[i])
			json_string(&json, "answer", run->outcome[i]);
		else
			json_null(&json, "answer");
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_string(&json, "index", "index.html");
	json_close(&json, '}');
	fclose(out);
}
