// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of the flags of clone(2): their table, and what is said of them. */
#include <string.h>

#include "util/array.h"
#include "model/describe.h"
#include "clone/compat.h"
#include "clone/flags.h"
#include "clone/rules.h"
#include "model/infer.h"
#include "event/verdict.h"
#include "unit.h"

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
	/* Every bit from NEWTIME, the lowest, to the newest */
	assert_int_equal(all, (CLONE_NEWEST << 1) - CLONE_NEWTIME);
}

/* A creation in which each flag did what it is for, and no more */
static void keep_promises(struct trace_create *create, __u64 flags)
{
	struct trace_event *ev = &create->ev;
	int i;

	memset(create, 0, sizeof(*create));
	create->flags = flags;
	ev->seen = (1u << TASKSHARE_NR_KINDS) - 1;
	ev->had = ev->seen;
	ev->has = ev->seen;
	ev->context = TRACE_CTX_PID_CHILDREN | TRACE_CTX_TIME_CHILDREN;
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
	/* A task that shares memory keeps its clocks. */
	if (flags & 0x100)
		ev->same = (ev->same & ~BIT(TIME_FOR_CHILDREN)) |
			   (flags & 0x80 ? 0 : BIT(TIME_FOR_CHILDREN));
}

/* One flag does not do what it is for: the opposite, or nothing */
static void break_promise(struct trace_create *create,
			  const struct clone_flag *flag)
{
	struct trace_event *ev = &create->ev;
	bool given = create->flags & flag->bit;
	int kind = flag->kind;

	if (kind == TASKSHARE_TIME && create->flags & 0x100)
		kind = TASKSHARE_TIME_FOR_CHILDREN;
	if (kind == TASKSHARE_PID && !given)
		ev->context &= ~TRACE_CTX_PID_CHILDREN;
	else if (kind == TASKSHARE_TIME && !given)
		ev->context &= ~TRACE_CTX_TIME_CHILDREN;
	else
		ev->same ^= 1u << kind;
	ev->has |= 1u << kind;
}

/* Each promise for itself, in sets of flags of all kinds */
static void test_judge(void **state)
{
	struct flag_mismatch mismatch[MAX_FLAGS];
	struct trace_create create;
	__u64 flags = 0;
	int round, i;

	(void)state;
	for (round = 0; round < 64; round++) {
		flags = flags * 0x5851f42d4c957f2dull + 0x14057b7ef767814full;
		keep_promises(&create, flags & 0xffffff80 & ~0x400000ull);
		assert_int_equal(trace_judge(&create, mismatch), 0);
		for (i = 0; i < nr_clone_flags; i++) {
			if (clone_flags[i].effect == FLAG_OTHER)
				continue;
			keep_promises(&create, create.flags);
			break_promise(&create, &clone_flags[i]);
			assert_int_equal(trace_judge(&create, mismatch), 1);
			assert_int_equal(mismatch[0].flag, i);
			assert_int_equal(mismatch[0].given,
					 !!(create.flags & clone_flags[i].bit));
		}
	}
}

/* Of a new task without CLONE_*: what is said of a kind that it has changed */
static enum relation broken(struct trace_create *create, __u64 flags,
			    __u32 kind, bool had, bool has)
{
	struct flag_mismatch mismatch[MAX_FLAGS];
	struct trace_event *ev = &create->ev;
	int nr;

	create->flags = flags;
	ev->had = had ? ev->had | kind : ev->had & ~kind;
	ev->has = has ? ev->has | kind : ev->has & ~kind;
	ev->same &= ~kind;
	nr = trace_judge(create, mismatch);
	assert_in_range(nr, 0, 1);
	return nr ? mismatch[0].relation : RELATION_UNKNOWN;
}

