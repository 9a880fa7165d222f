/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERVER_CONTROL_H
#define SERVER_CONTROL_H

#include <stdbool.h>

#include "recorder/run.h"
#include "server/display.h"

/**
 * struct control - a program that is under the control of viewers
 * @run: when it may go on; its file descriptor is the channel to the server
 * @display: the recording for the server
 * @ending: the program is being killed
 * @stop_at: kind of step after which it waits again, as in struct order
 */
struct control {
	struct run_control run;
	struct display display;
	bool ending;
	__u32 stop_at;
};

void control_open(struct control *control, struct run *run, int channel,
		  char *const *argv);
void control_end(const struct control *control);
void control_stay(struct control *control, struct run *run);

#endif /* SERVER_CONTROL_H */
