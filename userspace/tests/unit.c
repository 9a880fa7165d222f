// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of what needs no engine: records, passes, model, text, flags. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "array.h"
#include "caption.h"
#include "compare.h"
#include "engine.h"
#include "flags.h"
#include "kinds.h"
#include "passes.h"
#include "siphash.h"
#include "text.h"
#include "trace.h"

#define BIT(kind)	(1u << TASKSHARE_##kind)

static struct taskshare_record *add(struct records *recs, __u32 pid,
				    __u32 tgid)
{
	struct taskshare_record *rec = records_new(recs);

	assert_non_null(rec);
	rec->pid = pid;
	rec->tgid = tgid;
	rec->kind = pid == tgid ? TASKSHARE_TASK_LEADER :
				  TASKSHARE_TASK_THREAD;
	rec->state = 'S';
	rec->start_ns = pid * 1000;
	return rec;
}

static void hold(struct taskshare_record *rec, int kind, __u64 id)
{
	rec->seen |= 1u << kind;
	rec->id[kind] = id;
}

/* A record that one change at a time makes bad */
static void good(struct taskshare_record *rec)
{
	struct records recs = { 0 };

	*rec = *add(&recs, 10, 10);
	hold(rec, TASKSHARE_MM, 5);
	rec->refs[TASKSHARE_MM] = 1;
	records_free(&recs);
}

static int append(const void *bytes, size_t len, struct reason *why)
{
	struct records recs = { 0 };
	int err = records_append(&recs, bytes, len, "test", why);

	records_free(&recs);
	return err;
}

#define assert_bad(change, says) do {					\
	struct taskshare_record rec;					\
	struct reason why;						\
									\
	good(&rec);							\
	change;								\
	assert_int_equal(append(&rec, sizeof(rec), &why), -EBADMSG);	\
	assert_non_null(strstr(why.text, says));			\
} while (0)

static void test_record_good(void **state)
{
	struct taskshare_record rec;
	struct reason why;

	(void)state;
	good(&rec);
	assert_int_equal(append(&rec, sizeof(rec), &why), 0);
	rec.moving = BIT(FS);
	rec.seen |= BIT(FILES);
	assert_int_equal(append(&rec, sizeof(rec), &why), 0);
}

static void test_record_faults(void **state)
{
	(void)state;
	assert_bad(rec.magic = 1, "wrong magic");
	assert_bad(rec.magic = __builtin_bswap32(rec.magic), "byte order");
	assert_bad(rec.version++, "newer version");
	assert_bad(rec.version = 0, "does not exist");
	assert_bad(rec.size--, "wrong size");
	assert_bad(rec.nr_kinds++, "wrong size");
	assert_bad(rec.pid = 0, "impossible pid");
	assert_bad(rec.tgid = 0, "impossible pid");
	assert_bad(rec.pid = 1u << 31, "impossible pid");
	assert_bad(rec.ppid = -1, "impossible pid");
	assert_bad(rec.comm[15] = 'x', "without an end");
	assert_bad(rec.kind = TASKSHARE_NR_TASKS, "unknown kind");
	assert_bad(rec.tgid = 11, "for a leader");
	assert_bad(rec.kind = TASKSHARE_TASK_THREAD, "for a leader");
	assert_bad(rec.state = 27, "impossible state");
	assert_bad(rec.flags = 1 << 7, "unknown flags");
	assert_bad(rec.seen |= 1u << 31, "unknown kinds");
	assert_bad(rec.moving |= 1u << TASKSHARE_NR_KINDS, "unknown kinds");
	assert_bad(rec.moving = BIT(MM), "both known and moving");
	assert_bad(rec.id[TASKSHARE_FS] = 1, "has not seen");
	assert_bad(rec.seen |= BIT(FS); rec.refs[TASKSHARE_FS] = 1,
		   "no object");
	assert_bad(rec.pad0 = 1, "padding");
	assert_bad(rec.pad1 = 1, "padding");
}

