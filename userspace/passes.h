/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PASSES_H
#define PASSES_H

#include "records.h"

int passes_intersect(struct records *first, struct records *second,
		     size_t *moved);

#endif /* PASSES_H */
