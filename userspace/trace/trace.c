// SPDX-License-Identifier: GPL-2.0-only
/* taskshare trace: what tasks make of their sharing, as it happens. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/exit.h"
#include "trace/trace.h"
#include "util/terminal.h"

/* So often the buffer is looked at, in milliseconds */
#define INTERVAL	50
#define DEFAULT_BUFFER	(16u << 20)

enum {
	OPT_SUMMARY = 256,
	OPT_BUFFER,
};

/**
 * struct trace_options - what the command line says
 * @root: the processes to begin with, with room for the command
 * @nr: how many
 * @all: every task in the system
 * @descend: follow the children of @root
 * @json: one object of JSON a line
 * @summary: only the table at the end
 * @file: where to, NULL for standard output
 * @buffer: of events, in bytes
 * @command: what to run, or NULL
 */
struct trace_options {
	struct trace_root *root;
	size_t nr;
	bool all;
	bool descend;
	bool json;
	bool summary;
	const char *file;
	size_t buffer;
	char **command;
};

/**
 * struct tracing - what is going on
 * @out: where to
 * @sum: what there was
 * @command: the number of the command, 0 for none
 * @go: a byte lets it go
 * @over: whether it has ended
 * @lost: how many events were lost when that was last told
 */
struct tracing {
	struct trace_output out;
	struct trace_summary sum;
	pid_t command;
	int go;
	bool over;
	__u64 lost;
};

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare trace [options] [--] <command> [<argument>...]\n"
	      " taskshare trace [options] -p <pid>...\n"
	      " taskshare trace [options] -a\n"
	      "\nTell what tasks make of their sharing, as it happens: creation with all flags\n"
	      "and whether they did what they say, failed calls and why, unshare, setns,\n"
	      "execve, credentials, exit.\n"
	      "\nOptions:\n"
	      " -p, --pid <pid>        follow this process, all threads of it; may be repeated\n"
	      " -f, --follow           follow its children, too; a command's always are\n"
	      " -a, --all              follow every task in the system\n"
	      " -J, --json             use JSON output format, one object a line\n"
	      " -o, --output <file>    write to a file\n"
	      "     --summary          only count the sets of flags, and what failed\n"
	      "     --buffer <KiB>     room for events not written yet, 16384 by default\n"
	      "\n"
	      " -h, --help             display this help\n"
	      "\nWith a command, the exit status is the command's, or 128 and the number of the\n"
	      "signal that killed it; 1, 2 and 3 may mean what they do otherwise, too:\n"
	      "1 an error, 2 BPF cannot be used, 3 no such process.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

static const struct option longopts[] = {
	{ "pid", required_argument, NULL, 'p' },
	{ "follow", no_argument, NULL, 'f' },
	{ "all", no_argument, NULL, 'a' },
	{ "json", no_argument, NULL, 'J' },
	{ "output", required_argument, NULL, 'o' },
	{ "summary", no_argument, NULL, OPT_SUMMARY },
	{ "buffer", required_argument, NULL, OPT_BUFFER },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

/* The kernel wants a power of two of pages. */
static size_t parse_buffer(const char *text)
{
	size_t size = sysconf(_SC_PAGESIZE);
	unsigned long want;
	struct error error;

	or_exit(parse_number(text, 1, 1 << 20, &want, &error), &error);
	while (size < want << 10)
		size <<= 1;
	return size;
}

static void parse(struct trace_options *opt, int argc, char **argv)
{
	struct error error;
	__u32 pid;
	int c;

	*opt = (struct trace_options){ .buffer = DEFAULT_BUFFER };
	opt->root = calloc(argc + 1, sizeof(*opt->root));
	if (!opt->root)
		errx(EXIT_ERROR, "no memory");
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:p:faJo:h", longopts,
				NULL)) >= 0) {
		switch (c) {
		case 'p':
			or_exit(parse_pid(optarg, &pid, &error), &error);
			opt->root[opt->nr++].pid = pid;
			break;
		case 'f':
			opt->descend = true;
			break;
		case 'a':
			opt->all = true;
			break;
		case 'J':
			opt->json = true;
			break;
		case 'o':
			opt->file = optarg;
			break;
		case OPT_SUMMARY:
			opt->summary = true;
			break;
		case OPT_BUFFER:
			opt->buffer = parse_buffer(optarg);
			break;
		case 'h':
			print_help();
			exit(fflush(stdout) ? EXIT_ERROR : EXIT_OK);
		default:
			or_exit(bad_option(argv, c, "trace ", &error), &error);
		}
	}
	if (optind < argc)
		opt->command = argv + optind;
	if (opt->all && (opt->nr || opt->descend))
		errx(EXIT_ERROR, "-a follows every task: leave out -p and -f");
	if (opt->descend && !opt->nr)
		errx(EXIT_ERROR,
		     "-f is about -p: a command's children are followed anyway");
	if (!opt->all && !opt->nr && !opt->command)
		errx(EXIT_ERROR, "trace what? give a command, -p PID, or -a");
}

/* Waits for a byte, which comes when everything is attached. */
static void run_command(char **argv, int ready)
{
	sigset_t none;
	char byte;

	if (read(ready, &byte, 1) != 1)
		_exit(EXIT_ERROR);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execvp(argv[0], argv);
	warn("%s", argv[0]);
	_exit(errno == ENOENT ? 127 : 126);
}

