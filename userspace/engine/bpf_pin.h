/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ENGINE_BPF_PIN_H
#define ENGINE_BPF_PIN_H

#include "util/error.h"

int pin(struct reason *why);
int unpin(struct reason *why);

#endif /* ENGINE_BPF_PIN_H */
