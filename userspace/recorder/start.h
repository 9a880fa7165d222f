/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_START_H
#define RECORDER_START_H

#include <sys/types.h>

#include "recorder/stream.h"

pid_t start_program(char *const *argv, struct streams *streams,
		    struct error *error);

#endif /* RECORDER_START_H */
