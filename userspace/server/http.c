// SPDX-License-Identifier: GPL-2.0-only
/*
 * The server: a process that knows nothing but the token and the newest
 * recording. It passes orders on, and never waits for a viewer.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/exit.h"
#include "page/page.h"
#include "recorder/clock.h"
#include "server/channel.h"
#include "server/confine.h"
#include "server/http.h"
#include "util/array.h"

#define MOST_CONNECTIONS	32
#define MOST_HEADER_BYTES	(16u << 10)

/* Seconds that a connection may be idle; nanoseconds that an answer may wait */
#define IDLE		10
#define WAIT_NS		5000000000ull

/**
 * struct request - one that is being answered
 * @connection: its connection, NULL for none
 * @since_ns: since when it waits for another recording, 0 if it does not
 * @waited: it has waited
 */
struct request {
	struct MHD_Connection *connection;
	__u64 since_ns;
	bool waited;
};

/**
 * struct server - its state
 * @guard: which requests are answered
 * @channel: to the process that holds the program
 * @daemon: libmicrohttpd's
 * @view: the newest recording; none while its serial is 0
 * @file: holds it
 * @asked: another one has been asked for
 * @request: those that wait, or have waited
 */
struct server {
	const struct guard *guard;
	int channel;
	struct MHD_Daemon *daemon;
	struct view view;
	int file;
	bool asked;
	struct request request[MOST_CONNECTIONS];
};

static const char *const state_name[] = {
	[VIEW_WAITS] = "waits", [VIEW_RUNS] = "runs", [VIEW_OVER] = "over",
	[VIEW_WATCHES] = "watches",
};

/* With every answer. The page has a stricter policy in itself. */
static const char *const headers[][2] = {
	{ "Cache-Control", "no-store" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
};

static enum MHD_Result answer(struct MHD_Connection *connection,
			      unsigned int status, const char *type,
			      struct MHD_Response *response)
{
	enum MHD_Result result;
	size_t i;

	if (!response)
		return MHD_NO;
	for (i = 0; i < ARRAY_SIZE(headers); i++)
		mhd.add_response_header(response, headers[i][0],
					headers[i][1]);
	mhd.add_response_header(response, "Content-Type", type);
	mhd.add_response_header(response, "Content-Security-Policy",
				strncmp(type, "text/html", 9) ?
				"default-src 'none'; frame-ancestors 'none'" :
				"frame-ancestors 'none'");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		mhd.add_response_header(response, "Allow", "GET, POST");
	result = mhd.queue_response(connection, status, response);
	mhd.destroy_response(response);
	return result;
}

static enum MHD_Result answer_text(struct MHD_Connection *connection,
				   unsigned int status, const char *type,
				   const char *text)
{
	return answer(connection, status, type,
		      mhd.create_response_from_buffer(strlen(text),
						      (void *)text,
						      MHD_RESPMEM_PERSISTENT));
}

static enum MHD_Result answer_status(struct MHD_Connection *connection,
				     unsigned int status)
{
	static const char plain[] = "text/plain; charset=utf-8";

	switch (status) {
	case MHD_HTTP_NO_CONTENT:
		return answer_text(connection, status, plain, "");
	case MHD_HTTP_FORBIDDEN:
		return answer_text(connection, status, plain,
				   "Not allowed: open the address that taskshare serve printed.\n");
	default:
		return answer_text(connection, status, plain,
				   "taskshare serve does not answer this.\n");
	}
}

/* Returns true if the argument "after" is there, and a number. */
static bool get_after(struct MHD_Connection *connection, __u32 *number)
{
	const char *text = mhd.lookup_connection_value(connection,
						       MHD_GET_ARGUMENT_KIND,
						       "after");
	size_t len = text ? strlen(text) : 0;

	if (!len || len > 9 || strspn(text, "0123456789") != len)
		return false;
	*number = strtoul(text, NULL, 10);
	return true;
}

static enum MHD_Result answer_recording(const struct server *server,
					struct MHD_Connection *connection)
{
	int file = dup(server->file);
	struct MHD_Response *response;
	char serial[16];

	if (file < 0)
		return MHD_NO;
	response = mhd.create_response_from_fd(server->view.len, file);
	if (!response) {
		close(file);
		return MHD_NO;
	}
	snprintf(serial, sizeof(serial), "%u", server->view.serial);
	mhd.add_response_header(response, "X-Taskshare-Serial", serial);
	mhd.add_response_header(response, "X-Taskshare-State",
				state_name[server->view.state]);
	return answer(connection, MHD_HTTP_OK, "application/json", response);
}

static struct request *find_request(struct server *server,
				    const struct MHD_Connection *connection)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(server->request); i++)
		if (server->request[i].connection == connection)
			return &server->request[i];
	return NULL;
}

