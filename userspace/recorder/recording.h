/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_RECORDING_H
#define RECORDER_RECORDING_H

#include <stdio.h>

#include "recorder/run.h"

void recording_write(const struct run *run, char *const *argv,
		     const char *lab, FILE *out);

#endif /* RECORDER_RECORDING_H */