/* Every length but a whole number of records is torn, or no record at all. */
static void test_record_torn(void **state)
{
	struct taskshare_record rec[2];
	struct reason why;
	size_t len;

	(void)state;
	good(&rec[0]);
	good(&rec[1]);
	for (len = 1; len < sizeof(rec); len++) {
		if (len == sizeof(rec[0]))
			continue;
		assert_int_equal(append(rec, len, &why), -EBADMSG);
		assert_non_null(strstr(why.text, "torn"));
	}
	assert_int_equal(append("hello", 5, &why), -EBADMSG);
	assert_non_null(strstr(why.text, "magic"));
}

/* What is saved can be read again and is the same. */
static void test_record_round_trip(void **state)
{
	struct records recs = { 0 }, again = { 0 };
	char path[] = "/tmp/taskshare-unit-XXXXXX";
	struct reason why;
	int fd, i;

	(void)state;
	for (i = 1; i < 1000; i++)
		hold(add(&recs, i, 1), TASKSHARE_MM, i);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(records_save(&recs, path, &why), 0);
	assert_int_equal(records_read(&again, fd, path, &why), 0);
	assert_int_equal(again.nr, recs.nr);
	assert_memory_equal(again.rec, recs.rec,
			    recs.nr * sizeof(*recs.rec));
	close(fd);
	unlink(path);
	records_free(&recs);
	records_free(&again);
}

static void build(struct model *model, struct records *recs)
{
	assert_int_equal(model_build(model, recs), 0);
}

static void test_model_null_is_not_shared(void **state)
{
	struct records recs = { 0 };
	struct model model;

	(void)state;
	hold(add(&recs, 1, 1), TASKSHARE_IO, 0);
	hold(add(&recs, 2, 2), TASKSHARE_IO, 0);
	add(&recs, 3, 3);
	add(&recs, 4, 4)->moving = BIT(IO);
	build(&model, &recs);
	assert_int_equal(model.kind[TASKSHARE_IO].nr, 0);
	assert_int_equal(model_holding(&model, 0, TASKSHARE_IO), HOLDS_NONE);
	assert_int_equal(model_holding(&model, 2, TASKSHARE_IO), HOLDS_UNSEEN);
	assert_int_equal(model_holding(&model, 3, TASKSHARE_IO), HOLDS_MOVING);
	assert_null(model_object(&model, 0, TASKSHARE_IO));
	model_free(&model);
	records_free(&recs);
}

static void shuffle(struct records *recs)
{
	size_t i, j;

	for (i = recs->nr; i > 1; i--) {
		struct taskshare_record tmp;

		j = random() % i;
		tmp = recs->rec[i - 1];
		recs->rec[i - 1] = recs->rec[j];
		recs->rec[j] = tmp;
	}
}

static void random_records(struct records *recs, int nr)
{
	struct taskshare_record *rec;
	int i, k;

	for (i = 0; i < nr; i++) {
		rec = add(recs, 1 + random() % nr, 1 + random() % 20);
		rec->kind = rec->pid == rec->tgid ? TASKSHARE_TASK_LEADER :
						    TASKSHARE_TASK_THREAD;
		rec->start_ns = random() % 3;
		for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
			if (random() % 8 == 0)
				rec->moving |= 1u << k;
			else if (random() % 8)
				hold(rec, k, random() % 6);
		}
	}
}

static void assert_same_model(const struct model *a, const struct model *b)
{
	__u32 i;
	int k;

	assert_int_equal(a->nr, b->nr);
	for (i = 0; i < a->nr; i++)
		assert_memory_equal(a->task[i], b->task[i],
				    sizeof(*a->task[i]));
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		assert_int_equal(a->kind[k].nr, b->kind[k].nr);
		assert_memory_equal(a->kind[k].obj, b->kind[k].obj,
				    a->kind[k].nr * sizeof(struct object));
		assert_memory_equal(a->kind[k].of, b->kind[k].of,
				    a->nr * sizeof(__u32));
	}
}

