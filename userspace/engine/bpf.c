// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine that has a BPF program read every task, without any module.
 *
 * A program pinned by "taskshare pin" is used if there is one; otherwise it is
 * loaded, which takes most of the time of a run.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "engine/bpf_load.h"
#include "engine/engine.h"
#include "engine/bpf.h"
#include "record/two_pass.h"
#include "util/procfs.h"

int engine_bpf_max_passes = 4;

static int bpf_open(void **state, const char *arg, struct error *error)
{
	int fd;

	(void)arg;
	fd = bpf_obj_get(BPF_PIN_PROGRAM);
	if (fd < 0)
		fd = bpf_load(error);
	if (fd < 0)
		return fd;
	*state = (void *)(intptr_t)fd;
	return 0;
}

/* All tasks, or those of one thread group, which needs Linux 6.1 */
static int open_iterator(int program, __u32 tgid)
{
	union bpf_iter_link_info info = { .task = { .pid = tgid } };

	LIBBPF_OPTS(bpf_link_create_opts, opts);
	int link, iter;

	if (tgid) {
		opts.iter_info = &info;
		opts.iter_info_len = sizeof(info);
	}
	link = bpf_link_create(program, 0, BPF_TRACE_ITER, &opts);
	if (link < 0)
		return link;
	iter = bpf_iter_create(link);
	close(link);
	return iter;
}

static int one_pass(int program, __u32 tgid, struct records *recs,
		    struct error *error)
{
	int iter = open_iterator(program, tgid);
	int err;

	if (iter < 0)
		return error_set(error, iter,
				 "bpf: cannot make an iterator: %s",
				 strerror(-iter));
	err = records_read(recs, iter, "bpf iterator", error);
	close(iter);
	return err;
}

static int many_passes(int program, __u32 tgid, struct records *recs,
		       struct error *error)
{
	struct records next = { 0 }, tmp;
	size_t moved = 1;
	int pass, err;

	err = one_pass(program, tgid, recs, error);
	for (pass = 1; pass < engine_bpf_max_passes && moved && !err; pass++) {
		/* Of the last two passes, the second is the first now. */
		if (pass > 1) {
			tmp = *recs;
			*recs = next;
			next = tmp;
			next.nr = 0;
		}
		err = one_pass(program, tgid, &next, error);
		if (!err && passes_intersect(recs, &next, &moved))
			err = error_set(error, -ENOMEM, "no memory");
	}
	records_free(&next);
	return err;
}

/*
 * One process by the kernel's own filter. It follows the list of threads, and
 * stops too soon if the one that it stands on exits: then there are fewer
 * records than threads, and the process is looked for among all tasks.
 */
static bool collect_process(int program, struct selection *sel,
			    struct records *recs)
{
	struct error unused;
	size_t threads;
	__u32 tgid;

	if (procfs_check(&unused) || procfs_tgid(sel->pid[0], &tgid) || !tgid)
		return false;
	if (many_passes(program, tgid, recs, &unused))
		goto err_start_over;
	threads = procfs_threads(tgid);
	if (!threads || recs->nr < threads)
		goto err_start_over;
	sel->gone[0] = false;
	return true;

err_start_over:
	recs->nr = 0;
	return false;
}

static int bpf_collect(void *state, struct selection *sel, struct records *recs,
		       struct error *error)
{
	int program = (intptr_t)state;
	int err;

	if (sel->nr == 1 && collect_process(program, sel, recs))
		return 0;
	err = many_passes(program, 0, recs, error);
	return err ? err : selection_filter(sel, recs, error);
}

static void bpf_close(void *state)
{
	close((intptr_t)state);
}

/**
 * engine_bpf_library() - the version of libbpf
 *
 * Return: as a string, "v1.1".
 */
const char *engine_bpf_library(void)
{
	return libbpf_version_string();
}

const struct engine engine_bpf = {
	.name = "bpf",
	.sees = "everything, by two passes: BTF, CAP_BPF and CAP_PERFMON",
	.lasting = true,
	.open = bpf_open,
	.collect = bpf_collect,
	.close = bpf_close,
};
