// SPDX-License-Identifier: GPL-2.0-only
/* Choosing an engine and looking at tasks through it, for all commands. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
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
 * @use: mask of enum session_use
 * @command: with a blank behind it, "lab ", or "": its --help lists engines
 */
void session_open(struct engine_handle *handle, const char *choice,
		  unsigned int use, const char *command)
{
	struct error error[nr_engines];
	size_t i, nr;
	int err;

	if (use & SESSION_LIVE && !strncmp(choice, "file:", 5))
		errx(EXIT_ERROR,
		     "--engine=%s: a file cannot be asked again: choose auto, module, bpf or proc",
		     choice);
	err = engine_open(handle, choice, use & SESSION_CONTENT, error, &nr);
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
 * @snap: set to them, emptied before; content that an engine reads with the
 *	  records is kept for snapshot_read_content()
 * @sel: the processes to read; its @gone is set
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int snapshot_take(struct snapshot *snap, const struct engine_handle *handle,
		  struct selection *sel, struct error *error)
{
	int err;

	content_free(&snap->content);
	model_free(&snap->model);
	snap->recs.nr = 0;
	sel->rows = snap->parts ? &snap->content.rows : NULL;
	err = handle->engine->collect(handle->state, sel, &snap->recs, error);
	if (err)
		return err;
	snap->complete = !sel->nr;
	snap->now_ns = boot_ns(handle->engine);
	return build(snap, error);
}

/**
 * snapshot_narrow() - keep of a snapshot of all tasks those of some processes
 * @snap: set to it, emptied before
 * @all: the snapshot
 * @sel: the processes to read; its @gone is set
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
	err = err ?: content_rows_copy(&snap->content.rows,
				       &all->content.rows, error);
	if (err)
		return err;
	snap->complete = false;
	snap->now_ns = all->now_ns;
	return build(snap, error);
}

/**
 * snapshot_read_content() - read what the objects of a snapshot hold
 * @snap: the snapshot, with what to read
 * @sel: the selection it was taken of
 * @error: says what is wrong
 *
 * Nothing is known of what the tasks of a file held.
 *
 * Return: 0 or a negative errno.
 */
int snapshot_read_content(struct snapshot *snap, struct engine_handle *handle,
			  const struct selection *sel, struct error *error)
{
	int err;

	if (!snap->parts || handle->engine == &engine_file)
		return 0;
	if (!snap->source) {
		snap->source = malloc(sizeof(*snap->source));
		if (!snap->source)
			return error_set(error, -ENOMEM, "no memory");
		content_source_open(snap->source);
	}
	err = content_read(&snap->content, snap->source, &snap->model, handle,
			   sel, snap->parts, error);
	snap->content.now_ns = snap->now_ns;
	return err;
}

/**
 * snapshot_free() - free a snapshot
 * @snap: the snapshot; may be taken again
 */
void snapshot_free(struct snapshot *snap)
{
	content_free(&snap->content);
	if (snap->source)
		content_source_close(snap->source);
	free(snap->source);
	snap->source = NULL;
	model_free(&snap->model);
	records_free(&snap->recs);
}

/**
 * session_unseen() - check whether /proc has a task that an engine did not show
 * @engine: the engine; NULL for several, which show more than one alone
 * @sel: the processes asked for, after a look
 * @i: index of one of them
 *
 * A kernel may hide tasks from BPF iterators and show them in /proc.
 *
 * Return: true if so; false if the engine showed it or it does not exist.
 */
bool session_unseen(const struct engine *engine, const struct selection *sel,
		    size_t i)
{
	struct error unused;
	__u32 tgid;

	return sel->gone[i] && engine && engine != &engine_file &&
	       !procfs_check(&unused) && !procfs_tgid(sel->pid[i], &tgid) &&
	       tgid;
}

/* One line for all those that exist for /proc, or for all those that do not */
static bool report(const struct engine *engine, const struct selection *sel,
		   bool unseen, const char *what)
{
	char line[256] = "";
	size_t i, len = 0;

	for (i = 0; i < sel->nr; i++) {
		if (!sel->gone[i] || session_unseen(engine, sel, i) != unseen)
			continue;
		if (len + 16 < sizeof(line))
			len += sprintf(line + len, " %u", sel->pid[i]);
	}
	if (len)
		warnx("%s:%s%s", what, line,
		      len + 16 < sizeof(line) ? "" : " and more");
	return len;
}

/**
 * session_report_gone() - report the processes that were asked for in vain
 * @engine: the engine, as for session_unseen()
 * @sel: the processes asked for, after a look
 *
 * Return: the exit status.
 */
int session_report_gone(const struct engine *engine,
			const struct selection *sel)
{
	bool gone, unseen;
	char what[96];

	gone = report(engine, sel, false, "no such process");
	snprintf(what, sizeof(what),
		 "in /proc, but not shown to the %s engine; try --engine=proc",
		 engine ? engine->name : "");
	unseen = report(engine, sel, true, what);
	return gone || unseen ? EXIT_GONE : EXIT_OK;
}
