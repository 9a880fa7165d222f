// SPDX-License-Identifier: GPL-2.0-only
/* Types of files and flags of open file descriptions in words. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>

#include "files/names.h"
#include "util/array.h"

/**
 * file_type() - the type of a file
 *
 * Return: the type; a file without one is anonymous, as an eventfd.
 */
const struct file_type *file_type(const struct files_file *file)
{
	static const struct file_type types[] = {
		{ S_IFREG, "REG", "regular", "file", true },
		{ S_IFDIR, "DIR", "directory", "directory", true },
		{ S_IFCHR, "CHR", "character", "character device", true },
		{ S_IFBLK, "BLK", "block", "block device", true },
		{ S_IFIFO, "FIFO", "fifo", "pipe", false },
		{ S_IFSOCK, "SOCK", "socket", "socket", false },
		{ S_IFLNK, "LNK", "symlink", "symbolic link", false },
		{ 0, "ANON", "anonymous", "not a file", false },
	};
	size_t i = 0;

	while (types[i].type && types[i].type != (file->mode & S_IFMT))
		i++;
	return &types[i];
}

/**
 * files_has_offset() - check whether the offset of a description counts
 *
 * Return: true if so; one that was opened with O_PATH has none.
 */
bool files_has_offset(const struct files *files,
		      const struct files_description *description)
{
	return file_type(&files->file[description->file])->has_offset &&
	       !(description->flags & O_PATH);
}

/**
 * flags_names() - names of the flags of an open file description
 * @to: room for them
 * @flags: the flags; those that have no name, as O_LARGEFILE, are left out
 * @between: separator of two names
 *
 * Return: @to; it begins with the access mode, or PATH.
 */
const char *flags_names(char to[FLAGS_TEXT], __u32 flags, char between)
{
	static const char *const access[] = {
		"RDONLY", "WRONLY", "RDWR", "NOACCESS",
	};
	/* Those that contain others come before them. */
	static const struct {
		__u32 flag;
		const char *name;
	} names[] = {
		{ O_APPEND, "APPEND" }, { O_NONBLOCK, "NONBLOCK" },
		{ O_SYNC, "SYNC" }, { O_DSYNC, "DSYNC" },
		{ O_DIRECT, "DIRECT" }, { O_ASYNC, "ASYNC" },
		{ O_NOATIME, "NOATIME" }, { O_TMPFILE, "TMPFILE" },
		{ O_DIRECTORY, "DIRECTORY" }, { O_NOFOLLOW, "NOFOLLOW" },
	};
	struct text text;
	size_t i;

	text_begin(&text, to, FLAGS_TEXT);
	text_add(&text, "%s", flags & O_PATH ? "PATH" :
		 access[flags & O_ACCMODE]);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if ((flags & names[i].flag) != names[i].flag)
			continue;
		flags &= ~names[i].flag;
		text_add(&text, "%c%s", between, names[i].name);
	}
	return to;
}
