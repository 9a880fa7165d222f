// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptors as a BPF program reads them.
 *
 * A row that the first and the second pass saw was there at both times. That two
 * rows with one description led to it at the same time is not shown by that: the
 * memory of a description is used again as soon as it is closed, by the same
 * process or by another one. So kcmp(2) is asked about those, and about those of
 * other processes, which one pass in between has seen.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "bpf/file_iter.skel.h"
#include "engine/bpf_load.h"
#include "files/kcmp.h"
#include "files/source.h"

/* Maximum number of tables to ask for one by one, instead of reading all */
#define MAX_SINGLE	64

/* Maximum number of descriptors of other processes that are kept */
#define MAX_OTHERS	65536

/*
 * struct state - the source
 * @skel: the program
 * @unfiltered: this kernel shows every task, whichever it is asked for
 * @id: for each table its id in this read, 0 before it was seen
 */
struct state {
	struct file_iter_bpf *skel;
	bool unfiltered;
	__u64 *id;
};

/*
 * struct scan - a pass over descriptors
 * @state: the source
 * @files: the result
 * @wanted: for each table, its task and its index, by task
 * @rows: rows of the first pass
 * @found: rows of a pass over other processes
 * @take: gets a row; returns 0 or a negative errno
 * @tid: the task that was asked for, or 0
 * @foreign: other tasks than that were shown
 */
struct scan {
	struct state *state;
	struct files *files;
	struct wanted {
		__u32 pid;
		__u32 table;
	} *wanted;
	struct file_rows *rows;
	struct found *found;
	int (*take)(struct scan *scan, const struct file_row *row);
	__u32 tid;
	bool foreign;
};

static int bpf_open(void **to, struct error *error)
{
	struct bpf_variant variant = { .content = false };
	struct state *state;
	int err;

	err = bpf_new_key(&variant, error);
	if (err)
		return err;
	state = calloc(1, sizeof(*state));
	if (!state)
		return error_set(error, -ENOMEM, "no memory");
	/* A message of libbpf is more than one line. */
	libbpf_set_print(NULL);
	state->skel = file_iter_bpf__open();
	err = state->skel ? 0 : -errno;
	if (!err) {
		memcpy((void *)state->skel->rodata->id_key, variant.key,
		       sizeof(variant.key));
		err = file_iter_bpf__load(state->skel);
	}
	if (!err) {
		*to = state;
		return 0;
	}
	file_iter_bpf__destroy(state->skel);
	free(state);
	if (err == -EPERM || err == -EACCES)
		return error_set(error, err,
				 "bpf: no permission: CAP_BPF and CAP_PERFMON are needed: become root");
	return error_set(error, err,
			 "bpf: this kernel does not load the program that reads descriptors: %s: use --engine=proc",
			 strerror(-err));
}

static void bpf_close(void *arg)
{
	struct state *state = arg;

	file_iter_bpf__destroy(state->skel);
	free(state->id);
	free(state);
}

/* All descriptors, or those of one task, which needs Linux 6.1 */
static int open_iterator(const struct state *state, __u32 tid)
{
	union bpf_iter_link_info info = { .task = { .tid = tid } };

	LIBBPF_OPTS(bpf_link_create_opts, opts);
	int link, iter;

	if (tid) {
		opts.iter_info = &info;
		opts.iter_info_len = sizeof(info);
	}
	link = bpf_link_create(bpf_program__fd(state->skel->progs.write_file),
			       0, BPF_TRACE_ITER, &opts);
	if (link < 0)
		return link;
	iter = bpf_iter_create(link);
	close(link);
	return iter;
}

static int take_rows(struct scan *scan, const struct file_row *row, size_t nr)
{
	int err = 0;
	size_t i;

	for (i = 0; i < nr && !err; i++) {
		if (scan->tid && row[i].pid != scan->tid)
			scan->foreign = true;
		else
			err = scan->take(scan, &row[i]);
	}
	return err;
}

/* One task, or all of them; one that is gone has no descriptors. */
static int scan_task(struct scan *scan, __u32 tid)
{
	static struct file_row row[1024];
	char *at = (char *)row;
	size_t len = 0;
	int iter, err = 0;
	ssize_t n;

	iter = open_iterator(scan->state, tid);
	if (iter < 0)
		return iter == -ESRCH ? 0 : iter;
	scan->tid = tid;
	while (!err) {
		n = read(iter, at + len, sizeof(row) - len);
		/* After a million descriptors without a row, it asks for patience. */
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n <= 0)
			break;
		len += n;
		err = take_rows(scan, row, len / sizeof(*row));
		memmove(at, at + len / sizeof(*row) * sizeof(*row),
			len % sizeof(*row));
		len %= sizeof(*row);
	}
	if (!err && n < 0)
		err = -errno;
	close(iter);
	return err;
}

