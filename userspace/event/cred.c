// SPDX-License-Identifier: GPL-2.0-only
/* Content of credentials, in words. */
#include <stdio.h>

#include "event/cred.h"
#include "util/array.h"
#include "util/text.h"

const char *const trace_id_name[TRACE_NR_IDS] = {
	[TRACE_UID] = "uid", [TRACE_GID] = "gid",
	[TRACE_SUID] = "suid", [TRACE_SGID] = "sgid",
	[TRACE_EUID] = "euid", [TRACE_EGID] = "egid",
	[TRACE_FSUID] = "fsuid", [TRACE_FSGID] = "fsgid",
};

const char *const trace_caps_name[TRACE_NR_CAPS] = {
	[TRACE_CAP_INHERITABLE] = "inheritable",
	[TRACE_CAP_PERMITTED] = "permitted",
	[TRACE_CAP_EFFECTIVE] = "effective",
	[TRACE_CAP_BOUNDING] = "bounding",
	[TRACE_CAP_AMBIENT] = "ambient",
};

const char *const trace_keyring_name[4] = {
	"session", "process", "thread", "authorisation",
};

/* By number, see <linux/capability.h> */
static const char *const cap_name[] = {
	"chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill",
	"setgid", "setuid", "setpcap", "linux_immutable", "net_bind_service",
	"net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
	"sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct",
	"sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time",
	"sys_tty_config", "mknod", "lease", "audit_write", "audit_control",
	"setfcap", "mac_override", "mac_admin", "syslog", "wake_alarm",
	"block_suspend", "audit_read", "perfmon", "bpf",
	"checkpoint_restore",
};

/* More capabilities than this are counted. */
#define MAX_NAMED	3

static const char *comma(const struct text *text)
{
	return text->len ? ", " : "";
}

/*
 * User IDs, or group IDs for @first == TRACE_GID: as one if all four were and
 * are the same. The one for files follows the effective one.
 */
static void add_ids(struct text *to, const struct trace_cred *before,
		    const struct trace_cred *cred, int first)
{
	static const enum trace_id order[] = {
		TRACE_UID, TRACE_EUID, TRACE_SUID, TRACE_FSUID,
	};
	const __u32 *was = before->id + first, *is = cred->id + first;
	bool one = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		one = one && was[order[i]] == *was && is[order[i]] == *is;
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		enum trace_id id = order[i];

		if (was[id] == is[id] || (one && id != TRACE_UID))
			continue;
		if (id == TRACE_FSUID && is[id] == is[TRACE_EUID] &&
		    was[TRACE_EUID] != is[TRACE_EUID])
			continue;
		/* The name of all four is that of the real one. */
		text_add(to, "%s%s%s %u -> %u", comma(to),
			 one || id != TRACE_UID ? "" : "r",
			 trace_id_name[first + id], was[id], is[id]);
	}
}

static void add_caps(struct text *to, const char *verb, __u64 caps,
		     const char *set)
{
	int nr = __builtin_popcountll(caps), i;

	if (!nr)
		return;
	text_add(to, "%s%s", comma(to), verb);
	for (i = 0; i < 64 && nr <= MAX_NAMED; i++) {
		if (!(caps & 1ull << i))
			continue;
		if ((size_t)i < ARRAY_SIZE(cap_name))
			text_add(to, " cap_%s", cap_name[i]);
		else
			text_add(to, " capability %d", i);
	}
	if (nr > MAX_NAMED)
		text_add(to, " %d capabilities", nr);
	text_add(to, "%s", set);
}

/**
 * cred_ids_text() - the user and group IDs that have changed
 * @to: room for it
 * @size: of @to
 * @before: the credentials before
 * @cred: and now
 *
 * Return: true if some have; otherwise @to is empty.
 */
bool cred_ids_text(char *to, size_t size, const struct trace_cred *before,
		   const struct trace_cred *cred)
{
	struct text text;

	text_begin(&text, to, size);
	add_ids(&text, before, cred, TRACE_UID);
	add_ids(&text, before, cred, TRACE_GID);
	if (before->groups != cred->groups)
		text_add(&text, "%ssupplementary groups %u -> %u", comma(&text),
			 before->groups, cred->groups);
	return text.len;
}

/**
 * cred_rights_text() - the capabilities and securebits that have changed
 * @to: room for it
 * @size: of @to
 * @before: the credentials before
 * @cred: and now
 *
 * Names the effective capabilities, unless only others change.
 *
 * Return: true if some have; otherwise @to is empty.
 */
bool cred_rights_text(char *to, size_t size, const struct trace_cred *before,
		      const struct trace_cred *cred)
{
	static const enum trace_caps order[] = {
		TRACE_CAP_EFFECTIVE, TRACE_CAP_PERMITTED, TRACE_CAP_INHERITABLE,
		TRACE_CAP_AMBIENT, TRACE_CAP_BOUNDING,
	};
	char set[32] = "";
	struct text text;
	size_t i;

	text_begin(&text, to, size);
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		__u64 was = before->caps[order[i]], is = cred->caps[order[i]];

		if (was == is)
			continue;
		if (order[i] != TRACE_CAP_EFFECTIVE)
			snprintf(set, sizeof(set), " (%s)",
				 trace_caps_name[order[i]]);
		add_caps(&text, "loses", was & ~is, set);
		add_caps(&text, "gains", is & ~was, set);
		break;
	}
	if (before->securebits != cred->securebits)
		text_add(&text, "%ssecurebits %#x -> %#x", comma(&text),
			 before->securebits, cred->securebits);
	return text.len;
}
