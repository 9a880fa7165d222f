/* SPDX-License-Identifier: GPL-2.0-only */
/* Sources of descriptors; for files.c and the sources. */
#ifndef FILES_SOURCE_H
#define FILES_SOURCE_H

#include "bpf/file_row.h"
#include "files/files.h"

/**
 * struct file_rows - descriptors as they were read
 * @row: the rows; struct file_row.table is the index of a table here
 * @nr: number of rows
 * @capacity: number of rows that fit without growing
 */
struct file_rows {
	struct file_row *row;
	size_t nr;
	size_t capacity;
};

/**
 * struct files_ops - a way to read descriptors
 * @name: the engine that it goes with
 * @open: make it usable; returns 0 or a negative errno with @error
 * @first: append a row for each descriptor of each table, and set the err of
 *	   tables that cannot be read
 * @second: set confirmed of each descriptor that is still the same, and count
 *	    those that are not in their table
 * @others: find descriptors of other processes; may be NULL
 * @close: give everything back
 *
 * They return 0 or a negative errno with @error.
 */
struct files_ops {
	const char *name;
	int (*open)(void **state, struct error *error);
	int (*first)(void *state, struct files *files, struct file_rows *rows,
		     struct error *error);
	int (*second)(void *state, struct files *files, struct error *error);
	int (*others)(void *state, struct files *files, struct error *error);
	void (*close)(void *state);
};

/**
 * struct files_source - a way to read descriptors, opened
 * @ops: its functions
 * @state: their argument
 */
struct files_source {
	const struct files_ops *ops;
	void *state;
};

extern const struct files_ops files_bpf;
extern const struct files_ops files_proc;

int file_rows_add(struct file_rows *rows, const struct file_row *row);

int files_build(struct files *files, struct file_rows *rows);
int files_prune(struct files *files);
struct files_descriptor *files_find(const struct files *files, __u32 table,
				    __u32 fd);

void files_read_paths(struct files *files);

#endif /* FILES_SOURCE_H */
