// SPDX-License-Identifier: GPL-2.0-only
/* The page that asks for its recording. */
#include "page/page.h"
#include "util/embed.h"

/* PAGE_TEMPLATE, from the Makefile, is the directory with it. */
EMBED(page_without_recording, PAGE_TEMPLATE "/live.html");

/**
 * page_live() - the page that asks where it came from for a recording
 *
 * Return: its text, which holds nothing of any program.
 */
const char *page_live(void)
{
	return page_without_recording;
}
