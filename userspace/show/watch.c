// SPDX-License-Identifier: GPL-2.0-only
/* taskshare watch: showing processes again whenever something changes. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/program.h"
#include "cli/session.h"
#include "model/compare.h"
#include "record/kinds.h"
#include "util/text.h"
#include "show/watch.h"
#include "util/terminal.h"

/* Flags whose change makes a new picture */
#define SHOWN_FLAGS (TASKSHARE_F_DEAD | TASKSHARE_F_VFORK)

static const char *now_holds(char *to, const struct model *model, __u32 task,
			     int k)
{
	static const char *const alone[] = {
		[OTHERS_UNSEEN] = "shared with no other task watched",
		[OTHERS_NONE] = "its own",
		[OTHERS_SOME] = "shared with tasks not watched",
	};
	const struct object *obj = model_object(model, task, k);

	if (model_holding(model, task, k) == HOLDS_NONE)
		sprintf(to, "none");
	else if (!obj)
		sprintf(to, "not known");
	else if (obj->nr > 1)
		sprintf(to, "shared with %u", obj->nr - 1);
	else
		strcpy(to, alone[model_others(model, task, k)]);
	return to;
}

static void put_tasks(FILE *out, const struct model *model, const __u32 *task,
		      __u32 nr, const char *what, bool utf8)
{
	char comm[TEXT_COMM];
	__u32 i;

	for (i = 0; i < nr; i++)
		fprintf(out, "%7u %s: %s\n", model->task[task[i]]->pid,
			text_escape(comm, model->task[task[i]]->comm, utf8),
			what);
}

static void put_changes(FILE *out, const struct comparison *cmp,
			const struct model *old, const struct model *new,
			bool utf8)
{
	char comm[TEXT_COMM], before[40], now[40];
	size_t i;

	for (i = 0; i < cmp->nr; i++) {
		const struct difference *d = &cmp->diff[i];

		fprintf(out, "%7u %s: %s was %s, is %s\n",
			new->task[d->other]->pid,
			text_escape(comm, new->task[d->other]->comm, utf8),
			kind_text(d->kind),
			now_holds(before, old, d->task, d->kind),
			now_holds(now, new, d->other, d->kind));
	}
}

/*
 * Other objects in the place of the old ones, as execve(2) makes them. Only that
 * ids differ proves anything: after two execve(2) the mm often has the id of
 * before. So it is never said that an object is still the same one.
 */
static __u32 renewed_kinds(const struct engine_handle *handle,
			   const struct taskshare_record *a,
			   const struct taskshare_record *b)
{
	__u32 renewed = 0;
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS && handle->engine->lasting; k++)
		if (a->id[k] && b->id[k] && a->id[k] != b->id[k] &&
		    kind_crosses(k))
			renewed |= 1u << k;
	return renewed;
}

/*
 * Changes that leave all groups as they were. Returns whether there are any;
 * without @out that is all.
 */
static bool put_renewals(FILE *out, const struct engine_handle *handle,
			 const struct comparison *cmp, const struct model *old,
			 const struct model *new, bool utf8)
{
	char comm[TEXT_COMM], before[TEXT_COMM];
	bool any = false;
	__u32 i;
	int k;

	for (i = 0; i < old->nr; i++) {
		const struct taskshare_record *a = old->task[i], *b;
		__u32 renewed;

		if (cmp->to_b[i] == NO_OBJECT)
			continue;
		b = new->task[cmp->to_b[i]];
		renewed = renewed_kinds(handle, a, b);
		if (!renewed && !memcmp(a->comm, b->comm, sizeof(a->comm)) &&
		    !((a->flags ^ b->flags) & SHOWN_FLAGS))
			continue;
		any = true;
		if (!out)
			continue;
		fprintf(out, "%7u %s:", b->pid,
			text_escape(comm, b->comm, utf8));
		if (strcmp(a->comm, b->comm))
			fprintf(out, " was %s,",
				text_escape(before, a->comm, utf8));
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			if (renewed & (1u << k))
				fprintf(out, " new %s,", kind_text(k));
		fprintf(out, " %s\n", b->flags & TASKSHARE_F_DEAD ? "dead" :
			b->flags & TASKSHARE_F_VFORK ?
			"its parent waits" : "running on");
	}
	return any;
}

static int draw(const struct options *opt, struct engine_handle *handle,
		const struct selection *sel, const struct snapshot *old,
		struct snapshot *new, const struct comparison *cmp,
		struct error *error)
{
	bool utf8 = terminal_utf8();
	char clock[16];
	time_t now = time(NULL);
	int err = snapshot_read_content(new, handle, sel, error);

	if (err)
		return err;
	/* Home, and clear; a file gets one picture after the other. */
	if (isatty(STDOUT_FILENO))
		fputs("\033[H\033[J", stdout);
	strftime(clock, sizeof(clock), "%H:%M:%S", localtime(&now));
	printf("%s  ", clock);
	err = show_snapshot(opt, new, new, handle->engine, stdout, error);
	if (err)
		return err;
	if (old->model.nr) {
		puts("\nchanged:");
		put_tasks(stdout, &new->model, cmp->only_b, cmp->nr_only_b,
			  "new", utf8);
		put_tasks(stdout, &old->model, cmp->only_a, cmp->nr_only_a,
			  "gone", utf8);
		put_changes(stdout, cmp, &old->model, &new->model, utf8);
		put_renewals(stdout, handle, cmp, &old->model, &new->model,
			     utf8);
	}
	putchar('\n');
	if (fflush(stdout))
		return error_set(error, -errno,
				 "the output cannot be written: %s",
				 strerror(errno));
	return 0;
}

static int step(const struct options *opt, struct engine_handle *handle,
		const struct selection *sel, struct snapshot *old,
		struct snapshot *new, struct error *error)
{
	struct comparison cmp;
	int err;

	err = compare_models(&cmp, &old->model, &new->model, 0);
	if (err)
		error_set(error, err, "no memory");
	else if (cmp.nr || cmp.nr_only_a || cmp.nr_only_b ||
		 put_renewals(NULL, handle, &cmp, &old->model, &new->model,
			      false))
		err = draw(opt, handle, sel, old, new, &cmp, error);
	compare_free(&cmp);
	return err;
}

/**
 * watch() - show processes again whenever something changes
 * @opt: the command line
 * @handle: the engine
 * @sel: the processes; its @gone is set
 * @error: says what is wrong
 *
 * Ends by SIGINT and the like, or when all the processes are gone.
 *
 * Return: 0 if it was ended, 1 if the processes are gone, or a negative errno.
 */
int watch(const struct options *opt, struct engine_handle *handle,
	  struct selection *sel, struct error *error)
{
	struct snapshot pic[2] = {
		{ .parts = show_parts(opt) }, { .parts = show_parts(opt) },
	};
	struct pollfd quit = { .fd = quit_signals(), .events = POLLIN };
	int err, now = 0;

	if (quit.fd < 0)
		return error_set(error, -errno, "signalfd: %s",
				 strerror(errno));
	for (;;) {
		err = snapshot_take(&pic[now], handle, sel, error);
		if (err || !pic[now].model.nr)
			break;
		err = step(opt, handle, sel, &pic[!now], &pic[now], error);
		if (err || poll(&quit, 1, opt->interval) > 0)
			break;
		now = !now;
	}
	if (!err)
		err = !pic[now].model.nr;
	snapshot_free(&pic[0]);
	snapshot_free(&pic[1]);
	close(quit.fd);
	return err;
}
