// SPDX-License-Identifier: GPL-2.0-only
/* taskshare: what do these tasks share? */
#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#include "audit/audit.h"
#include "cli/command.h"
#include "cli/program.h"
#include "files/command.h"
#include "lab/lab.h"
#include "page/page.h"
#include "recorder/record.h"
#include "server/server.h"
#include "show/show.h"
#include "trace/trace.h"
#include "util/array.h"
#include "verify/verify.h"
#include "why/why.h"

/* --help prints this; completions and the manual page are checked against it. */
static const struct command table[] = {
	{ NULL, "[options] [PID...]",
	  "show what tasks share", show_main },
	{ "watch", "[options] PID...",
	  "show processes again whenever something changes", show_main },
	{ "files", "[options] PID...",
	  "show open files: descriptors, descriptions and files", files_main },
	{ "trace", "[options] [-p PID... | -a | [--] COMMAND]",
	  "report each clone, exec, unshare and exit, with a verdict",
	  trace_main },
	{ "record", "[options] [--] COMMAND",
	  "run a program and record what it shares, step by step", record_main },
	{ "serve", "[options] PID... | [--] COMMAND",
	  "show processes, or a program step by step, in a browser",
	  serve_main },
	{ "page", "[options] FILE",
	  "make a page for a browser from a recording", page_main },
	{ "why", "[options] PID [call [flags [target-PID]]]",
	  "predict which calls of unshare(2), setns(2) and clone(2) fail", why_main },
	{ "audit", "[options] [PID...]",
	  "report sharing that is dangerous, broken or surprising",
	  audit_main },
	{ "verify", "[options]",
	  "try every flag of clone(2) and check its effect", verify_main },
	{ "lab", "[options] [NAME|NUMBER...]",
	  "run experiments for a class", lab_main },
	{ "pin", "", "leave the BPF program loaded for later runs", show_main },
	{ "unpin", "", "remove that program", show_main },
};

static const struct commands commands = { table, ARRAY_SIZE(table) };

/*
 * Where a standard stream is closed, a file that is opened later would be it: what
 * a program prints would go into the recording's file. What is there instead can
 * neither be read nor written, and a program that is executed does not get it.
 */
static void keep_places(void)
{
	int fd;

	do
		fd = open("/", O_PATH | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	const struct command *command = NULL;

	keep_places();
	setlocale(LC_ALL, "");
	program_begin();
	if (argc > 1)
		command = command_find(&commands, argv[1]);
	if (command && command->main != show_main)
		return command->main(argc - 1, argv + 1, &commands);
	return show_main(argc, argv, &commands);
}
