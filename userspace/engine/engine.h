/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "record/records.h"

struct content_rows;

/**
 * struct selection - the processes to read
 * @pid: any task of each; only used if not everything is asked for
 * @gone: set for each that does not exist (any more)
 * @nr: number of PIDs; 0: every task in the system
 * @rows: gets the content of an engine that was opened for it, or NULL
 * @once: one look will do, of which nothing is proof: to find out which of the
 *	  known objects tasks still hold
 * @task: with @once, the tasks that matter; an engine may look at others, too
 * @nr_tasks: number of those, 0: all of the selection
 */
struct selection {
	const __u32 *pid;
	bool *gone;
	size_t nr;
	struct content_rows *rows;
	bool once;
	const __u32 *task;
	size_t nr_tasks;
};

/**
 * struct engine - one way to get at records
 * @name: its name for --engine=
 * @lasting: an object keeps its id from snapshot to snapshot
 * @sees: sight and needs of the engine, for --help
 * @open: make it usable; @arg is what stands behind the colon in --engine=,
 *	  @content says that a selection will ask for content. Returns 0, or a
 *	  negative errno with @error saying why it is not usable and what to do
 *	  about it; then there is nothing to close.
 * @collect: append the records of what is asked for, a snapshot each time.
 *	  Returns 0 or a negative errno with @error.
 * @close: give everything back
 * @note: gaps of the last snapshot, in words, or NULL; may be absent
 * @has_inode: whether an id of the last snapshot is that of the namespace with
 *	  this inode number; absent where ids are made of something else
 */
struct engine {
	const char *name;
	const char *sees;
	bool lasting;
	int (*open)(void **state, const char *arg, bool content,
		    struct error *error);
	int (*collect)(void *state, struct selection *sel, struct records *recs,
		       struct error *error);
	void (*close)(void *state);
	const char *(*note)(void *state);
	bool (*has_inode)(void *state, __u64 id, __u32 inode);
};

extern const struct engine engine_module;
extern const struct engine engine_bpf;
extern const struct engine engine_proc;
extern const struct engine engine_file;

/* The best first, without those that replay */
extern const struct engine *const engines[];
extern const size_t nr_engines;

/**
 * struct engine_handle - an engine that is open
 * @engine: one of engines[], or engine_file
 * @state: argument of its functions
 */
struct engine_handle {
	const struct engine *engine;
	void *state;
};

int engine_open(struct engine_handle *handle, const char *choice, bool content,
		struct error *error, size_t *nr_why);
void engine_close(struct engine_handle *handle);

int selection_filter(struct selection *sel, struct records *recs,
		     struct error *error);

#endif /* ENGINE_ENGINE_H */
