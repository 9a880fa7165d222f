// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ways to learn what tasks share.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "methods.h"

static size_t read_all(int fd, const char *what)
{
	static char buf[1 << 18];
	size_t size = 0;
	ssize_t got;

	while ((got = read(fd, buf, sizeof(buf))) > 0)
		size += got;
	if (got < 0 || !size)
		err(1, "%s", what);
	close(fd);
	return size;
}

size_t read_file(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		err(1, "%s", path);
	return read_all(fd, path);
}

static struct bpf_link *iterator;

void bpf_load(const char *object)
{
	struct bpf_object *obj = bpf_object__open_file(object, NULL);
	struct bpf_program *prog;

	if (!obj)
		err(1, "%s", object);
	if (bpf_object__load(obj))
		errx(1, "%s: cannot be loaded", object);
	prog = bpf_object__find_program_by_name(obj, "write_record");
	if (!prog)
		errx(1, "%s: no write_record", object);
	iterator = bpf_program__attach_iter(prog, NULL);
	if (!iterator)
		err(1, "%s: cannot be attached", object);
}

size_t bpf_all(void)
{
	int fd = bpf_iter_create(bpf_link__fd(iterator));

	if (fd < 0)
		err(1, "bpf_iter_create");
	return read_all(fd, "iterator");
}

static int kcmp_type;
static size_t kcmp_calls;

/* 0: equal, 1: less, 2: greater, see kcmp(2) */
static int by_kcmp(const void *a, const void *b)
{
	static const int order[] = { 0, -1, 1 };
	const pid_t *x = a, *y = b;
	long answer = syscall(SYS_kcmp, *x, *y, kcmp_type, 0, 0);

	kcmp_calls++;
	if (answer < 0 || answer > 2)
		err(1, "kcmp of %d and %d", *x, *y);
	return order[answer];
}

size_t kcmp_sort(const struct crowd *crowd)
{
	static const int types[] = {
		KCMP_VM, KCMP_FILES, KCMP_FS, KCMP_SIGHAND, KCMP_IO,
		KCMP_SYSVSEM
	};
	pid_t *pid = malloc(crowd->nr * sizeof(*pid));
	unsigned int i;

	if (!pid)
		err(1, "kcmp");
	kcmp_calls = 0;
	for (i = 0; i < sizeof(types) / sizeof(*types); i++) {
		kcmp_type = types[i];
		memcpy(pid, crowd->pid, crowd->nr * sizeof(*pid));
		qsort(pid, crowd->nr, sizeof(*pid), by_kcmp);
	}
	free(pid);
	return kcmp_calls;
}

void run_ps(void)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, 1);
		execlp("ps", "ps", "-eLf", NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		errx(1, "ps -eLf failed");
}
