// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives up all that is not needed to answer requests: files and privileges. No
 * process without privileges can trace this one then.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>
#include <linux/landlock.h>

#include "cli/exit.h"
#include "server/confine.h"

/* Connections, a file for each answer, and a few of the server's own */
#define MOST_FILES	128

#define NOBODY		65534

/* struct landlock_ruleset_attr of ABI 4, of which older ones know less */
struct ruleset {
	__u64 fs;
	__u64 net;
};

/* Any access to files of the first ABI; to bind and to connect TCP sockets */
#define ANY_FS		((LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1)
#define ANY_NET		3

static void close_others(int a, int b)
{
	int low = a < b ? a : b, high = a < b ? b : a, null, i;

	null = open("/dev/null", O_RDWR);
	for (i = 0; null >= 0 && i < 3; i++)
		dup2(null, i);
	if (low > 3)
		close_range(3, low - 1, 0);
	if (high > low + 1)
		close_range(low + 1, high - 1, 0);
	close_range(high + 1, ~0u, 0);
}

/* In a user namespace, that user may not exist. */
static int become_nobody(void)
{
	if (geteuid())
		return 0;
	if (setgroups(0, NULL) && errno != EPERM)
		return -1;
	if ((setresgid(NOBODY, NOBODY, NOBODY) ||
	     setresuid(NOBODY, NOBODY, NOBODY)) && errno != EINVAL)
		return -1;
	return 0;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[2] = { 0 };

	return syscall(SYS_capset, &header, none);
}

/* No file can be opened from now on. Kernels may not have that. */
static void leave_files(void)
{
	struct ruleset rules = { .fs = ANY_FS, .net = ANY_NET };
	long abi, fd;

	abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
		      LANDLOCK_CREATE_RULESET_VERSION);
	if (abi < 1)
		return;
	fd = syscall(SYS_landlock_create_ruleset, &rules,
		     abi < 4 ? sizeof(rules.fs) : sizeof(rules), 0);
	if (fd < 0)
		return;
	syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
}

/**
 * confine() - keep two files, and nothing else
 * @a: one of them
 * @b: the other one
 *
 * Does not return if privileges cannot be given up.
 */
void confine(int a, int b)
{
	const struct rlimit files = { MOST_FILES, MOST_FILES };
	const struct rlimit none = { 0, 0 };

	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NAME, "taskshare-http");
	close_others(a, b);
	if (become_nobody() || drop_capabilities() ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ||
	    setrlimit(RLIMIT_NOFILE, &files) || setrlimit(RLIMIT_CORE, &none))
		_exit(EXIT_ERROR);
	leave_files();
}
