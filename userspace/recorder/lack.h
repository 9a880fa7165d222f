/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_LACK_H
#define RECORDER_LACK_H

#include "recorder/ptrace.h"
#include "recorder/run.h"

void lack_call(struct run *run, const struct tracee *tracee,
	       const struct call_stop *stop);
void lack_privilege(struct run *run, const struct tracee *tracee);
bool lack_traced(pid_t pid);
void lack_unborn(const struct run *run, struct records *recs);

#endif /* RECORDER_LACK_H */
