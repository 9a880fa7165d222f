/* SPDX-License-Identifier: GPL-2.0-only */
/* The conditions of the rules, as struct rule describes them. */
#ifndef AUDIT_CONDITIONS_H
#define AUDIT_CONDITIONS_H

#include "audit/rules.h"

#define CONDITION(name)							\
enum verdict name(const struct look *look, __u32 a, __u32 b,		\
		  struct finding *finding)

CONDITION(pidns_ancestor);
CONDITION(cred_shared);
CONDITION(cred_initial);
CONDITION(thread_userns);
CONDITION(mm_privilege);
CONDITION(files_privilege);
CONDITION(thread_ids);
CONDITION(seccomp_gap);
CONDITION(landlock_gap);
CONDITION(fs_shared);
CONDITION(thread_stray);
CONDITION(namespace_pinned);
CONDITION(vfork_stuck);
CONDITION(zombie_leader);
CONDITION(pidns_teardown);
CONDITION(pending_namespace);
CONDITION(thread_cgroups);
CONDITION(nnp_gap);
CONDITION(iouring_filters);

#undef CONDITION

#endif /* AUDIT_CONDITIONS_H */
