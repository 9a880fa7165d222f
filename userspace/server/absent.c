// SPDX-License-Identifier: GPL-2.0-only
/* In place of serve, where the header of libmicrohttpd is missing */
#include <err.h>

#include "cli/exit.h"
#include "server/server.h"

/**
 * serve_main() - refuse to serve
 * @argc: not used
 * @argv: not used
 * @all: not used
 *
 * Return: does not.
 */
int serve_main(int argc, char **argv, const struct commands *all)
{
	(void)argc;
	(void)argv;
	(void)all;
	errx(EXIT_ERROR,
	     "serve: taskshare was built without libmicrohttpd: install libmicrohttpd-dev and build it again");
}
