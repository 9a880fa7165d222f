// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a task's root directory is that of its mount namespace, as
 * current_chrooted() of the kernel decides for create_user_ns().
 *
 * A task that joins a mount namespace gets its root (mntns_install()), so a child
 * that joins it can compare. That is right however the root was changed: to a
 * directory, a bind mount or another filesystem, here or in another namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/text.h"
#include "clone/userns.h"
#include "why/nsfs.h"
#include "why/caller.h"

/* Equal for two directories only if they are the same one in one mount */
struct place {
	__u64 mount;
	__u64 inode;
	__u32 major;
	__u32 minor;
};

static bool find_place(struct place *place, int fd, const char *path)
{
	int flags = AT_STATX_DONT_SYNC | (*path ? 0 : AT_EMPTY_PATH);
	struct statx st;

	/* There are bytes between the members that are compared, too. */
	memset(place, 0, sizeof(*place));
	if (statx(fd, path, flags, STATX_INO | STATX_MNT_ID, &st) ||
	    !(st.stx_mask & STATX_MNT_ID))
		return false;
	place->mount = st.stx_mnt_id;
	place->inode = st.stx_ino;
	place->major = st.stx_dev_major;
	place->minor = st.stx_dev_minor;
	return true;
}

/* A directory that is the root of no mount is that of no mount namespace. */
static bool is_inside_a_mount(int fd)
{
	struct statx st;

	return !statx(fd, "", AT_STATX_DONT_SYNC | AT_EMPTY_PATH, 0, &st) &&
	       st.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT &&
	       !(st.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

struct roots {
	bool found;
	bool same;
};

/* Compares a root directory with that of this process; @arg is its descriptor. */
static void compare_roots(void *arg, void *result)
{
	struct roots *roots = result;
	struct place its, own;

	roots->found = find_place(&its, *(int *)arg, "") &&
		       find_place(&own, AT_FDCWD, "/");
	roots->same = roots->found && !memcmp(&its, &own, sizeof(its));
}

/* Without privileges there: by this process's root, if that is the namespace's */
static void compare_with_own(struct caller *caller, int root)
{
	enum truth same = nsfs_same(caller_record(caller)->pid, 0, "mnt");
	struct roots roots;

	compare_roots(&root, &roots);
	if (is_inside_a_mount(root))
		caller_set(caller, CHROOTED, true);
	else if (!roots.found)
		caller_unknown(caller, CHROOTED, "its root cannot be examined");
	else if (same == IS_UNKNOWN)
		caller_unknown(caller, CHROOTED,
			       "its namespaces cannot be read");
	else if (same == IS_NOT)
		caller_unknown(caller, CHROOTED,
			       "it is in a mount namespace that may not be joined");
	else if (!userns_works())
		caller_unknown(caller, CHROOTED,
			       "this program may be in a chroot itself");
	else
		caller_set(caller, CHROOTED, !roots.same);
}

/* The directory, as this program would call it; "/" says nothing. */
static void note_root(struct caller *caller, const char *link)
{
	char path[PATH_MAX], note[NOTE_SIZE / 2];
	ssize_t len = readlink(link, path, sizeof(path));
	FILE *out;

	if (len < 2 || fact_get(&caller->facts, CHROOTED) != IS_SO)
		return;
	out = fmemopen(note, sizeof(note), "w");
	if (!out)
		return;
	text_put(out, path, len, false);
	fclose(out);
	note[sizeof(note) - 1] = 0;
	caller_note(caller, CHROOTED, "its root is %s", note);
}

/**
 * look_at_root() - find out whether a task is in a chroot
 * @caller: the task; set are CHROOTED
 */
void look_at_root(struct caller *caller)
{
	__u32 pid = caller_record(caller)->pid;
	struct roots roots = { 0 };
	int fd[2], root, err;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/root/", pid);
	root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0) {
		caller_unknown(caller, CHROOTED, "its root cannot be examined");
		return;
	}
	fd[0] = nsfs_open(pid, "user");
	fd[1] = nsfs_open(pid, "mnt");
	err = fd[1] < 0 ? fd[1] : inside(&fd[1], 1, compare_roots, &root,
					 &roots, sizeof(roots));
	/* The owner of a user namespace may do so there. */
	if (err == -EPERM && fd[0] >= 0)
		err = inside(fd, 2, compare_roots, &root, &roots,
			     sizeof(roots));
	if (err || !roots.found)
		compare_with_own(caller, root);
	else
		caller_set(caller, CHROOTED, !roots.same);
	snprintf(path, sizeof(path), "/proc/%u/root", pid);
	note_root(caller, path);
	close(root);
	if (fd[0] >= 0)
		close(fd[0]);
	if (fd[1] >= 0)
		close(fd[1]);
}
