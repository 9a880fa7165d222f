/* SPDX-License-Identifier: GPL-2.0-only */
/* Parsing the module's text. */
#ifndef TASKSHARE_SELFTESTS_TEXTFILE_H
#define TASKSHARE_SELFTESTS_TEXTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "snapshot.h"

#define CELL_MAX	8
#define ESCAPED_MAX	(4 * TASKSHARE_COMM_LEN)

struct text_row {
	__u32 pid;
	__u32 tgid;
	__u32 ppid;
	char cell[TASKSHARE_NR_KINDS][CELL_MAX];
	char kind[16];
	char comm[ESCAPED_MAX + 1];
};

/* A line of the legend; @refs is 0 where the text has a question mark. */
struct text_object {
	int kind;
	char group[CELL_MAX];
	__u64 id;
	__u32 refs;
	__u32 here;
};

struct textfile {
	char title[256];
	struct text_row *row;
	size_t nr_rows;
	struct text_object *object;
	size_t nr_objects;
};

bool textfile_read(struct textfile *t, const char *name);
void textfile_free(struct textfile *t);
const struct text_row *textfile_find(const struct textfile *t, pid_t pid);
__u64 textfile_id(const struct textfile *t, const struct text_row *row,
		  int kind);
bool textfile_consistent(const struct textfile *t);

#endif
