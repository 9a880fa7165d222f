/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_PLACE_H
#define RECORDER_PLACE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/types.h>

#include "util/json.h"

#define NO_SOURCE	UINT32_MAX

/* Larger files are no source text, and no more than this is kept of all. */
#define MOST_TEXT	(1u << 20)
#define MOST_TEXTS	(4u << 20)

/**
 * struct place - the source line of a call
 * @known: whether that is known
 * @source: index of the file with its source, or NO_SOURCE
 * @line: its line there
 * @function: the function, empty if it is not known
 * @file: without source, the file that has the function
 */
struct place {
	bool known;
	__u32 source;
	int line;
	char function[128];
	char file[128];
};

/**
 * struct source - a file with source text
 * @text: its text, or NULL if it cannot be read
 */
struct source {
	char *path;
	char *text;
	size_t len;
};

/**
 * struct places - the files with source text of a recording
 * @source: the files
 * @nr: number of them
 * @bytes: bytes of text of all of them
 */
struct places {
	struct source *source;
	__u32 nr;
	size_t bytes;
};

__u32 places_add(struct places *places, pid_t pid, const char *path);
void place_json(struct json *json, const struct place *place);
void places_json(struct json *json, const struct places *places);
void places_free(struct places *places);

#endif /* RECORDER_PLACE_H */
