// SPDX-License-Identifier: GPL-2.0-only
/* The engine that replays records saved by --save, or any stream of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/engine.h"

static int file_open(void **state, const char *arg, struct reason *why)
{
	int fd = open(arg, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return reason_set(why, -errno, "%s: cannot be opened: %s", arg,
				  strerror(errno));
	close(fd);
	*state = strdup(arg);
	return *state ? 0 : reason_set(why, -ENOMEM, "%s: no memory", arg);
}

static int read_file(const char *path, struct records *recs,
		     struct reason *why)
{
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return reason_set(why, -errno, "%s: cannot be opened: %s",
				  path, strerror(errno));
	err = records_read(recs, fd, path, why);
	close(fd);
	if (!err && !recs->nr)
		err = reason_set(why, -ENODATA,
				 "%s: holds no records; make one with --save",
				 path);
	return err;
}

static int file_collect(void *state, struct ask *ask, struct records *recs,
			struct reason *why)
{
	int err = read_file(state, recs, why);

	return err ? err : ask_filter(ask, recs, why);
}

static void file_close(void *state)
{
	free(state);
}

const struct engine engine_file = {
	.name = "file",
	.sees = "what was saved with --save, as file:PATH",
	.lasting = true,
	.open = file_open,
	.collect = file_collect,
	.close = file_close,
};
