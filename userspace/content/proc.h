/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CONTENT_PROC_H
#define CONTENT_PROC_H

#include "content/content.h"

int proc_task_open(const struct content_source *source,
		   const struct taskshare_record *rec, bool check);
bool proc_is_exiting(const struct taskshare_record *rec, int dir);
void proc_read_numbers(const struct content_source *source, int dir,
		       struct content_item *item, char **groups);
char *proc_read_text(const struct content_source *source, int dir,
		     enum content_text which, bool *none);
int proc_find_cgroup2(void);
__u64 proc_cgroup_id(int cgroup2, const char *lines);
void proc_namespaces(const char *path, __u32 inum[CONTENT_NR_NS]);

#endif /* CONTENT_PROC_H */
