// SPDX-License-Identifier: GPL-2.0-only
/* Differences between the privileges of two tasks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/privilege.h"
#include "record/kinds.h"
#include "util/array.h"
#include "util/text.h"

/*
 * enum order - the task with less privilege by a value
 * @ORDER_NONE: unknown
 * @ORDER_ROOT: the one that is not root
 * @ORDER_SET: the one that lacks some of a set, in the same user namespace
 * @ORDER_BOUND: the one that is bound by it
 */
enum order {
	ORDER_NONE,
	ORDER_ROOT,
	ORDER_SET,
	ORDER_BOUND,
};

/* The parts of a privilege, in the order in which they are shown */
static const struct {
	enum content_field field;
	enum order order;
} privilege[] = {
	{ FIELD_EUID, ORDER_ROOT },
	{ FIELD_RUID, ORDER_NONE },
	{ FIELD_SUID, ORDER_NONE },
	{ FIELD_EGID, ORDER_NONE },
	{ FIELD_RGID, ORDER_NONE },
	{ FIELD_SGID, ORDER_NONE },
	{ FIELD_GROUPS, ORDER_NONE },
	{ FIELD_CAPEFF, ORDER_SET },
	{ FIELD_CAPPRM, ORDER_SET },
	{ FIELD_SECCOMPMODE, ORDER_BOUND },
	{ FIELD_NNP, ORDER_BOUND },
};

static void write_ids(struct text *text, const struct content_value *value)
{
	size_t i;

	for (i = 0; i < value->nr; i++)
		text_add(text, "%s%u", i ? " " : "", value->ids[i]);
	if (!value->nr)
		text_add(text, "none");
}

static void write_value(char *to, enum content_field field,
			enum content_state state,
			const struct content_value *value)
{
	struct text text;

	text_begin(&text, to, EVIDENCE_TEXT);
	if (state == CONTENT_ABSENT)
		text_add(&text, "none");
	else if (value->string)
		text_add(&text, "%.*s", (int)value->len, value->string);
	else if (content_fields[field].type == CONTENT_IDS)
		write_ids(&text, value);
	else if (content_fields[field].type == CONTENT_MASK)
		text_add(&text, "%llx", value->number);
	else
		text_add(&text, "%llu", value->number);
}

/**
 * values_differ() - compare a value of two tasks
 * @a: index of a task
 * @b: index of another one
 * @field: the value to compare
 * @finding: gets it as evidence if it differs
 * @unknown: set if it is not known; otherwise it stays
 *
 * Return: true if it is known to differ.
 */
bool values_differ(const struct look *look, __u32 a, __u32 b,
		   enum content_field field, struct finding *finding,
		   bool *unknown)
{
	const struct content *content = &look->snap.content;
	struct content_value x, y;
	enum content_state of_a = content_value(content, a, field, &x);
	enum content_state of_b = content_value(content, b, field, &y);
	char text[2][EVIDENCE_TEXT];

	if (of_a == CONTENT_UNKNOWN || of_b == CONTENT_UNKNOWN) {
		*unknown = true;
		return false;
	}
	if (of_a == of_b && content_same_value(&x, &y))
		return false;
	write_value(text[0], field, of_a, &x);
	write_value(text[1], field, of_b, &y);
	finding_evidence(finding, content_fields[field].key, text[0], text[1]);
	return true;
}

/**
 * namespaces_differ() - compare the namespaces of two tasks
 * @a: index of a task
 * @b: index of another one
 * @kind: the kind of namespace
 * @finding: gets it as evidence if it differs
 * @unknown: set if that is not known; otherwise it stays
 *
 * Return: true if it is known to be another one.
 */
bool namespaces_differ(const struct look *look, __u32 a, __u32 b, int kind,
		       struct finding *finding, bool *unknown)
{
	const struct model *model = &look->snap.model;
	enum content_field field = 0;
	char text[2][EVIDENCE_TEXT];
	__u32 task[] = { a, b };
	__u64 inode;
	int i;

	if (model_holding(model, a, kind) != HOLDS_OBJECT ||
	    model_holding(model, b, kind) != HOLDS_OBJECT) {
		*unknown = true;
		return false;
	}
	if (model->kind[kind].of[a] == model->kind[kind].of[b])
		return false;
	while (content_fields[field].kind != kind)
		field++;
	for (i = 0; i < 2; i++) {
		if (look_number(look, task[i], field, &inode))
			snprintf(text[i], EVIDENCE_TEXT, "%llu", inode);
		else
			strcpy(text[i], "unknown");
	}
	finding_evidence(finding, kind_name[kind], text[0], text[1]);
	return true;
}

/* Labels are read only now, of the two tasks that matter. */
static bool labels_differ(const struct look *look, __u32 a, __u32 b,
			  struct finding *finding, bool *unknown)
{
	bool none_a, none_b, differ = false;
	char *of_a, *of_b;

	if (look->snap.source && !look->snap.source->labels)
		return false;
	of_a = look_text(look, a, CONTENT_LABEL, &none_a);
	of_b = look_text(look, b, CONTENT_LABEL, &none_b);
	if ((!of_a && !none_a) || (!of_b && !none_b))
		*unknown = true;
	else if (!of_a != !of_b || (of_a && strcmp(of_a, of_b)))
		differ = true;
	if (differ)
		finding_evidence(finding, "label", of_a ?: "none",
				 of_b ?: "none");
	free(of_a);
	free(of_b);
	return differ;
}

static void order(struct privileges *privileges, enum order order, __u64 a,
		  __u64 b)
{
	switch (order) {
	case ORDER_NONE:
		break;
	case ORDER_ROOT:
		privileges->a_less |= a && !b;
		privileges->b_less |= b && !a;
		break;
	case ORDER_SET:
		privileges->a_less |= (b & ~a) != 0;
		privileges->b_less |= (a & ~b) != 0;
		break;
	case ORDER_BOUND:
		privileges->a_less |= a && !b;
		privileges->b_less |= b && !a;
		break;
	}
}

/**
 * privileges_compare() - compare the privileges of two tasks
 * @a: index of a task
 * @b: index of another one
 * @finding: gets what differs as evidence
 *
 * Capabilities count in their user namespace: of two such namespaces, those in
 * the deeper one are less.
 *
 * Return: what differs.
 */
struct privileges privileges_compare(const struct look *look, __u32 a, __u32 b,
				     struct finding *finding)
{
	struct privileges privileges = { 0 };
	__u64 x = 0, y = 0;
	bool userns;
	size_t i;

	userns = namespaces_differ(look, a, b, TASKSHARE_USER, finding,
				   &privileges.unknown);
	if (userns && look_number(look, a, FIELD_USER_LEVEL, &x) &&
	    look_number(look, b, FIELD_USER_LEVEL, &y)) {
		privileges.a_less = x > y;
		privileges.b_less = y > x;
	}
	privileges.differ = userns;
	for (i = 0; i < ARRAY_SIZE(privilege); i++) {
		if (!values_differ(look, a, b, privilege[i].field, finding,
				   &privileges.unknown))
			continue;
		privileges.differ = true;
		if (look_number(look, a, privilege[i].field, &x) &&
		    look_number(look, b, privilege[i].field, &y) &&
		    !(userns && privilege[i].order == ORDER_SET))
			order(&privileges, privilege[i].order, x, y);
	}
	privileges.differ |= labels_differ(look, a, b, finding,
					   &privileges.unknown);
	return privileges;
}
