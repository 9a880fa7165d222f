// SPDX-License-Identifier: GPL-2.0-only
/* Options of each command that records. */
#include "cli/args.h"
#include "recorder/options.h"

/**
 * record_option() - understand an option
 * @opt: set to what it says
 * @c: the option, as of getopt_long(3)
 * @argv: the command line
 * @command: with a blank behind it, "record "
 * @print_help: for --help
 *
 * Ends the program after --help, or if there is no such option.
 */
void record_option(struct record_options *opt, int c, char *const *argv,
		   const char *command, void (*print_help)(void))
{
	struct error error;

	switch (c) {
	case 'j':
		opt->targets.json.name = optarg;
		break;
	case 'o':
		opt->targets.page.name = optarg;
		break;
	case 'e':
		opt->engine = optarg;
		break;
	case 'h':
		exit_after(print_help);
	default:
		or_exit(bad_option(argv, c, command, &error), &error);
	}
}
