/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_LOOK_H
#define RECORDER_LOOK_H

#include "recorder/run.h"

bool look_at(struct run *run, const struct tracee *tracee,
	     struct content_item *item);

#endif /* RECORDER_LOOK_H */
