// SPDX-License-Identifier: GPL-2.0-only
/*
 * The output of a recorded program: passed on and kept.
 *
 * Where its recorder writes to a terminal, so does the program, so that it
 * writes as it would by itself; otherwise to a pipe.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "recorder/clock.h"
#include "recorder/stream.h"

static int open_pipe(int *from, int *program)
{
	int pipes[2];

	if (pipe2(pipes, O_CLOEXEC))
		return -errno;
	*from = pipes[0];
	*program = pipes[1];
	return 0;
}

/* It is as wide as the real one, which is who changes what is printed. */
static void set_up_terminal(int terminal, int like)
{
	struct termios termios;
	struct winsize size;

	if (!tcgetattr(like, &termios)) {
		termios.c_oflag &= ~OPOST;
		tcsetattr(terminal, TCSANOW, &termios);
	}
	if (!ioctl(like, TIOCGWINSZ, &size))
		ioctl(terminal, TIOCSWINSZ, &size);
}

static int open_terminal(int *from, int *program, int like)
{
	char name[64];

	*from = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*from < 0)
		return -errno;
	if (!grantpt(*from) && !unlockpt(*from) &&
	    !ptsname_r(*from, name, sizeof(name))) {
		*program = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
		if (*program >= 0) {
			set_up_terminal(*program, like);
			return 0;
		}
	}
	close(*from);
	return -EIO;
}

/**
 * streams_open() - make the streams of a program
 * @streams: set up, but for @silent
 * @program: set to its ends of them, to be closed here once it has them
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int streams_open(struct streams *streams, int program[NR_STREAMS],
		 struct error *error)
{
	int i, err = 0;

	*streams = (struct streams){ .silent = streams->silent };
	for (i = 0; i < NR_STREAMS && !err; i++) {
		streams->to[i] = STDOUT_FILENO + i;
		if (streams->silent || !isatty(streams->to[i]) ||
		    open_terminal(&streams->from[i], &program[i],
				  streams->to[i]))
			err = open_pipe(&streams->from[i], &program[i]);
		if (!err)
			fcntl(streams->from[i], F_SETFL, O_NONBLOCK);
	}
	if (err)
		error_set(error, err, "no pipe for the program's output: %s",
			  strerror(-err));
	return err;
}

/* The reader may be slow; the program waits then as it would by itself. */
static bool pass_on(int to, const char *text, size_t len)
{
	struct pollfd fd = { .fd = to, .events = POLLOUT };
	ssize_t n;

	while (len) {
		n = write(to, text, len);
		if (n < 0 && errno == EAGAIN)
			poll(&fd, 1, -1);
		else if (n < 0 && errno != EINTR)
			return false;
		text += n > 0 ? n : 0;
		len -= n > 0 ? n : 0;
	}
	return true;
}

static struct output *new_output(struct streams *streams, int stream)
{
	struct output *output;

	if (streams->nr > streams->sealed &&
	    streams->output[streams->nr - 1].stream == stream)
		return &streams->output[streams->nr - 1];
	output = reallocarray(streams->output, streams->nr + 1,
			      sizeof(*output));
	if (!output)
		return NULL;
	streams->output = output;
	output += streams->nr++;
	*output = (struct output){ .stream = stream, .ns = clock_ns() };
	return output;
}

static void keep(struct streams *streams, int stream, const char *text,
		 size_t len)
{
	struct output *output = NULL;
	char *longer = NULL;

	if (!streams->left_out && streams->bytes + len <= OUTPUT_MOST)
		output = new_output(streams, stream);
	if (output)
		longer = realloc(output->text, output->len + len);
	if (!longer) {
		streams->left_out += len;
		return;
	}
	memcpy(longer + output->len, text, len);
	output->text = longer;
	output->len += len;
	streams->bytes += len;
}

/* As much may be there at once; a terminal holds less than that. */
static size_t most(int from)
{
	int size = fcntl(from, F_GETPIPE_SZ);

	return size > 0 ? size : 1 << 20;
}

/*
 * What is there, and not what comes meanwhile: a task that is not traced may write
 * as fast as this reads, and everything else would wait until it ends.
 */
static void drain(struct streams *streams, int stream)
{
	static char text[1 << 16];
	int *from = &streams->from[stream];
	size_t left = most(*from);
	ssize_t n;

	while (*from >= 0 && left) {
		n = read(*from, text, left < sizeof(text) ? left : sizeof(text));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		/* The program gets SIGPIPE where it would by itself. */
		if (n <= 0 || (!streams->silent &&
			       !pass_on(streams->to[stream], text, n))) {
			close(*from);
			*from = -1;
		}
		if (n <= 0)
			continue;
		keep(streams, stream, text, n);
		left -= n;
	}
}

/**
 * streams_drain() - pass on what a program has written so far, and keep it
 */
void streams_drain(struct streams *streams)
{
	int i;

	for (i = 0; i < NR_STREAMS; i++)
		drain(streams, i);
}

/**
 * streams_ended() - find out whether all output has arrived
 *
 * Return: true if every task that could write has closed them.
 */
bool streams_ended(const struct streams *streams)
{
	int i;

	for (i = 0; i < NR_STREAMS; i++)
		if (streams->from[i] >= 0)
			return false;
	return true;
}

/**
 * streams_free() - close the streams and forget what came
 */
void streams_free(struct streams *streams)
{
	size_t i;

	for (i = 0; i < NR_STREAMS; i++)
		if (streams->from[i] >= 0)
			close(streams->from[i]);
	for (i = 0; i < streams->nr; i++)
		free(streams->output[i].text);
	free(streams->output);
}
