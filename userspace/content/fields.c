// SPDX-License-Identifier: GPL-2.0-only
/* Every value of content, by its field. */
#include <string.h>

#include "content/fields.h"
#include "content/parse.h"

const struct content_info content_fields[NR_CONTENT_FIELDS] = {
#define FIELD(constant, kind_, key_, column, alias, type_, parts_, help)	\
	[FIELD_##constant] = { kind_, key_, type_, parts_ },
	CONTENT_FIELDS(FIELD)
#undef FIELD
};

static enum content_state text_value(const struct content *content, __u32 task,
				     enum content_text which,
				     struct content_value *value)
{
	bool none;

	value->string = content_text(content, task, which, &none);
	if (!value->string)
		return none ? CONTENT_ABSENT : CONTENT_UNKNOWN;
	value->len = strlen(value->string);
	return CONTENT_KNOWN;
}

/* The path in the unified hierarchy; there may be none of that */
static enum content_state cgroup_value(const struct content *content,
				       __u32 task, struct content_value *value)
{
	const char *lines, *controllers;
	size_t len;
	bool none;

	lines = content_text(content, task, CONTENT_CGROUP, &none);
	if (!lines)
		return none ? CONTENT_ABSENT : CONTENT_UNKNOWN;
	while (parse_cgroup(&lines, &controllers, &len, &value->string,
			    &value->len))
		if (!len)
			return CONTENT_KNOWN;
	return CONTENT_ABSENT;
}

static enum content_state groups_value(const struct content *content,
				       __u32 task, struct content_value *value)
{
	const struct content_item *item =
		content_item(content, task, CONTENT_GROUPS_SEEN);

	if (!item)
		return CONTENT_UNKNOWN;
	if (item->groups.nr > CONTENT_GROUPS)
		return text_value(content, task, CONTENT_GROUP_LIST, value);
	value->ids = item->groups.group;
	value->nr = item->groups.nr;
	return value->nr == 1 && *value->ids == UINT32_MAX ? CONTENT_UNKNOWN :
							     CONTENT_KNOWN;
}

/* Users and groups that have no number for the reader are unknown. */
static enum content_state id_value(__u32 id, struct content_value *value)
{
	value->number = id;
	return id == UINT32_MAX ? CONTENT_UNKNOWN : CONTENT_KNOWN;
}

static enum content_state cred_value(const struct content *content, __u32 task,
				     enum content_field field,
				     struct content_value *value)
{
	const struct content_item *item =
		content_item(content, task, 1u << TASKSHARE_CRED);

	if (!item)
		return CONTENT_UNKNOWN;
	if (field >= FIELD_RUID && field <= FIELD_FSUID)
		return id_value(item->row.uid[field - FIELD_RUID], value);
	if (field >= FIELD_RGID && field <= FIELD_FSGID)
		return id_value(item->row.gid[field - FIELD_RGID], value);
	if (field == FIELD_SECUREBITS) {
		value->number = item->row.securebits;
		return item->row.known & CONTENT_SECUREBITS ? CONTENT_KNOWN :
							      CONTENT_UNKNOWN;
	}
	value->number = item->row.cap[field - FIELD_CAPINH];
	return CONTENT_KNOWN;
}

/* 0 is none where the kernel has no such namespace; elsewhere it is not known. */
static enum content_state inode_value(__u32 inode, struct content_value *value)
{
	value->number = inode;
	return inode ? CONTENT_KNOWN : CONTENT_UNKNOWN;
}

static enum content_state ns_value(const struct content *content, __u32 task,
				   int kind, struct content_value *value)
{
	const struct content_item *item =
		content_item(content, task, 1u << kind);

	if (!item)
		return CONTENT_UNKNOWN;
	return inode_value(item->row.ns[CONTENT_NS(kind)].inum, value);
}

static enum content_state owner_value(const struct content *content, __u32 task,
				      int kind, struct content_value *value)
{
	const struct content_item *item =
		content_item(content, task, 1u << kind | CONTENT_OWNERS);

	if (!item)
		return CONTENT_UNKNOWN;
	return inode_value(item->row.ns[CONTENT_NS(kind)].owner, value);
}

static const struct content_tree *tree_of(const struct content_row *row,
					  int kind)
{
	switch (kind) {
	case TASKSHARE_PID:
		return &row->pid_ns;
	case TASKSHARE_PID_FOR_CHILDREN:
		return &row->pid_children;
	default:
		return &row->user;
	}
}

static enum content_state parent_value(const struct content *content,
				       __u32 task, int kind,
				       struct content_value *value)
{
	const struct content_item *item =
		content_item(content, task, 1u << kind | CONTENT_OWNERS);
	const struct content_tree *tree;

	if (!item)
		return CONTENT_UNKNOWN;
	tree = tree_of(&item->row, kind);
	/* The initial one has none. */
	if (item->row.known & CONTENT_LEVELS && !tree->level)
		return CONTENT_ABSENT;
	return inode_value(tree->parent, value);
}

static enum content_state level_value(const struct content *content, __u32 task,
				      int kind, struct content_value *value)
{
	const struct content_item *item =
		content_item(content, task, 1u << kind | CONTENT_LEVELS);

	if (!item)
		return CONTENT_UNKNOWN;
	value->number = tree_of(&item->row, kind)->level;
	return CONTENT_KNOWN;
}

static enum content_state self_value(const struct content *content, __u32 task,
				     enum content_field field,
				     struct content_value *value)
{
	const struct content_item *item;
	__u64 start = content->model->task[task]->start_ns;

	if (field == FIELD_ELAPSED) {
		value->number = content->now_ns - start;
		return content->now_ns >= start ? CONTENT_KNOWN :
						  CONTENT_UNKNOWN;
	}
	item = content_item(content, task, field == FIELD_WAITER ?
			    CONTENT_WAITER : CONTENT_SELF);
	if (!item)
		return CONTENT_UNKNOWN;
	value->number = field == FIELD_NNP ? item->row.nnp :
			field == FIELD_WAITER ? item->row.waiter :
			field == FIELD_NSPID ? item->row.nspid :
			item->row.seccomp_mode;
	if (field == FIELD_NSPID && !item->row.nspid)
		return CONTENT_UNKNOWN;
	return field == FIELD_WAITER && !item->row.waiter ? CONTENT_ABSENT :
							    CONTENT_KNOWN;
}

static enum content_state number_value(const struct content *content,
				       __u32 task, enum content_field field,
				       struct content_value *value)
{
	const struct content_item *item =
		content_item(content, task, 1u << content_fields[field].kind);

	if (!item)
		return CONTENT_UNKNOWN;
	switch (field) {
	case FIELD_UMASK:
		value->number = item->row.umask;
		return CONTENT_KNOWN;
	case FIELD_CGROUPID:
		value->number = item->row.cgroup;
		return value->number ? CONTENT_KNOWN : CONTENT_UNKNOWN;
	case FIELD_FILTERS:
		value->number = item->row.filters;
		return CONTENT_KNOWN;
	case FIELD_USER_UID:
		if (!(item->row.known & CONTENT_OWNERS))
			return CONTENT_UNKNOWN;
		return id_value(item->row.user_owner, value);
	default:
		return CONTENT_UNKNOWN;
	}
}

static enum content_state any_value(const struct content *content, __u32 task,
				    enum content_field field,
				    struct content_value *value)
{
	int kind = content_fields[field].kind;

	switch (field) {
	case FIELD_EXE:
		return text_value(content, task, CONTENT_EXE, value);
	case FIELD_ROOT:
		return text_value(content, task, CONTENT_ROOT, value);
	case FIELD_CWD:
		return text_value(content, task, CONTENT_CWD, value);
	case FIELD_LABEL:
		return text_value(content, task, CONTENT_LABEL, value);
	case FIELD_CGROUPV1:
		return text_value(content, task, CONTENT_CGROUP, value);
	case FIELD_CGROUP:
		return cgroup_value(content, task, value);
	case FIELD_GROUPS:
		return groups_value(content, task, value);
#define NS(name)							\
	case FIELD_##name##_INODE:					\
		return ns_value(content, task, kind, value);		\
	case FIELD_##name##_OWNER:					\
		return owner_value(content, task, kind, value)
	NS(UTS);
	NS(IPC);
	NS(MNT);
	NS(NET);
	NS(PID);
	NS(PID_FOR_CHILDREN);
	NS(CGROUP);
	NS(TIME);
	NS(TIME_FOR_CHILDREN);
#undef NS
	case FIELD_USER_INODE:
		return ns_value(content, task, kind, value);
	case FIELD_PID_PARENT:
	case FIELD_PID_FOR_CHILDREN_PARENT:
	case FIELD_USER_PARENT:
		return parent_value(content, task, kind, value);
	case FIELD_PID_LEVEL:
	case FIELD_PID_FOR_CHILDREN_LEVEL:
	case FIELD_USER_LEVEL:
		return level_value(content, task, kind, value);
	case FIELD_UMASK:
	case FIELD_CGROUPID:
	case FIELD_FILTERS:
	case FIELD_USER_UID:
		return number_value(content, task, field, value);
	default:
		return kind == OF_TASK ?
		       self_value(content, task, field, value) :
		       cred_value(content, task, field, value);
	}
}

/**
 * content_value() - a value of a task or of what it holds
 * @content: the content, or NULL where none was read
 * @task: index of the task
 * @field: index in content_fields[]
 * @value: set to it
 *
 * Return: one of enum content_state; @value counts if it is known.
 */
enum content_state content_value(const struct content *content, __u32 task,
				 enum content_field field,
				 struct content_value *value)
{
	const struct content_info *info = &content_fields[field];

	memset(value, 0, sizeof(*value));
	if (!content || !content->row_of)
		return CONTENT_UNKNOWN;
	/* No chain of filters is a chain of none. */
	if (info->kind != OF_TASK &&
	    model_holding(content->model, task, info->kind) == HOLDS_NONE)
		return field == FIELD_FILTERS ? CONTENT_KNOWN : CONTENT_ABSENT;
	return any_value(content, task, field, value);
}

/**
 * content_same_value() - compare two values of one field
 * @a: a value
 * @b: another one
 *
 * Return: true if they are the same.
 */
bool content_same_value(const struct content_value *a,
			const struct content_value *b)
{
	return a->number == b->number && a->len == b->len && a->nr == b->nr &&
	       !a->string == !b->string &&
	       (!a->len || !memcmp(a->string, b->string, a->len)) &&
	       (!a->nr || !memcmp(a->ids, b->ids, a->nr * sizeof(*a->ids)));
}

/**
 * content_object_value() - a value of an object
 * @content: the content, or NULL where none was read
 * @kind: of the object
 * @obj: the object
 * @field: which, of that kind
 * @value: set to it
 *
 * Where content is of tasks, its holders have to agree: if they do not, they
 * were read at different times, or no longer hold it.
 *
 * Return: one of enum content_state; @value counts if it is known.
 */
enum content_state content_object_value(const struct content *content, int kind,
					const struct object *obj,
					enum content_field field,
					struct content_value *value)
{
	enum content_state found = CONTENT_UNKNOWN, state;
	struct content_value other;
	const __u32 *holder;
	__u32 i;

	if (!content || !content->row_of)
		return CONTENT_UNKNOWN;
	holder = &content->model->kind[kind].holders[obj->first];
	for (i = 0; i < obj->nr; i++) {
		state = content_value(content, holder[i], field, &other);
		if (state == CONTENT_UNKNOWN)
			continue;
		if (found != CONTENT_UNKNOWN &&
		    (state != found || !content_same_value(&other, value)))
			return CONTENT_UNKNOWN;
		found = state;
		*value = other;
		if (!content->by_task)
			break;
	}
	return found;
}
