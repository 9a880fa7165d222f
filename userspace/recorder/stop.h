/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_STOP_H
#define RECORDER_STOP_H

#include "recorder/run.h"

void stop_handle(struct run *run, pid_t pid, int status);
void stop_ended(struct run *run, struct tracee *tracee, int status);
void stop_check(struct run *run);

#endif /* RECORDER_STOP_H */
