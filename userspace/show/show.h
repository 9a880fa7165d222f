/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHOW_SHOW_H
#define SHOW_SHOW_H

#include "cli/session.h"
#include "output/view.h"
#include "show/options.h"

struct commands;
int show_main(int argc, char **argv, const struct commands *all);
__u32 show_parts(const struct options *opt);
int show_snapshot(const struct options *opt, const struct snapshot *snap,
		  const struct snapshot *all, const struct engine *engine,
		  FILE *out, struct error *error);

#endif /* SHOW_SHOW_H */
