/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CONTENT_EQUAL_H
#define CONTENT_EQUAL_H

#include "content/content.h"

/**
 * enum content_equal - comparison of the content of two tasks
 * @EQUAL_UNKNOWN: not enough of it is known
 * @EQUAL_NO: something differs
 * @EQUAL_YES: it is the same object, or nothing that is read of it differs
 */
enum content_equal {
	EQUAL_UNKNOWN,
	EQUAL_NO,
	EQUAL_YES,
};

enum content_equal content_equal(const struct content *content, int kind,
				 __u32 a, __u32 b);

#endif /* CONTENT_EQUAL_H */
