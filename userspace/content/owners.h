/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CONTENT_OWNERS_H
#define CONTENT_OWNERS_H

#include "bpf/content_row.h"

/**
 * struct owner - owner of a namespace
 * @ns: the namespace, and the user namespace that owns it
 * @parent: of a user or pid namespace, the one above
 * @uid: of a user namespace, who made it
 */
struct owner {
	struct content_ns ns;
	__u32 parent;
	__u32 uid;
};

/**
 * struct owners - those that are known, by the number of the namespace
 * @owner: a hash table
 * @bits: of its size
 * @nr: number of entries
 */
struct owners {
	struct owner *owner;
	unsigned int bits;
	size_t nr;
};

int owners_put(struct owners *owners, int dir, struct content_row *row);
void owners_free(struct owners *owners);

#endif /* CONTENT_OWNERS_H */
