// SPDX-License-Identifier: GPL-2.0-only
/*
 * The side of the channel that looks at processes. It does nothing to them,
 * whatever a viewer orders.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "cli/program.h"
#include "recorder/clock.h"
#include "server/watch.h"

/* Time between two looks, in nanoseconds */
#define LOOK_NS		1000000000ull

/*
 * struct watch - processes that are watched
 * @looks: the recording
 * @display: what the server has of it
 * @next_ns: when to look again
 * @asked: a viewer has asked for a look
 * @over: there will be none
 */
struct watch {
	struct looks *looks;
	struct display *display;
	__u64 next_ns;
	bool asked;
	bool over;
};

/* Two viewers who both ask for a look behind the same one get one. */
static void take_orders(struct watch *watch)
{
	struct order order;

	while (display_order(watch->display, &order)) {
		if (order.what == ORDER_LOOK)
			watch->display->wanted = true;
		if (order.what == ORDER_STEP &&
		    order.number + 1 == watch->looks->run->step && !watch->over)
			watch->asked = true;
	}
}

static int look(struct watch *watch)
{
	struct run *run = watch->looks->run;
	int ret = looks_take(watch->looks, watch->asked);

	watch->asked = false;
	watch->next_ns = clock_ns() + LOOK_NS;
	watch->over = ret < 0 || looks_over(watch->looks);
	if (ret >= 0 && watch->over)
		warnx("%s, the page is there until Ctrl-C",
		      run->step < run->max_steps ?
		      "the processes have ended" : "the recording is full");
	return ret < 0 ? ret : 0;
}

static int wait_ms(const struct watch *watch)
{
	__u64 now = clock_ns();

	if (watch->over)
		return watch->display->wanted ? DISPLAY_MS : -1;
	return watch->next_ns <= now ? 0 :
	       (watch->next_ns - now) / 1000000 + 1;
}

/* Returns true if there is nothing to do but to end. */
static bool wait(struct watch *watch, int quit)
{
	struct pollfd fds[2] = {
		{ .fd = quit, .events = POLLIN },
		{ .fd = watch->display->channel, .events = POLLIN },
	};

	return poll(fds, 2, wait_ms(watch)) > 0 && fds[0].revents;
}

/**
 * watch_processes() - look at processes until a signal comes
 * @looks: the recording, with the first look
 * @display: shows it; its channel is closed then
 *
 * Return: 0, or a negative errno if they could not be looked at any more, with
 * an error of the run; or if the server has gone.
 */
int watch_processes(struct looks *looks, struct display *display)
{
	struct watch watch = {
		.looks = looks, .display = display,
		.next_ns = clock_ns() + LOOK_NS,
	};
	int quit = quit_signals(), err = 0;

	if (quit < 0)
		return error_set(&looks->run->error, -errno, "signalfd: %s",
				 strerror(errno));
	while (!err && !wait(&watch, quit)) {
		take_orders(&watch);
		if (display->channel < 0)
			err = error_set(&looks->run->error, -EPIPE,
					"the server is gone");
		else if (watch.asked || (!watch.over && !wait_ms(&watch)))
			err = look(&watch);
		display_update(display, looks->run, watch.over ? VIEW_OVER :
			       VIEW_WATCHES);
	}
	close(quit);
	if (display->channel >= 0)
		close(display->channel);
	return err;
}
