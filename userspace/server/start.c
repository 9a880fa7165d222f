// SPDX-License-Identifier: GPL-2.0-only
/* Makes the process that serves. */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exit.h"
#include "server/channel.h"
#include "server/http.h"
#include "server/start.h"

#define BACKLOG	32

/* Nothing but this machine can connect to 127.0.0.1. */
static int listen_here(int *port, struct error *error)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(*port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof(address);
	const int on = 1;
	int fd;

	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
	    !setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) &&
	    !bind(fd, (struct sockaddr *)&address, len) &&
	    !listen(fd, BACKLOG) &&
	    !getsockname(fd, (struct sockaddr *)&address, &len)) {
		*port = ntohs(address.sin_port);
		return fd;
	}
	return error_set(error, -errno, "port %d of 127.0.0.1: %s", *port,
			 strerror(errno));
}

/*
 * The server is not a child of this process, which waits for any child of its
 * own and takes it for a task of the program; and it is in a session of its own,
 * where no Ctrl-C reaches it.
 */
static int make_process(const struct guard *guard, int listening, int channel)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -errno;
	if (!pid) {
		setsid();
		pid = fork();
		if (!pid)
			http_serve(guard, listening, channel);
		_exit(pid < 0 ? EXIT_ERROR : EXIT_OK);
	}
	if (waitpid(pid, &status, 0) != pid || status)
		return -EAGAIN;
	return 0;
}

/**
 * start_server() - make the server
 * @guard: set to which requests it answers
 * @port: its port, 0 for any that is free
 * @error: says what is wrong
 *
 * Return: the channel to it, or a negative errno. It ends when that is closed.
 */
int start_server(struct guard *guard, int port, struct error *error)
{
	int listening, ends[2], err;
	struct order ready;

	err = mhd_load(error);
	if (err)
		return err;
	listening = listen_here(&port, error);
	if (listening < 0)
		return listening;
	err = guard_open(guard, port);
	if (!err && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		err = -errno;
	err = err ?: make_process(guard, listening, ends[1]);
	if (err)
		return error_set(error, err, "the server cannot be started: %s",
				 strerror(-err));
	close(listening);
	close(ends[1]);
	if (recv(ends[0], &ready, sizeof(ready), 0) != sizeof(ready))
		return error_set(error, -EIO, "the server cannot be started");
	return ends[0];
}
