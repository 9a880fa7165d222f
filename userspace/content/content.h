/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CONTENT_CONTENT_H
#define CONTENT_CONTENT_H

#include "engine/content_rows.h"
#include "engine/engine.h"
#include "model/model.h"

/**
 * enum content_text - content that /proc writes better than a BPF program
 * @CONTENT_EXE: the path of what a memory runs
 * @CONTENT_ROOT: the path of a root directory
 * @CONTENT_CWD: the path of a working directory
 * @CONTENT_GROUP_LIST: supplementary groups, if there are many
 * @CONTENT_LABEL: what the security module calls credentials
 * @CONTENT_CGROUP: the cgroup in each hierarchy, as proc_pid_cgroup(5) has it
 */
enum content_text {
	CONTENT_EXE,
	CONTENT_ROOT,
	CONTENT_CWD,
	CONTENT_GROUP_LIST,
	CONTENT_LABEL,
	CONTENT_CGROUP,
	CONTENT_NR_TEXTS
};

/* Parts of content: a bit for each text, and one for all numbers */
#define CONTENT_NUMBERS		(1u << CONTENT_NR_TEXTS)
#define CONTENT_ALL		((CONTENT_NUMBERS << 1) - 1)

/* In place of an offset in the texts */
#define TEXT_UNKNOWN	0
#define TEXT_NONE	1

#define NO_ROW		UINT32_MAX

/**
 * struct content_source - state of a reader of content between snapshots
 * @beside: engine that reads content where the one of the records cannot
 * @tried: whether @beside was looked for; without an engine there is none
 * @proc_usable: whether /proc has the numbers of this pid namespace
 * @labels: whether this kernel labels tasks
 * @boot_offset_ns: by how much start times in /proc are later than the kernel's
 * @overflow: users and groups without a number here are shown as this one, or
 *	      UINT32_MAX where all have one
 * @all_caps: all capabilities of this kernel
 * @cgroup2: descriptor of the unified hierarchy's mount, or -1
 * @reader: the reader's own namespaces
 * @initial: the initial namespaces, 0 for those that are not known
 */
struct content_source {
	struct engine_handle beside;
	bool tried;
	bool proc_usable;
	bool labels;
	long long boot_offset_ns;
	__u32 overflow;
	__u64 all_caps;
	int cgroup2;
	__u32 reader[CONTENT_NR_NS];
	__u32 initial[CONTENT_NR_NS];
};

/**
 * struct content - content of the objects of a model
 * @parts: parts that were to be read
 * @rows: the numbers
 * @row_of: for each task the index of its row, or NO_ROW
 * @by_task: texts are of tasks; otherwise of objects
 * @text_of: texts, for each task or object an offset into @text
 * @teller: the task that each is from
 * @nr_texts: number of tasks or objects
 * @text: all texts
 * @text_len: its length
 * @text_capacity: its capacity
 * @now_ns: when the records were read, in nanoseconds since boot; set by the
 *	    caller, 0 if not known
 */
struct content {
	const struct model *model;
	__u32 parts;
	struct content_source *source;
	struct content_rows rows;
	__u32 *row_of;
	bool by_task;
	__u32 *text_of[CONTENT_NR_TEXTS];
	__u32 *teller[CONTENT_NR_TEXTS];
	size_t nr_texts[CONTENT_NR_TEXTS];
	char *text;
	size_t text_len;
	size_t text_capacity;
	__u64 now_ns;
};

/* access.c */
const struct content_item *content_item(const struct content *content,
					__u32 task, __u32 known);
__u32 content_waiter(const struct content *content,
		     const struct taskshare_record *child);
bool content_idle_cred(const struct content *content, __u32 task, bool *same);
int content_text_kind(enum content_text which);
__u32 content_slot(const struct content *content, __u32 task,
		   enum content_text which);
const char *content_text(const struct content *content, __u32 task,
			 enum content_text which, bool *none);

/* rows.c */
__u32 content_depends_on(int kind);
void content_match_rows(struct content *content, bool same_run);

/* tasks.c */
int content_read_tasks(struct content *content, bool numbers);

/* check.c */
int content_ask_again(struct engine_handle *handle,
		      const struct selection *sel, struct records *recs,
		      struct content_rows *rows, struct error *error);
int content_read_checked(struct content *content, struct engine_handle *handle,
			 const struct selection *sel, bool numbers,
			 bool check_rows, struct error *error);

/* content.c */
int content_read(struct content *content, struct content_source *source,
		 const struct model *model, struct engine_handle *handle,
		 const struct selection *sel, __u32 parts, struct error *error);
void content_free(struct content *content);

/* source.c */
void content_source_open(struct content_source *source);
void content_source_close(struct content_source *source);
struct engine_handle *content_source_beside(struct content_source *source);

#endif /* CONTENT_CONTENT_H */
