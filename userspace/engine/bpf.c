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

#include "engine/bpf.h"
#include "engine/bpf_load.h"
#include "engine/content_rows.h"
#include "engine/engine.h"
#include "record/two_pass.h"
#include "util/procfs.h"

int engine_bpf_max_passes = 4;

/*
 * struct bpf - the state of the engine
 * @content: whether it writes content behind each record
 */
struct bpf {
	int program;
	bool content;
};

static int bpf_open(void **state, const char *arg, bool content,
		    struct error *error)
{
	struct bpf_variant variant = { .content = content };
	struct bpf *bpf;
	int fd, err;

	(void)arg;
	fd = bpf_obj_get(content ? BPF_PIN_CONTENT : BPF_PIN_PROGRAM);
	if (fd < 0) {
		err = bpf_new_key(&variant, error);
		fd = err ?: bpf_load(&variant, error);
	}
	if (fd < 0)
		return fd;
	bpf = malloc(sizeof(*bpf));
	if (!bpf) {
		close(fd);
		return error_set(error, -ENOMEM, "bpf: no memory");
	}
	bpf->program = fd;
	bpf->content = content;
	*state = bpf;
	return 0;
}

/* All tasks, or those of one thread group, or one, which needs Linux 6.1 */
static int open_iterator(int program, __u32 tgid, __u32 tid)
{
	union bpf_iter_link_info info = { .task = { .pid = tgid, .tid = tid } };

	LIBBPF_OPTS(bpf_link_create_opts, opts);
	int link, iter;

	if (tgid || tid) {
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

static int one_pass(const struct bpf *bpf, __u32 tgid, __u32 tid,
		    struct records *recs, struct content_rows *rows,
		    struct error *error)
{
	struct content_rows unused = { 0 }, *to = rows ?: &unused;
	int iter = open_iterator(bpf->program, tgid, tid);
	int err;

	if (iter < 0)
		return error_set(error, iter,
				 "bpf: cannot make an iterator: %s",
				 strerror(-iter));
	err = bpf->content ?
	      content_rows_read(to, recs, iter, "bpf iterator", error) :
	      records_read(recs, iter, "bpf iterator", error);
	content_rows_free(&unused);
	close(iter);
	return err;
}

/*
 * The content of the last pass stays: its records are the result, unless the pass
 * before says otherwise.
 */
static int next_pass(const struct bpf *bpf, __u32 tgid,
		     const struct selection *sel, struct records *recs,
		     struct error *error)
{
	if (sel->rows)
		sel->rows->nr = 0;
	return one_pass(bpf, tgid, 0, recs, sel->rows, error);
}

static int many_passes(const struct bpf *bpf, __u32 tgid,
		       const struct selection *sel, struct records *recs,
		       struct error *error)
{
	int max_passes = sel->once ? 1 : engine_bpf_max_passes;
	struct records next = { 0 }, tmp;
	size_t moved = 1;
	int pass, err;

	err = next_pass(bpf, tgid, sel, recs, error);
	for (pass = 1; pass < max_passes && moved && !err; pass++) {
		/* The second of the last two passes is the first now. */
		if (pass > 1) {
			tmp = *recs;
			*recs = next;
			next = tmp;
			next.nr = 0;
		}
		err = next_pass(bpf, tgid, sel, &next, error);
		if (!err && passes_intersect(recs, &next, &moved))
			err = error_set(error, -ENOMEM, "no memory");
	}
	records_free(&next);
	if (sel->rows && !err)
		content_rows_complete(sel->rows, recs);
	return err;
}

/*
 * Some tasks, one by one. Kernels before 6.1 ignore the number, so that the
 * first look is at all; some later ones do not find threads in this way. Where
 * a task is not found, all are looked at.
 */
static bool look_at(const struct bpf *bpf, const struct selection *sel,
		    struct records *recs)
{
	struct error unused;
	size_t i;

	for (i = 0; i < sel->nr_tasks && recs->nr == i; i++)
		if (one_pass(bpf, 0, sel->task[i], recs, sel->rows, &unused) ||
		    recs->nr == i)
			goto err_start_over;
	return sel->nr_tasks;

err_start_over:
	recs->nr = 0;
	return false;
}

/*
 * One process by the kernel's own filter. It follows the list of threads, and
 * stops too soon if the one that it stands on exits: then there are fewer
 * records than threads, and the process is looked for among all tasks.
 */
static bool collect_process(const struct bpf *bpf, struct selection *sel,
			    struct records *recs)
{
	struct error unused;
	size_t threads;
	__u32 tgid;

	if (procfs_check(&unused) || procfs_tgid(sel->pid[0], &tgid) || !tgid)
		return false;
	if (many_passes(bpf, tgid, sel, recs, &unused))
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
	int err;

	if (look_at(state, sel, recs))
		return 0;
	if (sel->nr == 1 && collect_process(state, sel, recs))
		return 0;
	err = many_passes(state, 0, sel, recs, error);
	return err ? err : selection_filter(sel, recs, error);
}

static void bpf_close(void *state)
{
	struct bpf *bpf = state;

	close(bpf->program);
	free(bpf);
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
