/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "content/content.h"
#include "engine/engine.h"
#include "model/model.h"

/**
 * enum session_use - for what an engine is opened, a bit each
 * @SESSION_ANY: to show tasks, be they those of a file
 * @SESSION_LIVE: for what a file cannot replay
 * @SESSION_CONTENT: snapshots ask for content
 */
enum session_use {
	SESSION_ANY = 0,
	SESSION_LIVE = 1,
	SESSION_CONTENT = 2,
};

/**
 * struct snapshot - tasks, model and content of one moment
 * @recs: the records
 * @model: the same, grouped; refers to @recs
 * @complete: the engine was asked for every task
 * @now_ns: when that was, on the clock of start_ns; 0 if it is not known
 * @parts: parts of the content to read, see content_read(); set before
 * @content: content of the objects; refers to @model
 * @source: of the content, once it was read
 */
struct snapshot {
	struct records recs;
	struct model model;
	bool complete;
	__u64 now_ns;
	__u32 parts;
	struct content content;
	struct content_source *source;
};

void session_open(struct engine_handle *handle, const char *choice,
		  unsigned int use, const char *command);
int snapshot_take(struct snapshot *snap, const struct engine_handle *handle,
		  struct selection *sel, struct error *error);
int snapshot_narrow(struct snapshot *snap, const struct snapshot *all,
		    struct selection *sel, struct error *error);
int snapshot_read_content(struct snapshot *snap, struct engine_handle *handle,
			  const struct selection *sel, struct error *error);
void snapshot_free(struct snapshot *snap);

bool session_unseen(const struct engine *engine, const struct selection *sel,
		    size_t i);
int session_report_gone(const struct engine *engine,
			const struct selection *sel);

#endif /* CLI_SESSION_H */
