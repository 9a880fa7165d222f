/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CONTENT_SUMMARY_H
#define CONTENT_SUMMARY_H

#include <stdio.h>

#include "content/content.h"

/**
 * enum content_whose - whose a namespace is
 * @WHOSE_UNKNOWN: its inode number is not known
 * @WHOSE_INITIAL: it is the initial one, the host's
 * @WHOSE_READER: it is that of whoever runs this program
 * @WHOSE_OTHER: neither
 */
enum content_whose {
	WHOSE_UNKNOWN,
	WHOSE_INITIAL,
	WHOSE_READER,
	WHOSE_OTHER,
};

enum content_whose content_whose(const struct content *content, __u32 task,
				 int kind);
bool content_summary(FILE *out, const struct content *content,
		     const struct model *all, int kind,
		     const struct object *obj, bool utf8);

#endif /* CONTENT_SUMMARY_H */
