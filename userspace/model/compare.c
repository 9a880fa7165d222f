// SPDX-License-Identifier: GPL-2.0-only
/*
 * Comparing two snapshots, task by task and kind by kind.
 *
 * Ids are not compared. Those of two engines have nothing to do with each other,
 * and those of one engine prove nothing if they are equal, as memory is used
 * again. But if both snapshots are right and nothing changed, the groups of one
 * are the groups of the other: every object of one stands for just one object
 * of the other. The object that most holders agree on is taken for its
 * counterpart, and a task that holds another one differs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "model/compare.h"

/*
 * struct pairing - tasks that are in both models
 * @a: the first model
 * @b: the second model
 * @step_ns: by how much start times of one task may differ
 * @to_b: for each task of @a its index in @b, or NO_OBJECT
 * @to_a: the other way round
 */
struct pairing {
	const struct model *a;
	const struct model *b;
	__u64 step_ns;
	__u32 *to_b;
	__u32 *to_a;
};

static bool before(const struct taskshare_record *x,
		   const struct taskshare_record *y)
{
	bool x_leads = x->pid == x->tgid, y_leads = y->pid == y->tgid;

	if (x->tgid != y->tgid)
		return x->tgid < y->tgid;
	if (x_leads != y_leads)
		return x_leads;
	return x->pid < y->pid;
}

/* Both are in the same order. */
static void pair_tasks(struct pairing *p)
{
	__u32 i = 0, j = 0;

	memset(p->to_b, 0xff, (p->a->nr + 1) * sizeof(__u32));
	memset(p->to_a, 0xff, (p->b->nr + 1) * sizeof(__u32));
	while (i < p->a->nr && j < p->b->nr) {
		const struct taskshare_record *x = p->a->task[i];
		const struct taskshare_record *y = p->b->task[j];

		if (before(x, y)) {
			i++;
		} else if (before(y, x)) {
			j++;
		} else {
			if ((__u64)llabs((long long)(x->start_ns - y->start_ns)) <=
			    p->step_ns) {
				p->to_b[i] = j;
				p->to_a[j] = i;
			}
			i++;
			j++;
		}
	}
}

static bool known(const struct model *m, __u32 task, int k)
{
	enum holding holding = model_holding(m, task, k);

	return holding == HOLDS_NONE || holding == HOLDS_OBJECT;
}

/*
 * The object of @other that most holders of an object agree on, by majority
 * vote in one go; NO_OBJECT if they hold none there.
 */
static __u32 counterpart(const struct model *m, const __u32 *to,
			 const struct model *other, int k, __u32 object)
{
	const struct object *obj = &m->kind[k].obj[object];
	__u32 i, best = NO_OBJECT, lead = 0;

	for (i = 0; i < obj->nr; i++) {
		__u32 task = to[m->kind[k].holders[obj->first + i]];
		__u32 of;

		if (task == NO_OBJECT || !known(other, task, k))
			continue;
		of = other->kind[k].of[task];
		if (!lead)
			best = of;
		lead += of == best ? 1 : -1;
	}
	return best;
}

static int add(struct comparison *cmp, __u32 task, __u32 other, int k)
{
	struct difference *diff;

	diff = reallocarray(cmp->diff, cmp->nr + 1, sizeof(*diff));
	if (!diff)
		return -ENOMEM;
	cmp->diff = diff;
	diff[cmp->nr++] = (struct difference){
		.task = task, .other = other, .kind = k,
	};
	return 0;
}

static __u32 *counterparts(const struct model *m, const __u32 *to,
			   const struct model *other, int k)
{
	__u32 *list = calloc(m->kind[k].nr + 1, sizeof(*list));
	__u32 i;

	for (i = 0; list && i < m->kind[k].nr; i++)
		list[i] = counterpart(m, to, other, k, i);
	return list;
}

static int compare_kind(struct comparison *cmp, const struct pairing *p, int k)
{
	__u32 *a_to_b = counterparts(p->a, p->to_b, p->b, k);
	__u32 *b_to_a = counterparts(p->b, p->to_a, p->a, k);
	int err = a_to_b && b_to_a ? 0 : -ENOMEM;
	__u32 i, j, x, y;

	for (i = 0; i < p->a->nr && !err; i++) {
		j = p->to_b[i];
		if (j == NO_OBJECT || !known(p->a, i, k) ||
		    !known(p->b, j, k))
			continue;
		cmp->compared++;
		x = p->a->kind[k].of[i];
		y = p->b->kind[k].of[j];
		if ((x == NO_OBJECT) != (y == NO_OBJECT) ||
		    (x != NO_OBJECT &&
		     (a_to_b[x] != y || b_to_a[y] != x)))
			err = add(cmp, i, j, k);
	}
	free(a_to_b);
	free(b_to_a);
	return err;
}

/* The tasks without a partner, in their order */
static __u32 *list_unpaired(const __u32 *to, __u32 nr, __u32 *found)
{
	__u32 *list = calloc(nr + 1, sizeof(*list));
	__u32 i;

	*found = 0;
	for (i = 0; list && i < nr; i++)
		if (to[i] == NO_OBJECT)
			list[(*found)++] = i;
	return list;
}

/**
 * compare_models() - find where two models differ
 * @cmp: gets the differences
 * @a: one model
 * @b: the other one
 * @step_ns: by how much the start times of one task may differ: 0 where both
 *	     are from one engine, otherwise COMPARE_ENGINES
 *
 * A PID with another start time is another task, as PIDs are used again.
 * Compared are the kinds that both know of tasks that are in both.
 *
 * Return: 0 or -ENOMEM; call compare_free() in any case.
 */
int compare_models(struct comparison *cmp, const struct model *a,
		   const struct model *b, __u64 step_ns)
{
	struct pairing p = { .a = a, .b = b, .step_ns = step_ns };
	int k, err = 0;

	memset(cmp, 0, sizeof(*cmp));
	p.to_b = calloc(a->nr + 1, sizeof(__u32));
	p.to_a = calloc(b->nr + 1, sizeof(__u32));
	if (p.to_b && p.to_a)
		pair_tasks(&p);
	else
		err = -ENOMEM;
	if (!err) {
		cmp->only_a = list_unpaired(p.to_b, a->nr, &cmp->nr_only_a);
		cmp->only_b = list_unpaired(p.to_a, b->nr, &cmp->nr_only_b);
		err = cmp->only_a && cmp->only_b ? 0 : -ENOMEM;
	}
	for (k = 0; k < TASKSHARE_NR_KINDS && !err; k++)
		err = compare_kind(cmp, &p, k);
	cmp->to_b = p.to_b;
	free(p.to_a);
	return err;
}

/**
 * compare_there() - report tasks of one model only as differences
 * @cmp: result of compare_models()
 *
 * Return: 0 or -ENOMEM.
 */
int compare_there(struct comparison *cmp)
{
	__u32 i;
	int err = 0;

	for (i = 0; i < cmp->nr_only_a && !err; i++)
		err = add(cmp, cmp->only_a[i], NO_OBJECT, COMPARE_THERE);
	for (i = 0; i < cmp->nr_only_b && !err; i++)
		err = add(cmp, NO_OBJECT, cmp->only_b[i], COMPARE_THERE);
	cmp->compared += cmp->nr_only_a + cmp->nr_only_b;
	return err;
}

/**
 * compare_free() - forget a comparison
 * @cmp: the comparison
 */
void compare_free(struct comparison *cmp)
{
	free(cmp->diff);
	free(cmp->to_b);
	free(cmp->only_a);
	free(cmp->only_b);
	memset(cmp, 0, sizeof(*cmp));
}
