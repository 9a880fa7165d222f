/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CONTENT_FIELDS_H
#define CONTENT_FIELDS_H

#include "content/content.h"

/* In place of a kind: what belongs to the task itself */
#define OF_TASK	TASKSHARE_NR_KINDS

/**
 * enum content_type - form of a value
 * @CONTENT_NUMBER: a decimal number
 * @CONTENT_MASK: 16 hexadecimal digits
 * @CONTENT_OCTAL: four octal digits
 * @CONTENT_SECONDS: nanoseconds, written as seconds
 * @CONTENT_YES_NO: a truth value
 * @CONTENT_STRING: any bytes
 * @CONTENT_IDS: a list of numbers
 * @CONTENT_PATHS: lines of proc_pid_cgroup(5) but for the unified hierarchy
 */
enum content_type {
	CONTENT_NUMBER,
	CONTENT_MASK,
	CONTENT_OCTAL,
	CONTENT_SECONDS,
	CONTENT_YES_NO,
	CONTENT_STRING,
	CONTENT_IDS,
	CONTENT_PATHS,
};

/**
 * enum content_state - state of a value
 * @CONTENT_UNKNOWN: it could not be read
 * @CONTENT_ABSENT: there is none
 * @CONTENT_KNOWN: there is one
 */
enum content_state {
	CONTENT_UNKNOWN,
	CONTENT_ABSENT,
	CONTENT_KNOWN,
};

/**
 * struct content_value - a value
 * @number: a number, mask, time or truth value
 * @string: a string, or a list as text; not terminated
 * @ids: a list, if it has no @string
 * @nr: its length
 */
struct content_value {
	__u64 number;
	const char *string;
	size_t len;
	const __u32 *ids;
	size_t nr;
};

/*
 * Everything that is known of content, in the order in which it is shown:
 * X(constant, kind, key of JSON, column or NULL, alias or NULL, type, parts,
 * help)
 *
 * Names of columns are those of ps(1) and lsns(8) where they have one.
 */
