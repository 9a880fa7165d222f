// SPDX-License-Identifier: GPL-2.0-only
/* Running a program under ptrace(2) until its last task has ended. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recorder/clock.h"
#include "recorder/ptrace.h"
#include "recorder/run.h"
#include "recorder/start.h"
#include "recorder/stop.h"
#include "recorder/turn.h"
#include "util/array.h"
#include "util/procfs.h"

/* How long to wait, in milliseconds, where no signal may come: for the end of a
 * task, for a call that others wait for, for anything
 */
#define WAIT_END	1
#define WAIT_CALL	20
#define WAIT_LONG	500

/* Ends that nothing reports are looked for that often, however much else happens:
 * a program that never rests may wait for one of them. In nanoseconds
 */
#define ENDS_NS		100000000ull

/* Stops that are handled in one go */
#define MOST_STOPS	64

static int open_signals(void)
{
	static const int wanted[] = {
		SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP,
	};
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		sigaddset(&set, wanted[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/*
 * Signals of the terminal go to the program, too. Other signals are passed on
 * to it. Once its first process has ended, they end the recording.
 */
static void take_signals(struct run *run, int signals)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			continue;
		if (run->control)
			run->control->signalled = true;
		if (run->main_ended) {
			run->detach = true;
			run->quit = true;
		} else if (info.ssi_code != SI_KERNEL) {
			kill(run->main_pid, info.ssi_signo);
		}
	}
}

/*
 * Takes the tasks that have stopped, not those that have ended. Returns
 * true if more of them may have stopped: a program that never stops to create
 * tasks must not keep signals and orders from being read.
 */
static bool take_stops(struct run *run)
{
	siginfo_t info;
	int i;

	for (i = 0; i < MOST_STOPS; i++) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WSTOPPED | __WALL | WNOHANG) ||
		    !info.si_pid)
			return false;
		stop_handle(run, info.si_pid, info.si_status);
	}
	return true;
}

static bool is_zombie(const struct tracee *tracee)
{
	char path[64], stat[512], *at;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", tracee->tgid,
		 tracee->pid);
	n = procfs_read(path, stat, sizeof(stat) - 1);
	if (n <= 0)
		return false;
	stat[n] = 0;
	at = strrchr(stat, ')');
	return at && (at[2] == 'Z' || at[2] == 'X');
}

static void main_ended(struct run *run, int status)
{
	run->main_status = status;
	run->main_ended = true;
}

/*
 * A task may have ended without notice: the end of a first thread is reported
 * only after that of all others.
 */
static bool take_end(struct run *run, struct tracee *tracee)
{
	pid_t pid = tracee->pid;
	int status;

	if (waitpid(pid, &status, __WALL | WNOHANG) != pid) {
		if (tracee->exiting && !tracee->ended &&
		    tracee->turn == TURN_HAS && is_zombie(tracee))
			stop_ended(run, tracee, tracee->status);
		return false;
	}
	if (WIFSTOPPED(status)) {
		stop_handle(run, pid, status >> 8);
		return true;
	}
	if (pid == run->main_pid)
		main_ended(run, status);
	if (!tracee->ended)
		stop_ended(run, tracee, status);
	tracee = tracees_find(&run->tracees, pid);
	if (tracee)
		tracees_remove(&run->tracees, tracee);
	return true;
}

/* Any of them may remove others from the list, or add some. */
static void take_ends(struct run *run, bool all)
{
	bool again = true;
	size_t i;
	int status;

	while (again) {
		again = false;
		for (i = 0; i < run->tracees.nr && !again; i++)
			if (all || run->tracees.one[i]->exiting)
				again = take_end(run, run->tracees.one[i]);
	}
	if (!run->main_ended && !tracees_find(&run->tracees, run->main_pid) &&
	    waitpid(run->main_pid, &status, __WALL | WNOHANG) == run->main_pid)
		main_ended(run, status);
}

