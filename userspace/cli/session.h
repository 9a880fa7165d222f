/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "engine/engine.h"
#include "model/model.h"

/**
 * enum session_use - for what an engine is opened
 * @SESSION_ANY: to show tasks, be they those of a file
 * @SESSION_LIVE: for what a file cannot replay
 */
enum session_use {
	SESSION_ANY,
	SESSION_LIVE,
};

/**
 * struct snapshot - what one look at tasks saw
 * @recs: the records
 * @model: the same, grouped; refers to @recs
 * @complete: the engine was asked for every task
 * @now_ns: when that was, on the clock of start_ns; 0 if it is not known
 */
struct snapshot {
	struct records recs;
	struct model model;
	bool complete;
	__u64 now_ns;
};

void session_open(struct engine_handle *handle, const char *choice,
		  enum session_use use, const char *command);
int snapshot_take(struct snapshot *snap, const struct engine_handle *handle,
		  struct selection *sel, struct error *error);
int snapshot_narrow(struct snapshot *snap, const struct snapshot *all,
		    struct selection *sel, struct error *error);
void snapshot_free(struct snapshot *snap);

bool session_unseen(const struct engine *engine, const struct selection *sel,
		    size_t i);
int session_report_gone(const struct engine *engine,
			const struct selection *sel);

#endif /* CLI_SESSION_H */
