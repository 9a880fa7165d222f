// SPDX-License-Identifier: GPL-2.0-only
/*
 * steps TASKS CHILDREN: that many tasks wait, half of them threads, while one
 * makes children that end at once, one after the other.
 *
 * steps -f FILES: opens FILES descriptors, and waits for the end of its input.
 */
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void *idle(void *unused)
{
	pause();
	return unused;
}

static void make_tasks(int tasks)
{
	pthread_t thread;
	pid_t parent = getpid();

	while (--tasks > 0) {
		if (tasks % 2) {
			if (pthread_create(&thread, NULL, idle, NULL))
				errx(1, "no thread");
		} else if (!fork()) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() == parent)
				pause();
			_exit(0);
		}
	}
}

static void make_children(int children)
{
	while (children-- > 0) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			err(1, "fork");
	}
}

static void hold_files(unsigned int files)
{
	struct rlimit limit;
	int fd = open("/dev/null", O_RDONLY);
	char byte;

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_max < files)
		limit.rlim_max = files;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		err(1, "%u files", files);
	while (--files > 3)
		if (fcntl(fd, F_DUPFD, 0) < 0)
			err(1, "fcntl");
	if (write(1, "\n", 1) != 1 || read(0, &byte, 1) < 0)
		err(1, "no pipe");
}

int main(int argc, char **argv)
{
	if (argc != 3)
		errx(1, "how many tasks and children, or -f and how many files?");
	if (!strcmp(argv[1], "-f")) {
		hold_files(atoi(argv[2]));
		return 0;
	}
	make_tasks(atoi(argv[1]));
	make_children(atoi(argv[2]));
	return 0;
}
