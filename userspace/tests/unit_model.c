// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of the model, and of comparing two of them. */
#include <stdlib.h>
#include <string.h>

#include "model/baseline.h"
#include "model/compare.h"
#include "engine/engine.h"
#include "model/model.h"
#include "unit.h"

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

/* PIDs are used again: the oldest task need not have the lowest. */
static void test_model_oldest(void **state)
{
	static const __u64 start[] = { 1, 9, 5, 7 };
	struct records recs = { 0 };
	struct taskshare_record *rec;
	struct model model;
	__u32 i;

	(void)state;
	for (i = 0; i < 4; i++) {
		rec = add(&recs, i + 1, i + 1);
		rec->start_ns = start[i];
		if (i)
			hold(rec, TASKSHARE_FS, 7);
	}
	build(&model, &recs);
	assert_int_equal(model_object(&model, 1, TASKSHARE_FS)->oldest, 2);
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
	struct error error;
	struct model a, b;
	int round;

	(void)state;
	srandom(1);
	random_records(&recs, 300);
	for (round = 0; round < 20; round++) {
		records_free(&mixed);
		assert_int_equal(records_append(&mixed, recs.rec,
						recs.nr * sizeof(*recs.rec),
						"test", &error), 0);
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

static __u32 letter(const struct model *model, __u32 task, int kind)
{
	return model_object(model, task, kind)->group;
}

/* One letter is one object, in both columns of a pair. */
static void test_model_pairs(void **state)
{
	const int pid = TASKSHARE_PID, child = TASKSHARE_PID_FOR_CHILDREN;
	struct records recs = { 0 };
	struct model m;

	(void)state;
	hold(add(&recs, 1, 1), pid, 70);
	hold(&recs.rec[0], child, 90);
	hold(add(&recs, 2, 2), pid, 70);
	hold(&recs.rec[1], child, 70);
	hold(add(&recs, 3, 3), pid, 80);
	hold(&recs.rec[2], child, 95);
	hold(add(&recs, 4, 4), child, 80);
	/* Of kinds that are no pair, equal ids say nothing. */
	hold(&recs.rec[0], TASKSHARE_TIME, 1);
	hold(&recs.rec[0], TASKSHARE_TIME_FOR_CHILDREN, 2);
	hold(&recs.rec[0], TASKSHARE_NET, 2);
	build(&m, &recs);
	assert_int_equal(letter(&m, 0, pid), 0);
	assert_int_equal(letter(&m, 0, child), 2);
	assert_int_equal(letter(&m, 1, pid), 0);
	assert_int_equal(letter(&m, 1, child), 0);
	assert_int_equal(letter(&m, 2, pid), 1);
	assert_int_equal(letter(&m, 2, child), 3);
	assert_int_equal(letter(&m, 3, child), 1);
	assert_int_equal(letter(&m, 0, TASKSHARE_TIME), 0);
	assert_int_equal(letter(&m, 0, TASKSHARE_TIME_FOR_CHILDREN), 1);
	assert_int_equal(letter(&m, 0, TASKSHARE_NET), 0);
	model_free(&m);
	records_free(&recs);
}

/* One task's object of a kind, with @refs references */
static enum others others_of(int kind, __u32 refs, int by, __u32 refs_of_by)
{
	struct records recs = { 0 };
	struct taskshare_record *rec = add(&recs, 1, 1);
	struct model model;
	enum others others;

	hold(rec, kind, 7);
	rec->refs[kind] = refs;
	hold(rec, by, 8);
	rec->refs[by] = refs_of_by;
	build(&model, &recs);
	others = model_others(&model, 0, kind);
	model_free(&model);
	records_free(&recs);
	return others;
}

/* An object with one holder among the tasks shown may have others. */
static void test_model_others(void **state)
{
	const int ns = TASKSHARE_NSPROXY, cred = TASKSHARE_CRED;
	const int io = TASKSHARE_IO;

	(void)state;
	assert_int_equal(others_of(TASKSHARE_FS, 1, io, 9), OTHERS_NONE);
	assert_int_equal(others_of(TASKSHARE_FS, 2, io, 1), OTHERS_SOME);
	assert_int_equal(others_of(TASKSHARE_FS, 0, io, 1), OTHERS_UNSEEN);
	assert_int_equal(others_of(ns, 1, io, 1), OTHERS_NONE);
	assert_int_equal(others_of(ns, 113, io, 1), OTHERS_UNSEEN);
	assert_int_equal(others_of(cred, 2, io, 1), OTHERS_NONE);
	assert_int_equal(others_of(cred, 3, io, 1), OTHERS_UNSEEN);
	assert_int_equal(others_of(TASKSHARE_UTS, 1, ns, 1), OTHERS_NONE);
	assert_int_equal(others_of(TASKSHARE_UTS, 1, ns, 2), OTHERS_UNSEEN);
	assert_int_equal(others_of(TASKSHARE_UTS, 2, ns, 1), OTHERS_UNSEEN);
	assert_int_equal(others_of(TASKSHARE_USER, 1, cred, 2), OTHERS_NONE);
	assert_int_equal(others_of(TASKSHARE_USER, 1, cred, 3), OTHERS_UNSEEN);
	assert_int_equal(others_of(TASKSHARE_PID, 1, ns, 1), OTHERS_UNSEEN);
}

/* An exiting task drops one object after the other: that proves nothing. */
static void test_usual_of_the_living(void **state)
{
	struct records recs = { 0 };
	struct baseline baseline;
	struct model model;
	int i;

	(void)state;
	for (i = 1; i <= 5; i++) {
		struct taskshare_record *rec = add(&recs, i, 1);

		hold(rec, TASKSHARE_FS, i <= 2 ? 7 : 8);
		if (i > 2)
			rec->flags = TASKSHARE_F_EXITING;
	}
	build(&model, &recs);
	assert_int_equal(baseline_init(&baseline, &model), 0);
	for (i = 0; i < 5; i++)
		assert_int_equal(baseline_unusual(&baseline, i), 0);
	baseline_free(&baseline);
	model_free(&model);
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
	assert_int_equal(compare_models(&cmp, &x, &y, COMPARE_ENGINES), 0);
	assert_int_equal(cmp.nr, 0);
	assert_int_equal(cmp.compared, 9);
	assert_int_equal(cmp.nr_only_b, 1);
	compare_free(&cmp);
	model_free(&y);

	/* One moves into the next group, one loses its object. */
	b.rec[2].id[TASKSHARE_MM] = b.rec[8].id[TASKSHARE_MM];
	b.rec[5].id[TASKSHARE_MM] = 0;
	build(&y, &b);
	assert_int_equal(compare_models(&cmp, &x, &y, COMPARE_ENGINES), 0);
	assert_int_equal(cmp.nr, 2);
	assert_int_equal(x.task[cmp.diff[0].task]->pid, 3);
	assert_int_equal(x.task[cmp.diff[1].task]->pid, 6);
	compare_free(&cmp);
	model_free(&x);
	model_free(&y);
	records_free(&a);
	records_free(&b);
}

/* With one engine, a PID with another start time is another task. */
static void test_compare_same_pid(void **state)
{
	struct records a = { 0 }, b = { 0 };
	struct comparison cmp;
	struct model x, y;

	(void)state;
	hold(add(&a, 5, 5), TASKSHARE_MM, 1);
	hold(add(&b, 5, 5), TASKSHARE_MM, 1);
	b.rec->start_ns = a.rec->start_ns + 1;
	build(&x, &a);
	build(&y, &b);
	assert_int_equal(compare_models(&cmp, &x, &y, 0), 0);
	assert_int_equal(cmp.compared, 0);
	assert_int_equal(cmp.nr_only_a, 1);
	assert_int_equal(cmp.nr_only_b, 1);
	compare_free(&cmp);
	assert_int_equal(compare_models(&cmp, &x, &y, COMPARE_ENGINES), 0);
	assert_int_equal(cmp.nr_only_a, 0);
	assert_int_not_equal(cmp.compared, 0);
	compare_free(&cmp);
	model_free(&x);
	model_free(&y);
	records_free(&a);
	records_free(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model_null_is_not_shared),
		cmocka_unit_test(test_model_oldest),
		cmocka_unit_test(test_model_any_order),
		cmocka_unit_test(test_model_groups),
		cmocka_unit_test(test_model_duplicates),
		cmocka_unit_test(test_model_pairs),
		cmocka_unit_test(test_model_others),
		cmocka_unit_test(test_usual_of_the_living),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_compare_same_pid),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit_model", tests, NULL, NULL);
}
