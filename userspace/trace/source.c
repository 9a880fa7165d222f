// SPDX-License-Identifier: GPL-2.0-only
/*
 * The source of events: the BPF program, loaded and attached.
 *
 * Nothing is pinned: program, maps and links are descriptors of this process
 * and go with it, also if it is killed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/trace.skel.h"
#include "event/event.h"
#include "trace/source.h"
#include "util/procfs.h"

/**
 * struct trace_source - the program, loaded
 * @skel: of libbpf
 * @ring: the reader's side of the buffer
 * @event: called with each event
 * @arg: its argument
 */
struct trace_source {
	struct trace_bpf *skel;
	struct ring_buffer *ring;
	int (*event)(void *arg, void *data, size_t size);
	void *arg;
};

/*
 * The kernel skips the run of a program if one for another task on the same
 * processor is not over. Since 7.0, which lets them be preempted, there are such
 * (__bpf_trace_run() in kernel/trace/bpf_trace.c).
 */
static __u64 skipped_runs(const struct bpf_program *program)
{
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) ?
	       0 : info.recursion_misses;
}

/*
 * A call that returns without an entry was answered in the kernel's place,
 * unless its entry was skipped. Then one that returned no error has not failed.
 */
static int pass_on_doubtful(struct trace_source *source,
			    const struct trace_fail *event)
{
	struct trace_fail fail = *event;

	if (fail.ret >= 0 && !(fail.ev.context & TRACE_CTX_SIGSYS))
		return 0;
	fail.ev.context |= TRACE_CTX_MAYBE_OLDER;
	return source->event(source->arg, &fail, sizeof(fail));
}

static int pass_on(void *data, void *event, size_t size)
{
	struct trace_source *source = data;
	const struct trace_event *ev = event;

	if (ev->type == TRACE_EV_FAIL && ev->context & TRACE_CTX_NOT_ENTERED &&
	    skipped_runs(source->skel->progs.on_sys_enter))
		return pass_on_doubtful(source, event);
	return source->event(source->arg, event, size);
}

static int explain(int err, struct error *error)
{
	if (err == -EPERM || err == -EACCES)
		return error_set(error, err,
				 "trace: no permission: CAP_BPF and CAP_PERFMON are needed: become root");
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		return error_set(error, err,
				 "trace: this kernel has no BTF: use one with CONFIG_DEBUG_INFO_BTF");
	return error_set(error, err,
			 "trace: this kernel does not load the program: %s: use one from 5.10 on with CONFIG_BPF_SYSCALL",
			 strerror(-err));
}

static void set_up(struct trace_bpf *skel, bool all, size_t buffer)
{
	size_t i;

	skel->rodata->follow_all = all;
	skel->rodata->wake_bytes = buffer / 4;
	for (i = 0; i < TRACE_NR_CALLS; i++) {
		skel->rodata->class_of_call[i] = trace_class_of[i];
		if (trace_call_nr[i] >= 0 && trace_call_nr[i] < TRACE_MAX_NR)
			skel->rodata->call_of_nr[trace_call_nr[i]] = i;
	}
	bpf_map__set_max_entries(skel->maps.events, buffer);
	/* look() runs them. */
	bpf_program__set_autoattach(skel->progs.find_wanted, false);
	bpf_program__set_autoattach(skel->progs.count_living, false);
}

/**
 * trace_open() - load the program and attach it; it sends nothing yet
 * @all: to follow every task in the system
 * @buffer: size of the buffer in bytes, a power of two of pages
 * @error: says why it cannot be
 *
 * Return: the source, or NULL.
 */
struct trace_source *trace_open(bool all, size_t buffer, struct error *error)
{
	struct trace_source *source = calloc(1, sizeof(*source));
	int err;

	if (!source) {
		error_set(error, -ENOMEM, "no memory");
		return NULL;
	}
	/* Messages of libbpf are longer than one line. */
	libbpf_set_print(NULL);
	source->skel = trace_bpf__open();
	if (!source->skel) {
		explain(-errno, error);
		goto err_free;
	}
	set_up(source->skel, all, buffer);
	err = trace_bpf__load(source->skel);
	err = err ?: trace_bpf__attach(source->skel);
	if (err) {
		explain(err, error);
		goto err_destroy;
	}
	source->ring = ring_buffer__new(bpf_map__fd(source->skel->maps.events),
					pass_on, source, NULL);
	if (!source->ring) {
		error_set(error, -errno, "trace: cannot map the buffer: %s",
			  strerror(errno));
		goto err_destroy;
	}
	return source;

err_destroy:
	trace_bpf__destroy(source->skel);
err_free:
	free(source);
	return NULL;
}

