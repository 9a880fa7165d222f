/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RECORDER_OPEN_FILES_H
#define RECORDER_OPEN_FILES_H

#include <stdbool.h>

#include "files/files.h"
#include "recorder/history.h"

/**
 * struct open_files - open files in the tables of a run
 * @source: the open source; NULL if there is none
 * @text: as of the last step, a member of a step in JSON, with the comma before
 * @differs: it is not what it was at the step before
 * @total: number of bytes that were to be written
 * @places: places of descriptions and files in pictures, see tsearch(3)
 * @nr_places: number of them
 * @no_memory: there was none for one that is being written
 */
struct open_files {
	struct files_source *source;
	char *text;
	bool differs;
	size_t total;
	void *places;
	__u32 nr_places;
	bool no_memory;
};

int open_files_open(struct open_files *open, const char *engine,
		    struct error *error);
int open_files_see(struct open_files *open, const struct history *history,
		   struct records *recs, struct error *error);
void open_files_close(struct open_files *open);

#endif /* RECORDER_OPEN_FILES_H */
