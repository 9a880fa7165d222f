// SPDX-License-Identifier: GPL-2.0-only
/* The tree's model against the oracle, and against the module's records. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>

#include "compare.h"
#include "oracle.h"
#include "tree.h"
#include "util.h"

static bool model_same(int a, int b, int kind)
{
	return tree[a].object[kind] &&
	       tree[a].object[kind] == tree[b].object[kind];
}

/* For two NULL pointers kcmp(2) must say that they are equal. */
static bool kcmp_agrees(int a, int b, const struct oracle_kind *k)
{
	bool same = tree[a].object[k->kind] == tree[b].object[k->kind];
	int says = oracle_kcmp(tree[a].pid, tree[b].pid, k->kcmp);

	if (says == same)
		return true;
	complain("%s of %d and %d: made %s, kcmp says %d", kind_names[k->kind],
		 tree[a].pid, tree[b].pid, same ? "equal" : "different", says);
	return false;
}

/* /proc has no number for a PID namespace without a task. */
static bool ns_nameless(int task, const struct oracle_kind *k, long long number)
{
	return number < 0 && k->kind == TASKSHARE_PID_FOR_CHILDREN &&
	       tree[task].object[TASKSHARE_PID_FOR_CHILDREN] !=
	       tree[task].object[TASKSHARE_PID];
}

static bool ns_agrees(int a, int b, const struct oracle_kind *k,
		      const long long number[TREE_MAX])
{
	bool same = tree[a].object[k->kind] == tree[b].object[k->kind];

	if (ns_nameless(a, k, number[a]) || ns_nameless(b, k, number[b]))
		return true;
	/* a kernel without this kind */
	if (same && !tree[a].object[k->kind])
		return number[a] < 0 && number[b] < 0;
	if (number[a] >= 0 && number[b] >= 0 &&
	    same == (number[a] == number[b]))
		return true;
	complain("namespace %s of %d and %d: made %s, numbers are %lld and %lld",
		 k->ns, tree[a].pid, tree[b].pid, same ? "equal" : "different",
		 number[a], number[b]);
	return false;
}

/**
 * compare_oracle() - compare the model with kcmp(2) and /proc, for all pairs
 * @count: the number of comparisons is added here
 *
 * Return: the number of disagreements.
 */
int compare_oracle(struct comparisons *count)
{
	const struct oracle_kind *k;
	long long number[TREE_MAX];
	int a, b, pairs, wrong = 0;

	for (k = oracle_kinds; k < oracle_kinds + oracle_nr_kinds; k++) {
		for (a = 0; k->ns && a < tree_size; a++)
			number[a] = oracle_ns(tree[a].pid, k->ns);
		for (a = 0; a < tree_size; a++)
			for (b = 0; b < a; b++)
				wrong += k->ns ? !ns_agrees(a, b, k, number)
					       : !kcmp_agrees(a, b, k);
		pairs = tree_size * (tree_size - 1) / 2;
		count->pairs += pairs;
		count->kcmps += k->ns ? 0 : pairs;
	}
	return wrong;
}

static int wrong_number(const struct taskshare_record *r, const char *what,
			long is, long should)
{
	if (is == should)
		return 0;
	complain("%s of %u is %ld, should be %ld", what, r->pid, is, should);
	return 1;
}

/* One task's record but for sharing; 0 or the number of faults. */
static int record_wrong(const struct taskshare_record *r,
			const struct tree_task *t)
{
	bool leader = t->pid == t->tgid;
	int kind, wrong = 0;

	wrong += wrong_number(r, "tgid", r->tgid, t->tgid);
	wrong += wrong_number(r, "ppid", r->ppid, t->ppid);
	wrong += wrong_number(r, "exit_signal", r->exit_signal,
			      t->exit_signal);
	wrong += wrong_number(r, "kind", r->kind, leader ?
			      TASKSHARE_TASK_LEADER : TASKSHARE_TASK_THREAD);
	wrong += !record_quiet(r);
	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++) {
		if (!r->id[kind] == !t->object[kind])
			continue;
		complain("%s of %u: id %#llx, but it has %s",
			 kind_names[kind], r->pid,
			 (unsigned long long)r->id[kind],
			 t->object[kind] ? "one" : "none");
		wrong++;
	}
	return wrong;
}

static int pair_wrong(const struct taskshare_record *const rec[], int a, int b,
		      struct comparisons *count)
{
	int kind, wrong = 0;
	bool same, should;

	for (kind = 0; kind < TASKSHARE_NR_KINDS; kind++) {
		same = rec[a]->id[kind] && rec[a]->id[kind] == rec[b]->id[kind];
		should = model_same(a, b, kind);
		count->pairs++;
		count->shares += should;
		if (same == should)
			continue;
		complain("%s of %d and %d: made %s, the records say %s",
			 kind_names[kind], tree[a].pid, tree[b].pid,
			 should ? "shared" : "apart", same ? "shared" : "apart");
		wrong++;
	}
	return wrong;
}

/**
 * compare_records() - compare a snapshot of all with the model, for all pairs
 * @s: taken while the tree was at rest
 * @count: the number of comparisons, and of shares among them, is added here
 *
 * Return: the number of disagreements.
 */
int compare_records(const struct snapshot *s, struct comparisons *count)
{
	const struct taskshare_record *rec[TREE_MAX];
	int a, b, wrong = 0;

	for (a = 0; a < tree_size; a++) {
		rec[a] = snapshot_find(s, tree[a].pid);
		if (!rec[a]) {
			complain("task %d has no record", tree[a].pid);
			return wrong + 1;
		}
		wrong += record_wrong(rec[a], &tree[a]);
		for (b = 0; b < a; b++)
			wrong += pair_wrong(rec, a, b, count);
	}
	return wrong;
}

/**
 * compare_process() - compare a process's own file with a snapshot of all
 * @task: any task of the process
 *
 * Return: the number of tasks that are missing, too many, or different.
 */
int compare_process(int task, const struct snapshot *all)
{
	const struct taskshare_record *r;
	struct snapshot own;
	int wrong = 0, ret;
	size_t i, in_all = 0;

	ret = snapshot_pid(&own, tree[task].pid);
	if (ret) {
		complain("records/%d: error %d", tree[task].pid, ret);
		return 1;
	}
	for (i = 0; i < all->nr; i++)
		in_all += all->rec[i].tgid == (__u32)tree[task].tgid;
	if (in_all != own.nr) {
		complain("records/%d has %zu tasks, all has %zu of them",
			 tree[task].pid, own.nr, in_all);
		wrong++;
	}
	for (i = 0; i < own.nr; i++) {
		r = snapshot_find(all, own.rec[i].pid);
		if (r && record_same(r, &own.rec[i]))
			continue;
		complain("records/%d and records/all differ on %u",
			 tree[task].pid, own.rec[i].pid);
		wrong++;
	}
	snapshot_free(&own);
	return wrong;
}
