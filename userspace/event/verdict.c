// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flags against objects: judged by what creator and new task held in
 * task_newtask, before the new one ran, so nothing else can be the reason.
 */
#include "clone/compat.h"
#include "event/verdict.h"

#define BIT(kind_)	(1u << TASKSHARE_##kind_)

/* A new object of these kinds begins with the content of the creator's. */
#define COPIES	(BIT(MM) | BIT(FILES) | BIT(SIGHAND) | BIT(FS) | BIT(CRED) | \
		 BIT(NSPROXY) | BIT(CGROUPS))

/* Every user task has one of each; kernel workers may be without files. */
#define NEEDED	(BIT(MM) | BIT(FILES) | BIT(SIGHAND) | BIT(FS) | BIT(SIGNAL))

const char *const relation_name[NR_RELATIONS] = {
	[RELATION_UNKNOWN] = "unknown",
	[RELATION_SHARED] = "shared",
	[RELATION_COPIED] = "copied",
	[RELATION_NEW] = "new",
	[RELATION_ABSENT] = "absent",
};

/**
 * trace_relation() - relation of a new task's object to its creator's
 * @ev: of the creation; of other events, what is now and was before
 * @kind: of the object
 *
 * Return: the relation; that both have none is RELATION_ABSENT, not shared.
 */
enum relation trace_relation(const struct trace_event *ev, int kind)
{
	__u32 bit = 1u << kind;

	if (!(ev->seen & bit))
		return RELATION_UNKNOWN;
	if (ev->same & bit)
		return RELATION_SHARED;
	if (!(ev->has & bit))
		return RELATION_ABSENT;
	return ev->had & bit && COPIES & bit ? RELATION_COPIED : RELATION_NEW;
}

/* The kind that a flag is about */
static int promised_kind(const struct clone_flag *flag, __u64 flags)
{
	/* A task that shares memory keeps its clocks; its children get new ones. */
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
			 ev->context & TRACE_CTX_KTHREAD));
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
static bool kept_renewing(const struct trace_create *create, int kind,
			  bool given)
{
	const struct trace_event *ev = &create->ev;
	enum relation relation = trace_relation(ev, kind);

	if (given)
		return relation == RELATION_NEW;
	if (kind == TASKSHARE_PID)
		return ev->context & TRACE_CTX_PID_CHILDREN;
	if (kind == TASKSHARE_TIME && !(create->flags & CLONE_VM))
		return ev->context & TRACE_CTX_TIME_CHILDREN;
	return relation == RELATION_SHARED;
}

static bool is_given(const struct clone_flag *flag, __u64 flags)
{
	if (flag->bit == CLONE_NEWNS && flags & CLONE_EMPTY_MNTNS)
		return true;
	return flags & flag->bit;
}

/**
 * trace_judge() - compare the objects of a new task with the flags
 * @create: the event
 * @mismatch: room for MAX_FLAGS
 *
 * Every flag that is about an object is judged, given or not: an object may not
 * be shared without its flag. A kind that the kernel does not show is not judged.
 *
 * Return: number of mismatches.
 */
int trace_judge(const struct trace_create *create,
		struct flag_mismatch *mismatch)
{
	const struct trace_event *ev = &create->ev;
	int i, nr = 0;

	for (i = 0; i < nr_clone_flags; i++) {
		const struct clone_flag *flag = &clone_flags[i];
		bool given = is_given(flag, create->flags), kept;
		int kind = promised_kind(flag, create->flags);

		if (flag->effect == FLAG_OTHER || !(ev->seen & (1u << kind)))
			continue;
		kept = flag->effect == FLAG_SHARES ?
		       kept_sharing(ev, kind, given) :
		       kept_renewing(create, kind, given);
		if (kept)
			continue;
		mismatch[nr].flag = i;
		mismatch[nr].given = given;
		mismatch[nr].kind = kind;
		mismatch[nr++].relation = trace_relation(ev, kind);
	}
	return nr;
}
