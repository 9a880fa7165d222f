/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHOW_CROSSCHECK_H
#define SHOW_CROSSCHECK_H

#include "engine/engine.h"

int crosscheck(struct selection *sel, bool utf8, struct error *error);

#endif /* SHOW_CROSSCHECK_H */
