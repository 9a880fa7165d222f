/* SPDX-License-Identifier: GPL-2.0-only */
/* Paths of tasks in another mount namespace, where the test runs in a chroot */
#ifndef TESTS_OUTSIDE_H
#define TESTS_OUTSIDE_H

#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Returns how a child in another mount namespace sees this process's root: as the
 * path from the namespace's own root on; "" if it is that one. Root only.
 */
static inline const char *root_outside(void)
{
	static char root[4096];
	char path[32];
	int pipes[2];
	ssize_t len;
	pid_t pid;

	if (*root)
		return root[1] ? root : "";
	snprintf(path, sizeof(path), "/proc/%d/root", getpid());
	if (pipe(pipes))
		err(1, "pipe");
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWNS))
			err(1, "unshare");
		len = readlink(path, root, sizeof(root));
		_exit(len < 0 || write(pipes[1], root, len) != len);
	}
	waitpid(pid, NULL, 0);
	close(pipes[1]);
	if (read(pipes[0], root, sizeof(root) - 1) <= 0)
		errx(1, "%s cannot be read", path);
	close(pipes[0]);
	return root_outside();
}

/*
 * As the kernel names a path to those whose root is in another mount namespace: from
 * its namespace's root on (d_path()). It may look so from here, too.
 */
static inline void from_outside(char *to, size_t size, const char *path)
{
	const char *root = root_outside();
	size_t len = strlen(root);

	if (!strncmp(path, root, len))
		snprintf(to, size, "%s", path);
	else
		snprintf(to, size, "%s%s", root, path[1] ? path : "");
}

#endif /* TESTS_OUTSIDE_H */
