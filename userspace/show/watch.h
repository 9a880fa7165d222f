/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHOW_WATCH_H
#define SHOW_WATCH_H

#include "show/show.h"

int watch(const struct options *opt, struct engine_handle *handle,
	  struct selection *sel, struct error *error);

#endif /* SHOW_WATCH_H */
