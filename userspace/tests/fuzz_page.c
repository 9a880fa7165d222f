// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hostile recordings, for libFuzzer: nothing crashes, what is refused is
 * refused with a line that a terminal shows as it is, and of what gets into a
 * page nothing can end the element that it is in.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "page/page.h"

#define DATA	"<script type=\"application/json\" id=\"recording\">"

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_line(const char *text)
{
	require(*text);
	for (; *text; text++)
		require(*text >= 0x20 && *text < 0x7f);
}

/* Between the tags there are the input's bytes, but for each '<'. */
static void check_page(const char *page, const char *json, size_t len)
{
	const char *at = strstr(page, DATA);
	size_t i;

	require(at);
	at += strlen(DATA);
	for (i = 0; i < len; i++) {
		if (json[i] != '<') {
			require(*at++ == json[i]);
			continue;
		}
		require(!strncmp(at, "\\u003c", 6));
		at += 6;
	}
	require(!strncmp(at, "</script>", 9));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *json = (const char *)data;
	char *page = NULL;
	struct error error;
	size_t len = 0;
	FILE *out;
	int err;

	err = page_check(json, size, &error);
	if (err) {
		require(err == -EINVAL);
		check_line(error.text);
		return 0;
	}
	out = open_memstream(&page, &len);
	require(out);
	require(!page_write(out, json, size, &error));
	fclose(out);
	check_page(page, json, size);
	free(page);
	return 0;
}
