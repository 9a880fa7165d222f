/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events on their way to the reader
 */
#ifndef BPF_TRACE_RING_BPF_H
#define BPF_TRACE_RING_BPF_H

#include "bpf/followed.bpf.h"
#include "bpf/object_set.bpf.h"

/* Number of bytes that must have gathered before the reader is woken up */
const volatile __u64 wake_bytes;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} events SEC(".maps");

static __always_inline void put(struct trace_event *ev, struct change change)
{
	ev->seen = change.seen;
	ev->had = change.had;
	ev->has = change.has;
	ev->same = change.same;
}

static __always_inline void fill(struct trace_event *ev, __u32 type,
				 __u32 call)
{
	const struct task_struct *task = current_task();

	ev->ns = bpf_ktime_get_ns();
	ev->type = type;
	ev->call = call;
	ev->pid = pid_of(task);
	ev->tgid = tgid_of(task);
	ev->kind = task_kind(task);
	if (READ(task, flags) & PF_KTHREAD)
		ev->context = TRACE_CTX_KTHREAD;
	ev->nr_threads = READ(READ(task, signal), nr_threads);
	bpf_get_current_comm(ev->comm, sizeof(ev->comm));
}

/* Space in the buffer for an event; counted if there is none */
#define BEGIN(structure, type, call)					\
({									\
	structure *new_ = bpf_ringbuf_reserve(&events, sizeof(*new_), 0); \
									\
	if (new_) {							\
		__builtin_memset(new_, 0, sizeof(*new_));		\
		fill((struct trace_event *)new_, type, call);		\
	} else {							\
		count(&nr_lost);					\
	}								\
	new_;								\
})

/*
 * The reader looks by itself from time to time; waking it up costs the task
 * that does it more than the event does.
 */
static __always_inline void send(void *ev, bool now)
{
	if (now || bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > wake_bytes)
		bpf_ringbuf_submit(ev, BPF_RB_FORCE_WAKEUP);
	else
		bpf_ringbuf_submit(ev, BPF_RB_NO_WAKEUP);
}

#endif /* BPF_TRACE_RING_BPF_H */
