// SPDX-License-Identifier: GPL-2.0-only
/* The side of the channel that holds a program: does what viewers order. */
#include <dirent.h>
#include <err.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/program.h"
#include "recorder/lack.h"
#include "recorder/ptrace.h"
#include "server/control.h"

#define NO_LIMIT	UINT32_MAX

static enum view_state state_of(const struct control *control,
				const struct run *run)
{
	if (run->detach || (run->main_ended && !run->tracees.nr))
		return VIEW_OVER;
	return run->step >= control->run.until ? VIEW_WAITS : VIEW_RUNS;
}

/* Two viewers who both ask for the step behind this one get one. */
static void allow_step(struct control *control, const struct run *run,
		       __u32 last)
{
	if (run->step == last + 1 && run->step >= control->run.until)
		control->run.until = run->step + 1;
}

static void obey(struct control *control, struct run *run,
		 const struct order *order)
{
	switch (order->what) {
	case ORDER_READY:
		break;
	case ORDER_LOOK:
		control->display.wanted = true;
		break;
	case ORDER_STEP:
		allow_step(control, run, order->number);
		break;
	case ORDER_CONTINUE:
		control->run.until = NO_LIMIT;
		control->stop_at = order->number;
		break;
	case ORDER_PAUSE:
		control->run.until = run->step;
		break;
	case ORDER_RELEASE:
		run->detach = run->started;
		break;
	case ORDER_END:
		control->ending = true;
	}
}

static void take_orders(struct control *control, struct run *run)
{
	struct order order;

	while (display_order(&control->display, &order))
		obey(control, run, &order);
	if (control->run.fd >= 0 && control->display.channel < 0)
		warnx("the server is gone, the program goes on without it");
	control->run.fd = control->display.channel;
}

/* Again and again, as one may just have been made. */
static void kill_all(const struct run *run)
{
	size_t i;

	for (i = 0; i < run->tracees.nr; i++)
		if (!run->tracees.one[i]->exiting)
			kill(run->tracees.one[i]->pid, SIGKILL);
}

static void turned(void *arg, struct run *run)
{
	struct control *control = arg;

	take_orders(control, run);
	if (control->ending)
		kill_all(run);
	if (control->ending || control->run.signalled || control->run.fd < 0) {
		control->run.until = NO_LIMIT;
		control->stop_at = 0;
	}
	display_update(&control->display, run, state_of(control, run));
}

/* Called before the step counts. */
static void at_step(void *arg, const struct run *run, const struct step *step)
{
	struct control *control = arg;

	if (!control->stop_at || control->run.until != NO_LIMIT ||
	    strcmp(tape_event(step), channel_events[control->stop_at]))
		return;
	control->run.until = run->step + 1;
}

/**
 * control_open() - put a run under the control of viewers
 * @control: set up
 * @run: the run, which has not begun
 * @channel: to the server, closed by control_stay()
 * @argv: the program and its arguments
 */
void control_open(struct control *control, struct run *run, int channel,
		  char *const *argv)
{
	*control = (struct control){
		.run = {
			.fd = channel, .until = 1, .turned = turned,
			.arg = control,
		},
		.display = { .channel = channel, .argv = argv },
	};
	run->control = &control->run;
	run->hook = (struct run_hook){ .at_step = at_step, .arg = control };
}

/* Returns the number of traced processes that were found. */
static int kill_rest(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int status, nr = 0;
	pid_t pid;

	while (proc && (entry = readdir(proc))) {
		pid = atoi(entry->d_name);
		if (pid <= 0 || !lack_traced(pid))
			continue;
		kill(pid, SIGKILL);
		/* It stops once more, on its way out. */
		while (waitpid(pid, &status, __WALL) == pid &&
		       WIFSTOPPED(status))
			ptrace_resume(pid, 0);
		nr++;
	}
	if (proc)
		closedir(proc);
	return nr;
}

/**
 * control_end() - kill what is left of a program that had to end
 * @control: as control_open() has set it up
 *
 * To be called after its run. A task whose creator was killed may not have
 * stopped before the run was over.
 */
void control_end(const struct control *control)
{
	while (control->ending && kill_rest())
		;
}

/**
 * control_stay() - let viewers look at a program that has ended
 * @control: as control_open() has set it up
 * @run: the run, after its end
 *
 * Returns when a signal comes; at once if one came before.
 */
void control_stay(struct control *control, struct run *run)
{
	struct pollfd fds[2] = {
		{ .fd = quit_signals(), .events = POLLIN },
		{ .events = POLLIN },
	};

	if (run->step && control->run.fd >= 0 && !control->run.signalled)
		warnx("the program has ended, its page is there until Ctrl-C");
	while (run->step && control->run.fd >= 0 && !control->run.signalled) {
		turned(control, run);
		fds[1].fd = control->run.fd;
		if (poll(fds, 2, control->display.wanted ? DISPLAY_MS : -1) >
		    0 && fds[0].revents)
			break;
	}
	close(fds[0].fd);
	if (control->run.fd >= 0)
		close(control->run.fd);
}
