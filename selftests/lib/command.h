/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands of a shell, and what they print. */
#ifndef TASKSHARE_SELFTESTS_COMMAND_H
#define TASKSHARE_SELFTESTS_COMMAND_H

#include <stdbool.h>

extern char command_output[1 << 20];

int run_command(const char *command);
void command_show_end(void);
bool succeeds(const char *command);
bool said(const char *what);

#endif