/* The answer comes when there is another recording, or without one after a time. */
static enum MHD_Result wait_for_more(struct server *server,
				     struct MHD_Connection *connection)
{
	struct request *request = find_request(server, NULL);

	if (!request)
		return answer_status(connection,
				     MHD_HTTP_SERVICE_UNAVAILABLE);
	if (!server->asked)
		server->asked = channel_order(server->channel, ORDER_LOOK,
					      server->view.serial);
	request->connection = connection;
	request->since_ns = clock_ns();
	request->waited = true;
	mhd.suspend_connection(connection);
	return MHD_YES;
}

static enum MHD_Result get_recording(struct server *server,
				     struct MHD_Connection *connection)
{
	const struct request *request = find_request(server, connection);
	__u32 after;

	if (!get_after(connection, &after))
		return answer_status(connection, MHD_HTTP_BAD_REQUEST);
	if (after != server->view.serial)
		return answer_recording(server, connection);
	if (request && request->waited)
		return answer_status(connection, MHD_HTTP_NO_CONTENT);
	return wait_for_more(server, connection);
}

static enum MHD_Result get_shell(struct server *server,
				 struct MHD_Connection *connection)
{
	(void)server;
	return answer_text(connection, MHD_HTTP_OK, "text/html; charset=utf-8",
			   page_live());
}

/* The page with the recording, as taskshare record writes it */
static enum MHD_Result get_page(struct server *server,
				struct MHD_Connection *connection)
{
	char *json, *text = NULL;
	struct error error;
	FILE *out;
	size_t len;
	int err;

	if (!server->view.serial)
		return answer_status(connection, MHD_HTTP_NOT_FOUND);
	json = mmap(NULL, server->view.len, PROT_READ, MAP_PRIVATE,
		    server->file, 0);
	if (json == MAP_FAILED)
		return MHD_NO;
	out = open_memstream(&text, &len);
	err = out ? page_write(out, json, server->view.len, &error) : -ENOMEM;
	munmap(json, server->view.len);
	if (!out || fclose(out) || err) {
		free(text);
		return MHD_NO;
	}
	return answer(connection, MHD_HTTP_OK, "text/html; charset=utf-8",
		      mhd.create_response_from_buffer(len, text,
						      MHD_RESPMEM_MUST_FREE));
}

/* Returns true if the argument "until" is missing, or a kind of step. */
static bool get_event(struct MHD_Connection *connection, __u32 *event)
{
	const char *text = mhd.lookup_connection_value(connection,
						       MHD_GET_ARGUMENT_KIND,
						       "until");

	for (*event = 0; *event < NR_EVENTS; ++*event)
		if (!strcmp(text ?: "", channel_events[*event]))
			return true;
	return false;
}

static enum MHD_Result pass_on(struct server *server,
			       struct MHD_Connection *connection,
			       enum order_what what)
{
	__u32 number = 0;

	if ((what == ORDER_STEP && !get_after(connection, &number)) ||
	    (what == ORDER_CONTINUE && !get_event(connection, &number)))
		return answer_status(connection, MHD_HTTP_BAD_REQUEST);
	return answer_status(connection,
			     channel_order(server->channel, what, number) ?
			     MHD_HTTP_NO_CONTENT :
			     MHD_HTTP_SERVICE_UNAVAILABLE);
}