/* Many pids come twice or more here, with different opinions. */
static void test_model_any_order(void **state)
{
	struct records recs = { 0 }, mixed = { 0 }, kept = { 0 };
	struct reason why;
	struct model a, b;
	int round;

	(void)state;
	srandom(1);
	random_records(&recs, 300);
	for (round = 0; round < 20; round++) {
		records_free(&mixed);
		assert_int_equal(records_append(&mixed, recs.rec,
						recs.nr * sizeof(*recs.rec),
						"test", &why), 0);
		shuffle(&mixed);
		if (!round) {
			build(&a, &mixed);
			/* The model refers to these records: keep them. */
			kept = mixed;
			memset(&mixed, 0, sizeof(mixed));
			continue;
		}
		build(&b, &mixed);
		assert_same_model(&a, &b);
		model_free(&b);
	}
	records_free(&kept);
	records_free(&mixed);
	records_free(&recs);
	model_free(&a);
}

/* Grouping by hashing against grouping by looking at every pair */
static void test_model_groups(void **state)
{
	struct records recs = { 0 };
	struct model m;
	__u32 i, j;
	int k;

	(void)state;
	srandom(2);
	random_records(&recs, 200);
	build(&m, &recs);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		__u32 held = 0;

		for (i = 0; i < m.nr; i++) {
			for (j = 0; j < m.nr; j++) {
				bool same = m.task[i]->id[k] &&
					m.task[i]->id[k] == m.task[j]->id[k];

				assert_int_equal(same,
						 m.kind[k].of[i] != NO_OBJECT &&
					m.kind[k].of[i] == m.kind[k].of[j]);
			}
			held += m.kind[k].of[i] != NO_OBJECT;
		}
		for (i = 0; i < m.kind[k].nr; i++)
			held -= m.kind[k].obj[i].nr;
		assert_int_equal(held, 0);
	}
	model_free(&m);
	records_free(&recs);
}

static void test_model_duplicates(void **state)
{
	struct taskshare_record *rec;
	struct records recs = { 0 };
	struct model m;

	(void)state;
	rec = add(&recs, 5, 5);
	hold(rec, TASKSHARE_MM, 1);
	hold(rec, TASKSHARE_FS, 2);
	rec = add(&recs, 5, 5);
	hold(rec, TASKSHARE_MM, 1);
	hold(rec, TASKSHARE_FS, 3);
	hold(rec, TASKSHARE_FILES, 4);
	/* The same number later is another task. */
	rec = add(&recs, 5, 5);
	rec->start_ns++;
	hold(rec, TASKSHARE_MM, 9);
	build(&m, &recs);
	assert_int_equal(m.nr, 2);
	assert_int_equal(m.task[0]->id[TASKSHARE_MM], 1);
	assert_int_equal(model_holding(&m, 0, TASKSHARE_FS), HOLDS_MOVING);
	assert_int_equal(m.task[0]->id[TASKSHARE_FILES], 4);
	assert_int_equal(m.task[1]->id[TASKSHARE_MM], 9);
	model_free(&m);
	records_free(&recs);
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

static void test_text_group(void **state)
{
	char to[TEXT_GROUP];

	(void)state;
	assert_string_equal(text_group(to, 0), "A");
	assert_string_equal(text_group(to, 25), "Z");
	assert_string_equal(text_group(to, 26), "AA");
	assert_string_equal(text_group(to, 26 + 26 * 26 - 1), "ZZ");
	assert_string_equal(text_group(to, 26 + 26 * 26), "AAA");
	assert_string_equal(text_group(to, UINT32_MAX), "MWLQKWV");
}

/* Of all bytes, only printable ASCII comes out, and nothing is lost. */
static void test_text_escape(void **state)
{
	char comm[16] = "", to[TEXT_COMM];
	int byte;
	char *s;

	(void)state;
	for (byte = 1; byte < 256; byte++) {
		memset(comm, byte, 15);
		text_escape(to, comm, false);
		assert_true(strlen(to) < TEXT_COMM);
		for (s = to; *s; s++)
			assert_true(*s >= 0x20 && *s < 0x7f);
	}
	assert_string_equal(text_escape(to, "a\\b\x1b", false),
			    "a\\\\b\\x1b");
}

static void test_text_utf8(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xc0\xaf", "\xc1\x81", "\xe0\x80\xaf", "\xed\xa0\x80",
		"\xf0\x80\x80\xaf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xe2\x82", "\xff", "\xc3",
	};
	__u32 point;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(text_utf8(bad[i], strlen(bad[i]), &point), 0);
	assert_int_equal(text_utf8("\xf4\x8f\xbf\xbf", 4, &point), 4);
	assert_int_equal(point, 0x10ffff);
	assert_true(text_control(0x9b) && text_control(0x202e) &&
		    text_control(0x1b) && !text_control('a') &&
		    !text_control(0xe9));
}

