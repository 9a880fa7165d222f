/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Content of credentials. Every change gives a task a new object, so two tasks
 * may hold different objects that say the same.
 */
#ifndef BPF_CRED_BPF_H
#define BPF_CRED_BPF_H

#include "bpf/kernel.bpf.h"
#include "bpf/trace_event.h"

static __always_inline void read_cred(struct trace_cred *to,
				      const struct cred *cred)
{
	to->id[TRACE_UID] = READ(cred, uid.val);
	to->id[TRACE_GID] = READ(cred, gid.val);
	to->id[TRACE_SUID] = READ(cred, suid.val);
	to->id[TRACE_SGID] = READ(cred, sgid.val);
	to->id[TRACE_EUID] = READ(cred, euid.val);
	to->id[TRACE_EGID] = READ(cred, egid.val);
	to->id[TRACE_FSUID] = READ(cred, fsuid.val);
	to->id[TRACE_FSGID] = READ(cred, fsgid.val);
	to->securebits = READ(cred, securebits);
	to->caps[TRACE_CAP_INHERITABLE] = caps_of(&cred->cap_inheritable);
	to->caps[TRACE_CAP_PERMITTED] = caps_of(&cred->cap_permitted);
	to->caps[TRACE_CAP_EFFECTIVE] = caps_of(&cred->cap_effective);
	to->caps[TRACE_CAP_BOUNDING] = caps_of(&cred->cap_bset);
	to->caps[TRACE_CAP_AMBIENT] = caps_of(&cred->cap_ambient);
	to->groups = READ(READ(cred, group_info), ngroups);
}

/* Longer lists of groups are equal only if they are one list. */
#define CRED_MAX_GROUPS	32

/* Two lists of groups, too large for the stack */
struct cred_groups {
	__u64 a[CRED_MAX_GROUPS / 2];
	__u64 b[CRED_MAX_GROUPS / 2];
};

enum cred_relation {
	CRED_EQUAL,
	CRED_DIFFERENT,
	CRED_UNKNOWN,
};

static __always_inline enum cred_relation
compare_groups(const struct cred *a, const struct cred *b,
	       struct cred_groups *space)
{
	const struct group_info *in_a = READ(a, group_info);
	const struct group_info *in_b = READ(b, group_info);
	__u32 nr = READ(in_a, ngroups);
	__u64 differ = 0;
	int i;

	if (in_a == in_b)
		return CRED_EQUAL;
	if (nr != (__u32)READ(in_b, ngroups))
		return CRED_DIFFERENT;
	if (nr > CRED_MAX_GROUPS)
		return CRED_UNKNOWN;
	__builtin_memset(space, 0, sizeof(*space));
	bpf_core_read(space->a, nr * sizeof(__u32), &in_a->gid);
	bpf_core_read(space->b, nr * sizeof(__u32), &in_b->gid);
	for (i = 0; i < CRED_MAX_GROUPS / 2; i++) {
		differ |= space->a[i] ^ space->b[i];
		/* or clang 19 makes a branch of each: see nonzero() */
		barrier_var(differ);
	}
	return differ ? CRED_DIFFERENT : CRED_EQUAL;
}

/* Compares two credentials, keys and security modules aside. */
static __always_inline enum cred_relation
compare_creds(const struct cred *a, const struct cred *b,
	      struct cred_groups *space)
{
	__u64 differ = 0;

#define DIFFER(field)							\
	do {								\
		differ |= READ(a, field) ^ READ(b, field);		\
		barrier_var(differ);					\
	} while (0)
#define DIFFER_CAPS(field)						\
	do {								\
		differ |= caps_of(&a->field) ^ caps_of(&b->field);	\
		barrier_var(differ);					\
	} while (0)
	DIFFER(uid.val);
	DIFFER(gid.val);
	DIFFER(suid.val);
	DIFFER(sgid.val);
	DIFFER(euid.val);
	DIFFER(egid.val);
	DIFFER(fsuid.val);
	DIFFER(fsgid.val);
	DIFFER(securebits);
	DIFFER_CAPS(cap_inheritable);
	DIFFER_CAPS(cap_permitted);
	DIFFER_CAPS(cap_effective);
	DIFFER_CAPS(cap_bset);
	DIFFER_CAPS(cap_ambient);
#undef DIFFER
#undef DIFFER_CAPS
	differ |= (__u64)READ(a, user_ns) ^ (__u64)READ(b, user_ns);
	return differ ? CRED_DIFFERENT : compare_groups(a, b, space);
}

#endif /* BPF_CRED_BPF_H */
