// SPDX-License-Identifier: GPL-2.0-only
/* taskshare trace: events about what tasks share, as they happen. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/exit.h"
#include "cli/program.h"
#include "trace/command.h"
#include "trace/depth.h"
#include "trace/options.h"
#include "trace/output.h"
#include "trace/source.h"
#include "trace/summary.h"
#include "trace/trace.h"
#include "util/terminal.h"

/* The buffer is looked at this often, in milliseconds. */
#define INTERVAL	50

/**
 * struct tracing - state of a run
 * @opt: the command line
 * @out: output
 * @sum: counts of events
 * @over: whether it has ended
 * @lost: number of lost events that were reported
 */
struct tracing {
	struct trace_options opt;
	struct trace_output out;
	struct trace_summary sum;
	struct trace_command command;
	bool over;
	__u64 lost;
};

static void print_event(struct tracing *tracing, const struct trace_print *what)
{
	tracing->sum.printed++;
	if (tracing->out.quiet)
		return;
	if (tracing->out.json)
		trace_json(&tracing->out, what);
	else
		trace_text(&tracing->out, what);
}

static int on_event(void *arg, void *data, size_t size)
{
	struct flag_mismatch mismatch[MAX_FLAGS];
	struct trace_print what = { .ev = data, .mismatch = mismatch };
	struct tracing *tracing = arg;
	struct reason reason;

	(void)size;
	if (what.ev->type == TRACE_EV_CREATE)
		what.nr = trace_judge(data, mismatch);
	if (what.ev->type == TRACE_EV_FAIL) {
		trace_reason(&reason, data);
		what.reason = &reason;
	}
	if (trace_summary_add(&tracing->sum, what.ev, what.nr))
		return -ENOMEM;
	if (filter_takes(&tracing->opt.filter, what.ev))
		print_event(tracing, &what);
	if (tracing->out.depths)
		return depths_see(tracing->out.depths, what.ev);
	return 0;
}

/*
 * A ^C at the terminal is for the command, too, which decides what to do about
 * it; tracing goes on until it ends.
 */
static bool quits(const struct tracing *tracing, int quit)
{
	struct signalfd_siginfo info;

	if (read(quit, &info, sizeof(info)) != sizeof(info))
		return true;
	return !tracing->command.pid || info.ssi_signo != SIGINT ||
	       info.ssi_code != SI_KERNEL;
}

/* Lost events are reported where they are missing, and all of them at the end. */
static void report_lost(struct tracing *tracing, __u64 lost)
{
	FILE *out = tracing->out.out;

	if (lost == tracing->lost || tracing->out.quiet)
		return;
	if (tracing->out.json)
		trace_lost_json(&tracing->out, lost - tracing->lost);
	else
		fprintf(out, "*** %llu events lost here: use a larger --buffer\n",
			lost - tracing->lost);
	tracing->lost = lost;
}

static void follow(struct tracing *tracing, struct trace_source *source,
		   int quit)
{
	struct pollfd fds[] = {
		{ .fd = quit, .events = POLLIN },
		{ .fd = trace_fd(source), .events = POLLIN },
	};
	bool quit_asked;
	int ret;

	do {
		ret = poll(fds, 2, INTERVAL);
		if (ret < 0 && errno != EINTR)
			err(EXIT_ERROR, "poll");
		/* All events of tasks that are gone now are in the buffer. */
		quit_asked = ret > 0 && fds[0].revents &&
			     quits(tracing, quit);
		tracing->over = tracing->opt.all ?
				command_ended(&tracing->command) :
				trace_following(source) <= 0;
		ret = trace_read(source, on_event, tracing);
		if (ret < 0)
			errx(EXIT_ERROR, "the events cannot be read: %s",
			     strerror(-ret));
		report_lost(tracing, trace_counts(source).lost);
		if (fflush(tracing->out.out))
			err(EXIT_ERROR, "the output cannot be written");
	} while (!quit_asked && !tracing->over);
}

static void finish(struct tracing *tracing, const struct trace_counts *counts)
{
	const struct trace_output *out = &tracing->out;

	if (out->json) {
		trace_end_json(out, &tracing->sum, counts);
	} else {
		if (out->quiet && trace_summary_table(&tracing->sum, out->out))
			errx(EXIT_ERROR, "no memory");
		trace_end_text(out, &tracing->sum, counts);
	}
	if (fflush(out->out) || ferror(out->out))
		err(EXIT_ERROR, "the output cannot be written");
	free(tracing->sum.set);
}

static void start_command(struct tracing *tracing)
{
	struct trace_options *opt = &tracing->opt;

	command_start(&tracing->command, opt->command);
	if (!opt->all)
		opt->root[opt->nr++] = (struct trace_root){
			.pid = tracing->command.pid,
			.descend = true,
		};
}

static void open_output(struct tracing *tracing)
{
	const struct trace_options *opt = &tracing->opt;
	struct trace_output *out = &tracing->out;
	struct timespec now;

	out->out = opt->file ? fopen(opt->file, "we") : stdout;
	if (!out->out)
		err(EXIT_ERROR, "%s", opt->file);
	/* Writing each line by itself would be slow. */
	setvbuf(out->out, NULL, _IOFBF, 1 << 16);
	out->json = opt->json;
	out->quiet = opt->summary;
	out->verbose = opt->verbose;
	out->style.utf8 = terminal_utf8();
	out->style.colour = !opt->file && terminal_colours();
	if (opt->tree)
		out->depths = depths_new();
	if (opt->tree && !out->depths)
		errx(EXIT_ERROR, "no memory");
	clock_gettime(CLOCK_MONOTONIC, &now);
	out->start = now.tv_sec * 1000000000ull + now.tv_nsec;
	if (opt->json)
		trace_begin_json(out);
}

/* Like strace(1), for a program that waits for it before it goes on */
static void report_start(const struct trace_options *opt,
			 const struct trace_source *source)
{
	__s64 nr = trace_following(source);

	if (opt->all)
		warnx("following every task, until interrupted");
	else
		warnx("following %lld task%s", nr, nr == 1 ? "" : "s");
}

/**
 * trace_main() - taskshare trace
 * @argc: as of main(), beginning with "trace"
 * @argv: its arguments
 * @all: unused
 *
 * Return: the exit status.
 */
int trace_main(int argc, char **argv, const struct commands *all)
{
	struct tracing tracing = { 0 };
	struct trace_options *opt = &tracing.opt;
	struct trace_source *source;
	struct trace_counts counts;
	struct error error;
	int quit, ret;

	(void)all;
	trace_parse(opt, argc, argv);
	quit = quit_signals();
	if (quit < 0)
		err(EXIT_ERROR, "signalfd");
	signal(SIGPIPE, SIG_IGN);
	source = trace_open(opt->all, opt->buffer, &error);
	if (!source)
		errx(EXIT_NO_ENGINE, "%s", error.text);
	if (opt->command)
		start_command(&tracing);
	open_output(&tracing);
	ret = trace_start(source, opt->root, opt->nr, &error);
	if (ret)
		errx(ret == -ESRCH ? EXIT_GONE : EXIT_ERROR, "%s", error.text);
	if (!opt->command)
		report_start(opt, source);
	command_go(&tracing.command);
	follow(&tracing, source, quit);
	counts = trace_counts(source);
	trace_close(source);
	finish(&tracing, &counts);
	depths_free(tracing.out.depths);
	free(opt->root);
	return command_status(&tracing.command, tracing.over);
}
