// SPDX-License-Identifier: GPL-2.0-only
/* The stream of records and content that the BPF program writes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/content_rows.h"
#include "util/array.h"
#include "util/io.h"

/* The BPF program's output for one task */
#define UNIT	(sizeof(struct taskshare_record) + sizeof(struct content_item))

/* Nothing lies between the two in the stream. */
_Static_assert(sizeof(struct content_item) ==
	       sizeof(struct content_row) + sizeof(struct content_groups),
	       "no padding");

/**
 * content_rows_new() - make room for one more item
 * @rows: gets the row
 *
 * Return: the item, all zero, or NULL without memory.
 */
struct content_item *content_rows_new(struct content_rows *rows)
{
	size_t capacity = rows->capacity ? rows->capacity * 2 : 64;
	struct content_item *item;

	if (rows->nr == rows->capacity) {
		item = reallocarray(rows->item, capacity, sizeof(*item));
		if (!item)
			return NULL;
		rows->item = item;
		rows->capacity = capacity;
	}
	item = &rows->item[rows->nr++];
	memset(item, 0, sizeof(*item));
	return item;
}

static int append(struct content_rows *rows, struct records *recs,
		  const char *unit, const char *origin, struct error *error)
{
	struct content_item *item = content_rows_new(rows);
	int err;

	if (!item)
		return error_set(error, -ENOMEM, "%s: no memory", origin);
	err = records_append(recs, unit, sizeof(struct taskshare_record),
			     origin, error);
	if (err)
		return err;
	memcpy(item, unit + sizeof(struct taskshare_record), sizeof(*item));
	if (item->row.size != sizeof(item->row))
		return error_set(error, -EBADMSG,
				 "%s: another version's: taskshare unpin, and pin again",
				 origin);
	return 0;
}

/**
 * content_rows_read() - read a stream of records with content behind each
 * @rows: gets the content
 * @recs: gets the records
 * @fd: the stream
 * @origin: name of the stream, for messages
 * @error: says what is wrong
 *
 * Return: 0 or a negative errno.
 */
int content_rows_read(struct content_rows *rows, struct records *recs, int fd,
		      const char *origin, struct error *error)
{
	const size_t size = 64 * UNIT;
	char *buf = malloc(size);
	ssize_t got, at;
	int err = 0;

	if (!buf)
		return error_set(error, -ENOMEM, "%s: no memory", origin);
	do {
		got = io_read_full(fd, buf, size);
		if (got < 0)
			err = error_set(error, got, "%s: cannot be read: %s",
					origin, strerror(-got));
		else if (got % UNIT)
			err = error_set(error, -EBADMSG, "%s: torn", origin);
		for (at = 0; at < got && !err; at += UNIT)
			err = append(rows, recs, buf + at, origin, error);
	} while (!err && got == (ssize_t)size);
	free(buf);
	return err;
}

/**
 * content_rows_copy() - append copies of items
 * @to: the stream
 * @from: the items
 * @error: says what is wrong
 *
 * Return: 0 or -ENOMEM.
 */
int content_rows_copy(struct content_rows *to, const struct content_rows *from,
		      struct error *error)
{
	size_t nr = to->nr + from->nr;
	struct content_item *item;

	if (!from->nr)
		return 0;
	item = reallocarray(to->item, nr, sizeof(*item));
	if (!item)
		return error_set(error, -ENOMEM, "no memory for %zu tasks", nr);
	memcpy(item + to->nr, from->item, from->nr * sizeof(*item));
	to->item = item;
	to->nr = nr;
	to->capacity = nr;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct content_row *x = &((const struct content_item *)a)->row;
	const struct content_row *y = &((const struct content_item *)b)->row;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->start_ns < y->start_ns ? -1 : x->start_ns > y->start_ns;
}

/**
 * content_rows_sort() - sort items for content_rows_find()
 * @rows: the items
 */
void content_rows_sort(struct content_rows *rows)
{
	size_t i;

	for (i = 1; i < rows->nr; i++)
		if (compare(&rows->item[i - 1], &rows->item[i]) > 0)
			break;
	if (i < rows->nr)
		qsort(rows->item, rows->nr, sizeof(*rows->item), compare);
}

/**
 * content_rows_find() - the item of a task
 * @rows: the items, sorted
 * @pid: the task
 * @start_ns: its start time
 *
 * Return: the item, or NULL if there is none.
 */
struct content_item *content_rows_find(const struct content_rows *rows,
				       __u32 pid, __u64 start_ns)
{
	struct content_item key = { 0 };

	key.row.pid = pid;
	key.row.start_ns = start_ns;
	return bsearch(&key, rows->item, rows->nr, sizeof(key), compare);
}

static int compare_pid(const void *key, const void *rec)
{
	__u32 pid = *(const __u32 *)key;
	__u32 other = ((const struct taskshare_record *)rec)->pid;

	return pid < other ? -1 : pid > other;
}

/* Takes what a thread holds as its record says from its leader's row. */
static void take_over(struct content_item *to, const struct content_item *from,
		      const struct taskshare_record *rec)
{
	static const int id_kind[] = {
#define KIND(index, kind) [index] = TASKSHARE_##kind,
		CONTENT_IDS(KIND)
#undef KIND
	};
	const struct content_row own = to->row;
	size_t i;

	*to = *from;
	to->row.pid = own.pid;
	to->row.start_ns = own.start_ns;
	to->row.nspid = own.nspid;
	to->row.nnp = own.nnp;
	to->row.seccomp_mode = own.seccomp_mode;
	to->row.waiter = own.waiter;
	for (i = 0; i < ARRAY_SIZE(id_kind); i++)
		if (!(rec->seen & 1u << id_kind[i]) ||
		    rec->id[id_kind[i]] != from->row.id[i])
			to->row.known &= ~(1u << id_kind[i]);
}

/**
 * content_rows_complete() - give threads the content of what leaders hold
 * @rows: rows of the BPF program, which leaves that out; become sorted
 * @recs: the records of the same pass, sorted, too
 *
 * The leader's row says what an object held while the leader held it. A thread
 * whose record names the same object held that object then, or its record
 * is not believed anyway.
 */
void content_rows_complete(struct content_rows *rows, struct records *recs)
{
	const struct taskshare_record *rec, *leader = NULL;
	const struct content_item *from = NULL;
	struct content_item *to;
	size_t i;

	content_rows_sort(rows);
	records_sort(recs);
	for (i = 0; i < recs->nr; i++) {
		rec = &recs->rec[i];
		if (rec->pid == rec->tgid)
			continue;
		to = content_rows_find(rows, rec->pid, rec->start_ns);
		if (!to || to->row.known & CONTENT_LEVELS)
			continue;
		if (!leader || leader->pid != rec->tgid) {
			leader = bsearch(&rec->tgid, recs->rec, recs->nr,
					 sizeof(*rec), compare_pid);
			from = leader ? content_rows_find(rows, leader->pid,
							  leader->start_ns) :
					NULL;
		}
		if (from && leader->id[TASKSHARE_PID] == rec->id[TASKSHARE_PID])
			take_over(to, from, rec);
	}
}

/**
 * content_rows_free() - forget all items
 * @rows: the rows, emptied; may be filled again
 */
void content_rows_free(struct content_rows *rows)
{
	free(rows->item);
	memset(rows, 0, sizeof(*rows));
}
