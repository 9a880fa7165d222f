// SPDX-License-Identifier: GPL-2.0-only
/* Places in source files, and the text of these. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recorder/open_as.h"
#include "recorder/place.h"
#include "util/io.h"

/* The path is that of the compiler's, whatever is there now. */
static void read_text(struct places *places, struct source *source, pid_t pid)
{
	int fd = open_as(pid, source->path);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size <= MOST_TEXT &&
	    places->bytes + st.st_size <= MOST_TEXTS)
		source->text = malloc(st.st_size + 1);
	if (source->text)
		n = io_read_full(fd, source->text, st.st_size);
	close(fd);
	if (n < 0 || memchr(source->text, 0, n)) {
		free(source->text);
		source->text = NULL;
		return;
	}
	source->len = n;
	places->bytes += n;
}

/**
 * places_add() - look a file with source text up, and read it if it is new
 * @places: the files
 * @pid: the task whose program names it: only what that can read is read
 *
 * Return: its index, or NO_SOURCE without memory.
 */
__u32 places_add(struct places *places, pid_t pid, const char *path)
{
	struct source *source;
	__u32 i;

	for (i = 0; i < places->nr; i++)
		if (!strcmp(places->source[i].path, path))
			return i;
	source = reallocarray(places->source, i + 1, sizeof(*source));
	if (!source)
		return NO_SOURCE;
	places->source = source;
	source += i;
	*source = (struct source){ .path = strdup(path) };
	if (!source->path)
		return NO_SOURCE;
	read_text(places, source, pid);
	places->nr++;
	return i;
}

/**
 * place_json() - write a place
 * @json: the value
 */
void place_json(struct json *json, const struct place *place)
{
	if (!place->known) {
		json_null(json, "source");
		return;
	}
	json_open(json, "source", '{');
	if (place->source != NO_SOURCE) {
		json_uint(json, "source", place->source);
		json_int(json, "line", place->line);
	}
	json_string(json, "function", place->function);
	if (place->source == NO_SOURCE)
		json_string(json, "file", place->file);
	json_close(json, '}');
}

/**
 * places_json() - write the files with source text
 * @json: the value
 * @places: the files
 */
void places_json(struct json *json, const struct places *places)
{
	__u32 i;

	json_newline(json, 1);
	json_open(json, "sources", '[');
	for (i = 0; i < places->nr; i++) {
		const struct source *source = &places->source[i];

		json_newline(json, 2);
		json_open(json, NULL, '{');
		json_string(json, "path", source->path);
		if (source->text)
			json_bytes(json, "text", source->text, source->len);
		else
			json_null(json, "text");
		json_close(json, '}');
	}
	json_close(json, ']');
}

/**
 * places_free() - forget the files
 * @places: the files
 */
void places_free(struct places *places)
{
	__u32 i;

	for (i = 0; i < places->nr; i++) {
		free(places->source[i].path);
		free(places->source[i].text);
	}
	free(places->source);
}
