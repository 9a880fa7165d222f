/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CROSSCHECK_H
#define CROSSCHECK_H

#include "engine.h"

int crosscheck(struct ask *ask, bool utf8, struct reason *why);

#endif /* CROSSCHECK_H */
