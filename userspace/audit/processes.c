// SPDX-License-Identifier: GPL-2.0-only
/* Rules about objects that processes share. */
#include "audit/conditions.h"
#include "audit/privilege.h"

/*
 * A vfork(2) shares for a moment, until its child executes a program. /proc does
 * not show it, so that any sharing as young may be one.
 */
static bool is_brief_vfork(const struct look *look, __u32 a, __u32 b,
			   __u64 least_ns)
{
	const struct model *model = &look->snap.model;
	__u64 ns;

	if (look_sees_vfork(look) &&
	    !((model->task[a]->flags | model->task[b]->flags) &
	      TASKSHARE_F_VFORK))
		return false;
	return look_younger_ns(look, a, b, &ns) && ns < least_ns;
}

/**
 * cred_shared() - credentials of two processes that are one object
 * @a: a task of one process
 * @b: a task of the other one
 *
 * copy_creds() shares them only for CLONE_THREAD, and nothing commits those
 * of another task.
 *
 * Return: VERDICT_FOUND, as that is what the scope says.
 */
enum verdict cred_shared(const struct look *look, __u32 a, __u32 b,
			 struct finding *finding)
{
	(void)look;
	(void)a;
	(void)b;
	(void)finding;
	return VERDICT_FOUND;
}

/*
 * Shared with less privilege, or in other namespaces. The privileges may have
 * differed for a shorter time than the two have shared.
 */
static enum verdict by_privilege(const struct look *look, __u32 a, __u32 b,
				 bool namespaces, const char *one_way,
				 struct finding *finding)
{
	struct privileges privileges;

	if (is_brief_vfork(look, a, b, finding->least_ns))
		return VERDICT_NO;
	privileges = privileges_compare(look, a, b, finding);
	if (namespaces) {
		privileges.differ |=
			namespaces_differ(look, a, b, TASKSHARE_MNT, finding,
					  &privileges.unknown);
		privileges.differ |=
			namespaces_differ(look, a, b, TASKSHARE_NET, finding,
					  &privileges.unknown);
	}
	if (!privileges.differ)
		return privileges.unknown ? VERDICT_UNKNOWN : VERDICT_NO;
	if (privileges.a_less == privileges.b_less)
		return VERDICT_FOUND;
	finding->sentence = one_way;
	if (privileges.b_less)
		finding_swap(finding);
	return VERDICT_FOUND;
}

/**
 * mm_privilege() - memory that processes of different privileges share
 * @a: a task of one process
 * @b: a task of the other one
 * @finding: the finding; the less privileged one is the first, if there is one
 *
 * Return: one of enum verdict.
 */
enum verdict mm_privilege(const struct look *look, __u32 a, __u32 b,
			  struct finding *finding)
{
	return by_privilege(look, a, b, false,
			    "{a} can control {b}, which has more privileges: they have one memory.",
			    finding);
}

/**
 * files_privilege() - as mm_privilege(), of file descriptor tables
 * @a: a task of one process
 * @b: a task of the other one
 *
 * Return: one of enum verdict.
 */
enum verdict files_privilege(const struct look *look, __u32 a, __u32 b,
			     struct finding *finding)
{
	return by_privilege(look, a, b, true,
			    "{a} can replace the file descriptors of {b}, which has more privileges.",
			    finding);
}

/**
 * fs_shared() - root, working directory and umask that processes share
 * @a: a task of one process
 * @b: a task of the other one
 * @finding: the finding; it is about security if their privileges differ
 *
 * Kernel threads share their fs with PID 1, which is then the only process.
 *
 * Return: one of enum verdict.
 */
enum verdict fs_shared(const struct look *look, __u32 a, __u32 b,
		       struct finding *finding)
{
	if (!look_younger_ns(look, a, b, &finding->for_ns))
		return VERDICT_UNKNOWN;
	if (finding->for_ns < finding->least_ns)
		return VERDICT_NO;
	if (privileges_compare(look, a, b, finding).differ)
		finding->severity = SEVERITY_SECURITY;
	return VERDICT_FOUND;
}
