// SPDX-License-Identifier: GPL-2.0-only
/* Rows into descriptors, descriptions and files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "files/source.h"

/*
 * Ids of files that are none: beyond those of files that kcmp.c gives, which
 * are small numbers; by their description, or if it is not known by their row.
 */
#define BY_DESCRIPTION	(1ull << 63)
#define BY_ROW		(3ull << 62)

/**
 * file_rows_add() - add a row
 * @row: it
 *
 * Return: 0 or -ENOMEM.
 */
int file_rows_add(struct file_rows *rows, const struct file_row *row)
{
	size_t capacity = rows->capacity ? rows->capacity * 2 : 64;
	struct file_row *more;

	if (rows->nr == rows->capacity) {
		more = realloc(rows->row, capacity * sizeof(*more));
		if (!more)
			return -ENOMEM;
		rows->row = more;
		rows->capacity = capacity;
	}
	rows->row[rows->nr++] = *row;
	return 0;
}

/* By file, then by description */
static int compare_rows(const void *a, const void *b)
{
	const struct file_row *x = a, *y = b;

	if (x->inode != y->inode)
		return x->inode < y->inode ? -1 : 1;
	return x->file < y->file ? -1 : x->file > y->file;
}

static int compare_descriptors(const void *a, const void *b)
{
	const struct files_descriptor *x = a, *y = b;

	if (x->table != y->table)
		return x->table < y->table ? -1 : 1;
	return x->fd < y->fd ? -1 : x->fd > y->fd;
}

/* An array of at least one element, so that NULL is lack of memory only */
static void *new_array(size_t nr, size_t size)
{
	return calloc(nr + 1, size);
}

static void add_file(struct files *files, const struct file_row *row)
{
	files->file[files->nr_files++] = (struct files_file){
		.id = row->inode,
		.ino = row->ino,
		.major = row->dev >> 20,
		.minor = row->dev & 0xfffff,
		.mode = row->mode,
	};
}

static void add_description(struct files *files, const struct file_row *row)
{
	files->description[files->nr_descriptions++] =
		(struct files_description){
		.id = row->file,
		.pos = row->pos,
		.flags = row->flags,
		.refs = row->refs,
		.file = files->nr_files - 1,
		.unproven = !row->file,
	};
}

static void add_descriptor(struct files *files, const struct file_row *row)
{
	files->descriptor[files->nr++] = (struct files_descriptor){
		.table = row->table,
		.fd = row->fd,
		.cloexec = row->cloexec,
		.description = files->nr_descriptions - 1,
	};
}

static int allocate(struct files *files, const struct file_rows *rows)
{
	const struct file_row *row = rows->row;
	size_t i, nr_files = 0, nr_descriptions = 0;

	for (i = 0; i < rows->nr; i++) {
		nr_files += !i || row[i].inode != row[i - 1].inode;
		nr_descriptions += !i || !row[i].file ||
				   compare_rows(&row[i], &row[i - 1]);
	}
	files->descriptor = new_array(rows->nr, sizeof(*files->descriptor));
	files->description = new_array(nr_descriptions,
				       sizeof(*files->description));
	files->file = new_array(nr_files, sizeof(*files->file));
	return files->descriptor && files->description && files->file ?
	       0 : -ENOMEM;
}

/*
 * An eventfd, say, has no file: it has one inode together with all others of
 * its kind, which does not make it one file.
 */
static void part_anonymous(struct file_rows *rows)
{
	int fd = eventfd(0, EFD_CLOEXEC);
	struct file_row *row;
	struct stat st;
	__u32 dev;
	size_t i;

	if (fd < 0 || fstat(fd, &st)) {
		close(fd);
		return;
	}
	close(fd);
	dev = major(st.st_dev) << 20 | minor(st.st_dev);
	for (i = 0; i < rows->nr; i++) {
		row = &rows->row[i];
		if (row->dev != dev)
			continue;
		row->mode &= ~S_IFMT;
		if (row->ino == st.st_ino)
			row->inode = row->file ? BY_DESCRIPTION | row->file :
						 BY_ROW | i;
	}
}

#define NO_INDEX	UINT32_MAX

/*
 * struct numbering - new indices by old ones, in the order of appearance
 * @description: of descriptions
 * @file: of files
 * @nr_descriptions: number of descriptions that appeared
 * @nr_files: number of files that appeared
 */
struct numbering {
	__u32 *description;
	__u32 *file;
	__u32 nr_descriptions;
	__u32 nr_files;
};

static void number_all(struct numbering *n, const struct files *files)
{
	__u32 i, description, file;

	memset(n->description, 0xff,
	       files->nr_descriptions * sizeof(*n->description));
	memset(n->file, 0xff, files->nr_files * sizeof(*n->file));
	for (i = 0; i < files->nr; i++) {
		description = files->descriptor[i].description;
		file = files->description[description].file;
		if (n->description[description] == NO_INDEX)
			n->description[description] = n->nr_descriptions++;
		if (n->file[file] == NO_INDEX)
			n->file[file] = n->nr_files++;
	}
}

