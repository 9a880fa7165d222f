// SPDX-License-Identifier: GPL-2.0-only
/* Ids, capabilities and filters of a task, by /proc/PID/status. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/capability.h>
#include <linux/seccomp.h>

#include "util/array.h"
#include "util/procfs.h"
#include "why/nsfs.h"
#include "why/caller.h"

/* The number that stands for those that are not mapped: overflowuid(5) */
#define OVERFLOW_ID	65534

/* All of a file of the task's, to be freed, or NULL */
static char *read_all(const struct caller *caller, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/%s", caller_record(caller)->pid,
		 name);
	return procfs_read_all(path);
}

/* Finds the value behind a name at the beginning of a line. */
static const char *field(const char *status, const char *name)
{
	const char *at = status;

	for (; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, name, strlen(name)))
			return at + strlen(name);
	}
	return "";
}

/* The last number of the line is that in the task's own PID namespace. */
static bool is_init(const char *status)
{
	const char *at = field(status, "NStgid:");
	long number = 0;
	char *end;

	for (;;) {
		long next = strtol(at, &end, 10);

		if (end == at || strchr(at, '\n') < end)
			return number == 1;
		number = next;
		at = end;
	}
}

/*
 * Whether an ID, as it is seen here, is mapped in the task's user namespace.
 * A map shows the IDs outside as they are in the reader's user namespace, or in
 * the parent if the two are in the same one; there, what can be seen is mapped.
 * OVERFLOW_ID may be that very ID, or stand for one that is not mapped.
 */
static enum truth is_mapped(const struct caller *caller, const char *map,
			    unsigned long id)
{
	enum truth same = nsfs_same(caller_record(caller)->pid, 0, "user");
	enum truth mapped = same == IS_UNKNOWN ? IS_UNKNOWN : IS_NOT;
	bool ambiguous = id == OVERFLOW_ID &&
			 nsfs_inode(0, "user") != INITIAL_USER;
	unsigned long inside, outside, nr;
	char *text, *at;
	int len;

	if (same == IS_SO && !ambiguous)
		return IS_SO;
	text = read_all(caller, map);
	if (!text)
		return IS_UNKNOWN;
	for (at = text; sscanf(at, "%lu %lu %lu%n", &inside, &outside, &nr,
			       &len) == 3; at += len) {
		unsigned long first = same == IS_SO ? inside : outside;

		/* One that maps all is that of the initial one, or as good. */
		if (nr == UINT32_MAX)
			mapped = IS_SO;
		else if (same != IS_UNKNOWN && id >= first && id - first < nr)
			mapped = ambiguous ? IS_UNKNOWN : IS_SO;
	}
	free(text);
	return mapped;
}

static void look_at_ids(struct caller *caller, const char *status)
{
	unsigned long uid = 0, gid = 0;
	enum truth a, b;

	if (sscanf(field(status, "Uid:"), "%*u %lu", &uid) != 1 ||
	    sscanf(field(status, "Gid:"), "%*u %lu", &gid) != 1) {
		caller_unknown(caller, UNMAPPED, "its status cannot be read");
		return;
	}
	a = is_mapped(caller, "uid_map", uid);
	b = is_mapped(caller, "gid_map", gid);
	if (a == IS_NOT || b == IS_NOT)
		caller_set(caller, UNMAPPED, true);
	else if (a == IS_SO && b == IS_SO)
		caller_set(caller, UNMAPPED, false);
	else
		caller_unknown(caller, UNMAPPED, "its ID maps do not say");
}

/* Debian's switch; it asks for capabilities in the first user namespace. */
static void look_at_switch(struct caller *caller)
{
	static const char path[] = "/proc/sys/kernel/unprivileged_userns_clone";
	enum truth initial = IS_UNKNOWN;
	ino_t inode = nsfs_inode(caller_record(caller)->pid, "user");
	char text[16];
	ssize_t len;

	if (inode)
		initial = inode == INITIAL_USER ? IS_SO : IS_NOT;
	len = procfs_read(path, text, sizeof(text));
	if (len == -ENOENT || (len >= 0 && *text != '0'))
		caller_set(caller, RESTRICTED, false);
	else if (len < 0)
		caller_unknown(caller, RESTRICTED, "%s cannot be read", path);
	else if (fact_get(&caller->facts, NO_ADMIN) == IS_SO ||
		 initial == IS_NOT)
		caller_set(caller, RESTRICTED, true);
	else if (initial == IS_UNKNOWN)
		caller_unknown(caller, RESTRICTED,
			       "its user namespace cannot be read");
	else
		caller_set(caller, RESTRICTED, false);
}

static void look_at_seccomp(struct caller *caller, const char *status)
{
	int mode = atoi(field(status, "Seccomp:"));
	int filters = atoi(field(status, "Seccomp_filters:"));

	caller_set(caller, SECCOMP_STRICT, mode == SECCOMP_MODE_STRICT);
	caller_set(caller, FILTERED, false);
	if (mode != SECCOMP_MODE_FILTER)
		return;
	if (filters)
		caller_unknown(caller, FILTERED, "it has %d filter%s", filters,
			       filters > 1 ? "s" : "");
	else
		caller_unknown(caller, FILTERED, "it has filters");
}

/**
 * look_at_status() - find out what a task is and may do
 * @caller: the task; set are IS_INIT, NO_ADMIN, NO_CHROOT, NO_SETUID, NO_SETGID,
 *	    UNMAPPED, RESTRICTED, FILTERED, SECCOMP_STRICT and NO_NEW_PRIVS
 */
void look_at_status(struct caller *caller)
{
	static const enum fact of_status[] = {
		IS_INIT, NO_ADMIN, NO_CHROOT, NO_SETUID, NO_SETGID, UNMAPPED,
		RESTRICTED, FILTERED, SECCOMP_STRICT, NO_NEW_PRIVS,
	};
	unsigned long long caps;
	char *status = read_all(caller, "status");
	size_t i;

	if (!status || sscanf(field(status, "CapEff:"), "%llx", &caps) != 1) {
		free(status);
		for (i = 0; i < ARRAY_SIZE(of_status); i++)
			caller_unknown(caller, of_status[i],
				       "its status cannot be read");
		return;
	}
	caller_set(caller, IS_INIT, is_init(status));
	caller_set(caller, NO_ADMIN, !(caps & 1ull << CAP_SYS_ADMIN));
	caller_set(caller, NO_CHROOT, !(caps & 1ull << CAP_SYS_CHROOT));
	caller_set(caller, NO_SETUID, !(caps & 1ull << CAP_SETUID));
	caller_set(caller, NO_SETGID, !(caps & 1ull << CAP_SETGID));
	caller_set(caller, NO_NEW_PRIVS, atoi(field(status, "NoNewPrivs:")));
	look_at_seccomp(caller, status);
	look_at_ids(caller, status);
	free(status);
	look_at_switch(caller);
}
