/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

char *program_find(const char *name);
void program_begin(void);
_Noreturn void program_execute(const char *path, char *const *argv);
int program_status(int status);
int quit_signals(void);

#endif /* CLI_PROGRAM_H */
