// SPDX-License-Identifier: GPL-2.0-only
/* Trees of tasks with random flags. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "treerandom.h"
#include "util.h"

/* There are none after chroot(2), nor where they are switched off. */
static bool userns_works(void)
{
	static int works = -1;
	int status;
	pid_t pid;

	if (works >= 0)
		return works;
	pid = fork();
	if (!pid)
		_exit(unshare(CLONE_NEWUSER) ? 1 : 0);
	works = pid > 0 && waitpid(pid, &status, 0) == pid && !status;
	return works;
}

static __u64 random_flags(uint64_t *seed)
{
	static const __u64 shares[] = {
		CLONE_VM, CLONE_FILES, CLONE_FS, CLONE_SIGHAND, CLONE_THREAD,
		CLONE_IO, CLONE_SYSVSEM, CLONE_PARENT,
	}, namespaces[] = {
		CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNS, CLONE_NEWPID,
		CLONE_NEWCGROUP, CLONE_NEWUSER, CLONE_NEWTIME,
	};
	__u64 flags;
	size_t i;

	do {
		flags = 0;
		for (i = 0; i < sizeof(shares) / sizeof(*shares); i++)
			if (random_below(seed, 2))
				flags |= shares[i];
		for (i = 0; i < sizeof(namespaces) / sizeof(*namespaces); i++)
			if (!random_below(seed, 20))
				flags |= namespaces[i];
		/* as costly as all others together */
		if (!random_below(seed, 200))
			flags |= CLONE_NEWNET;
	} while (!tree_legal(flags) ||
		 (flags & CLONE_NEWUSER && !userns_works()) ||
		 (flags & CLONE_NEWTIME && !kernel_has_timens()));
	return flags;
}

/* The semaphore is the one of the namespace that the test is in. */
static bool same_ipc(int task)
{
	return tree[task].object[TASKSHARE_IPC] ==
	       tree[0].object[TASKSHARE_IPC];
}

static int random_creator(uint64_t *seed)
{
	int creator;

	do {
		creator = random_below(seed, tree_size);
	} while (tree[creator].nested);
	return creator;
}

/**
 * tree_random() - start a tree of tasks with random flags
 * @seed: changes with every number drawn
 * @tasks: number of tasks; some get an I/O context or an undo list
 *
 * Return: 0 or a negative errno, with a complaint.
 */
int tree_random(uint64_t *seed, int tasks)
{
	int ret = tree_start(), creator;
	__u64 flags;

	while (ret >= 0 && tree_size < tasks) {
		creator = random_creator(seed);
		if (!random_below(seed, 8) && !tree_make_io(creator))
			return -EIO;
		if (!random_below(seed, 8) && same_ipc(creator) &&
		    !tree_make_semundo(creator))
			return -EIO;
		flags = random_flags(seed);
		ret = tree_clone(creator, flags);
		if (ret < 0)
			complain("clone3 of %d with flags %#llx: error %d",
				 tree[creator].pid, flags, ret);
	}
	return ret < 0 ? ret : 0;
}
