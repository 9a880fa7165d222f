// SPDX-License-Identifier: GPL-2.0-only
/* The files that a recording is written to at its end. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/exit.h"
#include "page/page.h"
#include "recorder/recording.h"
#include "recorder/target.h"

/* The recording of another run that is there stays until there is this one. */
static void open_target(struct target *target)
{
	if (!target->name)
		return;
	target->file = fopen(target->name, "ae");
	if (!target->file)
		err(EXIT_ERROR, "%s: cannot be written", target->name);
}

/* The program may be long over when this fails, its status stays its own. */
static void close_target(struct target *target)
{
	bool failed;

	if (!target->file)
		return;
	failed = ferror(target->file);
	if (fclose(target->file) || failed)
		warnx("%s: the recording cannot be written: %s", target->name,
		      strerror(errno));
}

/* Returns true if there is one, which is empty now; pipes and devices are so. */
static bool begin_target(const struct target *target)
{
	if (!target->file)
		return false;
	if (!ftruncate(fileno(target->file), 0) || errno == EINVAL)
		return true;
	warn("%s: cannot be replaced", target->name);
	return false;
}

static void write_all(struct targets *targets, const struct run *run,
		      char *const *argv)
{
	struct error error;
	size_t len;
	char *text;
	FILE *out;

	if (!targets->json.file && !targets->page.file)
		return;
	if (!run->step) {
		warnx("nothing was recorded, so nothing is written");
		return;
	}
	out = open_memstream(&text, &len);
	if (!out) {
		warnx("no memory for the recording");
		return;
	}
	recording_write(run, argv, NULL, out);
	if (fclose(out)) {
		warnx("no memory for the recording");
	} else {
		/* Whether the files took it is seen when they are closed. */
		if (begin_target(&targets->json))
			fwrite(text, 1, len, targets->json.file);
		if (begin_target(&targets->page))
			page_write(targets->page.file, text, len, &error);
	}
	free(text);
}

/**
 * targets_open() - make the files, or end with an error
 * @targets: their names; what files have in them stays until targets_write()
 */
void targets_open(struct targets *targets)
{
	open_target(&targets->json);
	open_target(&targets->page);
}

/**
 * targets_write() - end a recording and write it
 * @targets: the files, which are closed then
 * @run: the run, after its end; its notes become complete
 * @argv: the program and its arguments
 *
 * Errors are reported, and change nothing else.
 */
void targets_write(struct targets *targets, struct run *run,
		   char *const *argv)
{
	if (*run->error.text)
		warnx("the recording breaks off: %s", run->error.text);
	if (run->streams.left_out)
		tape_end_note(&run->tape, "%llu bytes of output were left out.",
			      run->streams.left_out);
	if (tape_close(&run->tape))
		warnx("no memory for the recording");
	else
		write_all(targets, run, argv);
	close_target(&targets->json);
	close_target(&targets->page);
}
