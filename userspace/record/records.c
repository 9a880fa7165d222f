// SPDX-License-Identifier: GPL-2.0-only
/* Streams of records: checking, reading and saving them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/records.h"
#include "util/io.h"

#define KIND_MASK	((1u << TASKSHARE_NR_KINDS) - 1)
#define FLAG_MASK	((TASKSHARE_F_NNP << 1) - 1)
#define CHUNK		(256 * sizeof(struct taskshare_record))

static void set_header(struct taskshare_record *rec)
{
	memset(rec, 0, sizeof(*rec));
	rec->magic = TASKSHARE_MAGIC;
	rec->version = TASKSHARE_VERSION;
	rec->size = sizeof(*rec);
	rec->nr_kinds = TASKSHARE_NR_KINDS;
}

static int reserve(struct records *recs, size_t more)
{
	struct taskshare_record *rec;
	size_t capacity = recs->capacity;

	while (recs->nr + more > capacity)
		capacity = capacity ? capacity * 2 : 64;
	if (capacity == recs->capacity)
		return 0;
	rec = reallocarray(recs->rec, capacity, sizeof(*rec));
	if (!rec)
		return -ENOMEM;
	recs->rec = rec;
	recs->capacity = capacity;
	return 0;
}

/**
 * records_new() - make room for one more record
 * @recs: gets the record
 *
 * Return: the record, all zero but for what every record says of itself, or
 * NULL without memory.
 */
struct taskshare_record *records_new(struct records *recs)
{
	struct taskshare_record *rec;

	if (reserve(recs, 1))
		return NULL;
	rec = &recs->rec[recs->nr++];
	set_header(rec);
	return rec;
}

/* Is this the kind of record that we know? What comes first decides. */
static const char *header_fault(const struct taskshare_record *rec)
{
	if (rec->magic == __builtin_bswap32(TASKSHARE_MAGIC))
		return "has the other byte order: show it there, or save it there with --json";
	if (rec->magic != TASKSHARE_MAGIC)
		return "is not a taskshare record (wrong magic number)";
	if (rec->version > TASKSHARE_VERSION)
		return "is of a newer version; use a newer taskshare";
	if (rec->version != TASKSHARE_VERSION)
		return "is of a version that does not exist";
	if (rec->size != sizeof(*rec) || rec->nr_kinds != TASKSHARE_NR_KINDS)
		return "has a wrong size for its version";
	return NULL;
}

static const char *kinds_fault(const struct taskshare_record *rec)
{
	__u64 unseen = 0, stray = 0;
	int k;

	if ((rec->seen | rec->moving) & ~KIND_MASK)
		return "has unknown kinds of objects";
	if (rec->seen & rec->moving)
		return "calls an object both known and moving";
	/* For a million records, so no branch for each of their kinds */
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		unseen |= rec->seen & (1u << k) ? 0 : rec->id[k];
		stray |= rec->id[k] ? 0 : rec->refs[k];
	}
	if (unseen)
		return "names an object that it has not seen";
	if (stray)
		return "counts references to no object";
	return NULL;
}

static const char *task_fault(const struct taskshare_record *rec)
{
	if (!rec->pid || rec->pid > INT32_MAX ||
	    !rec->tgid || rec->tgid > INT32_MAX || rec->ppid > INT32_MAX)
		return "has an impossible pid";
	if (rec->comm[TASKSHARE_COMM_LEN - 1])
		return "has a name without an end";
	if (rec->kind >= TASKSHARE_NR_TASKS)
		return "is of an unknown kind of task";
	if ((rec->kind == TASKSHARE_TASK_LEADER && rec->pid != rec->tgid) ||
	    (rec->kind == TASKSHARE_TASK_THREAD && rec->pid == rec->tgid))
		return "mistakes a thread for a leader";
	if (rec->state < 'A' || rec->state > 'z')
		return "has an impossible state";
	if (rec->flags & ~FLAG_MASK)
		return "has unknown flags";
	if (rec->pad0 || rec->pad1)
		return "has padding that is not zero";
	return NULL;
}

/**
 * records_append() - check records and take them in
 * @recs: gets the records
 * @bytes: a stream of records, or a piece of one that ends between two
 * @len: its length in bytes
 * @origin: name of the stream, for messages
 * @error: says what is wrong
 *
 * Return: 0, -EBADMSG for a bad or torn record, or -ENOMEM.
 */
