// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares what an engine sees of the test tasks with what is expected.
 *
 * Two tasks must show the same id just where the same object is expected of
 * both, over all test tasks in the batch: shared what must be, nothing else.
 * Facts that cannot be seen are counted as skipped.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "cli/exit.h"
#include "record/kinds.h"
#include "verify/steps.h"

/*
 * struct seen - one object of one task
 * @id: number of the object
 * @expected: number of the object that it must hold
 * @task: index of the task
 * @kind: of which kind
 * @class: the kinds whose ids can be compared are one class
 */
struct seen {
	__u64 id;
	unsigned int expected;
	int task;
	__u8 kind;
	__u8 class;
};

/*
 * struct check - one engine's view of the batch
 * @engine: its index in the report
 * @recs: its records, by pid
 * @rec: of each task, or NULL
 * @seen: kinds that can be judged
 * @nr: number of tasks in @recs
 * @bad: for each task the facts that are wrong, a bit each
 */
struct check {
	int engine;
	struct records recs;
	const struct taskshare_record *rec[MAX_TESTTASKS];
	struct seen seen[MAX_TESTTASKS * TASKSHARE_NR_KINDS];
	size_t nr;
	__u32 bad[MAX_TESTTASKS];
};

static int compare_pids(const void *a, const void *b)
{
	const struct taskshare_record *x = a, *y = b;

	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

static const struct taskshare_record *find(const struct check *check, pid_t pid)
{
	const struct taskshare_record key = { .pid = pid };

	return bsearch(&key, check->recs.rec, check->recs.nr, sizeof(key),
		       compare_pids);
}

static void collect(struct check *check, struct engine_handle *handle)
{
	static __u32 pid[MAX_TESTTASKS];
	static bool gone[MAX_TESTTASKS];
	struct selection sel = { .pid = pid, .gone = gone };
	struct error error;
	int i;

	for (i = 0; i < testtasks_nr(); i++)
		if (!expected[i].gone)
			pid[sel.nr++] = testtask_pid(i);
	check->recs.nr = 0;
	if (handle->engine->collect(handle->state, &sel, &check->recs, &error))
		errx(EXIT_ERROR, "%s", error.text);
	qsort(check->recs.rec, check->recs.nr, sizeof(*check->recs.rec),
	      compare_pids);
}

static struct tally *facts_of(const struct check *check, int task)
{
	int group = batch_case_of(task)->group;

	return &report.group[group].facts[check->engine];
}

/* Counts one column; complain() counts the mismatches. */
static void count(const struct check *check, int task, int column, bool skipped)
{
	struct tally *kind = &report.kind[check->engine][column];
	struct tally *facts = facts_of(check, task);

	kind->checked += !skipped;
	kind->skipped += skipped;
	facts->checked += !skipped;
	facts->skipped += skipped;
}

static const char *made_by(char *to, size_t size, int task)
{
	const struct expected *e = &expected[task];
	char flags[FLAGS_TEXT];

	if (e->creator < 0)
		snprintf(to, size, "%d (made by fork)", e->pid);
	else
		snprintf(to, size, "%d (made by %d with %s)", e->pid,
			 expected[e->creator].pid, e->clone_flags ?
			 flags_text(flags, e->clone_flags, "|") : "no flags");
	return to;
}

/* Something is wrong with a column of a task, for its sake or another's. */
static void complain(struct check *check, int task, int other, int column,
		     bool must_share, const char *words)
{
	char who[320], whom[320] = "";
	struct mismatch *mismatch;

	if (check->bad[task] & 1u << column)
		return;
	check->bad[task] |= 1u << column;
	report.kind[check->engine][column].wrong++;
	facts_of(check, task)->wrong++;
	if (other >= 0)
		made_by(whom, sizeof(whom), other);
	mismatch = report_mismatch(batch_case_of(task)->group,
				   "%s by the %s engine: %s %s%s%s",
				   column_name(column),
				   report.engine[check->engine],
				   made_by(who, sizeof(who), task), words,
				   *whom ? " " : "", whom);
	if (mismatch && column != COLUMN_FAMILY)
		mismatch->program = program_for_fact(task, other < 0 ?
			expected[task].creator : other, column, must_share);
}

static void check_family(struct check *check, int task)
{
	const struct taskshare_record *rec = check->rec[task];
	const struct expected *e = &expected[task];
	/* An engine that sees credentials reads the task, and so its marks. */
	__u32 known = rec->seen & 1u << TASKSHARE_CRED ? e->marks_known : 0;

	count(check, task, COLUMN_FAMILY, false);
	if (rec->tgid != (__u32)e->tgid)
		complain(check, task, -1, COLUMN_FAMILY, false,
			 "is of another process than it must");
	else if (rec->ppid != (__u32)e->ppid)
		complain(check, task, -1, COLUMN_FAMILY, false,
			 "has another parent than it must");
	else if (rec->exit_signal != e->exit_signal)
		complain(check, task, -1, COLUMN_FAMILY, false,
			 "has another exit signal than it must");
	else if ((rec->flags & known) != (e->marks & known))
		complain(check, task, -1, COLUMN_FAMILY, false,
			 "does not show VFORK, CHILD_SETTID or CHILD_CLEARTID as it must");
}

static void add_object(struct check *check, int task, int kind)
{
	const struct taskshare_record *rec = check->rec[task];
	struct seen *seen = &check->seen[check->nr];

	seen->id = rec->id[kind];
	seen->expected = expected[task].object[kind];
	seen->task = task;
	seen->kind = kind;
	seen->class = kind;
	if (kind == TASKSHARE_PID_FOR_CHILDREN)
		seen->class = TASKSHARE_PID;
	if (kind == TASKSHARE_TIME_FOR_CHILDREN)
		seen->class = TASKSHARE_TIME;
	if (seen->expected && seen->id)
		check->nr++;
	else if (seen->expected)
		complain(check, task, -1, kind, false, "holds none");
	else if (seen->id)
		complain(check, task, -1, kind, false,
			 "holds one, but must not");
}

static void check_object(struct check *check, int task, int kind)
{
	const struct taskshare_record *rec = check->rec[task];
	bool unseen = !((rec->seen | rec->moving) & 1u << kind);

	if (expected[task].object[kind] == ANY_OBJECT)
		return;
	count(check, task, kind, unseen);
	if (unseen)
		return;
	if (rec->moving & 1u << kind)
		complain(check, task, -1, kind, false,
			 "is seen changing it, which it is not");
	else
		add_object(check, task, kind);
}

static void check_gone(struct check *check, int task)
{
	const struct expected *e = &expected[task];
	int i;

	for (i = 0; i < testtasks_nr(); i++)
		if (!expected[i].gone && expected[i].pid == e->pid)
			return;
	count(check, task, COLUMN_FAMILY, false);
	if (find(check, e->pid))
		complain(check, task, -1, COLUMN_FAMILY, false,
			 "is seen, but must be gone");
}

static void check_task(struct check *check, int task)
{
	int kind;

	check->rec[task] = NULL;
	check->bad[task] = 0;
	if (expected[task].ignored)
		return;
	if (expected[task].gone) {
		check_gone(check, task);
		return;
	}
	check->rec[task] = find(check, expected[task].pid);
	if (!check->rec[task]) {
		count(check, task, COLUMN_FAMILY, false);
		complain(check, task, -1, COLUMN_FAMILY, false, "is not seen");
		return;
	}
	check_family(check, task);
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++)
		check_object(check, task, kind);
}

