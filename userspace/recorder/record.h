/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_RECORD_H
#define RECORDER_RECORD_H

#include "cli/command.h"

int record_main(int argc, char **argv, const struct commands *all);

#endif /* RECORDER_RECORD_H */
