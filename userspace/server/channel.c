// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages between the server and the process that holds the program. Each one is
 * one packet, and neither side ever waits for the other to read.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "server/channel.h"

/* Kinds of steps that a program can be run to, by their names in recordings; the
 * first one is none.
 */
const char *const channel_events[NR_EVENTS] = {
	"", "create", "exec", "change", "exit", "fail",
};

union file_space {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

/**
 * channel_order() - ask for something
 * @channel: the server's end
 * @what: for what
 * @number: see struct order
 *
 * Return: true if it will be read.
 */
bool channel_order(int channel, enum order_what what, __u32 number)
{
	const struct order order = { .what = what, .number = number };

	return send(channel, &order, sizeof(order),
		    MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof(order);
}

/**
 * channel_take_order() - get an order
 * @channel: the other end
 * @order: set to it
 *
 * Return: 1, 0 if there is none, or -1 if the server is gone.
 */
int channel_take_order(int channel, struct order *order)
{
	ssize_t n;

	do
		n = recv(channel, order, sizeof(*order), MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n == sizeof(*order))
		return 1;
	return n < 0 && errno == EAGAIN ? 0 : -1;
}

/**
 * channel_view() - hand a recording to the server
 * @channel: the other end
 * @view: what it is
 * @file: holds it; stays open here
 *
 * Return: 0 or a negative errno.
 */
int channel_view(int channel, const struct view *view, int file)
{
	struct iovec data = {
		.iov_base = (void *)view, .iov_len = sizeof(*view),
	};
	union file_space space = { .bytes = { 0 } };
	struct msghdr msg = {
		.msg_iov = &data, .msg_iovlen = 1,
		.msg_control = space.bytes, .msg_controllen = sizeof(space),
	};
	struct cmsghdr *head = CMSG_FIRSTHDR(&msg);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(file));
	memcpy(CMSG_DATA(head), &file, sizeof(file));
	if (sendmsg(channel, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return -errno;
	return 0;
}

/**
 * channel_take_view() - get a recording
 * @channel: the server's end, with something to read
 * @view: set to what it is
 *
 * Return: a file with it, or -1 if the other side is gone.
 */
int channel_take_view(int channel, struct view *view)
{
	struct iovec data = { .iov_base = view, .iov_len = sizeof(*view) };
	union file_space space;
	struct msghdr msg = {
		.msg_iov = &data, .msg_iovlen = 1,
		.msg_control = space.bytes, .msg_controllen = sizeof(space),
	};
	const struct cmsghdr *head;
	int file;

	if (recvmsg(channel, &msg, MSG_CMSG_CLOEXEC) != sizeof(*view))
		return -1;
	head = CMSG_FIRSTHDR(&msg);
	if (!head || head->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&file, CMSG_DATA(head), sizeof(file));
	return file;
}
