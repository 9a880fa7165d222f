/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The objects of a task at one moment, and those that two moments share.
 */
#ifndef BPF_OBJECT_SET_BPF_H
#define BPF_OBJECT_SET_BPF_H

#include "bpf/objects.bpf.h"

/* The address of each object, or 0, and of which kinds that is known */
struct holdings {
	__u64 object[TASKSHARE_NR_KINDS];
	__u32 seen;
};

static __always_inline void look_at(struct holdings *to,
				    const struct task_struct *task)
{
	struct holder holder = holder_of(task);

	__builtin_memset(to, 0, sizeof(*to));
#define KEEP(kind, exists, pointer, count)				\
	do {								\
		if (!(exists))						\
			break;						\
		to->object[TASKSHARE_##kind] = (__u64)(pointer);	\
		to->seen |= 1u << TASKSHARE_##kind;			\
	} while (0)
	OBJECTS(KEEP, holder);
#undef KEEP
}

/* The intersection of two looks, as in struct trace_event */
struct change {
	__u32 seen, had, has, same;
};

static __always_inline struct change compare(const struct holdings *before,
					     const struct task_struct *task)
{
	struct holder holder = holder_of(task);
	struct change to = { .seen = before->seen };

#define FOLD(kind, exists, pointer, count)				\
	do {								\
		if (!(exists))						\
			break;						\
		__u64 was = before->object[TASKSHARE_##kind];		\
		__u64 now = (__u64)(pointer);				\
									\
		to.had |= nonzero(was) << TASKSHARE_##kind;		\
		to.has |= nonzero(now) << TASKSHARE_##kind;		\
		to.same |= (nonzero(was) & ~nonzero(was ^ now)) <<	\
			   TASKSHARE_##kind;				\
		barrier_var(to.had);					\
		barrier_var(to.has);					\
		barrier_var(to.same);					\
	} while (0)
	OBJECTS(FOLD, holder);
#undef FOLD
	return to;
}

#endif /* BPF_OBJECT_SET_BPF_H */
