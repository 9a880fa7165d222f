/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SERVER_CHANNEL_H
#define SERVER_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/**
 * enum order_what - requests of the server to the process that holds the program
 * @ORDER_READY: nothing: it takes connections now
 * @ORDER_LOOK: a recording, as soon as there is another than that with a serial
 * @ORDER_STEP: one step more, or a look, if the last one is still that with a
 *		number
 * @ORDER_CONTINUE: not to wait at any step, until one of a kind was made
 * @ORDER_PAUSE: to wait at each one
 * @ORDER_RELEASE: to let the program go on without recording it
 * @ORDER_END: to kill it
 */
enum order_what {
	ORDER_READY,
	ORDER_LOOK,
	ORDER_STEP,
	ORDER_CONTINUE,
	ORDER_PAUSE,
	ORDER_RELEASE,
	ORDER_END,
};

/**
 * struct order - a message from the server
 * @what: what it asks for
 * @number: the serial, the step or the kind of step that it is about, or 0; a
 *	    kind is an index of channel_events[]
 */
struct order {
	enum order_what what;
	__u32 number;
};

/**
 * enum view_state - what the program does, or those who look
 * @VIEW_WAITS: the next step waits for an order
 * @VIEW_RUNS: it goes on
 * @VIEW_OVER: there will be no more steps
 * @VIEW_WATCHES: processes are looked at, which no order can stop or end
 */
enum view_state {
	VIEW_WAITS,
	VIEW_RUNS,
	VIEW_OVER,
	VIEW_WATCHES,
};

/**
 * struct view - a message to the server: a recording, in a file beside it
 * @serial: its number, from 1 on
 * @state: what the program does
 * @len: length of the recording
 */
struct view {
	__u32 serial;
	enum view_state state;
	size_t len;
};

#define NR_EVENTS	6

extern const char *const channel_events[NR_EVENTS];

bool channel_order(int channel, enum order_what what, __u32 number);
int channel_take_order(int channel, struct order *order);
int channel_view(int channel, const struct view *view, int file);
int channel_take_view(int channel, struct view *view);

#endif /* SERVER_CHANNEL_H */
