/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_UNWIND_H
#define RECORDER_UNWIND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/types.h>

#include "recorder/place.h"

struct unwinder;

struct unwinder *unwinder_open(void);
bool unwinder_find(struct unwinder *unwinder, pid_t tgid, pid_t pid,
		   bool in_call, struct places *places, struct place *place);
void unwinder_forget(struct unwinder *unwinder, pid_t tgid);
void unwinder_close(struct unwinder *unwinder);

#endif /* RECORDER_UNWIND_H */
