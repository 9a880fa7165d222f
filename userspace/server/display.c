// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives the server the recording so far, and takes its orders. The recording is
 * written only when a viewer waits for it.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "recorder/clock.h"
#include "recorder/recording.h"
#include "server/display.h"

/* Time between two views of a program that runs, in nanoseconds */
#define SHOW_NS		100000000ull

/* Each step of a program that waits is shown, and the end. */
static bool is_early(const struct display *display, enum view_state state)
{
	return state == VIEW_RUNS &&
	       clock_ns() - display->shown_ns < SHOW_NS;
}

static bool is_shown(const struct display *display, const struct run *run,
		     enum view_state state)
{
	return display->shown.serial && display->step == run->step &&
	       display->nr_notes == run->tape.nr_notes &&
	       display->shown.state == state;
}

/* Returns a file with the recording so far, sealed against changes, or -1. */
static int write_recording(const struct display *display,
			   const struct run *run, size_t *len)
{
	int fd = memfd_create("recording", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int file = fd < 0 ? -1 : dup(fd);
	FILE *out = file < 0 ? NULL : fdopen(file, "w");
	bool failed = true;
	long end;

	if (out) {
		recording_write(run, display->argv, NULL, out);
		end = ftell(out);
		failed = ferror(out) || end <= 0;
		*len = end;
		failed |= fclose(out) != 0;
	} else if (file >= 0) {
		close(file);
	}
	if (!failed)
		failed = fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW |
			       F_SEAL_WRITE | F_SEAL_SEAL) != 0;
	if (!failed)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void show(struct display *display, const struct run *run,
		 enum view_state state)
{
	struct view view = {
		.serial = display->shown.serial + 1, .state = state,
	};
	int file = write_recording(display, run, &view.len);

	if (file >= 0 && !channel_view(display->channel, &view, file)) {
		display->shown = view;
		display->step = run->step;
		display->nr_notes = run->tape.nr_notes;
		display->wanted = false;
	} else if (!display->failed) {
		/* The viewer waits on, so it is tried again. */
		warnx("the page cannot be shown now: no memory");
		display->failed = true;
	}
	display->shown_ns = clock_ns();
	if (file >= 0)
		close(file);
}

/**
 * display_update() - show a viewer who waits for it what is new
 * @run: the recording
 * @state: what happens to it
 */
void display_update(struct display *display, const struct run *run,
		    enum view_state state)
{
	if (display->wanted && run->step && !is_shown(display, run, state) &&
	    !is_early(display, state))
		show(display, run, state);
}

/**
 * display_order() - take the next order
 * @order: set to it
 *
 * Return: true if there was one; if not, the server may be gone.
 */
bool display_order(struct display *display, struct order *order)
{
	int ret = display->channel < 0 ? 0 :
		  channel_take_order(display->channel, order);

	if (ret >= 0)
		return ret;
	close(display->channel);
	display->channel = -1;
	return false;
}
