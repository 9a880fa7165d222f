// SPDX-License-Identifier: GPL-2.0-only
/*
 * Did the flags do what they say? Judged by what creator and new task held in
 * task_newtask, before the new one ran, so nothing else can be the reason.
 */
#include "clone/compat.h"
#include "trace/trace.h"

#define BIT(kind_)	(1u << TASKSHARE_##kind_)

/* Of an object of its own, these begin with what the creator's had in it. */
#define COPIES	(BIT(MM) | BIT(FILES) | BIT(SIGHAND) | BIT(FS) | BIT(CRED) | \
		 BIT(NSPROXY) | BIT(CGROUPS))

/* What every user task has one of; kernel workers may be without files. */
#define NEEDED	(BIT(MM) | BIT(FILES) | BIT(SIGHAND) | BIT(FS) | BIT(SIGNAL))

const char *const relation_name[] = {
	[RELATION_UNKNOWN] = "unknown",
	[RELATION_SHARED] = "shared",
	[RELATION_COPIED] = "copied",
	[RELATION_NEW] = "new",
	[RELATION_ABSENT] = "absent",
};

/**
 * trace_relation() - what a new task has to do with its creator's object
 * @ev: of the creation; of an exec or a division, what is now and was before
 * @kind: of the object
 *
 * Return: the relation; that both have none is RELATION_ABSENT, not shared.
 */
enum relation trace_relation(const struct trace_event *ev, int kind)
{
	__u32 bit = 1u << kind;

	if (!(ev->seen & bit))
		return RELATION_UNKNOWN;
	if (!(ev->has & bit))
		return RELATION_ABSENT;
	if (ev->same & bit)
		return RELATION_SHARED;
	return ev->had & bit && COPIES & bit ? RELATION_COPIED : RELATION_NEW;
}

/* The kind that a flag speaks of */
static int promised_kind(const struct clone_flag *flag, __u64 flags)
{
	/* Who shares memory keeps its clocks; only its children get new ones. */
	if (flag->kind == TASKSHARE_TIME && flags & CLONE_VM)
		return TASKSHARE_TIME_FOR_CHILDREN;
	return flag->kind;
}

static bool kept_sharing(const struct trace_event *ev, int kind, bool given)
{
	enum relation relation = trace_relation(ev, kind);
	__u32 bit = 1u << kind;

	if (given && relation == RELATION_SHARED)
		return true;
	if (given)
		/* Nothing to share: an I/O context, or a kernel thread's mm */
		return relation == RELATION_ABSENT && !(ev->had & bit) &&
		       (kind == TASKSHARE_IO ||
			(kind == TASKSHARE_MM &&
			 ev->about & TRACE_A_KTHREAD));
	if (relation == RELATION_SHARED)
		return false;
	if (kind == TASKSHARE_SEMUNDO)
		return relation == RELATION_ABSENT;
	if (relation != RELATION_ABSENT || !(NEEDED & ev->had & bit))
		return true;
	return kind == TASKSHARE_FILES &&
	       ev->kind == TASKSHARE_TASK_USER_WORKER;
}

/* Children may be sent to another namespace than that of their creator. */
static bool kept_renewing(const struct trace_event *ev, int kind, bool given)
{
	enum relation relation = trace_relation(ev, kind);

	if (given)
		return relation == RELATION_NEW;
	if (kind == TASKSHARE_PID)
		return ev->about & TRACE_A_PID;
	if (kind == TASKSHARE_TIME && !(ev->flags & CLONE_VM))
		return ev->about & TRACE_A_TIME;
	return relation == RELATION_SHARED;
}

static bool is_given(const struct clone_flag *flag, __u64 flags)
{
	if (flag->bit == CLONE_NEWNS && flags & CLONE_EMPTY_MNTNS)
		return true;
	return flags & flag->bit;
}

/**
 * trace_judge() - did the flags do what flags.c says that they do?
 * @ev: of the creation
 * @mismatch: room for MAX_FLAGS
 *
 * Every flag that speaks of an object is judged, those given and those not:
 * what is not asked for may not be shared. A kind that the kernel does not
 * show is not judged.
 *
 * Return: how many promises were not kept.
 */
int trace_judge(const struct trace_event *ev, struct mismatch *mismatch)
{
	int i, nr = 0;

	for (i = 0; i < nr_clone_flags; i++) {
		const struct clone_flag *flag = &clone_flags[i];
		bool given = is_given(flag, ev->flags), kept;
		int kind = promised_kind(flag, ev->flags);

		if (flag->effect == FLAG_OTHER || !(ev->seen & (1u << kind)))
			continue;
		kept = flag->effect == FLAG_SHARES ?
		       kept_sharing(ev, kind, given) :
		       kept_renewing(ev, kind, given);
		if (kept)
			continue;
		mismatch[nr].flag = i;
		mismatch[nr].given = given;
		mismatch[nr].kind = kind;
		mismatch[nr++].relation = trace_relation(ev, kind);
	}
	return nr;
}