static const struct {
	const char *path;
	enum MHD_Result (*get)(struct server *server,
			       struct MHD_Connection *connection);
	enum order_what what;
} resource[] = {
	{ "/", get_shell, ORDER_READY },
	{ "/recording", get_recording, ORDER_READY },
	{ "/page", get_page, ORDER_READY },
	{ "/step", NULL, ORDER_STEP },
	{ "/continue", NULL, ORDER_CONTINUE },
	{ "/pause", NULL, ORDER_PAUSE },
	{ "/release", NULL, ORDER_RELEASE },
	{ "/end", NULL, ORDER_END },
};

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection,
				  const char *path, const char *method,
				  const char *version, const char *body,
				  size_t *body_len, void **data)
{
	struct server *server = arg;
	unsigned int refusal = guard_check(server->guard, connection, method,
					   path);
	size_t i;

	(void)version;
	(void)body;
	(void)body_len;
	(void)data;
	if (refusal)
		return answer_status(connection, refusal);
	for (i = 0; i < ARRAY_SIZE(resource); i++) {
		if (strcmp(path, resource[i].path))
			continue;
		if (!resource[i].get != !strcmp(method, MHD_HTTP_METHOD_POST))
			return answer_status(connection,
					     MHD_HTTP_METHOD_NOT_ALLOWED);
		return resource[i].get ?
		       resource[i].get(server, connection) :
		       pass_on(server, connection, resource[i].what);
	}
	return answer_status(connection, MHD_HTTP_NOT_FOUND);
}

static void on_completed(void *arg, struct MHD_Connection *connection,
			 void **data, enum MHD_RequestTerminationCode why)
{
	struct request *request = find_request(arg, connection);

	(void)data;
	(void)why;
	if (request)
		memset(request, 0, sizeof(*request));
}

/* No path or argument has anything to decode; "%00" would end one. */
static size_t keep_escapes(void *arg, struct MHD_Connection *connection,
			   char *text)
{
	(void)arg;
	(void)connection;
	return strlen(text);
}

static void wake(struct server *server, bool all)
{
	__u64 now = clock_ns();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(server->request); i++) {
		struct request *request = &server->request[i];

		if (!request->since_ns ||
		    (!all && now - request->since_ns < WAIT_NS))
			continue;
		request->since_ns = 0;
		mhd.resume_connection(request->connection);
	}
}

/* Returns false if there will be none any more. */
static bool take_view(struct server *server)
{
	struct view view;
	int file = channel_take_view(server->channel, &view);

	if (file < 0)
		return false;
	if (server->view.serial)
		close(server->file);
	server->file = file;
	server->view = view;
	server->asked = false;
	wake(server, true);
	return true;
}

static int timeout(const struct server *server)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (mhd.get_timeout(server->daemon, &ms) == MHD_YES && ms < 1000)
		return ms;
	return 1000;
}

static void run(struct server *server)
{
	struct pollfd fds[2] = {
		{ .fd = mhd.get_daemon_info(server->daemon,
			MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd,
		  .events = POLLIN },
		{ .fd = server->channel, .events = POLLIN },
	};

	for (;;) {
		if (poll(fds, 2, timeout(server)) < 0 && errno != EINTR)
			return;
		if (fds[1].revents && !take_view(server))
			return;
		wake(server, false);
		mhd.run(server->daemon);
	}
}

/**
 * http_serve() - be the server; does not return
 * @guard: which requests are answered
 * @listening: a socket that listens
 * @channel: to the process that holds the program; its end is the server's
 */
_Noreturn void http_serve(const struct guard *guard, int listening, int channel)
{
	struct server server = { .guard = guard, .channel = channel };
	const unsigned int flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
	const struct MHD_OptionItem options[] = {
		{ MHD_OPTION_LISTEN_SOCKET, listening, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, MOST_CONNECTIONS, NULL },
		{ MHD_OPTION_CONNECTION_TIMEOUT, IDLE, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, MOST_HEADER_BYTES, NULL },
		{ MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed,
		  &server },
		{ MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)keep_escapes, NULL },
		{ MHD_OPTION_END, 0, NULL }
	};

	confine(listening, channel);
	server.daemon = mhd.start_daemon(flags, 0, NULL, NULL, on_request,
					 &server, MHD_OPTION_ARRAY, options,
					 MHD_OPTION_END);
	if (!server.daemon || !channel_order(channel, ORDER_READY, 0))
		_exit(EXIT_ERROR);
	run(&server);
	_exit(EXIT_OK);
}
