// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is what an engine sees of the puppets what is expected?
 *
 * Two tasks must show the same id just where the same object is expected of
 * both, over all puppets on the stage: shared what must be, nothing else.
 * What cannot be seen is counted as skipped.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "cli/exit.h"
#include "record/kinds.h"
#include "verify/steps.h"

/*
 * struct seen - one object of one puppet
 * @id: which it is
 * @expected: which it must be
 * @puppet: whose
 * @kind: of which kind
 * @class: the kinds whose ids can be compared are one class
 */
struct seen {
	__u64 id;
	unsigned int expected;
	int puppet;
	__u8 kind;
	__u8 class;
};

/*
 * struct check - one engine's view of the stage
 * @engine: its index in the report
 * @recs: what it saw, by pid
 * @rec: of each puppet, or NULL
 * @seen: what can be judged
 * @nr: how much
 * @bad: for each puppet the facts that are wrong, a bit each
 */
struct check {
	int engine;
	struct records recs;
	const struct taskshare_record *rec[MAX_PUPPETS];
	struct seen seen[MAX_PUPPETS * TASKSHARE_NR_KINDS];
	size_t nr;
	__u32 bad[MAX_PUPPETS];
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
	static __u32 pid[MAX_PUPPETS];
	static bool gone[MAX_PUPPETS];
	struct selection sel = { .pid = pid, .gone = gone };
	struct error error;
	int i;

	for (i = 0; i < puppets_nr(); i++)
		if (!cast[i].gone)
			pid[sel.nr++] = puppet_pid(i);
	check->recs.nr = 0;
	if (handle->engine->collect(handle->state, &sel, &check->recs, &error))
		errx(EXIT_ERROR, "%s", error.text);
	qsort(check->recs.rec, check->recs.nr, sizeof(*check->recs.rec),
	      compare_pids);
}

static struct tally *facts_of(const struct check *check, int puppet)
{
	int group = stage_scene_of(puppet)->group;

	return &report.group[group].facts[check->engine];
}

/* Counts one fact; what is wrong is counted by complain(). */
static void count(const struct check *check, int puppet, int fact, bool skipped)
{
	struct tally *kind = &report.kind[check->engine][fact];
	struct tally *facts = facts_of(check, puppet);

	kind->checked += !skipped;
	kind->skipped += skipped;
	facts->checked += !skipped;
	facts->skipped += skipped;
}

static const char *made_by(char *to, size_t size, int puppet)
{
	const struct expected *e = &cast[puppet];
	char flags[FLAGS_TEXT];

	if (e->creator < 0)
		snprintf(to, size, "%d (made by fork)", e->pid);
	else
		snprintf(to, size, "%d (made by %d with %s)", e->pid,
			 cast[e->creator].pid, e->clone_flags ?
			 flags_text(flags, e->clone_flags, "|") : "no flags");
	return to;
}

/* Something is wrong with a fact of a puppet, for its sake or another's. */
static void complain(struct check *check, int puppet, int other, int fact,
		     bool must_share, const char *words)
{
	char who[320], whom[320] = "";
	struct mismatch *mismatch;

	if (check->bad[puppet] & 1u << fact)
		return;
	check->bad[puppet] |= 1u << fact;
	report.kind[check->engine][fact].wrong++;
	facts_of(check, puppet)->wrong++;
	if (other >= 0)
		made_by(whom, sizeof(whom), other);
	mismatch = report_mismatch(stage_scene_of(puppet)->group,
				   "%s by the %s engine: %s %s%s%s",
				   fact_name(fact),
				   report.engine[check->engine],
				   made_by(who, sizeof(who), puppet), words,
				   *whom ? " " : "", whom);
	if (mismatch && fact != FACT_FAMILY)
		mismatch->program = program_for_fact(puppet, other < 0 ?
			cast[puppet].creator : other, fact, must_share);
}

static void check_family(struct check *check, int puppet)
{
	const struct taskshare_record *rec = check->rec[puppet];
	const struct expected *e = &cast[puppet];
	/* Who sees credentials reads the task itself, and so its marks. */
	__u32 known = rec->seen & 1u << TASKSHARE_CRED ? e->marks_known : 0;

	count(check, puppet, FACT_FAMILY, false);
	if (rec->tgid != (__u32)e->tgid)
		complain(check, puppet, -1, FACT_FAMILY, false,
			 "is of another process than it must");
	else if (rec->ppid != (__u32)e->ppid)
		complain(check, puppet, -1, FACT_FAMILY, false,
			 "has another parent than it must");
	else if (rec->exit_signal != e->exit_signal)
		complain(check, puppet, -1, FACT_FAMILY, false,
			 "has another exit signal than it must");
	else if ((rec->flags & known) != (e->marks & known))
		complain(check, puppet, -1, FACT_FAMILY, false,
			 "does not show VFORK, CHILD_SETTID or CHILD_CLEARTID as it must");
}

