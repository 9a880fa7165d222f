/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUDIT_ALLOW_H
#define AUDIT_ALLOW_H

#include "audit/rules.h"

/**
 * struct allow - an entry: findings that are as they should be
 * @exe: pattern for the path of the program
 * @cgroup: pattern for the path of the cgroup, or NULL
 */
struct allow {
	const struct rule *rule;
	char *exe;
	char *cgroup;
};

/**
 * struct allowlist - all entries
 * @allow: the entries
 * @nr: number of entries
 * @errors: number of files and lines that could not be used
 */
struct allowlist {
	struct allow *allow;
	size_t nr;
	unsigned int errors;
};

int allowlist_read(struct allowlist *list, struct error *error);
bool allowlist_has(const struct allowlist *list, const struct finding *finding);
void allowlist_free(struct allowlist *list);

#endif /* AUDIT_ALLOW_H */
