/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Open files on three levels: descriptors of a table, open file descriptions,
 * files. Only descriptors that both of two passes saw are included.
 */
#ifndef FILES_FILES_H
#define FILES_FILES_H

#include <stdbool.h>

#include <linux/types.h>

#include "model/model.h"
#include "util/error.h"

/**
 * enum files_use - data to read beside descriptors, a bit each
 * @FILES_PATHS: paths of the files
 * @FILES_OTHERS: descriptors of other processes that lead to the same
 *		  descriptions, where more references to them are counted than
 *		  descriptors seen
 */
enum files_use {
	FILES_PATHS = 1,
	FILES_OTHERS = 2,
};

/**
 * struct files_descriptor - a file descriptor
 * @table: index of its table
 * @fd: its number
 * @description: index of its open file description
 * @cloexec: execve(2) closes it
 * @confirmed: a later pass saw the same
 */
struct files_descriptor {
	__u32 table;
	__u32 fd;
	__u32 description;
	bool cloexec;
	bool confirmed;
};

/**
 * struct files_description - an open file description
 * @id: the source's name for it; 0 if it has none
 * @pos: offset
 * @flags: O_*, without O_CLOEXEC, which is the descriptor's
 * @refs: references to it, without those of @own; 0 if not known
 * @own: number of descriptors of this program that lead to it, if
 *	 FILES_OTHERS was asked for
 * @file: index of its file
 * @first: index of its first descriptor in struct files.holder
 * @nr: number of descriptors
 * @first_other: index of its first of other processes in struct files.other
 * @nr_others: number of descriptors of other processes
 * @unproven: it may be the same as others of the file of which this is said
 */
struct files_description {
	__u64 id;
	__s64 pos;
	__u32 flags;
	__u32 refs;
	__u32 own;
	__u32 file;
	__u32 first;
	__u32 nr;
	__u32 first_other;
	__u32 nr_others;
	bool unproven;
};

/**
 * struct files_file - a file
 * @id: the source's name for it; 0 if it has none
 * @ino: inode number
 * @path: as readlink(2) of /proc/PID/fd gives it, or NULL if it is not known
 * @major: device
 * @minor: device
 * @first: index of its first description in struct files.opened
 * @nr: number of descriptions
 * @origin: index of the descriptor that @path is from
 * @mode: type and permissions, as of inode(7)
 */
struct files_file {
	__u64 id;
	__u64 ino;
	char *path;
	__u32 major;
	__u32 minor;
	__u32 first;
	__u32 nr;
	__u32 origin;
	__u16 mode;
};

/**
 * struct files_table - a file descriptor table
 * @task: index of the task that it was read of
 * @pid: its number
 * @first: its first descriptor
 * @nr: number of descriptors, by number
 * @changed: number of descriptors that were seen once and differ or are gone
 * @unreadable: number of descriptors that could not be read
 * @err: a negative errno if it could not be read; then it has no descriptors
 *
 * Its index is that of the object of kind TASKSHARE_FILES in the model.
 */
struct files_table {
	__u32 task;
	__u32 pid;
	__u32 first;
	__u32 nr;
	__u32 changed;
	__u32 unreadable;
	int err;
};

/**
 * struct files_other - a descriptor of a process that was not asked for
 * @pid: a task that holds the table
 */
struct files_other {
	__u32 pid;
	__u32 fd;
};

/**
 * struct files - open files in the tables of a model
 * @table: the tables
 * @nr_tables: number of tables
 * @descriptor: the descriptors, by table and number
 * @nr: number of descriptors
 * @description: the open file descriptions, by their first descriptor
 * @nr_descriptions: number of descriptions
 * @file: the files, by their first descriptor
 * @nr_files: number of files
 * @holder: indices of descriptors, by description
 * @opened: indices of descriptions, by file
 * @other: descriptors of other processes, by description
 * @nr_others: number of those
 * @others_seen: other processes were looked at
 * @others_cut: there were more than are kept
 *
 * Peak memory while it is read is 64 bytes a descriptor for rows and 64 for
 * sorting them, and at most 176 bytes a descriptor for the result, if each leads
 * to a file of its own; and its paths.
 */
struct files {
	struct files_table *table;
	__u32 nr_tables;
	struct files_descriptor *descriptor;
	__u32 nr;
	struct files_description *description;
	__u32 nr_descriptions;
	struct files_file *file;
	__u32 nr_files;
	__u32 *holder;
	__u32 *opened;
	struct files_other *other;
	__u32 nr_others;
	bool others_seen;
	bool others_cut;
};

struct files_source;

int files_open(struct files_source **source, const char *engine,
	       struct error *error);
const char *files_engine(const struct files_source *source);
int files_read(struct files_source *source, const struct model *model,
	       unsigned int use, struct files *files, struct error *error);
void files_free(struct files *files);
void files_close(struct files_source *source);

#endif /* FILES_FILES_H */
