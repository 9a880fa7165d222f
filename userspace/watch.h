/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WATCH_H
#define WATCH_H

#include "show.h"

int watch(const struct options *opt, struct source *source, struct ask *ask,
	  struct reason *why);

#endif /* WATCH_H */
