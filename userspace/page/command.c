// SPDX-License-Identifier: GPL-2.0-only
/* taskshare page: a stored recording as a page */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/args.h"
#include "cli/exit.h"
#include "page/page.h"
#include "util/io.h"

struct arguments {
	const char *input;
	const char *output;
};

static void print_help(void)
{
	fputs("\nUsage:\n"
	      " taskshare page [options] <file>\n"
	      "\nMake a page of a recording that is stored as JSON: one file that a browser shows\n"
	      "without a network. The file - is the standard input.\n"
	      "\nOptions:\n"
	      " -o, --output <file>    write to a file\n"
	      "\n"
	      " -h, --help             display this help\n"
	      "\nExit status: 0 all right, 1 an error, 5 the file is not a recording.\n"
	      "\nFor more details see taskshare(1).\n", stdout);
}

static const struct option longopts[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 }
};

static void parse(struct arguments *args, int argc, char **argv)
{
	struct error error;
	int c;

	*args = (struct arguments){ 0 };
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":o:h", longopts, NULL)) >= 0) {
		switch (c) {
		case 'o':
			args->output = optarg;
			break;
		case 'h':
			exit_after(print_help);
		default:
			or_exit(bad_option(argv, c, "page ", &error), &error);
		}
	}
	if (argc - optind != 1)
		errx(EXIT_ERROR,
		     "give one recording, as 'record --json FILE' writes it: see taskshare page --help");
	args->input = argv[optind];
}

/* One byte more than a page holds, so that page_check() sees that. */
static char *read_input(const char *name, size_t *len)
{
	bool standard = !strcmp(name, "-");
	int fd = standard ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	size_t size = PAGE_MAX_BYTES + 1;
	char *text = malloc(size);
	ssize_t n;

	if (fd < 0)
		err(EXIT_ERROR, "%s", name);
	if (!text)
		errx(EXIT_ERROR, "not enough memory");
	n = io_read_full(fd, text, size);
	if (n < 0)
		errx(EXIT_ERROR, "%s: %s", name, strerror(-n));
	if (!standard)
		close(fd);
	*len = n;
	return text;
}

/**
 * page_main() - the command "page"
 * @argc: as of main(), from the command on
 * @argv: as of main(), from the command on
 * @all: unused
 *
 * Return: the exit status.
 */
int page_main(int argc, char **argv, const struct commands *all)
{
	struct arguments args;
	struct error error;
	FILE *out = stdout;
	char *text;
	size_t len;
	int failed;

	(void)all;
	parse(&args, argc, argv);
	text = read_input(args.input, &len);
	failed = page_check(text, len, &error);
	if (failed == -EINVAL)
		errx(EXIT_INPUT, "%s: %s", args.input, error.text);
	or_exit(failed, &error);
	/* Only now, as a page that is there stays if there will be none. */
	if (args.output)
		out = fopen(args.output, "we");
	if (!out)
		err(EXIT_ERROR, "%s", args.output);
	or_exit(page_write(out, text, len, &error), &error);
	free(text);
	return EXIT_OK;
}
