/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fields of structures that the iterator names in one place each.
 *
 * Half of the time of a small run is the kernel's search for structures by name,
 * one after the other in all of its BTF, when the program is loaded. Of those
 * whose names have the same hash it remembers only the last
 * (bpf_core_find_cands(), 31 slots). So the program is built in such a way that
 * the fields of each of those are relocated one after the other.
 */
#ifndef BPF_FIELDS_BPF_H
#define BPF_FIELDS_BPF_H

#include "bpf/kernel.bpf.h"

enum ns_field {
	NS_REFS,
	NS_INUM,
	NS_OWNER,
	NS_LEVEL,
	NS_PARENT,
	NS_REAPER,
};

#define NS_FIELDS(function, type)					\
__noinline __u64 function(__u64 address, int field)			\
{									\
	const struct type *ns = (const void *)address;			\
									\
	if (field == NS_REFS)						\
		return ns_count_of(ns);					\
	if (field == NS_INUM)						\
		return READ(ns, ns.inum);				\
	return (__u64)READ(ns, user_ns);				\
}

NS_FIELDS(uts_field, uts_namespace)
NS_FIELDS(ipc_field, ipc_namespace)
NS_FIELDS(mnt_field, mnt_namespace)
NS_FIELDS(net_field, net)
NS_FIELDS(cgroup_field, cgroup_namespace)
NS_FIELDS(time_field, time_namespace)

__noinline __u64 pid_field(__u64 address, int field)
{
	const struct pid_namespace *ns = (const void *)address;

	switch (field) {
	case NS_REFS:
		return ns_count_of(ns);
	case NS_INUM:
		return READ(ns, ns.inum);
	case NS_OWNER:
		return (__u64)READ(ns, user_ns);
	case NS_LEVEL:
		return READ(ns, level);
	case NS_PARENT:
		return (__u64)READ(ns, parent);
	default:
		return (__u64)READ(ns, child_reaper);
	}
}

enum fs_field {
	FS_USERS,
	FS_UMASK,
	FS_ROOT_MNT,
	FS_ROOT_DENTRY,
	FS_CWD_MNT,
	FS_CWD_DENTRY,
};

__noinline __u64 fs_field(__u64 address, int field)
{
	const struct fs_struct *fs = (const void *)address;

	switch (field) {
	case FS_USERS:
		return count_of(fs, users);
	case FS_UMASK:
		return READ(fs, umask);
	case FS_ROOT_MNT:
		return (__u64)READ(fs, root.mnt);
	case FS_ROOT_DENTRY:
		return (__u64)READ(fs, root.dentry);
	case FS_CWD_MNT:
		return (__u64)READ(fs, pwd.mnt);
	default:
		return (__u64)READ(fs, pwd.dentry);
	}
}

#endif /* BPF_FIELDS_BPF_H */
