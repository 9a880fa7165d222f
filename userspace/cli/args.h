/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <linux/types.h>

#include "util/error.h"

int bad_option(char *const *argv, int c, const char *command,
	       struct error *error);
int parse_number(const char *text, unsigned long least, unsigned long most,
		 unsigned long *number, struct error *error);
int parse_pid(const char *text, __u32 *pid, struct error *error);
void or_exit(int err, const struct error *error);
_Noreturn void exit_after(void (*print)(void));
void written_or_exit(int err);

#endif /* CLI_ARGS_H */