/* Runs an iterator over every task. */
static int look(const struct bpf_program *program, struct error *error)
{
	int link, iter;
	char none[64];
	ssize_t n;

	link = bpf_link_create(bpf_program__fd(program), 0, BPF_TRACE_ITER,
			       NULL);
	if (link < 0)
		return error_set(error, link,
				 "trace: cannot make an iterator: %s",
				 strerror(-link));
	iter = bpf_iter_create(link);
	close(link);
	if (iter < 0)
		return error_set(error, iter,
				 "trace: cannot make an iterator: %s",
				 strerror(-iter));
	do {
		n = read(iter, none, sizeof(none));
	} while (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)));
	n = n < 0 ? -errno : 0;
	close(iter);
	return n ? error_set(error, n, "trace: the iterator failed: %s",
			     strerror(-n)) : 0;
}

/**
 * trace_start() - begin to follow tasks
 * @root: the processes to begin with
 * @nr: number of PIDs; none to follow every task
 * @error: says why it cannot be
 *
 * A thread made while this looks is found by looking again, until all that are
 * there are followed; those that come later inherit it.
 *
 * Return: 0, -ESRCH if one of the processes is gone, or a negative errno.
 */
int trace_start(struct trace_source *source, const struct trace_root *root,
		size_t nr, struct error *error)
{
	__s64 before;
	__u32 tgid;
	size_t i;
	int err;

	err = nr ? procfs_check(error) : 0;
	if (err)
		return err;
	for (i = 0; i < nr; i++) {
		__u8 how = root[i].descend;

		err = procfs_tgid(root[i].pid, &tgid);
		if (err)
			return error_set(error, err,
					 "process %u cannot be looked at: %s",
					 root[i].pid, strerror(-err));
		if (!tgid)
			return error_set(error, -ESRCH, "no such process: %u",
					 root[i].pid);
		err = bpf_map_update_elem(bpf_map__fd(source->skel->maps.wanted),
					  &tgid, &how, BPF_ANY);
		if (err)
			return error_set(error, err,
					 "more than 1024 processes: use -a");
	}
	do {
		before = source->skel->bss->nr_followed;
		err = look(source->skel->progs.find_wanted, error);
		if (err)
			return err;
	} while (source->skel->bss->nr_followed > before);
	return 0;
}

/**
 * trace_fd() - a descriptor to poll(2) for events that cannot wait
 *
 * Others are there without any notice: read ever so often, too.
 *
 * Return: the descriptor.
 */
int trace_fd(const struct trace_source *source)
{
	return ring_buffer__epoll_fd(source->ring);
}

/**
 * trace_read() - read all events that are there
 * @event: is called for each; ends it by a negative errno
 * @arg: argument of the callback
 *
 * Return: how many, or what @event returned.
 */
int trace_read(struct trace_source *source,
	       int (*event)(void *arg, void *data, size_t size), void *arg)
{
	source->event = event;
	source->arg = arg;
	return ring_buffer__consume(source->ring);
}

static __u64 nr_skipped(const struct trace_source *source)
{
	struct bpf_program *program;
	__u64 nr = 0;

	bpf_object__for_each_program(program, source->skel->obj)
		nr += skipped_runs(program);
	return nr;
}

/**
 * trace_counts() - number of events that are missing
 *
 * Return: the counts up to now.
 */
struct trace_counts trace_counts(const struct trace_source *source)
{
	const struct trace_bpf__bss *bss = source->skel->bss;

	return (struct trace_counts){
		.lost = __atomic_load_n(&bss->nr_lost, __ATOMIC_RELAXED),
		.unfollowed = __atomic_load_n(&bss->nr_unfollowed,
					      __ATOMIC_RELAXED),
		.unseen = __atomic_load_n(&bss->nr_unseen, __ATOMIC_RELAXED),
		.skipped = nr_skipped(source),
	};
}

/**
 * trace_following() - number of tasks that are followed
 * @source: the source, if it does not follow every task
 *
 * The events of a task that is not followed any more are in the buffer, read or
 * not. A task whose end the kernel skipped would count for ever: then tasks are
 * counted by looking at each.
 *
 * Return: the number.
 */
__s64 trace_following(const struct trace_source *source)
{
	struct trace_bpf__bss *bss = source->skel->bss;
	__s64 nr = __atomic_load_n(&bss->nr_followed, __ATOMIC_ACQUIRE);
	struct error error;

	if (nr <= 0 || !nr_skipped(source))
		return nr;
	bss->nr_living = 0;
	return look(source->skel->progs.count_living, &error) ?
	       nr : (__s64)bss->nr_living;
}

/**
 * trace_close() - detach and forget everything
 */
void trace_close(struct trace_source *source)
{
	ring_buffer__free(source->ring);
	trace_bpf__destroy(source->skel);
	free(source);
}
