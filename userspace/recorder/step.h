/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_STEP_H
#define RECORDER_STEP_H

#include "recorder/run.h"

void step_create(struct run *run, struct tracee *creator,
		 struct tracee *child);
void step_exec(struct run *run, struct tracee *tracee, pid_t was_pid);
bool step_change(struct run *run, struct tracee *tracee);
void step_fail(struct run *run, struct tracee *tracee, __s64 ret);
void step_vfork_done(struct run *run, struct tracee *tracee);
void step_exit(struct run *run, struct tracee *tracee);

#endif /* RECORDER_STEP_H */
