// SPDX-License-Identifier: GPL-2.0-only
/* The process that becomes the recorded program. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/program.h"
#include "recorder/ptrace.h"
#include "recorder/start.h"

/* Waits for a byte, which comes when it is traced. */
static void become(const char *path, char *const *argv, int ready,
		   const int out[NR_STREAMS])
{
	char byte;
	int i;

	for (i = 0; i < NR_STREAMS; i++)
		if (dup2(out[i], STDOUT_FILENO + i) < 0)
			_exit(EXIT_ERROR);
	if (read(ready, &byte, 1) != 1)
		_exit(EXIT_ERROR);
	program_execute(path, argv);
}

/* It stops once, and then at each call. */
static int trace_it(pid_t pid, struct error *error)
{
	int err, status;

	err = ptrace_seize(pid) ?: ptrace_interrupt(pid);
	if (err)
		return error_set(error, err,
				 "the program cannot be traced: %s: ptrace(2) is needed, see Yama's ptrace_scope and seccomp filters",
				 strerror(-err));
	if (waitpid(pid, &status, __WALL) != pid || !WIFSTOPPED(status))
		return error_set(error, -ECHILD, "the program is gone");
	ptrace_resume(pid, 0);
	return 0;
}

/**
 * start_program() - make the process, which is traced and about to execute
 * @argv: the program and its arguments
 * @streams: set up, for its output
 * @error: says what is wrong
 *
 * Return: its PID or a negative errno; -ENOENT for no such program.
 */
pid_t start_program(char *const *argv, struct streams *streams,
		    struct error *error)
{
	char *path = program_find(argv[0]);
	int out[NR_STREAMS], ready[2], i, err;
	pid_t pid;

	if (!path)
		return error_set(error, -ENOENT, "%s: command not found",
				 argv[0]);
	err = streams_open(streams, out, error);
	if (err)
		return err;
	if (pipe2(ready, O_CLOEXEC))
		return error_set(error, -errno, "no pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		return error_set(error, -errno, "no process: %s",
				 strerror(errno));
	if (!pid) {
		close(ready[1]);
		become(path, argv, ready[0], out);
	}
	free(path);
	close(ready[0]);
	for (i = 0; i < NR_STREAMS; i++)
		close(out[i]);
	err = trace_it(pid, error);
	if (err)
		kill(pid, SIGKILL);
	else if (write(ready[1], "", 1) != 1)
		err = error_set(error, -errno, "the program cannot be started");
	close(ready[1]);
	return err ?: pid;
}
