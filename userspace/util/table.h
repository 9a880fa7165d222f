/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UTIL_TABLE_H
#define UTIL_TABLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <libsmartcols.h>

/**
 * struct table_style - style of tables
 * @raw: for programs: one blank between columns, no alignment
 * @noheadings: without the row of headings
 * @utf8: whether the output may be UTF-8
 * @colour: whether it may have colours
 */
struct table_style {
	FILE *out;
	bool raw;
	bool noheadings;
	bool utf8;
	bool colour;
};

/**
 * struct table_column - a column
 * @name: its heading
 * @flags: SCOLS_FL_* of libsmartcols
 */
struct table_column {
	const char *name;
	int flags;
};

struct table_style table_style(FILE *out);
struct libscols_table *table_new(const struct table_style *style,
				 const struct table_column *column, size_t nr);
int table_row(struct libscols_table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int table_vrow(struct libscols_table *table, const char *format, va_list args);
int table_finish(struct libscols_table *table, int err);

#endif /* UTIL_TABLE_H */
