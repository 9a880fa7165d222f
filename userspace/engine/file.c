// SPDX-License-Identifier: GPL-2.0-only
/* The engine that replays records saved by --save, or any stream of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/engine.h"

static int file_open(void **state, const char *arg, bool content,
		     struct error *error)
{
	int fd = open(arg, O_RDONLY | O_CLOEXEC);

	(void)content;
	if (fd < 0)
		return error_set(error, -errno, "%s: cannot be opened: %s", arg,
				 strerror(errno));
	close(fd);
	*state = strdup(arg);
	return *state ? 0 : error_set(error, -ENOMEM, "%s: no memory", arg);
}

static int read_file(const char *path, struct records *recs,
		     struct error *error)
{
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_set(error, -errno, "%s: cannot be opened: %s",
				 path, strerror(errno));
	err = records_read(recs, fd, path, error);
	close(fd);
	if (!err && !recs->nr)
		err = error_set(error, -ENODATA,
				"%s: holds no records; make one with --save",
				path);
	return err;
}

static int file_collect(void *state, struct selection *sel,
			struct records *recs, struct error *error)
{
	int err = read_file(state, recs, error);

	return err ? err : selection_filter(sel, recs, error);
}

static void file_close(void *state)
{
	free(state);
}

const struct engine engine_file = {
	.name = "file",
	.sees = "a file that --save has written, as file:PATH",
	.lasting = true,
	.open = file_open,
	.collect = file_collect,
	.close = file_close,
};
