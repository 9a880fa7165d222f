/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PIN_H
#define PIN_H

#include "reason.h"

int pin(struct reason *why);
int unpin(struct reason *why);

#endif /* PIN_H */
