/* SPDX-License-Identifier: GPL-2.0-only */
/* The module's record files, read whole and checked against their format. */
#ifndef TASKSHARE_SELFTESTS_SNAPSHOT_H
#define TASKSHARE_SELFTESTS_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "taskshare.h"

#define ALL_KINDS	((1u << TASKSHARE_NR_KINDS) - 1)

struct snapshot {
	struct taskshare_record *rec;
	size_t nr;
};

extern const char *const kind_names[TASKSHARE_NR_KINDS];
extern const char *const task_names[TASKSHARE_NR_TASKS];

int snapshot_all(struct snapshot *s);
int snapshot_pid(struct snapshot *s, pid_t pid);
int snapshot_fd(struct snapshot *s, int fd);
void snapshot_free(struct snapshot *s);
const struct taskshare_record *snapshot_find(const struct snapshot *s,
					     pid_t pid);
bool record_quiet(const struct taskshare_record *rec);
bool record_same(const struct taskshare_record *a,
		 const struct taskshare_record *b);
int snapshot_one(struct taskshare_record *rec, pid_t pid);

#endif