/* The first eight bytes 00 .. 07 of the reference implementation's vectors */
static void test_siphash(void **state)
{
	(void)state;
	assert_int_equal(siphash(0x0706050403020100, 0x0706050403020100,
				 0x0f0e0d0c0b0a0908), 0x93f5f5799a932462);
}

static void test_flag_rules(void **state)
{
	(void)state;
	assert_null(flags_fault(0));
	assert_null(flags_fault(0x100 | 0x800 | 0x10000));
	assert_non_null(flags_fault(0x10000 | 0x100));
	assert_non_null(flags_fault(0x800));
	assert_non_null(flags_fault(0x200 | 0x20000));
	assert_non_null(flags_fault(0x40000 | 0x08000000));
	assert_non_null(flags_fault(1ull << 36 | 0x1000));
	assert_null(flags_fault(1ull << 36 | 1ull << 34 | 0x1000));
}

static void test_flag_table(void **state)
{
	__u64 all = 0;
	int i;

	(void)state;
	for (i = 0; i < nr_clone_flags; i++) {
		assert_int_equal(__builtin_popcountll(clone_flags[i].bit), 1);
		assert_false(all & clone_flags[i].bit);
		all |= clone_flags[i].bit;
	}
	/* Every bit from CLONE_VM to the last one of 7.2, and NEWTIME */
	assert_int_equal(all, 0x3fffffff80);
}

/* What a creation shows in which each flag did what it says, and no more */
static void keep_promises(struct trace_event *ev, __u64 flags)
{
	int i;

	memset(ev, 0, sizeof(*ev));
	ev->flags = flags;
	ev->seen = (1u << TASKSHARE_NR_KINDS) - 1;
	ev->had = ev->seen;
	ev->has = ev->seen;
	ev->about = TRACE_A_PID | TRACE_A_TIME;
	for (i = 0; i < nr_clone_flags; i++) {
		const struct clone_flag *flag = &clone_flags[i];
		bool given = flags & flag->bit;

		if (flag->effect == FLAG_SHARES && !given &&
		    flag->kind == TASKSHARE_SEMUNDO)
			ev->has &= ~BIT(SEMUNDO);
		else if (flag->effect != FLAG_OTHER &&
			 given == (flag->effect == FLAG_SHARES))
			ev->same |= 1u << flag->kind;
	}
	/* Who shares memory keeps its clocks. */
	if (flags & 0x100)
		ev->same = (ev->same & ~BIT(TIME_FOR_CHILDREN)) |
			   (flags & 0x80 ? 0 : BIT(TIME_FOR_CHILDREN));
}

