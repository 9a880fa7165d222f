/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUDIT_PRIVILEGE_H
#define AUDIT_PRIVILEGE_H

#include "audit/finding.h"
#include "audit/look.h"

/**
 * struct privileges - comparison of the privileges of two tasks
 * @differ: some do
 * @unknown: some could not be read
 * @a_less: the first task has less of something
 * @b_less: the second one has
 */
struct privileges {
	bool differ;
	bool unknown;
	bool a_less;
	bool b_less;
};

bool values_differ(const struct look *look, __u32 a, __u32 b,
		   enum content_field field, struct finding *finding,
		   bool *unknown);
struct privileges privileges_compare(const struct look *look, __u32 a, __u32 b,
				     struct finding *finding);
bool namespaces_differ(const struct look *look, __u32 a, __u32 b, int kind,
		       struct finding *finding, bool *unknown);

#endif /* AUDIT_PRIVILEGE_H */
