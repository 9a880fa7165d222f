/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERVER_DISPLAY_H
#define SERVER_DISPLAY_H

#include <stdbool.h>

#include "recorder/run.h"
#include "server/channel.h"

/**
 * struct display - the recording so far, for the server
 * @channel: to the server; -1 once it is gone
 * @argv: the command that it is of
 * @wanted: the server waits for a recording
 * @failed: it was reported that it could not have one
 * @shown: what the server has; none while its serial is 0
 * @shown_ns: when it was written last
 * @step: number of steps in it
 * @nr_notes: number of notes in it
 */
struct display {
	int channel;
	char *const *argv;
	bool wanted;
	bool failed;
	struct view shown;
	__u64 shown_ns;
	__u32 step;
	int nr_notes;
};

/* Time until a recording that could not be shown is tried again */
#define DISPLAY_MS	500

void display_update(struct display *display, const struct run *run,
		    enum view_state state);
bool display_order(struct display *display, struct order *order);

#endif /* SERVER_DISPLAY_H */
