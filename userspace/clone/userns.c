// SPDX-License-Identifier: GPL-2.0-only
/* What this process may do with user namespaces. */
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clone/userns.h"

/**
 * userns_works() - try whether a child may create a user namespace
 *
 * create_user_ns() refuses that in a chroot (current_chrooted()).
 *
 * Return: true if it may; then the root directory of this process is that of
 * its mount namespace.
 */
bool userns_works(void)
{
	int status = -1;
	pid_t pid;

	pid = fork();
	if (!pid)
		_exit(unshare(CLONE_NEWUSER) ? EXIT_FAILURE : EXIT_SUCCESS);
	if (pid > 0)
		waitpid(pid, &status, 0);
	return !status;
}
