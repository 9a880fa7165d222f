// SPDX-License-Identifier: GPL-2.0-only
/* User namespaces: whether this process may create one. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clone/userns.h"

/**
 * userns_try() - try whether a child may create a user namespace
 * @flags: other namespaces for it to create along with it
 *
 * Return: 0 if it may, or the negative errno that it got.
 */
int userns_try(__u64 flags)
{
	int status = -1;
	pid_t pid;

	pid = fork();
	if (!pid)
		_exit(unshare(CLONE_NEWUSER | flags) ? errno : 0);
	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

/**
 * userns_works() - check whether this process may create a user namespace
 *
 * create_user_ns() refuses that in a chroot (current_chrooted()).
 *
 * Return: true if it may; then the root directory of this process is that of
 * its mount namespace.
 */
bool userns_works(void)
{
	return !userns_try(0);
}
