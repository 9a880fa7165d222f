/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_ABOUT_H
#define RECORDER_ABOUT_H

#include "recorder/history.h"

void about_objects(struct history *history, __u32 step);
const char *about_kind(int kind);

#endif /* RECORDER_ABOUT_H */