/* Removes entries to which no descriptor leads any more. */
static int move_all(struct numbering *n, struct files *files)
{
	struct files_description *description;
	struct files_file *file;
	__u32 i;

	description = new_array(n->nr_descriptions, sizeof(*description));
	file = new_array(n->nr_files, sizeof(*file));
	if (!description || !file) {
		free(description);
		free(file);
		return -ENOMEM;
	}
	for (i = 0; i < files->nr_descriptions; i++) {
		if (n->description[i] == NO_INDEX)
			continue;
		files->description[i].file = n->file[files->description[i].file];
		description[n->description[i]] = files->description[i];
	}
	for (i = 0; i < files->nr_files; i++) {
		if (n->file[i] == NO_INDEX)
			free(files->file[i].path);
		else
			file[n->file[i]] = files->file[i];
	}
	for (i = 0; i < files->nr; i++)
		files->descriptor[i].description =
			n->description[files->descriptor[i].description];
	free(files->description);
	free(files->file);
	files->description = description;
	files->file = file;
	files->nr_descriptions = n->nr_descriptions;
	files->nr_files = n->nr_files;
	return 0;
}

static void set_tables(struct files *files)
{
	__u32 i, t = 0;

	for (i = 0; i < files->nr_tables; i++)
		files->table[i].nr = 0;
	for (i = 0; i < files->nr; i++)
		files->table[files->descriptor[i].table].nr++;
	for (i = 0; i < files->nr_tables; i++) {
		files->table[i].first = t;
		t += files->table[i].nr;
	}
}

/* Lists the descriptors of each description, and the descriptions of each file. */
static int set_ranges(struct files *files)
{
	struct files_description *description = files->description;
	struct files_file *file = files->file;
	__u32 i, at, of;

	free(files->holder);
	free(files->opened);
	files->holder = new_array(files->nr, sizeof(*files->holder));
	files->opened = new_array(files->nr_descriptions,
				  sizeof(*files->opened));
	if (!files->holder || !files->opened)
		return -ENOMEM;
	for (i = 0; i < files->nr_descriptions; i++)
		description[i].nr = 0;
	for (i = 0; i < files->nr_files; i++)
		file[i].nr = 0;
	for (i = 0; i < files->nr; i++)
		description[files->descriptor[i].description].nr++;
	for (i = 0, at = 0; i < files->nr_descriptions; i++) {
		description[i].first = at;
		at += description[i].nr;
		description[i].nr = 0;
		file[description[i].file].nr++;
	}
	for (i = 0, at = 0; i < files->nr_files; i++) {
		file[i].first = at;
		at += file[i].nr;
		file[i].nr = 0;
	}
	for (i = 0; i < files->nr; i++) {
		of = files->descriptor[i].description;
		files->holder[description[of].first + description[of].nr++] = i;
	}
	for (i = 0; i < files->nr_descriptions; i++) {
		of = description[i].file;
		files->opened[file[of].first + file[of].nr++] = i;
	}
	return 0;
}

/*
 * Puts descriptions and files into the order of descriptors, which are sorted.
 * Returns 0 or -ENOMEM.
 */
static int number_files(struct files *files)
{
	struct numbering n = { 0 };
	int err = -ENOMEM;

	n.description = new_array(files->nr_descriptions,
				  sizeof(*n.description));
	n.file = new_array(files->nr_files, sizeof(*n.file));
	if (n.description && n.file) {
		number_all(&n, files);
		err = move_all(&n, files);
	}
	free(n.description);
	free(n.file);
	set_tables(files);
	return err ?: set_ranges(files);
}

/**
 * files_build() - find out which descriptors lead to the same
 * @files: its tables are there; the rest is set
 * @rows: the rows, which are sorted
 *
 * Return: 0 or -ENOMEM.
 */
int files_build(struct files *files, struct file_rows *rows)
{
	const struct file_row *row = rows->row;
	size_t i;

	part_anonymous(rows);
	if (rows->nr)
		qsort(rows->row, rows->nr, sizeof(*row), compare_rows);
	if (allocate(files, rows))
		return -ENOMEM;
	for (i = 0; i < rows->nr; i++) {
		if (!i || row[i].inode != row[i - 1].inode)
			add_file(files, &row[i]);
		if (!i || !row[i].file || compare_rows(&row[i], &row[i - 1]))
			add_description(files, &row[i]);
		add_descriptor(files, &row[i]);
	}
	qsort(files->descriptor, files->nr, sizeof(*files->descriptor),
	      compare_descriptors);
	return number_files(files);
}

/**
 * files_prune() - drop what was not confirmed
 *
 * A path goes with the descriptor that it was read from.
 *
 * Return: 0 or -ENOMEM.
 */
int files_prune(struct files *files)
{
	__u32 i, kept = 0;

	for (i = 0; i < files->nr_files; i++) {
		struct files_file *file = &files->file[i];

		if (!file->path || files->descriptor[file->origin].confirmed)
			continue;
		free(file->path);
		file->path = NULL;
	}
	for (i = 0; i < files->nr; i++)
		if (files->descriptor[i].confirmed)
			files->descriptor[kept++] = files->descriptor[i];
	if (kept == files->nr)
		return 0;
	files->nr = kept;
	return number_files(files);
}

/**
 * files_find() - look for a descriptor
 * @table: index of its table
 * @fd: its number
 *
 * Return: the descriptor, or NULL.
 */
struct files_descriptor *files_find(const struct files *files, __u32 table,
				    __u32 fd)
{
	const struct files_descriptor like = { .table = table, .fd = fd };

	return bsearch(&like, files->descriptor + files->table[table].first,
		       files->table[table].nr, sizeof(like),
		       compare_descriptors);
}
