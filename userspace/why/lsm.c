// SPDX-License-Identifier: GPL-2.0-only
/*
 * Security modules: what a policy says cannot be read, but whether a task is
 * under one can.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/procfs.h"
#include "clone/userns.h"
#include "why/nsfs.h"
#include "why/caller.h"

/* SELinux in permissive mode only reports. */
static bool is_permissive(void)
{
	char text[8];

	return procfs_read("/sys/fs/selinux/enforce", text, sizeof(text)) > 0 &&
	       *text == '0';
}

/*
 * The label of a task: of AppArmor "unconfined" or "profile (enforce)", of
 * SELinux "user:role:type:level", with a zero byte behind it.
 */
static enum truth is_confined(const struct caller *caller, char label[64])
{
	char path[64];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%u/attr/current",
		 caller_record(caller)->pid);
	len = procfs_read(path, label, 64);
	/* Without a module that has labels reading fails. */
	if (len == -EINVAL || len == -ENOENT || len == -EOPNOTSUPP || !len)
		return IS_NOT;
	if (len < 0) {
		strcpy(label, "its label cannot be read");
		return IS_UNKNOWN;
	}
	label[strcspn(label, "\n")] = 0;
	return !strncmp(label, "unconfined", strlen("unconfined")) ||
	       strstr(label, ":unconfined_t") || strstr(label, "(complain)") ||
	       is_permissive() ? IS_NOT : IS_SO;
}

/* Distributions may let AppArmor confine those that have no profile. */
static bool is_restricted(void)
{
	char text[8];

	return procfs_read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
			   text, sizeof(text)) > 0 && *text == '1';
}

/**
 * look_at_lsm() - find out whether security modules may refuse calls
 * @caller: the task; set are LSM_USER, LSM_ADMIN and LSM_TASK
 */
void look_at_lsm(struct caller *caller)
{
	char label[64] = "";
	enum truth confined = is_confined(caller, label);

	caller_set(caller, LSM_USER, false);
	caller_set(caller, LSM_ADMIN, false);
	caller_set(caller, LSM_TASK, false);
	if (confined != IS_NOT) {
		caller_unknown(caller, LSM_USER, "%s", label);
		caller_unknown(caller, LSM_ADMIN, "%s", label);
		caller_unknown(caller, LSM_TASK, "%s", label);
	} else if (is_restricted()) {
		caller_unknown(caller, LSM_USER,
			       "kernel.apparmor_restrict_unprivileged_userns is on");
	} else if (userns_try(0) == -EACCES) {
		caller_unknown(caller, LSM_USER, "one refused this program");
	}
}
