/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORD_TWO_PASS_H
#define RECORD_TWO_PASS_H

#include "record/records.h"

int passes_intersect(struct records *first, struct records *second,
		     size_t *moved);

#endif /* RECORD_TWO_PASS_H */
