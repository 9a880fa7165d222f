// SPDX-License-Identifier: GPL-2.0-only
/* Which flags tasks were created with, how often, and with what outcome. */
#include <errno.h>
#include <stdlib.h>

#include <libsmartcols.h>

#include "array.h"
#include "trace.h"

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
 * @sum: where
 * @ev: the event
 * @mismatch: whether its verdict is not good
 *
 * Return: 0 or -ENOMEM.
 */
int trace_summary_add(struct trace_summary *sum, const struct trace_event *ev,
		      bool mismatch)
{
	struct flag_set *set;

	sum->events++;
	if (ev->type != TRACE_EV_CREATE &&
	    (ev->type != TRACE_EV_FAIL || ev->call > TRACE_VFORK))
		return 0;
	set = find_set(sum, ev->flags);
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
	struct libscols_line *row = scols_table_new_line(table, NULL);
	char cell[TRACE_TEXT];
	int err;

	if (!row)
		return -ENOMEM;
	snprintf(cell, sizeof(cell), "%llu", set->created);
	err = scols_line_set_data(row, 0, cell);
	snprintf(cell, sizeof(cell), "%llu", set->failed);
	err = err ?: scols_line_set_data(row, 1, cell);
	snprintf(cell, sizeof(cell), "%llu",
		 set->mismatches);
	err = err ?: scols_line_set_data(row, 2, cell);
	trace_flags_text(cell, set->flags, " ");
	return err ?: scols_line_set_data(row, 3, *cell ? cell : "none");
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
 * @sum: what to print
 * @out: where to
 *
 * Return: 0 or a negative errno.
 */
int trace_summary_table(const struct trace_summary *sum, FILE *out)
{
	static const char *const head[] = {
		"CREATED", "FAILED", "MISMATCHES", "FLAGS",
	};
	struct libscols_table *table = scols_new_table();
	int err = table ? 0 : -ENOMEM;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(head) && !err; i++)
		if (!scols_table_new_column(table, head[i], 0,
					    i < 3 ? SCOLS_FL_RIGHT : 0))
			err = -ENOMEM;
	if (sum->nr)
		qsort(sum->set, sum->nr, sizeof(*sum->set), most_first);
	for (i = 0; i < sum->nr && !err; i++)
		err = add_set(table, &sum->set[i]);
	if (!err) {
		scols_table_set_stream(table, out);
		err = scols_print_table(table);
	}
	scols_unref_table(table);
	return err;
}