/* An object that is missing, or there without need */
static void test_judge_absent(void **state)
{
	const enum relation absent = RELATION_ABSENT, kept = RELATION_UNKNOWN;
	struct trace_create new;

	(void)state;
	/* A list of undo operations comes with semop(2), not with clone(2). */
	keep_promises(&new, 0);
	assert_int_equal(broken(&new, 0, BIT(SEMUNDO), true, true),
			 RELATION_NEW);
	assert_int_equal(broken(&new, 0, BIT(SEMUNDO), false, true),
			 RELATION_NEW);
	assert_int_equal(broken(&new, 0, BIT(SEMUNDO), true, false), kept);
	/* Nothing to share */
	keep_promises(&new, 0x80000000);
	assert_int_equal(broken(&new, 0x80000000, BIT(IO), false, false), kept);
	assert_int_equal(broken(&new, 0x80000000, BIT(IO), true, false),
			 absent);
	keep_promises(&new, 0x100);
	assert_int_equal(broken(&new, 0x100, BIT(MM), false, false), absent);
	new.ev.context |= TRACE_CTX_KTHREAD;
	assert_int_equal(broken(&new, 0x100, BIT(MM), false, false), kept);
	assert_int_equal(broken(&new, 0x100, BIT(MM), true, false), absent);
	keep_promises(&new, 0x200);
	new.ev.context |= TRACE_CTX_KTHREAD;
	assert_int_equal(broken(&new, 0x200, BIT(FS), false, false), absent);
	/* A copy of none is none, and no other task is without files. */
	keep_promises(&new, 0);
	assert_int_equal(broken(&new, 0, BIT(MM), false, false), kept);
	assert_int_equal(broken(&new, 0, BIT(MM), true, false), absent);
	keep_promises(&new, 0);
	assert_int_equal(broken(&new, 0, BIT(IO), true, false), kept);
	assert_int_equal(broken(&new, 0, BIT(FILES), true, false), absent);
	new.ev.kind = TASKSHARE_TASK_USER_WORKER;
	assert_int_equal(broken(&new, 0, BIT(FILES), true, false), kept);
	new.ev.has |= BIT(FILES);
	assert_int_equal(broken(&new, 0, BIT(SIGHAND), true, false), absent);
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
	rec->refs[TASKSHARE_SIGHAND] = 1;
	hold(rec, TASKSHARE_PID, 4);
	hold(rec, TASKSHARE_NET, 15);
	hold(rec, TASKSHARE_FILES, 16);
	hold(rec, TASKSHARE_SIGNAL, 17);
	infer(v, &recs, 20);
	assert_int_equal(grade(v, "VM"), GRADE_PROVEN);
	assert_int_equal(grade(v, "VFORK"), GRADE_PROVEN);
	/* Its creator is there, so the handlers were never the same. */
	assert_int_equal(grade(v, "SIGHAND"), GRADE_IMPOSSIBLE);
	assert_int_equal(grade(v, "THREAD"), GRADE_IMPOSSIBLE);
	assert_int_equal(grade(v, "FS"), GRADE_CONSISTENT);
	assert_int_equal(grade(v, "NEWNET"), GRADE_CONSISTENT);
	assert_int_equal(grade(v, "NEWPID"), GRADE_IMPOSSIBLE);
	assert_int_equal(grade(v, "IO"), GRADE_UNKNOWABLE);
	assert_int_equal(grade(v, "SETTLS"), GRADE_UNKNOWABLE);
	/* Its creator may be one that is gone, or that is not shown. */
	rec->refs[TASKSHARE_SIGHAND] = 2;
	infer(v, &recs, 20);
	assert_int_equal(grade(v, "SIGHAND"), GRADE_CONSISTENT);
	rec->refs[TASKSHARE_SIGHAND] = 1;
	rec->flags = 0;
	infer(v, &recs, 20);
	assert_int_equal(grade(v, "SIGHAND"), GRADE_CONSISTENT);
	/* Yet a thread takes over by execve(2) only. */
	assert_int_equal(grade(v, "THREAD"), GRADE_IMPOSSIBLE);
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flag_rules),
		cmocka_unit_test(test_flag_table),
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_judge_absent),
		cmocka_unit_test(test_infer),
		cmocka_unit_test(test_infer_thread),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("unit_flags", tests, NULL, NULL);
}