/* One flag does not do what it says: the opposite, or nothing */
static void break_promise(struct trace_event *ev, const struct clone_flag *flag)
{
	int kind = flag->kind;
	bool given = ev->flags & flag->bit;

	if (kind == TASKSHARE_TIME && ev->flags & 0x100)
		kind = TASKSHARE_TIME_FOR_CHILDREN;
	if (kind == TASKSHARE_PID && !given)
		ev->about &= ~TRACE_A_PID;
	else if (kind == TASKSHARE_TIME && !given)
		ev->about &= ~TRACE_A_TIME;
	else
		ev->same ^= 1u << kind;
	ev->has |= 1u << kind;
}

/* Each promise for itself, in sets of flags of all kinds */
static void test_judge(void **state)
{
	struct mismatch mismatch[MAX_FLAGS];
	struct trace_event ev;
	__u64 flags = 0;
	int round, i;

	(void)state;
	for (round = 0; round < 64; round++) {
		flags = flags * 0x5851f42d4c957f2dull + 0x14057b7ef767814full;
		keep_promises(&ev, flags & 0xffffff80 & ~0x400000ull);
		assert_int_equal(trace_judge(&ev, mismatch), 0);
		for (i = 0; i < nr_clone_flags; i++) {
			if (clone_flags[i].effect == FLAG_OTHER)
				continue;
			keep_promises(&ev, ev.flags);
			break_promise(&ev, &clone_flags[i]);
			assert_int_equal(trace_judge(&ev, mismatch), 1);
			assert_int_equal(mismatch[0].flag, i);
			assert_int_equal(mismatch[0].given,
					 !!(ev.flags & clone_flags[i].bit));
		}
	}
}

static void infer(struct verdict *verdict, struct records *recs, __u32 pid)
{
	struct model m;
	__u32 i;

	build(&m, recs);
	for (i = 0; i < m.nr; i++)
		if (m.task[i]->pid == pid)
			flags_infer(&m, i, verdict);
	model_free(&m);
}

static enum grade grade(const struct verdict *verdict, const char *name)
{
	int i;

	for (i = 0; i < nr_clone_flags; i++)
		if (!strcmp(clone_flags[i].name, name))
			return verdict[i].grade;
	fail_msg("no flag %s", name);
	return GRADE_UNKNOWABLE;
}

static void test_infer(void **state)
{
	struct verdict v[MAX_FLAGS];
	struct records recs = { 0 };
	struct taskshare_record *rec;

	(void)state;
	rec = add(&recs, 10, 10);
	hold(rec, TASKSHARE_MM, 1);
	hold(rec, TASKSHARE_FS, 2);
	hold(rec, TASKSHARE_SIGHAND, 3);
	hold(rec, TASKSHARE_PID, 4);
	hold(rec, TASKSHARE_NET, 5);
	rec = add(&recs, 20, 20);
	rec->ppid = 10;
	rec->flags = TASKSHARE_F_VFORK;
	hold(rec, TASKSHARE_MM, 1);
	hold(rec, TASKSHARE_FS, 12);
	hold(rec, TASKSHARE_SIGHAND, 13);
	hold(rec, TASKSHARE_PID, 4);
	hold(rec, TASKSHARE_NET, 15);
	hold(rec, TASKSHARE_FILES, 16);
	infer(v, &recs, 20);
	assert_int_equal(grade(v, "VM"), GRADE_PROVEN);
	assert_int_equal(grade(v, "VFORK"), GRADE_PROVEN);
	/* Nobody called execve(2), so the handlers were never the same. */
	assert_int_equal(grade(v, "SIGHAND"), GRADE_IMPOSSIBLE);
	assert_int_equal(grade(v, "THREAD"), GRADE_IMPOSSIBLE);
	assert_int_equal(grade(v, "FS"), GRADE_CONSISTENT);
	assert_int_equal(grade(v, "NEWNET"), GRADE_CONSISTENT);
	assert_int_equal(grade(v, "NEWPID"), GRADE_IMPOSSIBLE);
	assert_int_equal(grade(v, "IO"), GRADE_UNKNOWABLE);
	assert_int_equal(grade(v, "SETTLS"), GRADE_UNKNOWABLE);
	/* That a child shares with it proves nothing of the elder. */
	infer(v, &recs, 10);
	assert_int_equal(grade(v, "VM"), GRADE_CONSISTENT);
	records_free(&recs);
}