/* Those that run stop soon; those that wait for their turn stand already. */
static void let_go(struct run *run)
{
	size_t i = 0;

	while (i < run->tracees.nr) {
		struct tracee *tracee = run->tracees.one[i];

		if (tracee->turn == TURN_WAITS || tracee->born_ns ||
		    tracee->vfork_done) {
			tracee->turn = TURN_NONE;
			turn_resume(run, tracee, 0);
			i += i < run->tracees.nr &&
			     run->tracees.one[i] == tracee;
		} else {
			ptrace_interrupt(tracee->pid);
			i++;
		}
	}
}

static int timeout(const struct run *run)
{
	size_t i;

	for (i = 0; i < run->tracees.nr; i++)
		if (run->tracees.one[i]->exiting &&
		    run->tracees.one[i]->turn == TURN_HAS)
			return WAIT_END;
	return run->holder ? WAIT_CALL : WAIT_LONG;
}

static bool is_over(const struct run *run)
{
	if (!run->main_ended || run->tracees.nr)
		return false;
	/* Tasks that were let go may write on. */
	return !run->detach || run->quit || streams_ended(&run->streams);
}

static void follow(struct run *run, int signals)
{
	struct pollfd fds[2 + NR_STREAMS] = {
		{ .fd = signals, .events = POLLIN },
	};
	bool letting_go = false, more = false, idle;
	__u64 ends_ns = clock_ns();
	int i;

	while (!is_over(run)) {
		for (i = 0; i < NR_STREAMS; i++)
			fds[1 + i] = (struct pollfd){
				.fd = run->streams.from[i], .events = POLLIN,
			};
		fds[1 + NR_STREAMS] = (struct pollfd){
			.fd = run->control ? run->control->fd : -1,
			.events = POLLIN,
		};
		idle = !poll(fds, ARRAY_SIZE(fds), more ? 0 : timeout(run)) &&
		       !more;
		streams_drain(&run->streams);
		take_signals(run, signals);
		more = take_stops(run);
		idle |= clock_ns() - ends_ns > ENDS_NS;
		if (idle)
			ends_ns = clock_ns();
		take_ends(run, idle);
		if (run->control)
			run->control->turned(run->control->arg, run);
		turn_check(run);
		stop_check(run);
		if (run->detach && !letting_go) {
			letting_go = true;
			let_go(run);
		}
	}
	streams_drain(&run->streams);
}

/**
 * run_open() - set a run up
 * @run: the run, all zero but for its engine, which is open, and its limits
 *
 * Return: 0 or -ENOMEM.
 */
int run_open(struct run *run)
{
	struct error error;

	run->history.lasting = run->engine.engine->lasting;
	content_source_open(&run->source);
	if (tape_open(&run->tape))
		return -ENOMEM;
	if (open_files_open(&run->open_files, run->engine.engine->name, &error))
		tape_note(&run->tape, "Open files are not recorded: %s.",
			  error.text);
	return 0;
}

/**
 * run_program() - run a program, and record it
 * @run: the run; its tape is the recording then
 * @argv: the program and its arguments
 *
 * Return: 0, or a negative errno with an error: then it did not run.
 */
int run_program(struct run *run, char *const *argv)
{
	struct tracee *first;
	int signals = open_signals();

	if (signals < 0)
		return error_set(&run->error, -errno, "no signalfd: %s",
				 strerror(errno));
	signal(SIGPIPE, SIG_IGN);
	run->main_pid = start_program(argv, &run->streams, &run->error);
	if (run->main_pid < 0)
		return run->main_pid;
	/* It unsets a variable, which the program keeps. */
	run->unwinder = unwinder_open();
	if (!run->unwinder)
		tape_note(&run->tape, "There are no lines of source text: taskshare was built without libdw.");
	first = tracees_add(&run->tracees, run->main_pid);
	if (!first)
		return error_set(&run->error, -ENOMEM, "no memory");
	first->tgid = first->pid;
	follow(run, signals);
	close(signals);
	return 0;
}

/**
 * run_close() - forget a run
 * @run: the run; its engine stays open
 */
void run_close(struct run *run)
{
	tape_free(&run->tape);
	streams_free(&run->streams);
	tracees_free(&run->tracees);
	history_free(&run->history);
	content_source_close(&run->source);
	open_files_close(&run->open_files);
	unwinder_close(run->unwinder);
	places_free(&run->places);
}
