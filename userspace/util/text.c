// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of tasks and of groups as text.
 *
 * A task chooses its own name, any bytes: nothing of it may reach a terminal
 * as a control sequence or pass for something else.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wctype.h>

#include "util/text.h"

/**
 * text_utf8() - take one character from bytes that may be UTF-8
 * @from: the bytes
 * @len: number of bytes, at least one
 * @point: set to the code point
 *
 * Return: its length, or 0 if it is not valid: overlong forms, surrogates and
 * what is beyond the last code point are not.
 */
size_t text_utf8(const char *from, size_t len, __u32 *point)
{
	static const __u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)from;
	size_t i, need;

	if (s[0] < 0x80)
		need = 1;
	else if (s[0] >= 0xc2 && s[0] < 0xe0)
		need = 2;
	else if (s[0] >= 0xe0 && s[0] < 0xf0)
		need = 3;
	else if (s[0] >= 0xf0 && s[0] < 0xf5)
		need = 4;
	else
		return 0;
	if (need > len)
		return 0;
	*point = need == 1 ? s[0] : s[0] & (0x7f >> need);
	for (i = 1; i < need; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (s[i] & 0x3f);
	}
	if (*point < least[need] || *point > 0x10ffff ||
	    (*point >= 0xd800 && *point < 0xe000))
		return 0;
	return need;
}

/**
 * text_control() - check whether a character steers a terminal or is invisible
 * @point: the code point
 *
 * Return: true for C0, DEL and C1, and for what is invisible or turns the
 * direction of writing.
 */
bool text_control(__u32 point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	       point == 0xad || point == 0x61c ||
	       (point >= 0x200b && point <= 0x200f) ||
	       (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2060 && point <= 0x206f) ||
	       point == 0xfeff || (point >= 0xfff0 && point <= 0xfffb) ||
	       (point & 0xfffe) == 0xfffe || point >= 0xe0000;
}

/*
 * Makes one character printable: other bytes become \xNN, a backslash two.
 * Returns the number of bytes of @from that it took.
 */
static size_t escape_char(char *to, const char *from, size_t len, bool utf8)
{
	__u32 point;
	size_t n = text_utf8(from, len, &point);

	if (n == 1 && point == '\\') {
		strcpy(to, "\\\\");
	} else if (n && !text_control(point) &&
		   (point < 0x80 || (utf8 && iswprint(point)))) {
		memcpy(to, from, n);
		to[n] = 0;
	} else {
		n = 1;
		sprintf(to, "\\x%02x", (unsigned char)*from);
	}
	return n;
}

/**
 * text_escape() - make the name of a task printable
 * @to: room for TEXT_COMM bytes
 * @comm: the name, shorter than 16 bytes
 * @utf8: the output may have UTF-8; otherwise it is ASCII
 *
 * Return: @to.
 */
const char *text_escape(char *to, const char *comm, bool utf8)
{
	size_t len = strnlen(comm, 15), n;
	char *at = to;

	for (*at = 0; len; comm += n, len -= n) {
		n = escape_char(at, comm, len, utf8);
		at += strlen(at);
	}
	return to;
}

/**
 * text_put() - write any bytes, made printable
 * @s: the bytes
 * @len: number of them
 * @utf8: as for text_escape()
 */
void text_put(FILE *out, const char *s, size_t len, bool utf8)
{
	char c[TEXT_CHAR];
	size_t n;

	for (; len; s += n, len -= n) {
		n = escape_char(c, s, len, utf8);
		fputs(c, out);
	}
}

/**
 * text_group() - the letters of a group
 * @to: room for TEXT_GROUP bytes
 * @group: 0 is A, 25 is Z, 26 is AA
 *
 * Return: @to.
 */
const char *text_group(char *to, __u32 group)
{
	char reversed[TEXT_GROUP];
	__u64 n = (__u64)group + 1;
	int len = 0, i;

	for (; n; n = (n - 1) / 26)
		reversed[len++] = 'A' + (n - 1) % 26;
	for (i = 0; i < len; i++)
		to[i] = reversed[len - 1 - i];
	to[len] = 0;
	return to;
}

/**
 * text_begin() - begin a text
 * @text: set up, empty
 * @to: its memory
 * @size: number of bytes there, at least 4
 */
void text_begin(struct text *text, char *to, size_t size)
{
	*text = (struct text){ .to = to, .size = size };
	*to = 0;
}

/**
 * text_add() - add to a text
 * @text: the text; once its memory is full it ends in "...", and stays so
 * @format: as of printf(3)
 */
void text_add(struct text *text, const char *format, ...)
{
	va_list args;
	int n;

	if (!text->size)
		return;
	va_start(args, format);
	n = vsnprintf(text->to + text->len, text->size - text->len, format,
		      args);
	va_end(args);
	if (n > 0)
		text->len += n;
	if (text->len < text->size)
		return;
	text->len = text->size - 4;
	/* No character is cut in two. */
	while (text->len && (text->to[text->len] & 0xc0) == 0x80)
		text->len--;
	strcpy(text->to + text->len, "...");
	text->size = 0;
}

/**
 * text_add_escaped() - add any bytes to a text, made printable
 * @text: the text, as for text_add()
 * @s: the bytes, with a zero byte behind them
 * @utf8: as for text_escape()
 */
void text_add_escaped(struct text *text, const char *s, bool utf8)
{
	size_t len = strlen(s), n;
	char c[TEXT_CHAR];

	for (; len; s += n, len -= n) {
		n = escape_char(c, s, len, utf8);
		text_add(text, "%s", c);
	}
}

/* Columns that the first bytes of a text take on a terminal */
static int text_columns(const char *s, size_t len)
{
	int columns = 0;

	for (; len; s++, len--)
		columns += (*s & 0xc0) != 0x80;
	return columns;
}

/**
 * text_wrap() - print a line, broken at blanks where it is too long
 * @line: the line, without a newline
 * @width: number of columns
 * @indent: of the lines after the first, in columns
 */
void text_wrap(FILE *out, const char *line, int width, int indent)
{
	int column = 0, columns;
	size_t blanks, len;

	while (*line) {
		blanks = strspn(line, " ");
		len = blanks + strcspn(line + blanks, " ");
		columns = text_columns(line, len);
		if (column > indent && column + columns > width) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
			line += blanks;
			len -= blanks;
			columns -= blanks;
		}
		fwrite(line, 1, len, out);
		column += columns;
		line += len;
	}
	putc('\n', out);
}