#define CONTENT_FIELDS(X)						\
	X(EXE, TASKSHARE_MM, "exe", "EXE", NULL, CONTENT_STRING,	\
	  1u << CONTENT_EXE, "path of the program that it runs")	\
	X(ROOT, TASKSHARE_FS, "root", "ROOT", NULL, CONTENT_STRING,	\
	  1u << CONTENT_ROOT, "root directory")				\
	X(CWD, TASKSHARE_FS, "cwd", "CWD", NULL, CONTENT_STRING,	\
	  1u << CONTENT_CWD, "working directory")			\
	X(UMASK, TASKSHARE_FS, "umask", "UMASK", NULL, CONTENT_OCTAL,	\
	  CONTENT_NUMBERS, "file mode creation mask")			\
	X(RUID, TASKSHARE_CRED, "ruid", "RUID", NULL, CONTENT_NUMBER,	\
	  CONTENT_NUMBERS, "real user")					\
	X(EUID, TASKSHARE_CRED, "euid", "UID", "EUID", CONTENT_NUMBER,	\
	  CONTENT_NUMBERS, "effective user")				\
	X(SUID, TASKSHARE_CRED, "suid", "SUID", NULL, CONTENT_NUMBER,	\
	  CONTENT_NUMBERS, "saved user")				\
	X(FSUID, TASKSHARE_CRED, "fsuid", "FSUID", NULL, CONTENT_NUMBER, \
	  CONTENT_NUMBERS, "user for access to files")			\
	X(RGID, TASKSHARE_CRED, "rgid", "RGID", NULL, CONTENT_NUMBER,	\
	  CONTENT_NUMBERS, "real group")				\
	X(EGID, TASKSHARE_CRED, "egid", "GID", "EGID", CONTENT_NUMBER,	\
	  CONTENT_NUMBERS, "effective group")				\
	X(SGID, TASKSHARE_CRED, "sgid", "SGID", NULL, CONTENT_NUMBER,	\
	  CONTENT_NUMBERS, "saved group")				\
	X(FSGID, TASKSHARE_CRED, "fsgid", "FSGID", NULL, CONTENT_NUMBER, \
	  CONTENT_NUMBERS, "group for access to files")			\
	X(GROUPS, TASKSHARE_CRED, "groups", "SUPGID", "GROUPS", CONTENT_IDS, \
	  CONTENT_NUMBERS, "supplementary groups")			\
	X(CAPINH, TASKSHARE_CRED, "cap_inh", "CAPINH", NULL, CONTENT_MASK, \
	  CONTENT_NUMBERS, "inheritable capabilities")			\
	X(CAPPRM, TASKSHARE_CRED, "cap_prm", "CAPPRM", NULL, CONTENT_MASK, \
	  CONTENT_NUMBERS, "permitted capabilities")			\
	X(CAPEFF, TASKSHARE_CRED, "cap_eff", "CAPEFF", NULL, CONTENT_MASK, \
	  CONTENT_NUMBERS, "effective capabilities")			\
	X(CAPBND, TASKSHARE_CRED, "cap_bnd", "CAPBND", NULL, CONTENT_MASK, \
	  CONTENT_NUMBERS, "bounding set of capabilities")		\
	X(CAPAMB, TASKSHARE_CRED, "cap_amb", "CAPAMB", NULL, CONTENT_MASK, \
	  CONTENT_NUMBERS, "ambient capabilities")			\
	X(SECUREBITS, TASKSHARE_CRED, "securebits", "SECUREBITS", NULL,	\
	  CONTENT_NUMBER, CONTENT_NUMBERS, "see capabilities(7)")	\
	X(LABEL, TASKSHARE_CRED, "label", "LABEL", NULL, CONTENT_STRING, \
	  1u << CONTENT_LABEL, "label of the security module")		\
	X(CGROUP, TASKSHARE_CGROUPS, "path", "CGROUP", NULL, CONTENT_STRING, \
	  1u << CONTENT_CGROUP, "path of its cgroup")			\
	X(CGROUPID, TASKSHARE_CGROUPS, "cgroup_id", "CGROUPID", NULL,	\
	  CONTENT_NUMBER, CONTENT_NUMBERS | 1u << CONTENT_CGROUP,	\
	  "id of its cgroup, its inode number")				\
	X(CGROUPV1, TASKSHARE_CGROUPS, "v1", "CGROUPV1", NULL, CONTENT_PATHS, \
	  1u << CONTENT_CGROUP, "cgroups of version 1, by controllers")	\
	X(FILTERS, TASKSHARE_SECCOMP, "filters", "FILTERS", NULL,	\
	  CONTENT_NUMBER, CONTENT_NUMBERS, "number of seccomp filters")	\
	CONTENT_NS_FIELDS(X, UTS, "UTSNS", "UTS namespace")		\
	CONTENT_NS_FIELDS(X, IPC, "IPCNS", "IPC namespace")		\
	CONTENT_NS_FIELDS(X, MNT, "MNTNS", "mount namespace")		\
	CONTENT_NS_FIELDS(X, NET, "NETNS", "network namespace")		\
	CONTENT_NS_FIELDS(X, PID, "PIDNS", "PID namespace")		\
	CONTENT_TREE_FIELDS(X, PID)					\
	CONTENT_NS_FIELDS(X, PID_FOR_CHILDREN, "CHILDPIDNS",		\
			  "PID namespace for children")			\
	CONTENT_TREE_FIELDS(X, PID_FOR_CHILDREN)			\
	CONTENT_NS_FIELDS(X, CGROUP, "CGROUPNS", "cgroup namespace")	\
	CONTENT_NS_FIELDS(X, TIME, "TIMENS", "time namespace")		\
	CONTENT_NS_FIELDS(X, TIME_FOR_CHILDREN, "CHILDTIMENS",		\
			  "time namespace for children")		\
	X(USER_INODE, TASKSHARE_USER, "inode", "USERNS", NULL,		\
	  CONTENT_NUMBER, CONTENT_NUMBERS,				\
	  "inode number of its user namespace")				\
	CONTENT_TREE_FIELDS(X, USER)					\
	X(USER_UID, TASKSHARE_USER, "owner_uid", "USERNSUID", NULL,	\
	  CONTENT_NUMBER, CONTENT_NUMBERS, "user who made the user namespace") \
	X(NNP, OF_TASK, "no_new_privs", "NNP", NULL, CONTENT_YES_NO,	\
	  CONTENT_NUMBERS, "whether no_new_privs is set")		\
	X(SECCOMPMODE, OF_TASK, "seccomp_mode", "SECCOMPMODE", NULL,	\
	  CONTENT_NUMBER, CONTENT_NUMBERS,				\
	  "0: no seccomp, 1: strict, 2: filters")			\
	X(WAITER, OF_TASK, "vfork_waiter", "VFORKWAITER", NULL,		\
	  CONTENT_NUMBER, CONTENT_NUMBERS,				\
	  "the task that waits for it in vfork(2)")			\
	X(NSPID, OF_TASK, "nspid", "NSPID", NULL, CONTENT_NUMBER,	\
	  CONTENT_NUMBERS, "its PID in its own PID namespace")		\
	X(ELAPSED, OF_TASK, "elapsed_ns", "ELAPSED", NULL, CONTENT_SECONDS, \
	  CONTENT_NUMBERS, "seconds since its start")

#define CONTENT_NS_FIELDS(X, name, column, what)			\
	X(name##_INODE, TASKSHARE_##name, "inode", column, NULL,	\
	  CONTENT_NUMBER, CONTENT_NUMBERS,				\
	  "inode number of its " what)					\
	X(name##_OWNER, TASKSHARE_##name, "owner", NULL, NULL,		\
	  CONTENT_NUMBER, CONTENT_NUMBERS, NULL)

#define CONTENT_TREE_FIELDS(X, name)					\
	X(name##_PARENT, TASKSHARE_##name, "parent", NULL, NULL,	\
	  CONTENT_NUMBER, CONTENT_NUMBERS, NULL)			\
	X(name##_LEVEL, TASKSHARE_##name, "level", NULL, NULL,		\
	  CONTENT_NUMBER, CONTENT_NUMBERS, NULL)

enum content_field {
#define FIELD(constant, ...) FIELD_##constant,
	CONTENT_FIELDS(FIELD)
#undef FIELD
	NR_CONTENT_FIELDS
};

/**
 * struct content_info - a field
 * @kind: the kind of object that it is of, or OF_TASK
 * @key: its key in JSON
 * @type: form of its values
 * @parts: parts that have to be read for it
 */
struct content_info {
	int kind;
	const char *key;
	enum content_type type;
	__u32 parts;
};

extern const struct content_info content_fields[NR_CONTENT_FIELDS];

enum content_state content_value(const struct content *content, __u32 task,
				 enum content_field field,
				 struct content_value *value);
enum content_state content_object_value(const struct content *content, int kind,
					const struct object *obj,
					enum content_field field,
					struct content_value *value);
bool content_same_value(const struct content_value *a,
			const struct content_value *b);

#endif /* CONTENT_FIELDS_H */
