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
#define HEAD		offsetof(struct taskshare_record, id)
/* At least one record fits, however long it says that it is. */
#define CHUNK		(2 * (UINT16_MAX + 1))

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
	memset(rec, 0, sizeof(*rec));
	taskshare_record_layout(rec);
	return rec;
}

/* Is this the kind of record that we know? What comes first decides. */
static const char *layout_fault(const struct taskshare_record *rec)
{
	size_t objects = rec->nr_kinds * (sizeof(*rec->id) + sizeof(*rec->refs));

	if (rec->magic == __builtin_bswap32(TASKSHARE_MAGIC))
		return "has the other byte order: show it there, or save it there with --json";
	if (rec->magic != TASKSHARE_MAGIC)
		return "is not a taskshare record (wrong magic number)";
	if (rec->version > TASKSHARE_VERSION)
		return "is of a newer version; use a newer taskshare";
	if (rec->version != TASKSHARE_VERSION)
		return "is of a version that does not exist";
	if (rec->head < HEAD || rec->size < rec->head + objects ||
	    rec->head % 8 || rec->size % 8)
		return "has a wrong size for its version";
	if (rec->nr_kinds < 32 && (rec->seen | rec->moving) >> rec->nr_kinds)
		return "names kinds of objects that it does not hold";
	return NULL;
}

/* Takes what this program knows of a record in which layout_fault() saw none. */
static void take_known(struct taskshare_record *rec, const char *bytes)
{
	__u16 nr = rec->nr_kinds;
	__u16 known = nr < TASKSHARE_NR_KINDS ? nr : TASKSHARE_NR_KINDS;
	const char *ids = bytes + rec->head;

	memset((char *)rec + HEAD, 0, sizeof(*rec) - HEAD);
	memcpy(rec->id, ids, known * sizeof(*rec->id));
	memcpy(rec->refs, ids + nr * sizeof(*rec->id),
	       known * sizeof(*rec->refs));
	taskshare_record_layout(rec);
	rec->pad0 = 0;
	rec->seen &= KIND_MASK;
	rec->moving &= KIND_MASK;
	rec->flags &= FLAG_MASK;
}

static const char *kinds_fault(const struct taskshare_record *rec)
{
	__u64 unseen = 0, stray = 0;
	int k;

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
	return NULL;
}

/*
 * Reads the head of the record at the beginning of some bytes. If it was cut
 * short, only the part that is there is checked.
 */
static const char *begin_record(struct taskshare_record *rec,
				const char *bytes, size_t len)
{
	memset(rec, 0, HEAD);
	taskshare_record_layout(rec);
	memcpy(rec, bytes, len < HEAD ? len : HEAD);
	return layout_fault(rec);
}

/* Takes in the records that are there whole, and sets *used to their length. */
static int take_whole(struct records *recs, const char *bytes, size_t len,
		      size_t *used, const char *origin, struct error *error)
{
	struct taskshare_record *rec;
	const char *fault;
	size_t size;

	for (*used = 0; *used < len; *used += size) {
		if (reserve(recs, 1))
			return error_set(error, -ENOMEM,
					 "%s: no memory for %zu records",
					 origin, recs->nr + 1);
		rec = &recs->rec[recs->nr];
		fault = begin_record(rec, bytes + *used, len - *used);
		size = rec->size;
		if (!fault && size > len - *used)
			return 0;
		if (!fault) {
			take_known(rec, bytes + *used);
			fault = kinds_fault(rec);
		}
		if (!fault)
			fault = task_fault(rec);
		if (fault)
			return error_set(error, -EBADMSG, "%s: record %zu %s",
					 origin, recs->nr + 1, fault);
		recs->nr++;
	}
	return 0;
}

static int refuse_torn(const struct records *recs, const char *rest,
		       size_t len, const char *origin, struct error *error)
{
	struct taskshare_record rec;

	begin_record(&rec, rest, len);
	return error_set(error, -EBADMSG,
			 "%s: torn: record %zu has %zu of %u bytes; save it again",
			 origin, recs->nr + 1, len, rec.size);
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
	size_t used;
	int err = take_whole(recs, bytes, len, &used, origin, error);

	if (err || used == len)
		return err;
	return refuse_torn(recs, (const char *)bytes + used, len - used,
			   origin, error);
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
	size_t rest = 0, used;
	ssize_t got;
	char *buf;
	int err;

	buf = malloc(CHUNK);
	if (!buf)
		return error_set(error, -ENOMEM, "%s: no memory", origin);
	do {
		got = io_read_full(fd, buf + rest, CHUNK - rest);
		if (got < 0) {
			err = error_set(error, got, "%s: cannot be read: %s",
					origin, strerror(-got));
			break;
		}
		rest += got;
		err = take_whole(recs, buf, rest, &used, origin, error);
		rest -= used;
		memmove(buf, buf + used, rest);
	} while (!err && got);
	if (!err && rest)
		err = refuse_torn(recs, buf, rest, origin, error);
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
