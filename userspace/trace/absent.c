// SPDX-License-Identifier: GPL-2.0-only
/* In place of trace, where what its BPF programs are built with is missing */
#include <err.h>

#include "cli/exit.h"
#include "trace/trace.h"

/**
 * trace_main() - refuse to trace
 * @argc: not used
 * @argv: not used
 * @all: not used
 *
 * Return: does not.
 */
int trace_main(int argc, char **argv, const struct commands *all)
{
	(void)argc;
	(void)argv;
	(void)all;
	errx(EXIT_NO_ENGINE,
	     "trace: taskshare was built without BPF programs: install clang, bpftool and libbpf-dev and build it again");
}
