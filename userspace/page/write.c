// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page is a fixed beginning, the recording, and a fixed end. template.sh
 * makes the two from the files of this folder.
 */
#include <errno.h>
#include <string.h>

#include "page/page.h"
#include "util/embed.h"

/* PAGE_TEMPLATE, from the Makefile, is the directory with both. */
EMBED(page_head, PAGE_TEMPLATE "/head.html");
EMBED(page_tail, PAGE_TEMPLATE "/tail.html");

/*
 * In JSON a '<' stands in strings only, where \u003c means the same. Without
 * it the element that holds the data cannot be ended by them.
 */
static void put_json(FILE *out, const char *json, size_t len)
{
	const char *end = json + len, *at;

	for (; json < end; json = at + 1) {
		at = memchr(json, '<', end - json);
		if (!at)
			at = end;
		fwrite(json, 1, at - json, out);
		if (at < end)
			fputs("\\u003c", out);
	}
}

/**
 * page_write() - write a page
 * @json: a recording that page_check() takes
 * @len: number of bytes of it
 * @error: says what is wrong
 *
 * Return: 0, or a negative errno if the stream did not take all of it.
 */
int page_write(FILE *out, const char *json, size_t len, struct error *error)
{
	fputs(page_head, out);
	put_json(out, json, len);
	fputs(page_tail, out);
	if (fflush(out) || ferror(out))
		return error_set(error, -errno,
				 "the page cannot be written: %s",
				 strerror(errno));
	return 0;
}
