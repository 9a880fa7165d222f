/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef OUTPUT_PLAIN_H
#define OUTPUT_PLAIN_H

#include "output/view.h"

bool plain_usable(const struct view *view);
int output_plain(const struct view *view);

#endif /* OUTPUT_PLAIN_H */
