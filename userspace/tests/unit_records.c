// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of records, and of what two passes have in common. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/engine.h"
#include "record/two_pass.h"
#include "unit.h"

/* A record that one change at a time makes bad */
static void good(struct taskshare_record *rec)
{
	struct records recs = { 0 };

	*rec = *add(&recs, 10, 10);
	hold(rec, TASKSHARE_MM, 5);
	rec->refs[TASKSHARE_MM] = 1;
	records_free(&recs);
}

static int append(const void *bytes, size_t len, struct error *error)
{
	struct records recs = { 0 };
	int err = records_append(&recs, bytes, len, "test", error);

	records_free(&recs);
	return err;
}

#define assert_bad(change, says) do {					\
	struct taskshare_record rec;					\
	struct error error;						\
									\
	good(&rec);							\
	change;								\
	assert_int_equal(append(&rec, sizeof(rec), &error), -EBADMSG);	\
	assert_non_null(strstr(error.text, says));			\
} while (0)

static void test_record_good(void **state)
{
	struct taskshare_record rec;
	struct error error;

	(void)state;
	good(&rec);
	assert_int_equal(append(&rec, sizeof(rec), &error), 0);
	rec.moving = BIT(FS);
	rec.seen |= BIT(FILES);
	assert_int_equal(append(&rec, sizeof(rec), &error), 0);
}

static void test_record_faults(void **state)
{
	(void)state;
	assert_bad(rec.magic = 1, "wrong magic");
	assert_bad(rec.magic = __builtin_bswap32(rec.magic), "byte order");
	assert_bad(rec.version++, "newer version");
	assert_bad(rec.version = 0, "does not exist");
	assert_bad(rec.size--, "wrong size");
	assert_bad(rec.size -= 8, "wrong size");
	assert_bad(rec.nr_kinds++, "wrong size");
	assert_bad(rec.head -= 8, "wrong size");
	assert_bad(rec.head += 4, "wrong size");
	assert_bad(rec.head += 8, "wrong size");
	assert_bad(rec.pid = 0, "impossible pid");
	assert_bad(rec.tgid = 0, "impossible pid");
	assert_bad(rec.pid = 1u << 31, "impossible pid");
	assert_bad(rec.ppid = -1, "impossible pid");
	assert_bad(rec.comm[15] = 'x', "without an end");
	assert_bad(rec.kind = TASKSHARE_NR_TASKS, "unknown kind");
	assert_bad(rec.tgid = 11, "for a leader");
	assert_bad(rec.kind = TASKSHARE_TASK_THREAD, "for a leader");
	assert_bad(rec.state = 27, "impossible state");
	assert_bad(rec.seen |= 1u << 31, "does not hold");
	assert_bad(rec.moving |= 1u << TASKSHARE_NR_KINDS, "does not hold");
	assert_bad(rec.moving = BIT(MM), "both known and moving");
	assert_bad(rec.id[TASKSHARE_FS] = 1, "has not seen");
	assert_bad(rec.seen |= BIT(FS); rec.refs[TASKSHARE_FS] = 1,
		   "no object");
}

/* Every length but a whole number of records is torn, or no record at all. */
static void test_record_torn(void **state)
{
	struct taskshare_record rec[2];
	struct error error;
	size_t len;

	(void)state;
	good(&rec[0]);
	good(&rec[1]);
	for (len = 1; len < sizeof(rec); len++) {
		if (len == sizeof(rec[0]))
			continue;
		assert_int_equal(append(rec, len, &error), -EBADMSG);
		assert_non_null(strstr(error.text, "torn"));
	}
	assert_int_equal(append("hello", 5, &error), -EBADMSG);
	assert_non_null(strstr(error.text, "magic"));
}

/* A record of another layout: longer head, more or fewer kinds, and a tail */
struct other {
	unsigned char bytes[512];
	size_t len;
};

#define HEAD	offsetof(struct taskshare_record, id)

static void lay_out(struct other *other, const struct taskshare_record *from,
		    __u16 head, __u16 nr_kinds, __u16 size)
{
	int nr = nr_kinds < TASKSHARE_NR_KINDS ? nr_kinds : TASKSHARE_NR_KINDS;
	struct taskshare_record rec = *from;
	unsigned char *ids = other->bytes + head;

	assert_true(size <= sizeof(other->bytes));
	rec.head = head;
	rec.nr_kinds = nr_kinds;
	rec.size = size;
	rec.pad0 = 0x7777;
	rec.flags |= 1u << 31;
	if (nr_kinds > TASKSHARE_NR_KINDS)
		rec.seen |= 1u << TASKSHARE_NR_KINDS;
	else
		rec.seen &= (1u << nr_kinds) - 1;
	other->len = size;
	memset(other->bytes, 0x77, sizeof(other->bytes));
	memcpy(other->bytes, &rec, HEAD);
	memcpy(ids, rec.id, nr * sizeof(*rec.id));
	memcpy(ids + nr_kinds * sizeof(*rec.id), rec.refs,
	       nr * sizeof(*rec.refs));
}

static void all_kinds(struct taskshare_record *rec)
{
	int k;

	good(rec);
	rec->flags = TASKSHARE_F_TRACED;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		hold(rec, k, 100 + k);
		rec->refs[k] = 200 + k;
	}
}

