/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CONTENT_PARSE_H
#define CONTENT_PARSE_H

#include "engine/content_rows.h"

bool parse_status(struct content_item *item, char *text, __u32 overflow,
		  const char **groups);
bool parse_groups(const char *text, __u32 *group, size_t max, size_t *nr);
bool parse_cgroup(const char **text, const char **controllers,
		  size_t *controllers_len, const char **path, size_t *path_len);
bool parse_exiting(const char *line, size_t len);
bool parse_start(const char *line, size_t len, __u64 *ticks);

#endif /* CONTENT_PARSE_H */
