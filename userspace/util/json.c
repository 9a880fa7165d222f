// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writing JSON. It is valid UTF-8 whatever bytes a string is made of, and no
 * byte of it controls a terminal. Whether the stream took it is for the caller
 * to check.
 */
#include <string.h>

#include "util/json.h"
#include "util/text.h"

/**
 * json_begin() - begin a value
 * @json: set up
 */
void json_begin(struct json *json, FILE *out)
{
	*json = (struct json){ .out = out, .indent = -1 };
}

/**
 * json_newline() - let the next element begin a line
 * @json: the value
 * @indent: number of blanks before the element
 */
void json_newline(struct json *json, int indent)
{
	json->indent = indent;
}

static void put_string(FILE *out, const char *s, size_t len)
{
	__u32 point;
	size_t n;

	putc('"', out);
	for (; len; s += n, len -= n) {
		n = text_utf8(s, len, &point);
		if (!n) {
			fputs("\\ufffd", out);
			n = 1;
		} else if (point == '"' || point == '\\') {
			fprintf(out, "\\%c", point);
		} else if (text_control(point) && point < 0x10000) {
			fprintf(out, "\\u%04x", point);
		} else if (text_control(point)) {
			point -= 0x10000;
			fprintf(out, "\\u%04x\\u%04x", 0xd800 + (point >> 10),
				0xdc00 + (point & 0x3ff));
		} else {
			fwrite(s, 1, n, out);
		}
	}
	putc('"', out);
}

/* Keys are names of this program's own. */
static void put_key(struct json *json, const char *key)
{
	if (json->follows)
		putc(',', json->out);
	if (json->indent >= 0)
		fprintf(json->out, "\n%*s", json->indent, "");
	else if (json->follows)
		putc(' ', json->out);
	json->follows = true;
	json->indent = -1;
	if (key)
		fprintf(json->out, "\"%s\": ", key);
}

/**
 * json_open() - begin an object or an array
 * @json: the value
 * @key: its key, or NULL
 * @bracket: '{' or '['
 */
void json_open(struct json *json, const char *key, char bracket)
{
	put_key(json, key);
	putc(bracket, json->out);
	json->follows = false;
}

/**
 * json_close() - end an object or an array
 * @json: the value
 * @bracket: '}' or ']'
 */
void json_close(struct json *json, char bracket)
{
	putc(bracket, json->out);
	json->follows = true;
	json->indent = -1;
}

/**
 * json_bytes() - write a string of a given length
 * @json: the value
 * @key: its key, or NULL
 * @s: any bytes
 * @len: number of bytes
 */
void json_bytes(struct json *json, const char *key, const char *s, size_t len)
{
	put_key(json, key);
	put_string(json->out, s, len);
}

/**
 * json_string() - write a string
 * @json: the value
 * @key: its key, or NULL
 * @s: any bytes, with a zero byte behind them
 */
void json_string(struct json *json, const char *key, const char *s)
{
	json_bytes(json, key, s, strlen(s));
}

/**
 * json_id() - write the id of an object, 16 hexadecimal digits as a string
 * @json: the value
 * @key: its key, or NULL
 * @id: the id; programs that read JSON lose bits of numbers so large
 */
void json_id(struct json *json, const char *key, __u64 id)
{
	put_key(json, key);
	fprintf(json->out, "\"%016llx\"", id);
}

/**
 * json_int() - write a number
 * @json: the writer
 * @key: its key, or NULL
 * @n: may be negative
 */
void json_int(struct json *json, const char *key, __s64 n)
{
	put_key(json, key);
	fprintf(json->out, "%lld", n);
}

/**
 * json_uint() - write a number that is not negative
 * @json: the writer
 * @key: its key, or NULL
 * @n: may be above the range of json_int()
 */
void json_uint(struct json *json, const char *key, __u64 n)
{
	put_key(json, key);
	fprintf(json->out, "%llu", n);
}

/**
 * json_bool() - write true or false
 * @json: the value
 * @key: its key, or NULL
 * @b: true or false
 */
void json_bool(struct json *json, const char *key, bool b)
{
	put_key(json, key);
	fputs(b ? "true" : "false", json->out);
}

/**
 * json_raw() - write a value that is JSON already
 * @json: the value
 * @key: its key, or NULL
 * @value: the JSON
 */
void json_raw(struct json *json, const char *key, const char *value)
{
	put_key(json, key);
	fputs(value, json->out);
}

/**
 * json_null() - write null
 * @json: the value
 * @key: its key, or NULL
 */
void json_null(struct json *json, const char *key)
{
	put_key(json, key);
	fputs("null", json->out);
}
