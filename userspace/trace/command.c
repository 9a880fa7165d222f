// SPDX-License-Identifier: GPL-2.0-only
/* The command that is traced. */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/program.h"
#include "trace/command.h"

/* Waits for a byte, which comes when everything is attached. */
static void run(const char *path, char **argv, int ready)
{
	char byte;

	if (read(ready, &byte, 1) != 1)
		_exit(EXIT_ERROR);
	program_execute(path, argv);
}

/**
 * command_start() - make its process; ends the program if that fails
 * @command: set to it
 * @argv: the command and its arguments
 */
void command_start(struct trace_command *command, char **argv)
{
	char *path = program_find(argv[0]);
	int pipes[2];

	if (!path)
		errx(127, "%s: command not found", argv[0]);
	if (pipe2(pipes, O_CLOEXEC))
		err(EXIT_ERROR, "pipe");
	command->pid = fork();
	if (command->pid < 0)
		err(EXIT_ERROR, "fork");
	if (!command->pid) {
		close(pipes[1]);
		run(path, argv, pipes[0]);
	}
	free(path);
	close(pipes[0]);
	command->go = pipes[1];
}

/**
 * command_go() - let it execute
 */
void command_go(const struct trace_command *command)
{
	if (command->pid && write(command->go, "", 1) != 1)
		err(EXIT_ERROR, "the command cannot be started");
}

/**
 * command_ended() - find out whether the command's process has ended
 *
 * Return: true if there is one and it has ended.
 */
bool command_ended(const struct trace_command *command)
{
	siginfo_t info = { 0 };

	return command->pid &&
	       !waitid(P_PID, command->pid, &info,
		       WEXITED | WNOHANG | WNOWAIT) && info.si_pid;
}

/**
 * command_status() - its exit status
 * @wait: wait for its end, if it has not ended yet
 *
 * Return: the status, as of program_status(); 0 if there is no command or it
 * lives on.
 */
int command_status(const struct trace_command *command, bool wait)
{
	int status;

	if (!command->pid ||
	    waitpid(command->pid, &status, wait ? 0 : WNOHANG) <= 0)
		return EXIT_OK;
	return program_status(status);
}
