/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EVENT_LINE_H
#define EVENT_LINE_H

#include <stddef.h>
#include <stdio.h>

/* Clauses of a line, and bytes that they have in all */
#define LINE_CLAUSES	16
#define LINE_BYTES	2048

/**
 * enum clause_kind - handling of a clause that does not fit
 * @CLAUSE_MUST: it is printed all the same
 * @CLAUSE_CUT: it is cut
 * @CLAUSE_MAY: it is left out
 */
enum clause_kind {
	CLAUSE_MUST,
	CLAUSE_CUT,
	CLAUSE_MAY,
};

/**
 * struct line - a line that is composed of clauses and has to fit
 * @clause: the clauses
 * @nr: number of them
 * @used: bytes of @text
 * @text: their text, each with a zero behind it
 */
struct line {
	struct {
		enum clause_kind kind;
		const char *text;
	} clause[LINE_CLAUSES];
	int nr;
	size_t used;
	char text[LINE_BYTES];
};

void line_begin(struct line *line);
void line_add(struct line *line, enum clause_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int line_columns(const struct line *line);
void line_print(const struct line *line, FILE *out, int columns);
int line_width(const char *text);

#endif /* EVENT_LINE_H */
