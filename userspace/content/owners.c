// SPDX-License-Identifier: GPL-2.0-only
/* Owners of namespaces, by ioctl_nsfs(2), each of them asked once. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/nsfs.h>

#include "content/owners.h"
#include "record/kinds.h"

static struct owner *slot_of(const struct owners *owners, __u32 inum)
{
	size_t mask = (1ul << owners->bits) - 1;
	size_t i = (inum * 2654435761u) >> 8 & mask;

	while (owners->owner[i].ns.inum && owners->owner[i].ns.inum != inum)
		i = (i + 1) & mask;
	return &owners->owner[i];
}

static int grow(struct owners *owners)
{
	struct owners more = { .bits = owners->bits ? owners->bits + 1 : 6 };
	size_t i;

	more.owner = calloc(1ul << more.bits, sizeof(*more.owner));
	if (!more.owner)
		return -ENOMEM;
	for (i = 0; owners->bits && i < 1ul << owners->bits; i++)
		if (owners->owner[i].ns.inum)
			*slot_of(&more, owners->owner[i].ns.inum) =
				owners->owner[i];
	free(owners->owner);
	owners->owner = more.owner;
	owners->bits = more.bits;
	return 0;
}

/* Number of the namespace that a request leads to, or 0 */
static __u32 related(int ns, unsigned long request)
{
	int fd = ioctl(ns, request);
	struct stat st;
	__u32 inum = 0;

	if (fd < 0)
		return 0;
	if (!fstat(fd, &st))
		inum = st.st_ino;
	close(fd);
	return inum;
}

static void ask(struct owner *owner, int dir, int kind)
{
	struct stat st;
	char name[40];
	uid_t uid;
	int ns;

	snprintf(name, sizeof(name), "ns/%s", kind_name[kind]);
	ns = openat(dir, name, O_RDONLY | O_CLOEXEC);
	if (ns < 0)
		return;
	/* The task may be in another one by now. */
	if (fstat(ns, &st) || st.st_ino != owner->ns.inum) {
		close(ns);
		return;
	}
	if (kind == TASKSHARE_USER || kind == TASKSHARE_PID ||
	    kind == TASKSHARE_PID_FOR_CHILDREN)
		owner->parent = related(ns, NS_GET_PARENT);
	if (kind != TASKSHARE_USER)
		owner->ns.owner = related(ns, NS_GET_USERNS);
	else
		owner->ns.owner = owner->parent;
	if (kind == TASKSHARE_USER && !ioctl(ns, NS_GET_OWNER_UID, &uid))
		owner->uid = uid;
	close(ns);
}

/**
 * owners_put() - put the owners of a task's namespaces into its row
 * @owners: those known so far
 * @dir: the task's directory in /proc
 *
 * Return: 0 or -ENOMEM.
 */
int owners_put(struct owners *owners, int dir, struct content_row *row)
{
	struct owner *owner;
	int i, kind;

	for (i = 0; i < CONTENT_NR_NS; i++) {
		if (!row->ns[i].inum)
			continue;
		if (2 * owners->nr >= (owners->bits ? 1ul << owners->bits : 0) &&
		    grow(owners))
			return -ENOMEM;
		kind = TASKSHARE_UTS + i;
		owner = slot_of(owners, row->ns[i].inum);
		if (!owner->ns.inum) {
			owner->ns.inum = row->ns[i].inum;
			owner->uid = UINT32_MAX;
			owners->nr++;
			ask(owner, dir, kind);
		}
		row->ns[i].owner = owner->ns.owner;
		if (kind == TASKSHARE_USER) {
			row->user.parent = owner->parent;
			row->user_owner = owner->uid;
		} else if (kind == TASKSHARE_PID) {
			row->pid_ns.parent = owner->parent;
		} else if (kind == TASKSHARE_PID_FOR_CHILDREN) {
			row->pid_children.parent = owner->parent;
		}
	}
	row->known |= CONTENT_OWNERS;
	return 0;
}

/**
 * owners_free() - forget owners
 */
void owners_free(struct owners *owners)
{
	free(owners->owner);
}
