/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The content of a task's objects: written by the BPF program behind the
 * task's record, and filled in from /proc where that program cannot run.
 *
 * A row belongs to the objects of its record: both are of one run of the
 * program, and @id says again which objects were looked into. Of a thread that
 * holds what its leader holds, the program writes only what is the thread's
 * own: see content_rows_complete().
 */
#ifndef BPF_CONTENT_ROW_H
#define BPF_CONTENT_ROW_H

#include <taskshare.h>

/* More supplementary groups than these are read from /proc. */
#define CONTENT_GROUPS	32

/* The namespaces, as an index into struct content_row.ns */
#define CONTENT_NS(kind)	((kind) - TASKSHARE_UTS)
#define CONTENT_NR_NS		(CONTENT_NS(TASKSHARE_USER) + 1)

/*
 * Bits of content_row.known: what is filled in. First a bit for each kind of
 * object, 1u << TASKSHARE_CRED for one; then what may be unknown by itself.
 */
#define CONTENT_SECUREBITS	(1u << 24) /* of the credentials */
#define CONTENT_DIRS		(1u << 25) /* root and cwd of fs */
#define CONTENT_OWNERS		(1u << 26) /* owners of the namespaces */
#define CONTENT_LEVELS		(1u << 27) /* levels of the namespaces */
#define CONTENT_SELF		(1u << 28) /* nnp, seccomp_mode, nspid */
#define CONTENT_WAITER		(1u << 29)
#define CONTENT_GROUPS_SEEN	(1u << 30) /* struct content_groups */
#define CONTENT_IDLE_CRED	(1u << 31) /* idle_cred */

/**
 * struct content_dir - a directory, distinguished from all others
 * @ino: its inode number
 * @dev: its device, as the kernel numbers it
 * @mnt: the mount that it is reached by
 */
struct content_dir {
	__u64 ino;
	__u32 dev;
	__u32 mnt;
};

/**
 * struct content_ns - a namespace; all zero: the task is in none
 * @inum: its inode number, as in /proc/PID/ns
 * @owner: that of the user namespace that owns it; of a user namespace: its
 *	   parent; 0: not known, or it is the initial one
 */
struct content_ns {
	__u32 inum;
	__u32 owner;
};

/**
 * struct content_tree - position of a namespace among those of its type
 * @parent: inode number of its parent, 0 if it has none or that is not known
 * @level: number of namespaces above it
 */
struct content_tree {
	__u32 parent;
	__u32 level;
};

/**
 * struct content_row - content of the objects of a task
 * @size: size of this structure, which is its version
 * @known: mask, see above
 * @pid: the task
 * @umask: its file mode creation mask
 * @start_ns: its start time, as in its record
 * @id: the objects looked into, as in its record: cred, fs, nsproxy, cgroups,
 *	seccomp
 * @cap: its capabilities: inheritable, permitted, effective, bounding, ambient
 * @uid: real, effective, saved and filesystem user
 * @gid: the same of groups
 * @securebits: see capabilities(7)
 * @user_owner: the user who made its user namespace
 * @ns: its namespaces
 * @user: place of its user namespace
 * @pid_ns: place of its pid namespace
 * @pid_children: place of its pid namespace for children
 * @cgroup: id of its cgroup in the unified hierarchy
 * @root: its root directory
 * @cwd: its working directory
 * @nnp: whether no_new_privs is set
 * @seccomp_mode: 0 none, 1 strict, 2 filters
 * @filters: number of filters in its chain
 * @waiter: the task that waits for this one in vfork(2), or 0
 * @nspid: its number in its own pid namespace, or 0
 * @idle_cred: whether it holds the credentials of the idle task, as one object
 */
struct content_row {
	__u32 size;
	__u32 known;
	__u32 pid;
	__u32 umask;
	__u64 start_ns;
	__u64 id[5];
	__u64 cap[5];
	__u32 uid[4];
	__u32 gid[4];
	__u32 securebits;
	__u32 user_owner;
	struct content_ns ns[CONTENT_NR_NS];
	struct content_tree user;
	struct content_tree pid_ns;
	struct content_tree pid_children;
	__u64 cgroup;
	struct content_dir root;
	struct content_dir cwd;
	__u32 nnp;
	__u32 seccomp_mode;
	__u32 filters;
	__u32 waiter;
	__u32 nspid;
	__u32 idle_cred;
};

/**
 * struct content_groups - supplementary groups, behind the row of the task
 * @cred: the credentials that they are of, as in content_row.id
 * @nr: number of them, of which the first are in @group
 * @pad: zero
 * @group: the groups
 */
struct content_groups {
	__u64 cred;
	__u32 nr;
	__u32 pad;
	__u32 group[CONTENT_GROUPS];
};

/* Kinds whose objects are in content_row.id, in its order */
#define CONTENT_IDS(X)							\
	X(0, CRED)							\
	X(1, FS)							\
	X(2, NSPROXY)							\
	X(3, CGROUPS)							\
	X(4, SECCOMP)

#endif /* BPF_CONTENT_ROW_H */
