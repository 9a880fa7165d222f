/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORD_KINDS_H
#define RECORD_KINDS_H

#include <stdbool.h>

#include <taskshare.h>

/* The kinds of namespaces, of which all follow each other, as bits */
#define NAMESPACE_KINDS	((2u << TASKSHARE_USER) - (1u << TASKSHARE_UTS))

#define kind_is_namespace(kind)	(NAMESPACE_KINDS >> (kind) & 1)

extern const char *const kind_name[TASKSHARE_NR_KINDS];
extern const char *const task_name[TASKSHARE_NR_TASKS];

const char *kind_text(enum taskshare_kind kind);
bool kind_refs_are_tasks(enum taskshare_kind kind);
__u32 kind_refs_of_one(enum taskshare_kind kind);
enum taskshare_kind kind_held_by(enum taskshare_kind kind);
enum taskshare_kind kind_pair(enum taskshare_kind kind);

#endif /* RECORD_KINDS_H */
