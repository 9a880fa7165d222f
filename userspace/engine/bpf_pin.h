/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ENGINE_BPF_PIN_H
#define ENGINE_BPF_PIN_H

#include "util/error.h"

int pin(struct error *error);
int unpin(struct error *error);

#endif /* ENGINE_BPF_PIN_H */
