// SPDX-License-Identifier: GPL-2.0-only
/* Counts of events, and of the sets of flags that tasks were created with. */
#include <errno.h>
#include <stdlib.h>

#include "trace/summary.h"
#include "util/array.h"
#include "util/table.h"

static struct flag_set *find_set(struct trace_summary *sum, __u64 flags)
{
	struct flag_set *set;
	size_t i;

	for (i = 0; i < sum->nr; i++)
		if (sum->set[i].flags == flags)
			return &sum->set[i];
	/* Doubles whenever it is full */
	if (!(sum->nr & (sum->nr - 1))) {
		set = reallocarray(sum->set, sum->nr ? 2 * sum->nr : 1,
				   sizeof(*set));
		if (!set)
			return NULL;
		sum->set = set;
	}
	set = &sum->set[sum->nr++];
	*set = (struct flag_set){ .flags = flags };
	return set;
}

/**
 * trace_summary_add() - count an event
 * @sum: the counts
 * @mismatch: whether flags and objects of a new task do not match
 *
 * Return: 0 or -ENOMEM.
 */
int trace_summary_add(struct trace_summary *sum, const struct trace_event *ev,
		      bool mismatch)
{
	struct flag_set *set;

	sum->events++;
	sum->failed += ev->type == TRACE_EV_FAIL;
	if (ev->type != TRACE_EV_CREATE &&
	    (ev->type != TRACE_EV_FAIL ||
	     trace_class_of[ev->call] != TRACE_CLASS_CREATE))
		return 0;
	set = find_set(sum, event_flags(ev));
	if (!set)
		return -ENOMEM;
	if (ev->type == TRACE_EV_FAIL) {
		set->failed++;
		return 0;
	}
	set->created++;
	set->mismatches += mismatch;
	sum->created++;
	sum->mismatches += mismatch;
	return 0;
}

static int add_set(struct libscols_table *table, const struct flag_set *set)
{
	char flags[FLAGS_TEXT];

	flags_text(flags, set->flags, " ");
	return table_row(table, "%llu\t%llu\t%llu\t%s", set->created,
			 set->failed, set->mismatches, *flags ? flags : "none");
}

static int most_first(const void *a, const void *b)
{
	const struct flag_set *x = a, *y = b;

	if (x->created != y->created)
		return x->created < y->created ? 1 : -1;
	return x->flags < y->flags ? -1 : x->flags > y->flags;
}

/**
 * trace_summary_table() - print the sets of flags seen
 * @sum: the sets
 * @out: the output
 *
 * Return: 0 or a negative errno.
 */
int trace_summary_table(const struct trace_summary *sum, FILE *out)
{
	static const struct table_column column[] = {
		{ "CREATED", SCOLS_FL_RIGHT }, { "FAILED", SCOLS_FL_RIGHT },
		{ "MISMATCHES", SCOLS_FL_RIGHT }, { "FLAGS", 0 },
	};
	const struct table_style style = table_style(out);
	struct libscols_table *table;
	int err = 0;
	size_t i;

	table = table_new(&style, column, ARRAY_SIZE(column));
	if (sum->nr)
		qsort(sum->set, sum->nr, sizeof(*sum->set), most_first);
	for (i = 0; i < sum->nr && !err; i++)
		err = add_set(table, &sum->set[i]);
	return table_finish(table, err);
}
