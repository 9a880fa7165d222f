/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_RUN_H
#define RECORDER_RUN_H

#include <stdbool.h>

#include "cli/session.h"
#include "recorder/history.h"
#include "recorder/open_files.h"
#include "recorder/stream.h"
#include "recorder/tape.h"
#include "recorder/tracee.h"
#include "recorder/unwind.h"

struct run;

/**
 * struct run_hook - a function called at each step
 * @at_step: called while every task that takes part in the step is stopped
 * @arg: passed to it
 */
struct run_hook {
	void (*at_step)(void *arg, const struct run *run,
			const struct step *step);
	void *arg;
};

/**
 * struct run_control - decides when a program goes on
 * @fd: waited for, too; -1 for none
 * @until: that many steps may be made; the next one waits for more
 * @signalled: a signal has come that ends programs; the program has got it
 * @turned: called whenever something may have happened
 * @arg: passed to it
 */
struct run_control {
	int fd;
	__u32 until;
	bool signalled;
	void (*turned)(void *arg, struct run *run);
	void *arg;
};

/**
 * struct run - a program while it is recorded
 * @engine: the engine that looks at its tasks
 * @source: for their credentials and namespaces
 * @tracees: the tasks that are traced
 * @holder: the one whose turn it is, or NULL
 * @holder_ns: since when
 * @order: number of requests for a turn
 * @history: objects of the tasks
 * @open_files: open files of their tables
 * @step: the step that is being made, counted from 0
 * @streams: the program's output
 * @tape: the recording
 * @unwinder: finds what made a call, or NULL
 * @places: the files with source text
 * @main_pid: the program's first process
 * @main_status: its status, as of wait(2)
 * @main_ended: whether it has
 * @started: the program has been executed
 * @detach: recording ends now: tasks are let go as they stop
 * @quit: and their output is not waited for
 * @max_steps: most steps that are recorded
 * @hook: see struct run_hook
 * @control: see struct run_control; NULL for a program that goes on by itself
 * @error: why recording broke off, or empty
 */
struct run {
	struct engine_handle engine;
	struct content_source source;
	struct tracees tracees;
	struct tracee *holder;
	__u64 holder_ns;
	__u64 order;
	struct history history;
	struct open_files open_files;
	__u32 step;
	struct streams streams;
	struct tape tape;
	struct unwinder *unwinder;
	struct places places;
	pid_t main_pid;
	int main_status;
	bool main_ended;
	bool started;
	bool detach;
	bool quit;
	__u32 max_steps;
	struct run_hook hook;
	struct run_control *control;
	struct error error;
};

int run_open(struct run *run);
int run_program(struct run *run, char *const *argv);
void run_close(struct run *run);

#endif /* RECORDER_RUN_H */
