// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running the program of a command line as it would run by itself, and ending
 * this one.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/program.h"

/* The signals that were blocked, and those ignored, when this program began */
static sigset_t blocked;
static bool child_ignored, pipe_ignored;

static bool is_program(const char *path)
{
	struct stat st;

	return !access(path, X_OK) && !stat(path, &st) && S_ISREG(st.st_mode);
}

/**
 * program_find() - look a name up in $PATH
 * @name: the name, or a path
 *
 * As strace(1) does it: the attempts of execvp(3) would be failed calls, and not
 * the command's.
 *
 * Return: a path to be freed, or NULL.
 */
char *program_find(const char *name)
{
	const char *dirs = getenv("PATH") ?: "/usr/local/bin:/bin:/usr/bin";
	char *path;
	size_t len;

	for (; !strchr(name, '/'); dirs += len + 1) {
		len = strcspn(dirs, ":");
		if (asprintf(&path, "%.*s%s%s", (int)len, dirs, len ? "/" : "./",
			     name) < 0)
			return NULL;
		if (is_program(path))
			return path;
		free(path);
		if (!dirs[len])
			return NULL;
	}
	return strdup(name);
}

static bool is_ignored(int signal)
{
	struct sigaction action;

	return !sigaction(signal, NULL, &action) &&
	       action.sa_handler == SIG_IGN;
}

/**
 * program_begin() - remember for program_execute() how signals were left
 *
 * Children stay until they are waited for from now on: an ignored SIGCHLD, with
 * which they leave no status, outlasts execve(2), see wait(2).
 */
void program_begin(void)
{
	sigprocmask(SIG_SETMASK, NULL, &blocked);
	pipe_ignored = is_ignored(SIGPIPE);
	child_ignored = is_ignored(SIGCHLD);
	signal(SIGCHLD, SIG_DFL);
}

/**
 * program_execute() - become another program; does not return
 * @path: its file
 * @argv: its arguments
 *
 * Without success the process ends as in a shell, with a line about it.
 */
void program_execute(const char *path, char *const *argv)
{
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	signal(SIGPIPE, pipe_ignored ? SIG_IGN : SIG_DFL);
	signal(SIGCHLD, child_ignored ? SIG_IGN : SIG_DFL);
	execv(path, argv);
	warn("%s", argv[0]);
	_exit(errno == ENOENT ? 127 : 126);
}

/**
 * program_status() - the exit status to end with after running a program
 * @status: its own, as of wait(2)
 *
 * Return: its exit status, or 128 and the number of the signal that killed it.
 */
int program_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

/**
 * quit_signals() - SIGINT, SIGTERM and SIGHUP as input
 *
 * They are blocked from now on; program_execute() unblocks them again.
 *
 * Return: a file descriptor, see signalfd(2), or -1 with errno set.
 */
int quit_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}