static void add_object(struct check *check, int puppet, int kind)
{
	const struct taskshare_record *rec = check->rec[puppet];
	struct seen *seen = &check->seen[check->nr];

	seen->id = rec->id[kind];
	seen->expected = cast[puppet].object[kind];
	seen->puppet = puppet;
	seen->kind = kind;
	seen->class = kind;
	if (kind == TASKSHARE_PID_FOR_CHILDREN)
		seen->class = TASKSHARE_PID;
	if (kind == TASKSHARE_TIME_FOR_CHILDREN)
		seen->class = TASKSHARE_TIME;
	if (seen->expected && seen->id)
		check->nr++;
	else if (seen->expected)
		complain(check, puppet, -1, kind, false, "holds none");
	else if (seen->id)
		complain(check, puppet, -1, kind, false,
			 "holds one, but must not");
}

static void check_object(struct check *check, int puppet, int kind)
{
	const struct taskshare_record *rec = check->rec[puppet];
	bool unseen = !((rec->seen | rec->moving) & 1u << kind);

	if (cast[puppet].object[kind] == ANY_OBJECT)
		return;
	count(check, puppet, kind, unseen);
	if (unseen)
		return;
	if (rec->moving & 1u << kind)
		complain(check, puppet, -1, kind, false,
			 "is seen changing it, which it is not");
	else
		add_object(check, puppet, kind);
}

static void check_gone(struct check *check, int puppet)
{
	const struct expected *e = &cast[puppet];
	int i;

	for (i = 0; i < puppets_nr(); i++)
		if (!cast[i].gone && cast[i].pid == e->pid)
			return;
	count(check, puppet, FACT_FAMILY, false);
	if (find(check, e->pid))
		complain(check, puppet, -1, FACT_FAMILY, false,
			 "is seen, but must be gone");
}

static void check_puppet(struct check *check, int puppet)
{
	int kind;

	check->rec[puppet] = NULL;
	check->bad[puppet] = 0;
	if (cast[puppet].ignored)
		return;
	if (cast[puppet].gone) {
		check_gone(check, puppet);
		return;
	}
	check->rec[puppet] = find(check, cast[puppet].pid);
	if (!check->rec[puppet]) {
		count(check, puppet, FACT_FAMILY, false);
		complain(check, puppet, -1, FACT_FAMILY, false, "is not seen");
		return;
	}
	check_family(check, puppet);
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++)
		check_object(check, puppet, kind);
}

static int by_id(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return x->puppet - y->puppet;
}

static int by_expected(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->expected != y->expected)
		return x->expected < y->expected ? -1 : 1;
	return x->puppet - y->puppet;
}

/* Who show the same object must be expected to hold the same. */
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
			complain(check, seen->puppet, first->puppet,
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
			complain(check, seen->puppet, first->puppet,
				 seen->kind, true,
				 "must share it, but does not, with");
	}
}

static enum sight sight_of(const struct check *check, int puppet, int fact)
{
	const struct taskshare_record *rec = check->rec[puppet], *of;

	if (check->bad[puppet] & 1u << fact)
		return SAW_WRONG;
	if (fact == FACT_FAMILY)
		return SAW_SHARED;
	if (!(rec->seen & 1u << fact))
		return SAW_NOTHING;
	if (!rec->id[fact])
		return SAW_NONE;
	of = cast[puppet].creator < 0 ? NULL : check->rec[cast[puppet].creator];
	return of && of->id[fact] == rec->id[fact] ? SAW_SHARED : SAW_OWN;
}

static void see_in_row(const struct check *check, int puppet, const char *name)
{
	struct row *row = &report.row[report_row(name)];
	int fact;

	for (fact = 0; fact < NR_FACTS; fact++)
		row->saw[fact] |= sight_of(check, puppet, fact);
}

/* A puppet is in the row of what it did by itself, and in those of its flags. */
static void fill_table(const struct check *check)
{
	int i, f;

	for (i = 0; i < puppets_nr(); i++) {
		__u64 flags = cast[i].clone_flags;

		if (!check->rec[i] || cast[i].creator < 0)
			continue;
		if (cast[i].did)
			see_in_row(check, i, cast[i].did);
		if (!stage_scene_of(i)->plain)
			continue;
		if (!flags)
			see_in_row(check, i, "no flags");
		for (f = 0; f < nr_clone_flags; f++)
			if (flags & clone_flags[f].bit)
				see_in_row(check, i, clone_flags[f].name);
	}
}

/**
 * check_stage() - look at all puppets through an engine
 * @handle: the engine
 * @engine: its index in the report
 */
void check_stage(struct engine_handle *handle, int engine)
{
	static struct check check;
	int i;

	check.engine = engine;
	check.nr = 0;
	collect(&check, handle);
	for (i = 0; i < puppets_nr(); i++)
		check_puppet(&check, i);
	check_nothing_else(&check);
	check_shared(&check);
	fill_table(&check);
	records_free(&check.recs);
}
