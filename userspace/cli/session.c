// SPDX-License-Identifier: GPL-2.0-only
/* Choosing an engine and looking at tasks through it, for all commands. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/exit.h"
#include "cli/session.h"
#include "util/procfs.h"

/**
 * session_open() - open the engine that was asked for, or say why not and exit
 * @handle: set to it, for engine_close()
 * @choice: the argument of --engine
 * @use: whether a file of records will do
 * @command: with a blank behind it, "lab ", or "": its --help lists engines
 */
void session_open(struct engine_handle *handle, const char *choice,
		  enum session_use use, const char *command)
{
	struct error error[nr_engines];
	size_t i, nr;
	int err;

	if (use == SESSION_LIVE && !strncmp(choice, "file:", 5))
		errx(EXIT_ERROR,
		     "--engine=%s: a file cannot be asked again: choose auto, module, bpf or proc",
		     choice);
	err = engine_open(handle, choice, error, &nr);
	if (!err)
		return;
	if (err == -EINVAL)
		errx(EXIT_ERROR,
		     "'%s' is no engine: see taskshare %s--help for their names",
		     choice, command);
	for (i = 0; i < nr; i++)
		warnx("%s", error[i].text);
	exit(EXIT_NO_ENGINE);
}

/* Times of a file are those of another moment, and may be of another machine. */
static __u64 boot_ns(const struct engine *engine)
{
	struct timespec now;
	struct error error;
	long long offset;

	if (engine == &engine_file || procfs_boot_offset(&offset, &error) ||
	    clock_gettime(CLOCK_BOOTTIME, &now))
		return 0;
	return now.tv_sec * 1000000000ull + now.tv_nsec - offset;
}

static int build(struct snapshot *snap, struct error *error)
{
	int err = model_build(&snap->model, &snap->recs);

	if (err)
		error_set(error, err, "%zu tasks cannot be shown: %s",
			  snap->recs.nr, strerror(-err));
	return err;
}

/**
 * snapshot_take() - look at tasks
 * @snap: what it held before is freed
 * @handle: the engine
 * @sel: which processes; its @gone is set
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int snapshot_take(struct snapshot *snap, const struct engine_handle *handle,
		  struct selection *sel, struct error *error)
{
	int err;

	model_free(&snap->model);
	snap->recs.nr = 0;
	err = handle->engine->collect(handle->state, sel, &snap->recs, error);
	if (err)
		return err;
	snap->complete = !sel->nr;
	snap->now_ns = boot_ns(handle->engine);
	return build(snap, error);
}

/**
 * snapshot_narrow() - keep of a snapshot of all tasks those of some processes
 * @snap: set to it; what it held before is freed
 * @all: the snapshot
 * @sel: which processes; its @gone is set
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int snapshot_narrow(struct snapshot *snap, const struct snapshot *all,
		    struct selection *sel, struct error *error)
{
	int err;

	snapshot_free(snap);
	err = records_copy(&snap->recs, &all->recs, error);
	err = err ?: selection_filter(sel, &snap->recs, error);
	if (err)
		return err;
	snap->complete = false;
	snap->now_ns = all->now_ns;
	return build(snap, error);
}

/**
 * snapshot_free() - free a snapshot
 * @snap: the snapshot; may be taken again
 */
void snapshot_free(struct snapshot *snap)
{
	model_free(&snap->model);
	records_free(&snap->recs);
}
