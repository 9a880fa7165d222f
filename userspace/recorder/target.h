/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_TARGET_H
#define RECORDER_TARGET_H

#include <stdio.h>

#include "recorder/run.h"

/**
 * struct target - a file that the recording is written to
 * @name: its name, NULL for none
 * @file: the stream
 */
struct target {
	const char *name;
	FILE *file;
};

/**
 * struct targets - the files that a recording is written to
 * @json: that for JSON
 * @page: that for a page
 */
struct targets {
	struct target json;
	struct target page;
};

void targets_open(struct targets *targets);
void targets_write(struct targets *targets, struct run *run,
		   char *const *argv);

#endif /* RECORDER_TARGET_H */
