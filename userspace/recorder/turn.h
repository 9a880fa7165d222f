/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_TURN_H
#define RECORDER_TURN_H

#include "recorder/run.h"

void turn_resume(struct run *run, struct tracee *tracee, int sig);
void turn_want(struct run *run, struct tracee *tracee);
void turn_end(struct run *run, struct tracee *tracee);
void turn_next(struct run *run);
bool turn_overlaps(const struct run *run, const struct tracee *tracee);
struct tracee *turn_executing(const struct run *run,
			      const struct tracee *tracee);
void turn_check(struct run *run);

#endif /* RECORDER_TURN_H */
