// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine that makes do with /proc and kcmp(2), without root for one's own
 * processes. It leaves unseen what it cannot prove.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "record/two_pass.h"
#include "engine/proc.h"
#include "util/procfs.h"

static int proc_open(void **state, const char *arg, bool content,
		     struct error *error)
{
	long long offset;
	struct proc *proc;
	int err;

	(void)arg;
	(void)content;
	err = procfs_check(error);
	err = err ?: procfs_boot_offset(&offset, error);
	if (err)
		return err;
	proc = calloc(1, sizeof(*proc));
	if (!proc)
		return error_set(error, -ENOMEM, "proc: no memory");
	proc->boot_offset_ns = offset;
	proc_kcmp_open(proc);
	*state = proc;
	return 0;
}

/* A pid may have become another task's while kcmp(2) was asked about it. */
static int drop_gone(const struct proc *proc, struct records *recs,
		     struct error *error)
{
	size_t i, kept = 0;
	int ret;

	for (i = 0; i < recs->nr; i++) {
		ret = proc_alive(proc, &recs->rec[i]);
		if (ret < 0)
			return error_set(error, ret,
					 "proc: %u cannot be looked at: %s",
					 recs->rec[i].pid, strerror(-ret));
		if (ret)
			recs->rec[kept++] = recs->rec[i];
	}
	recs->nr = kept;
	return 0;
}

static int proc_collect(void *state, struct selection *sel,
			struct records *recs, struct error *error)
{
	struct records second = { 0 };
	struct proc *proc = state;
	size_t moved;
	int err;

	if (getrandom(proc->key, sizeof(proc->key), 0) != sizeof(proc->key))
		return error_set(error, -EIO, "proc: no random numbers: %s",
				 strerror(errno));
	err = proc_walk(proc, sel, recs, error);
	if (!err)
		err = proc_walk(proc, sel, &second, error);
	if (!err && (passes_intersect(recs, &second, &moved) ||
		     proc_kcmp(proc, recs)))
		err = error_set(error, -ENOMEM, "proc: no memory");
	if (!err)
		err = drop_gone(proc, recs, error);
	records_free(&second);
	return err;
}

static void proc_close(void *state)
{
	proc_kcmp_close(state);
	free(state);
}

static const char *proc_note(void *state)
{
	struct proc *proc = state;
	char *at = proc->note;

	at += sprintf(at, "proc cannot see cred, nsproxy, cgroups and seccomp");
	if (proc->kcmp_err)
		at += sprintf(at,
			      ", and without kcmp(2) (%s) only processes and namespaces",
			      strerror(-proc->kcmp_err));
	else if (proc->denied)
		at += sprintf(at,
			      ", and of %zu tasks of others only the process",
			      proc->denied);
	if (proc->hidden)
		at += sprintf(at,
			      ", and nothing of %zu processes that /proc hides",
			      proc->hidden);
	else if (procfs_hides())
		at += sprintf(at,
			      ", and none of the processes that /proc hides here");
	sprintf(at, "; the bpf engine and the module would, as root");
	return proc->note;
}

static bool proc_has_inode(void *state, __u64 id, __u32 inode)
{
	return proc_id(state, inode) == id;
}

const struct engine engine_proc = {
	.name = "proc",
	.sees = "a part, by kcmp(2): nothing is needed for one's own processes",
	.open = proc_open,
	.collect = proc_collect,
	.close = proc_close,
	.note = proc_note,
	.has_inode = proc_has_inode,
};
