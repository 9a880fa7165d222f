/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CONTENT_SUMMARY_H
#define CONTENT_SUMMARY_H

#include <stdio.h>

#include "content/content.h"

bool content_summary(FILE *out, const struct content *content,
		     const struct model *all, int kind, __u32 task,
		     const char *before, bool utf8);

bool content_elsewhere(const struct content *content, __u32 task);

#endif /* CONTENT_SUMMARY_H */
