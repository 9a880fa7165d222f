// SPDX-License-Identifier: GPL-2.0-only
/* Rules about threads that differ from the first one of their process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/conditions.h"
#include "audit/privilege.h"
#include "content/parse.h"
#include "util/array.h"
#include "util/text.h"

/**
 * thread_userns() - threads in different user or pid namespaces
 * @a: the first live task of a process
 * @b: another one
 *
 * clone(2) and userns_install() refuse that.
 *
 * Return: one of enum verdict.
 */
enum verdict thread_userns(const struct look *look, __u32 a, __u32 b,
			   struct finding *finding)
{
	bool unknown = false, differ;

	differ = namespaces_differ(look, a, b, TASKSHARE_USER, finding,
				   &unknown);
	differ |= namespaces_differ(look, a, b, TASKSHARE_PID, finding,
				    &unknown);
	return differ ? VERDICT_FOUND :
	       unknown ? VERDICT_UNKNOWN : VERDICT_NO;
}

/*
 * Programs change what threads have one thread after the other. Nothing says how
 * long two of them have differed, but it is no longer than both exist.
 */
static enum verdict if_old(const struct look *look, __u32 a, __u32 b,
			   const struct finding *finding)
{
	__u64 age;

	if (!look_younger_ns(look, a, b, &age))
		return VERDICT_UNKNOWN;
	return age < finding->least_ns ? VERDICT_NO : VERDICT_FOUND;
}

/* Whether two tasks are known to hold the same credentials, as one object */
static bool one_cred(const struct look *look, __u32 a, __u32 b)
{
	const struct model *model = &look->snap.model;

	return model_holding(model, a, TASKSHARE_CRED) == HOLDS_OBJECT &&
	       model_object(model, a, TASKSHARE_CRED) ==
	       model_object(model, b, TASKSHARE_CRED);
}

/* Whether a task is root or has a capability */
static bool is_privileged(const struct look *look, __u32 task)
{
	static const enum content_field id[] = {
		FIELD_RUID, FIELD_EUID, FIELD_SUID,
	};
	__u64 n;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(id); i++)
		if (look_number(look, task, id[i], &n) && !n)
			return true;
	return look_number(look, task, FIELD_CAPPRM, &n) && n;
}

/**
 * thread_ids() - threads with different users, groups or capabilities
 * @a: the first live task of a process
 * @b: another one
 * @finding: the finding; it is about security if one of them is privileged
 *
 * IDs only for access to files are not compared: servers set them for
 * each request, by setfsuid(2), which also takes effective capabilities away.
 * A thread can get those back as long as they are permitted.
 *
 * Return: one of enum verdict.
 */
enum verdict thread_ids(const struct look *look, __u32 a, __u32 b,
			struct finding *finding)
{
	static const enum content_field field[] = {
		FIELD_EUID, FIELD_RUID, FIELD_SUID, FIELD_EGID, FIELD_RGID,
		FIELD_SGID, FIELD_GROUPS, FIELD_CAPPRM,
	};
	bool unknown = false, differ = false;
	size_t i;

	if (one_cred(look, a, b))
		return VERDICT_NO;
	for (i = 0; i < ARRAY_SIZE(field); i++)
		differ |= values_differ(look, a, b, field[i], finding,
					&unknown);
	if (!differ)
		return unknown ? VERDICT_UNKNOWN : VERDICT_NO;
	if (is_privileged(look, a) || is_privileged(look, b))
		finding->severity = SEVERITY_SECURITY;
	return if_old(look, a, b, finding);
}

/* Whether one of two tasks is bound by seccomp(2) and the other one is not */
static enum verdict one_bound(const struct look *look, __u32 a, __u32 b,
			      bool *a_bound)
{
	__u64 of_a, of_b;

	if (!look_number(look, a, FIELD_SECCOMPMODE, &of_a) ||
	    !look_number(look, b, FIELD_SECCOMPMODE, &of_b))
		return VERDICT_UNKNOWN;
	*a_bound = of_a;
	return !of_a == !of_b ? VERDICT_NO : VERDICT_FOUND;
}

/**
 * seccomp_gap() - a thread without seccomp beside one that is bound by it
 * @a: the first live task of a process
 * @b: another one
 * @finding: the finding; the one without is the first
 *
 * Return: one of enum verdict.
 */
enum verdict seccomp_gap(const struct look *look, __u32 a, __u32 b,
			 struct finding *finding)
{
	bool a_bound, unknown;
	enum verdict verdict = one_bound(look, a, b, &a_bound);

	if (verdict != VERDICT_FOUND)
		return verdict;
	values_differ(look, a, b, FIELD_SECCOMPMODE, finding, &unknown);
	values_differ(look, a, b, FIELD_FILTERS, finding, &unknown);
	if (a_bound)
		finding_swap(finding);
	return if_old(look, a, b, finding);
}

