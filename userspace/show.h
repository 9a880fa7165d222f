/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHOW_H
#define SHOW_H

#include "engine.h"
#include "options.h"
#include "view.h"

bool reader_knows_utf8(void);
bool reader_knows_colours(void);
int show_model(const struct options *opt, const struct model *model,
	       const struct engine *engine, FILE *out, struct reason *why);

#endif /* SHOW_H */