/*
 * The tables that were asked for. Rows that were taken before the kernel turned
 * out to show every task are right, and taking them again does no harm.
 */
static int scan_wanted(struct scan *scan)
{
	struct files *files = scan->files;
	bool single = files->nr_tables <= MAX_SINGLE &&
		      !scan->state->unfiltered;
	int err = 0;
	__u32 i;

	for (i = 0; i < files->nr_tables && single && !err; i++) {
		if (!files->table[i].err)
			err = scan_task(scan, files->table[i].pid);
		single = !scan->foreign;
	}
	if (single || err)
		return err;
	scan->state->unfiltered |= scan->foreign;
	if (scan->rows)
		scan->rows->nr = 0;
	return scan_task(scan, 0);
}

static int compare_wanted(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

/* The table that a row belongs to, or NULL */
static const struct wanted *find_wanted(const struct scan *scan,
					const struct file_row *row)
{
	const struct wanted like = { .pid = row->pid };

	return bsearch(&like, scan->wanted, scan->files->nr_tables,
		       sizeof(like), compare_wanted);
}

static int scan_init(struct scan *scan, struct state *state,
		     struct files *files)
{
	__u32 i;

	*scan = (struct scan){ .state = state, .files = files };
	scan->wanted = calloc(files->nr_tables + 1, sizeof(*scan->wanted));
	if (!scan->wanted)
		return -ENOMEM;
	for (i = 0; i < files->nr_tables; i++)
		scan->wanted[i] = (struct wanted){ files->table[i].pid, i };
	qsort(scan->wanted, files->nr_tables, sizeof(*scan->wanted),
	      compare_wanted);
	return 0;
}

static int report(int err, struct error *error)
{
	if (!err)
		return 0;
	return error_set(error, err, "bpf: descriptors cannot be read: %s",
			 strerror(-err));
}

/* A task that gets another table in the middle of it has none that is known. */
static bool is_of_table(struct scan *scan, const struct file_row *row,
			__u32 table)
{
	__u64 *id = &scan->state->id[table];

	if (!*id)
		*id = row->table;
	if (*id == row->table)
		return true;
	scan->files->table[table].err = -EAGAIN;
	return false;
}

static int take_first(struct scan *scan, const struct file_row *row)
{
	const struct wanted *wanted = find_wanted(scan, row);
	struct file_row mine = *row;

	if (!wanted || !is_of_table(scan, row, wanted->table))
		return 0;
	mine.table = wanted->table;
	return file_rows_add(scan->rows, &mine);
}

static int first(void *arg, struct files *files, struct file_rows *rows,
		 struct error *error)
{
	struct state *state = arg;
	struct scan scan;
	int err = scan_init(&scan, state, files);

	free(state->id);
	state->id = calloc(files->nr_tables + 1, sizeof(*state->id));
	scan.take = take_first;
	scan.rows = rows;
	err = !state->id ? -ENOMEM : err ?: scan_wanted(&scan);
	free(scan.wanted);
	return report(err, error);
}

static int take_second(struct scan *scan, const struct file_row *row)
{
	const struct wanted *wanted = find_wanted(scan, row);
	struct files_description *description;
	struct files_descriptor *descriptor;
	struct files *files = scan->files;
	const struct files_file *file;

	if (!wanted || !is_of_table(scan, row, wanted->table))
		return 0;
	descriptor = files_find(files, wanted->table, row->fd);
	if (!descriptor) {
		files->table[wanted->table].changed++;
		return 0;
	}
	description = &files->description[descriptor->description];
	file = &files->file[description->file];
	if (description->id != row->file || file->ino != row->ino ||
	    row->dev != (file->major << 20 | file->minor))
		return 0;
	descriptor->confirmed = true;
	descriptor->cloexec = row->cloexec;
	description->pos = row->pos;
	description->flags = row->flags;
	description->refs = row->refs > description->own ?
			    row->refs - description->own : 0;
	return 0;
}

/* Where kcmp(2) may not be asked, or is not there, the passes have to do. */
static bool is_apart(int kcmp)
{
	return kcmp > 0 || kcmp == -EBADF || kcmp == -ESRCH;
}

/* Keeps the descriptors of other processes that lead to a description now. */
static void check_others(struct files *files,
			 struct files_description *description)
{
	struct files_other *other = files->other + description->first_other;
	__u32 i, kept = 0;

	for (i = 0; i < description->nr_others; i++)
		if (!is_apart(files_kcmp_other(files, description, &other[i])))
			other[kept++] = other[i];
	description->nr_others = kept;
}

static void check_shared(struct files *files)
{
	struct files_descriptor *descriptor;
	__u32 i;

	for (i = 0; i < files->nr; i++) {
		descriptor = &files->descriptor[i];
		if (descriptor->confirmed &&
		    files->description[descriptor->description].nr > 1 &&
		    is_apart(files_kcmp_compare(files, descriptor)))
			descriptor->confirmed = false;
	}
	for (i = 0; i < files->nr_descriptions; i++)
		check_others(files, &files->description[i]);
}

static int second(void *arg, struct files *files, struct error *error)
{
	struct scan scan;
	int err = scan_init(&scan, arg, files);

	scan.take = take_second;
	err = err ?: scan_wanted(&scan);
	if (!err)
		check_shared(files);
	free(scan.wanted);
	return report(err, error);
}

/*
 * struct found - descriptors of other processes
 * @id: ids of the descriptions that are looked for, with their indices, sorted
 * @nr_ids: number of those
 * @table: ids of the tables that were asked for, sorted
 * @item: the descriptor
 * @nr: number of those
 */
struct found {
	struct wanted_id {
		__u64 id;
		__u32 description;
	} *id;
	size_t nr_ids;
	__u64 *table;
	struct found_item {
		__u32 description;
		struct files_other other;
	} *item;
	__u32 nr;
};

/* Ids come first in both structures. */
static int compare_ids(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return x < y ? -1 : x > y;
}

static int compare_items(const void *a, const void *b)
{
	const struct found_item *x = a, *y = b;

	if (x->description != y->description)
		return x->description < y->description ? -1 : 1;
	if (x->other.pid != y->other.pid)
		return x->other.pid < y->other.pid ? -1 : 1;
	return x->other.fd < y->other.fd ? -1 : x->other.fd > y->other.fd;
}

static int take_other(struct scan *scan, const struct file_row *row)
{
	struct found *found = scan->found;
	const struct wanted_id *wanted;

	wanted = bsearch(&row->file, found->id, found->nr_ids,
			 sizeof(*found->id), compare_ids);
	if (!wanted || bsearch(&row->table, found->table,
			       scan->files->nr_tables, sizeof(*found->table),
			       compare_ids))
		return 0;
	/* Descriptors that this program inherited show nothing about others. */
	if (row->pid == (__u32)getpid()) {
		scan->files->description[wanted->description].own++;
		return 0;
	}
	if (found->nr == MAX_OTHERS) {
		scan->files->others_cut = true;
		return 0;
	}
	found->item[found->nr++] = (struct found_item){
		wanted->description, { row->pid, row->fd }
	};
	return 0;
}

/* The descriptions to look for: those that others hold, even for a moment */
static int found_init(struct found *found, const struct state *state,
		      const struct files *files)
{
	const struct files_description *description;
	__u32 i;

	*found = (struct found){ 0 };
	found->id = calloc(files->nr_descriptions + 1, sizeof(*found->id));
	found->table = calloc(files->nr_tables + 1, sizeof(*found->table));
	found->item = calloc(MAX_OTHERS, sizeof(*found->item));
	if (!found->id || !found->table || !found->item)
		return -ENOMEM;
	memcpy(found->table, state->id,
	       files->nr_tables * sizeof(*found->table));
	qsort(found->table, files->nr_tables, sizeof(*found->table),
	      compare_ids);
	for (i = 0; i < files->nr_descriptions; i++) {
		description = &files->description[i];
		if (description->refs > description->nr)
			found->id[found->nr_ids++] =
				(struct wanted_id){ description->id, i };
	}
	qsort(found->id, found->nr_ids, sizeof(*found->id), compare_ids);
	return 0;
}

/* Puts what was found in order. */
static int found_keep(struct found *found, struct files *files)
{
	struct files_description *description;
	__u32 i;

	files->other = calloc(found->nr + 1, sizeof(*files->other));
	if (!files->other)
		return -ENOMEM;
	qsort(found->item, found->nr, sizeof(*found->item), compare_items);
	for (i = 0; i < found->nr; i++) {
		description = &files->description[found->item[i].description];
		if (!description->nr_others++)
			description->first_other = i;
		files->other[i] = found->item[i].other;
	}
	files->nr_others = found->nr;
	return 0;
}

static int others(void *arg, struct files *files, struct error *error)
{
	struct found found;
	struct scan scan;
	int err = scan_init(&scan, arg, files);

	err = found_init(&found, arg, files) ?: err;
	scan.take = take_other;
	scan.found = &found;
	if (!err && found.nr_ids)
		err = scan_task(&scan, 0);
	err = err ?: found_keep(&found, files);
	free(found.id);
	free(found.table);
	free(found.item);
	free(scan.wanted);
	return report(err, error);
}

const struct files_ops files_bpf = {
	.name = "bpf",
	.open = bpf_open,
	.first = first,
	.second = second,
	.others = others,
	.close = bpf_close,
};