static void test_infer_thread(void **state)
{
	struct verdict v[MAX_FLAGS];
	struct records recs = { 0 };

	(void)state;
	hold(add(&recs, 10, 10), TASKSHARE_FS, 2);
	hold(add(&recs, 11, 10), TASKSHARE_FS, 2);
	infer(v, &recs, 11);
	assert_int_equal(grade(v, "THREAD"), GRADE_PROVEN);
	/* By the rules, though the engine saw neither */
	assert_int_equal(grade(v, "SIGHAND"), GRADE_PROVEN);
	assert_int_equal(grade(v, "VM"), GRADE_PROVEN);
	assert_int_equal(grade(v, "CLEAR_SIGHAND"), GRADE_IMPOSSIBLE);
	assert_int_equal(grade(v, "NEWUSER"), GRADE_IMPOSSIBLE);
	assert_int_equal(grade(v, "FS"), GRADE_PROVEN);
	assert_int_equal(grade(v, "NEWNS"), GRADE_IMPOSSIBLE);
	records_free(&recs);
}

/* Another naming of the same groups is no difference, other groups are. */
static void test_compare(void **state)
{
	struct records a = { 0 }, b = { 0 };
	struct comparison cmp;
	struct model x, y;
	int i;

	(void)state;
	for (i = 1; i < 10; i++) {
		hold(add(&a, i, i), TASKSHARE_MM, 1 + i / 4);
		hold(add(&b, i, i), TASKSHARE_MM, 100 - i / 4);
	}
	add(&b, 77, 77);
	build(&x, &a);
	build(&y, &b);
	assert_int_equal(compare_models(&cmp, &x, &y), 0);
	assert_int_equal(cmp.nr, 0);
	assert_int_equal(cmp.compared, 9);
	assert_int_equal(cmp.nr_only_b, 1);
	compare_free(&cmp);
	model_free(&y);

	/* One moves into the next group, one loses its object. */
	b.rec[2].id[TASKSHARE_MM] = b.rec[8].id[TASKSHARE_MM];
	b.rec[5].id[TASKSHARE_MM] = 0;
	build(&y, &b);
	assert_int_equal(compare_models(&cmp, &x, &y), 0);
	assert_int_equal(cmp.nr, 2);
	assert_int_equal(x.task[cmp.diff[0].task]->pid, 3);
	assert_int_equal(x.task[cmp.diff[1].task]->pid, 6);
	compare_free(&cmp);
	model_free(&x);
	model_free(&y);
	records_free(&a);
	records_free(&b);
}

/* The compiler sees to it that every kind has words; are they different? */
static void test_kind_words(void **state)
{
	int k, l;

	(void)state;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		for (l = 0; l < k; l++)
			assert_string_not_equal(kind_words(k), kind_words(l));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_record_good),
		cmocka_unit_test(test_record_faults),
		cmocka_unit_test(test_record_torn),
		cmocka_unit_test(test_record_round_trip),
		cmocka_unit_test(test_model_null_is_not_shared),
		cmocka_unit_test(test_model_any_order),
		cmocka_unit_test(test_model_groups),
		cmocka_unit_test(test_model_duplicates),
		cmocka_unit_test(test_passes),
		cmocka_unit_test(test_text_group),
		cmocka_unit_test(test_text_escape),
		cmocka_unit_test(test_text_utf8),
		cmocka_unit_test(test_siphash),
		cmocka_unit_test(test_flag_rules),
		cmocka_unit_test(test_flag_table),
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_infer),
		cmocka_unit_test(test_infer_thread),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_kind_words),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit", tests, NULL, NULL);
}
