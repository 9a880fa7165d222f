// SPDX-License-Identifier: GPL-2.0-only
/* Paths of files, from /proc. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files/source.h"

static char *read_path(__u32 pid, __u32 fd)
{
	char link[48], path[PATH_MAX];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/%u/fd/%u", pid, fd);
	len = readlink(link, path, sizeof(path));
	/* One that was cut short is the path of something else. */
	if (len <= 0 || len == sizeof(path))
		return NULL;
	return strndup(path, len);
}

/**
 * files_read_paths() - read a path for each file
 * @files: the files; of those that have none that can be read, it stays NULL
 *
 * Whether it is that of the file depends on the descriptor that it is from: it
 * has to lead to the same file afterwards.
 */
void files_read_paths(struct files *files)
{
	const struct files_descriptor *descriptor;
	struct files_file *file;
	__u32 i, first;

	for (i = 0; i < files->nr_files; i++) {
		file = &files->file[i];
		first = files->opened[file->first];
		file->origin = files->holder[files->description[first].first];
		descriptor = &files->descriptor[file->origin];
		file->path = read_path(files->table[descriptor->table].pid,
				       descriptor->fd);
	}
}
