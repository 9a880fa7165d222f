// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: with_crowd threads|processes NUMBER CMD [ARG...]
 *
 * Runs CMD while that many idle tasks exist, the first of them in $CROWD.
 */
#define _GNU_SOURCE
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crowd.h"

int main(int argc, char **argv)
{
	struct crowd crowd = { .flags = CLONE_VM };
	char first[16];
	int status;
	pid_t pid;

	if (argc < 4)
		errx(1, "usage: with_crowd threads|processes NUMBER CMD...");
	crowd.name = argv[1];
	if (!strcmp(crowd.name, "threads"))
		crowd.flags |= CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
			CLONE_THREAD | CLONE_SYSVSEM;
	crowd.nr = atoi(argv[2]);
	crowd_start(&crowd);
	snprintf(first, sizeof(first), "%d", crowd.maker);
	setenv("CROWD", first, 1);

	pid = fork();
	if (!pid) {
		execvp(argv[3], argv + 3);
		err(127, "%s", argv[3]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		err(1, "%s", argv[3]);
	crowd_stop(&crowd);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
