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
#include "model/changes.h"
#include "show/watch.h"
#include "util/terminal.h"

static void put_change(void *arg, __u32 pid, const char *text)
{
	(void)arg;
	printf("%7u %s\n", pid, text);
}

static int draw(const struct options *opt, struct engine_handle *handle,
		const struct selection *sel, struct snapshot *new,
		const struct changes *changes, struct error *error)
{
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
	if (changes->old->nr) {
		puts("\nchanged:");
		changes_list(changes, terminal_utf8(), put_change, NULL);
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
	struct changes changes;
	int err;

	err = changes_find(&changes, &old->model, &new->model,
			   handle->engine->lasting);
	if (err)
		error_set(error, err, "no memory");
	else if (changes_any(&changes))
		err = draw(opt, handle, sel, new, &changes, error);
	changes_free(&changes);
	return err;
}

/**
 * watch() - show processes again whenever something changes
 * @opt: the command line
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
