/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UTIL_TEXT_H
#define UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <linux/types.h>

/* Room for the name of a task, every byte of it escaped */
#define TEXT_COMM	(16 * 4 + 1)
/* Room for one character, escaped */
#define TEXT_CHAR	5
/* Room for the letters of a group */
#define TEXT_GROUP	8

/**
 * struct text - text in the making
 * @to: its memory
 * @size: number of bytes there, 0 once it is full
 * @len: number of bytes of the text
 */
struct text {
	char *to;
	size_t size;
	size_t len;
};

void text_begin(struct text *text, char *to, size_t size);
void text_add(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_add_escaped(struct text *text, const char *s, bool utf8);

void text_wrap(FILE *out, const char *line, int width, int indent);

size_t text_utf8(const char *from, size_t len, __u32 *point);
bool text_control(__u32 point);
const char *text_escape(char *to, const char *comm, bool utf8);
void text_put(FILE *out, const char *s, size_t len, bool utf8);
const char *text_group(char *to, __u32 group);

#endif /* UTIL_TEXT_H */