static int by_id(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->task - y->task;
}

static int by_expected(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->expected != y->expected)
		return x->expected < y->expected ? -1 : 1;
	return x->task - y->task;
}

/* Tasks that show the same object must be expected to hold the same. */
static void check_nothing_else(struct check *check)
{
	const struct seen *first = NULL;
	size_t i;

	qsort(check->seen, check->nr, sizeof(*check->seen), by_id);
	for (i = 0; i < check->nr; i++) {
		const struct seen *seen = &check->seen[i];

		if (!first || first->class != seen->class ||
		    first->id != seen->id)
			first = seen;
		else if (first->expected != seen->expected)
			complain(check, seen->task, first->task,
				 seen->kind, false,
				 "must not share it, but does, with");
	}
}

/* Of whom the same object is expected, they must show the same. */
static void check_shared(struct check *check)
{
	const struct seen *first = NULL;
	size_t i;

	qsort(check->seen, check->nr, sizeof(*check->seen), by_expected);
	for (i = 0; i < check->nr; i++) {
		const struct seen *seen = &check->seen[i];

		if (!first || first->class != seen->class ||
		    first->expected != seen->expected)
			first = seen;
		else if (first->id != seen->id)
			complain(check, seen->task, first->task,
				 seen->kind, true,
				 "must share it, but does not, with");
	}
}

static enum sight sight_of(const struct check *check, int task, int column)
{
	const struct taskshare_record *rec = check->rec[task], *of;

	if (check->bad[task] & 1u << column)
		return SAW_WRONG;
	if (column == COLUMN_FAMILY)
		return SAW_SHARED;
	if (!(rec->seen & 1u << column))
		return SAW_NOTHING;
	if (!rec->id[column])
		return SAW_NONE;
	of = expected[task].creator < 0 ? NULL :
	     check->rec[expected[task].creator];
	return of && of->id[column] == rec->id[column] ? SAW_SHARED : SAW_OWN;
}

static void see_in_row(const struct check *check, int task, const char *name)
{
	struct row *row = &report.row[report_row(name)];
	int column;

	for (column = 0; column < NR_COLUMNS; column++)
		row->saw[column] |= sight_of(check, task, column);
}

/* A task is in the row of what it did by itself, and in those of its flags. */
static void fill_table(const struct check *check)
{
	int i, f;

	for (i = 0; i < testtasks_nr(); i++) {
		__u64 flags = expected[i].clone_flags;

		if (!check->rec[i] || expected[i].creator < 0)
			continue;
		if (expected[i].did)
			see_in_row(check, i, expected[i].did);
		if (!batch_case_of(i)->plain)
			continue;
		if (!flags)
			see_in_row(check, i, "no flags");
		for (f = 0; f < nr_clone_flags; f++)
			if (flags & clone_flags[f].bit)
				see_in_row(check, i, clone_flags[f].name);
	}
}

/**
 * check_batch() - look at all test tasks through an engine
 * @engine: its index in the report
 */
void check_batch(struct engine_handle *handle, int engine)
{
	static struct check check;
	int i;

	check.engine = engine;
	check.nr = 0;
	collect(&check, handle);
	for (i = 0; i < testtasks_nr(); i++)
		check_task(&check, i);
	check_nothing_else(&check);
	check_shared(&check);
	fill_table(&check);
	records_free(&check.recs);
}
