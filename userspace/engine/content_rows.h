/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ENGINE_CONTENT_ROWS_H
#define ENGINE_CONTENT_ROWS_H

#include "bpf/content_row.h"
#include "record/records.h"

/**
 * struct content_item - content that the BPF program writes behind a record
 * @row: content of its objects
 * @groups: its supplementary groups
 */
struct content_item {
	struct content_row row;
	struct content_groups groups;
};

/**
 * struct content_rows - content of many tasks
 * @item: one for each
 * @nr: number of items
 * @capacity: number of items that fit without growing
 */
struct content_rows {
	struct content_item *item;
	size_t nr;
	size_t capacity;
};

struct content_item *content_rows_new(struct content_rows *rows);
int content_rows_read(struct content_rows *rows, struct records *recs, int fd,
		      const char *origin, struct error *error);
int content_rows_copy(struct content_rows *to, const struct content_rows *from,
		      struct error *error);
void content_rows_sort(struct content_rows *rows);
struct content_item *content_rows_find(const struct content_rows *rows,
				       __u32 pid, __u64 start_ns);
void content_rows_complete(struct content_rows *rows, struct records *recs);
void content_rows_free(struct content_rows *rows);

#endif /* ENGINE_CONTENT_ROWS_H */
