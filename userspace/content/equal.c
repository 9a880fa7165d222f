// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether what two tasks hold is equal in content, be it one object or two.
 *
 * That something differs is known as soon as one value does. That all is
 * equal needs every value that makes an object of this kind what it is: a path
 * is none of them, as two directories may have the same one in two mount
 * namespaces, and a directory has two after it was renamed.
 */
#include <string.h>

#include "content/equal.h"
#include "content/fields.h"
#include "record/kinds.h"

/* One that is unknown counts only where nothing else differs. */
static enum content_equal both(enum content_equal a, enum content_equal b)
{
	if (a == EQUAL_NO || b == EQUAL_NO)
		return EQUAL_NO;
	return a == EQUAL_YES && b == EQUAL_YES ? EQUAL_YES : EQUAL_UNKNOWN;
}

static enum content_equal same_field(const struct content *content,
				     enum content_field field, __u32 a, __u32 b)
{
	struct content_value x, y;
	enum content_state of_a = content_value(content, a, field, &x);
	enum content_state of_b = content_value(content, b, field, &y);

	if (of_a == CONTENT_UNKNOWN || of_b == CONTENT_UNKNOWN)
		return EQUAL_UNKNOWN;
	return of_a == of_b && content_same_value(&x, &y) ? EQUAL_YES :
							    EQUAL_NO;
}

static enum content_equal same_fields(const struct content *content,
				      enum content_field first,
				      enum content_field last, __u32 a, __u32 b)
{
	enum content_equal equal = EQUAL_YES;
	int f;

	for (f = first; f <= (int)last; f++)
		equal = both(equal, same_field(content, f, a, b));
	return equal;
}

/*
 * Only the kernel knows securebits: /proc shows none, so where content is from
 * there, credentials that differ in nothing else are equal as far as it goes.
 */
static enum content_equal same_cred(const struct content *content, __u32 a,
				    __u32 b)
{
	enum content_equal bits = same_field(content, FIELD_SECUREBITS, a, b);
	enum content_equal equal;

	equal = same_fields(content, FIELD_RUID, FIELD_CAPAMB, a, b);
	equal = both(equal, same_field(content, FIELD_LABEL, a, b));
	equal = both(equal, same_field(content, FIELD_USER_INODE, a, b));
	return bits == EQUAL_UNKNOWN ? equal : both(equal, bits);
}

static enum content_equal same_dirs(const struct content *content, __u32 a,
				    __u32 b)
{
	const __u32 known = CONTENT_DIRS | 1u << TASKSHARE_FS;
	const struct content_item *x = content_item(content, a, known);
	const struct content_item *y = content_item(content, b, known);

	if (!x || !y)
		return EQUAL_UNKNOWN;
	return !memcmp(&x->row.root, &y->row.root, sizeof(x->row.root)) &&
	       !memcmp(&x->row.cwd, &y->row.cwd, sizeof(x->row.cwd)) ?
	       EQUAL_YES : EQUAL_NO;
}

/* Filters are not compared, only how many there are. */
static enum content_equal same_filters(const struct content *content, __u32 a,
				       __u32 b)
{
	struct content_value x;
	enum content_equal equal = same_field(content, FIELD_FILTERS, a, b);

	if (equal != EQUAL_YES)
		return equal;
	content_value(content, a, FIELD_FILTERS, &x);
	return x.number ? EQUAL_UNKNOWN : EQUAL_YES;
}

static enum content_equal same_namespaces(const struct content *content,
					  __u32 a, __u32 b)
{
	static const enum content_field inode[] = {
		FIELD_UTS_INODE, FIELD_IPC_INODE, FIELD_MNT_INODE,
		FIELD_NET_INODE, FIELD_PID_FOR_CHILDREN_INODE,
		FIELD_CGROUP_INODE, FIELD_TIME_INODE,
		FIELD_TIME_FOR_CHILDREN_INODE,
	};
	enum content_equal equal = EQUAL_YES;
	size_t i;

	for (i = 0; i < sizeof(inode) / sizeof(*inode); i++)
		equal = both(equal, same_field(content, inode[i], a, b));
	return equal;
}

static enum content_equal same_namespace(const struct content *content,
					 int kind, __u32 a, __u32 b)
{
	int f;

	for (f = 0; f < NR_CONTENT_FIELDS; f++)
		if (content_fields[f].kind == kind)
			return same_field(content, f, a, b);
	return EQUAL_UNKNOWN;
}

/**
 * content_equal() - compare what two tasks hold
 * @content: the content, with all parts that are about this kind
 * @kind: the kind of object
 * @a: index of a task
 * @b: index of another one
 *
 * Memory, tables of files and the like are not read, so two of them are never
 * known to be equal.
 *
 * Return: one of enum content_equal.
 */
enum content_equal content_equal(const struct content *content, int kind,
				 __u32 a, __u32 b)
{
	const struct model *model = content->model;
	enum holding of_a, of_b;

	if (!content->row_of)
		return EQUAL_UNKNOWN;
	of_a = model_holding(model, a, kind);
	of_b = model_holding(model, b, kind);
	if (of_a == HOLDS_NONE && of_b == HOLDS_NONE)
		return EQUAL_YES;
	if (of_a == HOLDS_OBJECT && of_b == HOLDS_OBJECT &&
	    model->kind[kind].of[a] == model->kind[kind].of[b])
		return EQUAL_YES;
	switch (kind) {
	case TASKSHARE_CRED:
		return same_cred(content, a, b);
	case TASKSHARE_FS:
		return both(same_dirs(content, a, b),
			    same_field(content, FIELD_UMASK, a, b));
	case TASKSHARE_CGROUPS:
		return same_fields(content, FIELD_CGROUP, FIELD_CGROUPV1, a, b);
	case TASKSHARE_SECCOMP:
		return same_filters(content, a, b);
	case TASKSHARE_NSPROXY:
		return same_namespaces(content, a, b);
	case TASKSHARE_MM:
		return same_field(content, FIELD_EXE, a, b) == EQUAL_NO ?
		       EQUAL_NO : EQUAL_UNKNOWN;
	default:
		return kind_is_namespace(kind) ?
		       same_namespace(content, kind, a, b) : EQUAL_UNKNOWN;
	}
}
