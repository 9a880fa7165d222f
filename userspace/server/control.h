/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERVER_CONTROL_H
#define SERVER_CONTROL_H

#include <stdbool.h>

#include "recorder/run.h"
#include "server/channel.h"

/**
 * struct control - a program that is under the control of viewers
 * @run: when it may go on; its file descriptor is the channel to the server
 * @argv: the program and its arguments
 * @wanted: the server waits for a recording
 * @ending: the program is being killed
 * @stop_at: kind of step after which it waits again, as in struct order
 * @shown: what the server has; none while its serial is 0
 * @shown_ns: since when
 * @step: number of steps in it
 * @nr_notes: number of notes in it
 */
struct control {
	struct run_control run;
	char *const *argv;
	bool wanted;
	bool ending;
	__u32 stop_at;
	struct view shown;
	__u64 shown_ns;
	__u32 step;
	int nr_notes;
};

void control_open(struct control *control, struct run *run, int channel,
		  char *const *argv);
void control_end(const struct control *control);
void control_stay(struct control *control, struct run *run);

#endif /* SERVER_CONTROL_H */
