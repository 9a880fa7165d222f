/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TRACE_COMMAND_H
#define TRACE_COMMAND_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * struct trace_command - a command that is traced from its execve(2) on
 * @pid: PID of its process, 0 for no command
 * @go: writing a byte lets it go
 */
struct trace_command {
	pid_t pid;
	int go;
};

void command_start(struct trace_command *command, char **argv);
void command_go(const struct trace_command *command);
bool command_ended(const struct trace_command *command);
int command_status(const struct trace_command *command, bool wait);

#endif /* TRACE_COMMAND_H */
