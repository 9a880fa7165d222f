// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors as /proc shows them: what each leads to by fstat(2) and fdinfo,
 * which of them lead to one description by kcmp(2).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/kcmp.h"
#include "util/procfs.h"

static int proc_open(void **state, struct error *error)
{
	*state = NULL;
	return procfs_check(error);
}

static void proc_close(void *state)
{
	(void)state;
}

/* Whether an error says that the descriptor is closed, or its task gone */
static bool is_closed(int err)
{
	return err == -ENOENT || err == -ESRCH || err == -EBADF;
}

/* The file that a descriptor leads to; one that does not answer is not asked. */
static int read_file(int dir, struct file_row *row)
{
	struct statx st;
	char name[32];

	snprintf(name, sizeof(name), "fd/%u", row->fd);
	if (statx(dir, name, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		  STATX_TYPE | STATX_MODE | STATX_INO, &st))
		return -errno;
	row->dev = st.stx_dev_major << 20 | st.stx_dev_minor;
	row->ino = st.stx_ino;
	row->mode = st.stx_mode;
	return 0;
}

static int read_info(int dir, struct file_row *row)
{
	char name[32], text[256];
	ssize_t len;

	snprintf(name, sizeof(name), "fdinfo/%u", row->fd);
	len = procfs_read_at(dir, name, text, sizeof(text));
	if (len < 0)
		return len;
	if (!len)
		return -ENOENT;
	if (sscanf(text, "pos: %lld flags: %o", &row->pos, &row->flags) != 2)
		return -EPROTO;
	row->cloexec = !!(row->flags & O_CLOEXEC);
	row->flags &= ~O_CLOEXEC;
	return 0;
}

static int read_row(int dir, struct file_row *row)
{
	return read_file(dir, row) ?: read_info(dir, row);
}

/* A directory of /proc: a number that is used again does not mislead there. */
static int open_task(__u32 pid)
{
	char path[24];
	int dir;

	snprintf(path, sizeof(path), "/proc/%u", pid);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -errno : dir;
}

static DIR *open_fds(int dir)
{
	int fd = openat(dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *fds = fd < 0 ? NULL : fdopendir(fd);
	int err = errno;

	if (fds || fd < 0)
		return fds;
	close(fd);
	errno = err;
	return NULL;
}

static int read_fds(struct files *files, __u32 table, int dir, DIR *fds,
		    struct file_rows *rows)
{
	struct file_row row = { 0 };
	struct dirent *entry;
	int err = 0;

	row.pid = files->table[table].pid;
	row.table = table;
	for (;;) {
		errno = 0;
		entry = readdir(fds);
		if (!entry)
			break;
		if (*entry->d_name == '.')
			continue;
		row.fd = strtoul(entry->d_name, NULL, 10);
		err = read_row(dir, &row);
		if (!err)
			err = file_rows_add(rows, &row);
		else if (is_closed(err))
			err = 0;
		if (err == -ENOMEM)
			return err;
		files->table[table].unreadable += !!err;
	}
	if (errno)
		files->table[table].err = -errno;
	return 0;
}

static int read_table(struct files *files, __u32 table, struct file_rows *rows)
{
	struct files_table *t = &files->table[table];
	int dir = open_task(t->pid), err = 0;
	DIR *fds;

	if (dir < 0) {
		t->err = dir == -ENOENT ? -ESRCH : dir;
		return 0;
	}
	fds = open_fds(dir);
	if (!fds) {
		t->err = errno == ENOENT ? -ESRCH : -errno;
	} else {
		err = read_fds(files, table, dir, fds, rows);
		closedir(fds);
	}
	close(dir);
	return err;
}

static int first(void *state, struct files *files, struct file_rows *rows,
		 struct error *error)
{
	int err = 0;
	__u32 i;

	(void)state;
	for (i = 0; i < files->nr_tables && !err; i++)
		err = read_table(files, i, rows);
	if (err || files_kcmp(rows))
		return error_set(error, -ENOMEM, "no memory");
	return 0;
}

/* Whether a descriptor still leads where the first pass found it to */
static bool is_same(struct files *files, struct files_descriptor *descriptor,
		    int dir)
{
	struct files_description *description =
		&files->description[descriptor->description];
	const struct files_file *file = &files->file[description->file];
	struct file_row row = { .fd = descriptor->fd };

	if (read_row(dir, &row) || row.ino != file->ino ||
	    row.dev != (file->major << 20 | file->minor) ||
	    files_kcmp_compare(files, descriptor))
		return false;
	description->pos = row.pos;
	description->flags = row.flags;
	descriptor->cloexec = row.cloexec;
	return true;
}

static void check_table(struct files *files, const struct files_table *table)
{
	int dir = open_task(table->pid);
	__u32 i;

	for (i = 0; i < table->nr && dir >= 0; i++) {
		struct files_descriptor *descriptor =
			&files->descriptor[table->first + i];

		descriptor->confirmed = is_same(files, descriptor, dir);
	}
	if (dir >= 0)
		close(dir);
}

static int second(void *state, struct files *files, struct error *error)
{
	__u32 i;

	(void)state;
	for (i = 0; i < files->nr_tables; i++)
		check_table(files, &files->table[i]);
	for (i = 0; i < files->nr_files; i++)
		if (files_kcmp_check(files, &files->file[i]))
			return error_set(error, -ENOMEM, "no memory");
	return 0;
}

const struct files_ops files_proc = {
	.name = "proc",
	.open = proc_open,
	.first = first,
	.second = second,
	.close = proc_close,
};
