/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include <stddef.h>
#include <stdio.h>

#include "cli/command.h"
#include "util/error.h"

/* Limits of a page: more makes it slow, and too large to send around. */
#define PAGE_MAX_BYTES	(64u << 20)
#define PAGE_MAX_STEPS	2000

int page_check(const char *json, size_t len, struct error *error);
int page_write(FILE *out, const char *json, size_t len, struct error *error);
const char *page_live(void);
int page_main(int argc, char **argv, const struct commands *all);

#endif /* PAGE_PAGE_H */
