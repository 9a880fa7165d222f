// SPDX-License-Identifier: GPL-2.0-only
/* Runs the reader in the namespaces of the machine, and reads its lines. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/claims/judge.h"
#include "util/array.h"

bool is_root;
char home[TASKSHARE_NR_KINDS][32];
int net;
/* Namespaces of the machine, and the root directory, where the reader runs */
static int machine[5], machine_root;
static const char *const machine_ns[] = { "uts", "ipc", "mnt", "net", "cgroup" };

/*
 * The tasks live in namespaces that nothing else of the machine is in, so that
 * every partner is known.
 */
void leave_machine(void)
{
	char path[64];
	size_t i;
	int k;

	is_root = !geteuid();
	for (k = TASKSHARE_UTS; k < TASKSHARE_NR_KINDS; k++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", kind_name[k]);
		/* Kernels are built without some types. */
		if (readlink(path, home[k], sizeof(home[k]) - 1) < 0 &&
		    errno != ENOENT)
			err(1, "%s", path);
	}
	if (!is_root)
		return;
	cgroup_enter();
	for (i = 0; i < ARRAY_SIZE(machine); i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", machine_ns[i]);
		machine[i] = open(path, O_RDONLY | O_CLOEXEC);
		if (machine[i] < 0)
			err(1, "%s", path);
	}
	machine_root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (unshare(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWNET |
		    CLONE_NEWCGROUP))
		err(1, "unshare");
	/* For test tasks, which execute this program */
	net = open("/proc/self/ns/net", O_RDONLY);
	if (net < 0)
		err(1, "/proc/self/ns/net");
}

/* Runs the reader in the machine's namespaces, and opens what it prints. */
static FILE *run_reader(const char *const *argv)
{
	int pipes[2];
	size_t i;
	pid_t pid;

	if (pipe(pipes))
		err(1, "pipe");
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		cgroup_leave();
		for (i = 0; is_root && i < ARRAY_SIZE(machine); i++)
			if (setns(machine[i], 0))
				_exit(126);
		/* The root is now that of the mount namespace. */
		if (is_root && (fchdir(machine_root) || chroot(".")))
			_exit(126);
		dup2(pipes[1], STDOUT_FILENO);
		close(pipes[0]);
		execv(getenv("TASKSHARE"), (char *const *)argv);
		_exit(127);
	}
	close(pipes[1]);
	return fdopen(pipes[0], "r");
}

static void unescape(char *s)
{
	unsigned int c;
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] == 'x' &&
		    sscanf(s + 2, "%2x", &c) == 1) {
			*to++ = c;
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = 0;
}

int read_lines(struct line *line, const char *const *argv)
{
	FILE *in = run_reader(argv);
	size_t size = 0;
	int nr = 0, status;

	line[nr].text = NULL;
	while (nr < MAX_LINES && getline(&line[nr].text, &size, in) > 0) {
		line[nr].text[strcspn(line[nr].text, "\n")] = 0;
		unescape(line[nr].text);
		size = 0;
		line[++nr].text = NULL;
	}
	fclose(in);
	if (wait(&status) < 0 || status)
		return -1;
	return nr;
}

void free_lines(struct line *line, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		free(line[i].text);
}