static void start_command(struct tracing *tracing, struct trace_options *opt)
{
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC))
		err(EXIT_ERROR, "pipe");
	tracing->command = fork();
	if (tracing->command < 0)
		err(EXIT_ERROR, "fork");
	if (!tracing->command) {
		close(pipes[1]);
		run_command(opt->command, pipes[0]);
	}
	close(pipes[0]);
	tracing->go = pipes[1];
	if (!opt->all) {
		opt->root[opt->nr].pid = tracing->command;
		opt->root[opt->nr++].descend = true;
	}
}

static int on_event(void *arg, void *data, size_t size)
{
	struct mismatch mismatch[MAX_FLAGS];
	const struct trace_event *ev = data;
	struct tracing *tracing = arg;
	int nr = 0;

	(void)size;
	if (ev->type == TRACE_EV_CREATE)
		nr = trace_judge(ev, mismatch);
	if (trace_summary_add(&tracing->sum, ev, nr))
		return -ENOMEM;
	if (tracing->out.quiet)
		return 0;
	if (tracing->out.json)
		trace_json(&tracing->out, ev, mismatch, nr);
	else
		trace_words(&tracing->out, ev, mismatch, nr);
	return 0;
}

static int quit_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/*
 * A ^C at the terminal is for the command, too, and it decides what to do
 * about it; so that its end is told, nothing ends here before.
 */
static bool quits(const struct tracing *tracing, int quit)
{
	struct signalfd_siginfo info;

	if (read(quit, &info, sizeof(info)) != sizeof(info))
		return true;
	return !tracing->command || info.ssi_signo != SIGINT ||
	       info.ssi_code != SI_KERNEL;
}

/* What is lost is told where it is missing, and all of it at the end. */
static void tell_lost(struct tracing *tracing, __u64 lost)
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

/* With -a there is always somebody left: the command's end is the end. */
static bool command_ended(struct tracing *tracing)
{
	siginfo_t info = { 0 };

	return tracing->command &&
	       !waitid(P_PID, tracing->command, &info,
		       WEXITED | WNOHANG | WNOWAIT) && info.si_pid;
}

static void follow(struct tracing *tracing, struct trace_source *source,
		   bool all, int quit)
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
		/* Whoever is gone now has told everything. */
		quit_asked = ret > 0 && fds[0].revents &&
			     quits(tracing, quit);
		tracing->over = all ? command_ended(tracing) :
				      trace_following(source) <= 0;
		ret = trace_read(source, on_event, tracing);
		if (ret < 0)
			errx(EXIT_ERROR, "the events cannot be read: %s",
			     strerror(-ret));
		tell_lost(tracing, trace_counts(source).lost);
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
		trace_end_words(out, &tracing->sum, counts);
	}
	if (fflush(out->out) || ferror(out->out))
		err(EXIT_ERROR, "the output cannot be written");
	free(tracing->sum.set);
}

static int command_status(const struct tracing *tracing)
{
	int status;

	/* It may live on, if it is not the command that ended the tracing. */
	if (!tracing->command ||
	    waitpid(tracing->command, &status,
		    tracing->over ? 0 : WNOHANG) <= 0)
		return EXIT_OK;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
				     WEXITSTATUS(status);
}

static void open_output(struct trace_output *out,
			const struct trace_options *opt)
{
	struct timespec now;

	out->out = opt->file ? fopen(opt->file, "we") : stdout;
	if (!out->out)
		err(EXIT_ERROR, "%s", opt->file);
	/* A line at a time would be slow to a file, and is no faster to read. */
	setvbuf(out->out, NULL, _IOFBF, 1 << 16);
	out->json = opt->json;
	out->quiet = opt->summary;
	out->utf8 = terminal_utf8();
	out->colour = !opt->file && terminal_colours();
	clock_gettime(CLOCK_MONOTONIC, &now);
	out->start = now.tv_sec * 1000000000ull + now.tv_nsec;
}

/* Like strace(1), so that one knows when to go on elsewhere */
static void tell_start(const struct trace_options *opt,
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
 * @argv: likewise
 * @all: unused
 *
 * Return: how taskshare ends.
 */
int trace_main(int argc, char **argv, const struct commands *all)
{
	struct tracing tracing = { .go = -1 };
	struct trace_options opt;
	struct trace_source *source;
	struct trace_counts counts;
	struct error error;
	int quit, ret;

	(void)all;
	parse(&opt, argc, argv);
	for (size_t i = 0; i < opt.nr; i++)
		opt.root[i].descend = opt.descend;
	quit = quit_signals();
	if (quit < 0)
		err(EXIT_ERROR, "signalfd");
	signal(SIGPIPE, SIG_IGN);
	source = trace_open(opt.all, opt.buffer, &error);
	if (!source)
		errx(EXIT_NO_ENGINE, "%s", error.text);
	if (opt.command)
		start_command(&tracing, &opt);
	open_output(&tracing.out, &opt);
	ret = trace_start(source, opt.root, opt.nr, &error);
	if (ret)
		errx(ret == -ESRCH ? EXIT_GONE : EXIT_ERROR, "%s", error.text);
	if (!opt.command)
		tell_start(&opt, source);
	if (opt.command && write(tracing.go, "", 1) != 1)
		err(EXIT_ERROR, "the command cannot be started");
	follow(&tracing, source, opt.all, quit);
	counts = trace_counts(source);
	trace_close(source);
	finish(&tracing, &counts);
	free(opt.root);
	return command_status(&tracing);
}