int records_append(struct records *recs, const void *bytes, size_t len,
		   const char *origin, struct error *error)
{
	size_t at, nr = len / sizeof(struct taskshare_record);
	struct taskshare_record rec, *slot;
	const char *fault;

	if (reserve(recs, nr))
		return error_set(error, -ENOMEM, "%s: no memory for %zu records",
				 origin, recs->nr + nr);
	for (at = 0; at + sizeof(rec) <= len; at += sizeof(rec)) {
		slot = &recs->rec[recs->nr];
		memcpy(slot, (const char *)bytes + at, sizeof(*slot));
		fault = header_fault(slot);
		if (!fault)
			fault = kinds_fault(slot);
		if (!fault)
			fault = task_fault(slot);
		if (fault)
			return error_set(error, -EBADMSG, "%s: record %zu %s",
					 origin, recs->nr + 1, fault);
		recs->nr++;
	}
	if (at == len)
		return 0;
	/* The missing part may be right; the part that is there must be. */
	set_header(&rec);
	memcpy(&rec, (const char *)bytes + at, len - at);
	fault = header_fault(&rec);
	if (fault)
		return error_set(error, -EBADMSG, "%s: record %zu %s", origin,
				 recs->nr + 1, fault);
	return error_set(error, -EBADMSG,
			 "%s: torn: record %zu has %zu of %zu bytes; save it again",
			 origin, recs->nr + 1, len - at, sizeof(rec));
}

/**
 * records_read() - read a stream of records to its end
 * @recs: gets the records
 * @fd: descriptor of the stream
 * @origin: name of the stream, for messages
 * @error: says what is wrong
 *
 * Return: 0, -EBADMSG for a bad or torn record, -ENOMEM, or why read(2) failed.
 */
int records_read(struct records *recs, int fd, const char *origin,
		 struct error *error)
{
	ssize_t got;
	char *buf;
	int err;

	buf = malloc(CHUNK);
	if (!buf)
		return error_set(error, -ENOMEM, "%s: no memory", origin);
	do {
		got = io_read_full(fd, buf, CHUNK);
		if (got < 0)
			err = error_set(error, got, "%s: cannot be read: %s",
					origin, strerror(-got));
		else
			err = records_append(recs, buf, got, origin, error);
	} while (!err && got == CHUNK);
	free(buf);
	return err;
}

/**
 * records_copy() - append copies of records
 * @to: the records that grow
 * @from: the records
 * @error: says what is wrong
 *
 * Return: 0 or -ENOMEM.
 */
int records_copy(struct records *to, const struct records *from,
		 struct error *error)
{
	if (reserve(to, from->nr))
		return error_set(error, -ENOMEM, "no memory for %zu records",
				 from->nr);
	if (from->nr)
		memcpy(to->rec + to->nr, from->rec,
		       from->nr * sizeof(*from->rec));
	to->nr += from->nr;
	return 0;
}

/**
 * records_save() - save records for --engine=file:PATH
 * @recs: the records
 * @path: the file, made or overwritten; readable by its owner only, as names
 *	  of other users' tasks are in it
 * @error: says what is wrong
 *
 * Return: 0, or why the file could not be written.
 */
int records_save(const struct records *recs, const char *path,
		 struct error *error)
{
	int fd, err;

	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return error_set(error, -errno, "%s: cannot be written: %s",
				 path, strerror(errno));
	err = io_write_full(fd, recs->rec, recs->nr * sizeof(*recs->rec));
	if (close(fd) && !err)
		err = -errno;
	if (err)
		error_set(error, err, "%s: cannot be written: %s", path,
			  strerror(-err));
	return err;
}

/**
 * records_free() - forget all records
 * @recs: the records, emptied; may be filled again
 */
void records_free(struct records *recs)
{
	free(recs->rec);
	memset(recs, 0, sizeof(*recs));
}

/**
 * records_compare() - order of records, by task: for qsort(3)
 * @a: a record
 * @b: another one
 *
 * Return: less, equal or more than 0; 0 if both are of one task.
 */
int records_compare(const void *a, const void *b)
{
	const struct taskshare_record *x = a, *y = b;

	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return x->start_ns < y->start_ns ? -1 : x->start_ns > y->start_ns;
}

/**
 * records_sort() - sort records by task, if they are not sorted already
 * @recs: the records
 */
void records_sort(struct records *recs)
{
	size_t i;

	for (i = 1; i < recs->nr; i++)
		if (records_compare(&recs->rec[i - 1], &recs->rec[i]) > 0)
			break;
	if (i < recs->nr)
		qsort(recs->rec, recs->nr, sizeof(*recs->rec),
		      records_compare);
}

/**
 * records_find() - look for a task
 * @recs: records, sorted by records_sort()
 * @like: a record of the task
 *
 * Return: its record, or NULL.
 */
const struct taskshare_record *
records_find(const struct records *recs, const struct taskshare_record *like)
{
	return bsearch(like, recs->rec, recs->nr, sizeof(*like),
		       records_compare);
}
