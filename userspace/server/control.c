// SPDX-License-Identifier: GPL-2.0-only
/*
 * The side of the channel that holds the program: does what viewers order, and
 * gives them the recording so far. It writes that only when one waits for it.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/program.h"
#include "recorder/clock.h"
#include "recorder/lack.h"
#include "recorder/ptrace.h"
#include "recorder/recording.h"
#include "server/control.h"

#define NO_LIMIT	UINT32_MAX

/* Time between two views of a program that runs, in nanoseconds */
#define SHOW_NS		100000000ull

static enum view_state state_of(const struct control *control,
				const struct run *run)
{
	if (run->detach || (run->main_ended && !run->tracees.nr))
		return VIEW_OVER;
	return run->step >= control->run.until ? VIEW_WAITS : VIEW_RUNS;
}

/* Each step of a program that waits is shown, and the end. */
static bool is_early(const struct control *control, const struct run *run)
{
	return state_of(control, run) == VIEW_RUNS &&
	       clock_ns() - control->shown_ns < SHOW_NS;
}

static bool is_shown(const struct control *control, const struct run *run)
{
	return control->shown.serial && control->step == run->step &&
	       control->nr_notes == run->tape.nr_notes &&
	       control->shown.state == state_of(control, run);
}

/* Returns a file with the recording so far, sealed against changes, or -1. */
static int write_recording(const struct control *control,
			   const struct run *run, size_t *len)
{
	int fd = memfd_create("recording", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int file = fd < 0 ? -1 : dup(fd);
	FILE *out = file < 0 ? NULL : fdopen(file, "w");
	bool failed = true;
	long end;

	if (out) {
		recording_write(run, control->argv, NULL, out);
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

static void show(struct control *control, const struct run *run)
{
	struct view view = {
		.serial = control->shown.serial + 1,
		.state = state_of(control, run),
	};
	int file = write_recording(control, run, &view.len);

	if (file < 0) {
		warnx("no memory for the page");
	} else if (!channel_view(control->run.fd, &view, file)) {
		control->shown = view;
		control->shown_ns = clock_ns();
		control->step = run->step;
		control->nr_notes = run->tape.nr_notes;
	}
	control->wanted = false;
	if (file >= 0)
		close(file);
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
		control->wanted = true;
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

/* No viewer can let the program go on any more. */
static void server_gone(struct control *control)
{
	warnx("the server is gone, the program goes on without it");
	close(control->run.fd);
	control->run.fd = -1;
}

static void take_orders(struct control *control, struct run *run)
{
	struct order order;
	ssize_t n;

	while (control->run.fd >= 0) {
		n = recv(control->run.fd, &order, sizeof(order), MSG_DONTWAIT);
		if (n == sizeof(order))
			obey(control, run, &order);
		else if (n < 0 && errno == EAGAIN)
			break;
		else if (n >= 0 || errno != EINTR)
			server_gone(control);
	}
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
	if (control->wanted && run->step && !is_shown(control, run) &&
	    !is_early(control, run))
		show(control, run);
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
		.argv = argv,
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
		if (poll(fds, 2, -1) > 0 && fds[0].revents)
			break;
	}
	close(fds[0].fd);
	if (control->run.fd >= 0)
		close(control->run.fd);
}