/* Later writers add to a record, and this reader sees what it did before. */
static void test_record_of_later_writer(void **state)
{
	struct records recs = { 0 };
	struct taskshare_record rec;
	struct other other;
	struct error error;
	size_t cut;

	(void)state;
	all_kinds(&rec);
	lay_out(&other, &rec, HEAD + 16, TASKSHARE_NR_KINDS + 2, 384);
	assert_int_equal(records_append(&recs, other.bytes, other.len, "test",
					&error), 0);
	assert_int_equal(recs.nr, 1);
	assert_memory_equal(recs.rec, &rec, sizeof(rec));
	records_free(&recs);
	for (cut = HEAD; cut < other.len; cut++) {
		assert_int_equal(append(other.bytes, cut, &error), -EBADMSG);
		assert_non_null(strstr(error.text, "of 384 bytes"));
	}
}

/* An earlier writer saw fewer kinds: those are not seen, rather than NULL. */
static void test_record_of_earlier_writer(void **state)
{
	struct records recs = { 0 };
	struct taskshare_record rec;
	struct other other;
	struct error error;

	(void)state;
	all_kinds(&rec);
	lay_out(&other, &rec, HEAD, TASKSHARE_USER, 312);
	assert_int_equal(records_append(&recs, other.bytes, other.len, "test",
					&error), 0);
	rec.seen &= ~BIT(USER);
	rec.id[TASKSHARE_USER] = 0;
	rec.refs[TASKSHARE_USER] = 0;
	assert_memory_equal(recs.rec, &rec, sizeof(rec));
	records_free(&recs);
}

/* One stream may hold records of several layouts, and outgrow any buffer. */
static void test_record_layouts_mixed(void **state)
{
	char path[] = "/tmp/taskshare-unit-XXXXXX";
	struct records recs = { 0 };
	struct taskshare_record rec;
	struct other other[3];
	struct error error;
	int fd, i;

	(void)state;
	all_kinds(&rec);
	lay_out(&other[0], &rec, HEAD, TASKSHARE_NR_KINDS, sizeof(rec));
	lay_out(&other[1], &rec, HEAD + 8, TASKSHARE_NR_KINDS + 5, 400);
	lay_out(&other[2], &rec, HEAD, TASKSHARE_USER, 312);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	for (i = 0; i < 3000; i++)
		assert_int_equal(write(fd, other[i % 3].bytes,
				       other[i % 3].len), other[i % 3].len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(records_read(&recs, fd, path, &error), 0);
	assert_int_equal(recs.nr, 3000);
	for (i = 0; i < 3000; i++)
		assert_int_equal(recs.rec[i].id[TASKSHARE_USER],
				 i % 3 == 2 ? 0 : 100 + TASKSHARE_USER);
	close(fd);
	unlink(path);
	records_free(&recs);
}

/* Saved records can be read again and are the same. */
static void test_record_round_trip(void **state)
{
	struct records recs = { 0 }, again = { 0 };
	char path[] = "/tmp/taskshare-unit-XXXXXX";
	struct error error;
	int fd, i;

	(void)state;
	for (i = 1; i < 1000; i++)
		hold(add(&recs, i, 1), TASKSHARE_MM, i);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(records_save(&recs, path, &error), 0);
	assert_int_equal(records_read(&again, fd, path, &error), 0);
	assert_int_equal(again.nr, recs.nr);
	assert_memory_equal(again.rec, recs.rec,
			    recs.nr * sizeof(*recs.rec));
	close(fd);
	unlink(path);
	records_free(&recs);
	records_free(&again);
}

static void test_passes(void **state)
{
	struct records a = { 0 }, b = { 0 };
	struct taskshare_record *rec;
	size_t moved;

	(void)state;
	rec = add(&a, 1, 1);			/* stays as it is */
	hold(rec, TASKSHARE_MM, 1);
	rec = add(&a, 2, 2);			/* changes one kind */
	hold(rec, TASKSHARE_MM, 2);
	hold(rec, TASKSHARE_FS, 2);
	hold(rec, TASKSHARE_IO, 0);
	add(&a, 3, 3);				/* ends */
	rec = add(&a, 4, 4);			/* ends, and its pid ... */
	hold(rec, TASKSHARE_MM, 4);
	rec = add(&b, 5, 5);			/* is born */
	hold(rec, TASKSHARE_MM, 2);
	rec = add(&b, 4, 4);			/* ... is used again */
	rec->start_ns++;
	hold(rec, TASKSHARE_MM, 4);
	rec = add(&b, 2, 2);
	hold(rec, TASKSHARE_MM, 2);
	hold(rec, TASKSHARE_FS, 3);
	hold(rec, TASKSHARE_IO, 7);
	rec = add(&b, 1, 1);
	hold(rec, TASKSHARE_MM, 1);

	assert_int_equal(passes_intersect(&a, &b, &moved), 0);
	assert_int_equal(moved, 2);
	assert_int_equal(a.nr, 4);
	assert_int_equal(a.rec[0].id[TASKSHARE_MM], 1);
	assert_int_equal(a.rec[1].id[TASKSHARE_MM], 2);
	assert_int_equal(a.rec[1].moving, BIT(FS) | BIT(IO));
	assert_int_equal(a.rec[1].id[TASKSHARE_IO], 0);
	assert_int_equal(a.rec[2].pid, 4);
	assert_int_equal(a.rec[2].moving, BIT(MM));
	assert_int_equal(a.rec[3].pid, 5);
	assert_int_equal(a.rec[3].moving, BIT(MM));
	assert_int_equal(a.rec[3].seen, 0);
	records_free(&a);
	records_free(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record_good),
		cmocka_unit_test(test_record_faults),
		cmocka_unit_test(test_record_torn),
		cmocka_unit_test(test_record_of_later_writer),
		cmocka_unit_test(test_record_of_earlier_writer),
		cmocka_unit_test(test_record_layouts_mixed),
		cmocka_unit_test(test_record_round_trip),
		cmocka_unit_test(test_passes),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit_records", tests, NULL, NULL);
}