/**
 * landlock_gap() - a thread without Landlock beside one that it restricts
 * @a: the first live task of a process
 * @b: another one
 *
 * A domain is a part of credentials, and shown nowhere.
 *
 * Return: VERDICT_NO for threads with one set of credentials, VERDICT_UNKNOWN for
 * others.
 */
enum verdict landlock_gap(const struct look *look, __u32 a, __u32 b,
			  struct finding *finding)
{
	(void)finding;
	return one_cred(look, a, b) ? VERDICT_NO : VERDICT_UNKNOWN;
}

/**
 * nnp_gap() - a thread without no_new_privs beside one that has it set
 * @a: the first live task of a process
 * @b: another one
 * @finding: the finding; the one without is the first
 *
 * Where seccomp differs, too, seccomp_gap() says the same.
 *
 * Return: one of enum verdict.
 */
enum verdict nnp_gap(const struct look *look, __u32 a, __u32 b,
		     struct finding *finding)
{
	bool a_bound, unknown = false;
	__u64 nnp;

	if (!values_differ(look, a, b, FIELD_NNP, finding, &unknown))
		return unknown ? VERDICT_UNKNOWN : VERDICT_NO;
	if (one_bound(look, a, b, &a_bound) == VERDICT_FOUND)
		return VERDICT_NO;
	if (look_number(look, a, FIELD_NNP, &nnp) && nnp)
		finding_swap(finding);
	return if_old(look, a, b, finding);
}

/**
 * thread_stray() - a thread in another namespace than its process
 * @a: the first live task of a process
 * @b: another one
 * @finding: the finding; the thread is the first
 *
 * Return: one of enum verdict.
 */
enum verdict thread_stray(const struct look *look, __u32 a, __u32 b,
			  struct finding *finding)
{
	static const int kind[] = {
		TASKSHARE_MNT, TASKSHARE_NET, TASKSHARE_UTS, TASKSHARE_IPC,
		TASKSHARE_CGROUP,
	};
	bool unknown = false, differ = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kind); i++)
		differ |= namespaces_differ(look, a, b, kind[i], finding,
					    &unknown);
	if (!differ)
		return unknown ? VERDICT_UNKNOWN : VERDICT_NO;
	finding_swap(finding);
	return if_old(look, a, b, finding);
}

/* Puts the cgroup of a hierarchy of version 1 into a text, or nothing. */
static void find_cgroup(struct text *text, const char *lines, const char *name,
			size_t len)
{
	const char *controllers, *path;
	size_t controllers_len, path_len;

	while (parse_cgroup(&lines, &controllers, &controllers_len, &path,
			    &path_len))
		if (controllers_len == len && !memcmp(controllers, name, len))
			text_add(text, "%.*s:%.*s", (int)len, name,
				 (int)path_len, path);
}

/* The first hierarchy of version 1 in which two tasks are not together */
static bool hierarchy_differs(const char *a, const char *b,
			      struct finding *finding)
{
	const char *lines = a, *controllers, *path;
	char value[2][EVIDENCE_TEXT];
	size_t len, path_len;
	struct text text;

	while (parse_cgroup(&lines, &controllers, &len, &path, &path_len)) {
		if (!len)
			continue;
		text_begin(&text, value[0], EVIDENCE_TEXT);
		find_cgroup(&text, a, controllers, len);
		text_begin(&text, value[1], EVIDENCE_TEXT);
		find_cgroup(&text, b, controllers, len);
		if (!strcmp(value[0], value[1]))
			continue;
		finding_evidence(finding, "cgroup", value[0], value[1]);
		return true;
	}
	return false;
}

/**
 * thread_cgroups() - threads in different cgroups of version 1
 * @a: the first live task of a process
 * @b: another one
 * @finding: the finding; the thread is the first
 *
 * In the unified hierarchy, only the cgroups of a threaded subtree can divide
 * a process: that is meant.
 *
 * Return: one of enum verdict.
 */
enum verdict thread_cgroups(const struct look *look, __u32 a, __u32 b,
			    struct finding *finding)
{
	const struct model *model = &look->snap.model;
	enum verdict verdict = VERDICT_UNKNOWN;
	char *of_a, *of_b;
	bool none;

	if (model_holding(model, a, TASKSHARE_CGROUPS) == HOLDS_OBJECT &&
	    model_object(model, a, TASKSHARE_CGROUPS) ==
	    model_object(model, b, TASKSHARE_CGROUPS))
		return VERDICT_NO;
	of_a = look_text(look, a, CONTENT_CGROUP, &none);
	of_b = look_text(look, b, CONTENT_CGROUP, &none);
	if (of_a && of_b)
		verdict = hierarchy_differs(of_a, of_b, finding) ?
			  VERDICT_FOUND : VERDICT_NO;
	free(of_a);
	free(of_b);
	finding_swap(finding);
	return verdict;
}
