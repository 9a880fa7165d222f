/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef UTIL_JSON_H
#define UTIL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <linux/types.h>

/**
 * struct json - JSON that is written as it goes; nothing is held in memory
 * @follows: a comma comes before the next element
 * @indent: the next element begins a line, indented by this; -1: it does not
 *
 * Elements of an object take a key, those of an array and the outermost one
 * take NULL.
 */
struct json {
	FILE *out;
	bool follows;
	int indent;
};

void json_begin(struct json *json, FILE *out);
void json_newline(struct json *json, int indent);
void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);
void json_bytes(struct json *json, const char *key, const char *s, size_t len);
void json_string(struct json *json, const char *key, const char *s);
void json_id(struct json *json, const char *key, __u64 id);
void json_int(struct json *json, const char *key, __s64 n);
void json_uint(struct json *json, const char *key, __u64 n);
void json_bool(struct json *json, const char *key, bool b);
void json_raw(struct json *json, const char *key, const char *value);
void json_null(struct json *json, const char *key);

#endif /* UTIL_JSON_H */
