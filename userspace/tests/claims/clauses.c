// SPDX-License-Identifier: GPL-2.0-only
/* Clauses of a sentence, about sharing and about waiting, judged */
#include <stdio.h>
#include <string.h>

#include "record/kinds.h"
#include "tests/claims/judge.h"

/* That a namespace is another one says that the nsproxy is, too. */
static void say_namespaces(struct claims *c, __u32 mask)
{
	int k;

	for (k = TASKSHARE_UTS; k < TASKSHARE_USER; k++)
		if (k != TASKSHARE_PID && mask & (1u << k))
			c->said |= BIT(NSPROXY);
}

/* "shares KINDS with LIST" */
static void judge_shared(struct claims *c, const char **s, bool inside_too)
{
	__u32 mask = parse_kinds(s);
	struct named named = { .task = { false } };
	long threads, processes;
	bool inside = false;
	int i, k = mask ? __builtin_ctz(mask) : 0;

	claim(c, mask && skip(s, " with "), "no kinds, or no partners");
	do {
		if (!parse_item(c, s, &named, k)) {
			claim(c, false, "no partner: %s", *s);
			return;
		}
	} while (skip(s, ", "));
	for (i = 0; i < nr_world; i++)
		inside |= named.task[i] && world[i].tgid == world[c->task].tgid;
	inside |= named.threads;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(mask & (1u << k)))
			continue;
		for (i = 0; i < nr_world; i++)
			claim(c, !named.task[i] || same(c->task, i, k),
			      "shares no %s with %d", kind_text(k),
			      world[i].pid);
		count_missing(c, &named, k, &threads, &processes);
		claim(c, (!inside && !inside_too && !named.threads) ||
		      threads == named.threads,
		      "%ld more threads share its %s", threads, kind_text(k));
		claim(c, processes == named.processes || !c->complete,
		      "%ld more processes share its %s", processes,
		      kind_text(k));
	}
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (inside || !holds_in(c->task, world[c->task].tgid, k))
			c->said |= mask & (1u << k);
	c->outside |= mask;
	say_namespaces(c, mask);
}

/* No other task holds it: none at all, or none of its process */
static void judge_alone(struct claims *c, const char **s, bool shown)
{
	__u32 mask = parse_kinds(s);
	int i, k;

	claim(c, mask, "no kinds");
	c->said |= mask;
	say_namespaces(c, mask);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(mask & (1u << k)))
			continue;
		claim(c, has(c->task, k), "has no %s", kind_text(k));
		for (i = 0; i < nr_world; i++)
			claim(c, i == c->task || !same(c->task, i, k) ||
			      (shown && world[i].tgid != world[c->task].tgid),
			      "shares its %s with %d", kind_text(k),
			      world[i].pid);
	}
}

static void judge_none(struct claims *c, const char **s)
{
	__u32 mask = parse_kinds(s);
	int k;

	claim(c, mask, "no kinds");
	c->said |= mask;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		claim(c, !(mask & (1u << k)) || !has(c->task, k), "has %s",
		      kind_text(k));
}

/* Returns true if two tasks have all in common that either of them holds. */
static bool all_common(int i, int j, __u32 kinds)
{
	int k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++)
		if (kinds & (1u << k) && (has(i, k) || has(j, k)) &&
		    !same(i, j, k))
			return false;
	return true;
}

/* Returns the number of tasks of its process that share everything with it. */
static int nr_common(const struct claims *c, bool all, int *others)
{
	int i, nr = 0;

	*others = 0;
	for (i = 0; i < nr_world; i++) {
		if (!lives_with(c->task, i))
			continue;
		++*others;
		nr += all_common(c->task, i, all ? SPOKEN :
				 seen_kinds(c) & c->seen[i]);
	}
	return nr;
}

static void judge_each(struct claims *c)
{
	int i, k;

	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		bool found = false;

		if (!(seen_kinds(c) & ~c->said & (1u << k)) || !has(c->task, k))
			continue;
		for (i = 0; i < nr_world; i++)
			found |= lives_with(c->task, i) && same(c->task, i, k);
		claim(c, found, "no task of its process shares its %s",
		      kind_text(k));
	}
}

/* "everything ..." behind "shares " */
static void judge_everything(struct claims *c, const char **s)
{
	int k, leader, others, most = nr_common(c, false, &others);
	int least = nr_common(c, true, &others);
	long n = 0, of = 0;

	if (skip(s, " else")) {
		skip(s, " seen");
		claim(c, skip(s, " with the leader"), "with whom?");
		leader = leader_of(c->task);
		claim(c, !world[leader].dead, "the leader has exited");
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			if (seen_kinds(c) & ~c->said & (1u << k) &&
			    has(c->task, k))
				claim(c, same(c->task, leader, k),
				      "not its %s", kind_text(k));
		return;
	}
	skip(s, " seen");
	if (skip(s, " with the other tasks of its process") ||
	    skip(s, " with the other task of its process")) {
		claim(c, most == others, "only with %d of %d", most, others);
		return;
	}
	claim(c, skip(s, " with ") && skip_number(s, &n) &&
	      skip(s, " of the other ") && skip_number(s, &of) &&
	      skip(s, " tasks of its process"), "with whom?");
	claim(c, n >= least && n <= most && of == others,
	      "with %d to %d of %d", least, most, others);
}

static void skip_seconds(struct claims *c, const char **s)
{
	double seconds;
	int len;

	if (sscanf(*s, " for %lf s%n", &seconds, &len) != 1)
		return;
	*s += len;
	claim(c, seconds >= 0 && seconds < 600, "for so long?");
}

/* Without a name, its creator need not be known. */
static void judge_vfork_child(struct claims *c, const char **s, bool parent)
{
	const struct member *m = &world[c->task];
	bool named = parent || c->engine == &engine_bpf;
	long pid;

	claim(c, m->vfork, "no task waits for it");
	claim(c, !parent || !m->sibling, "its parent does not wait");
	if (skip_number(s, &pid))
		claim(c, pid == world[m->creator].tgid && skip(s, " claims"),
		      "another task waits");
	else
		claim(c, !named, "it does not say which task waits");
	claim(c, skip(s, " has been waiting in vfork(2)"), "in what?");
	skip_seconds(c, s);
	claim(c, skip(s, ", until it calls execve(2) or exits"), "until when?");
}

static void judge_vfork_parent(struct claims *c, const char **s)
{
	int child;
	long pid = 0;

	bool sibling = !skip(s, " in vfork(2) for child ");

	claim(c, (!sibling || skip(s, " in vfork(2) for sibling ")) &&
	      skip_number(s, &pid) && skip(s, " claims"), "for whom?");
	child = find_pid(pid);
	claim(c, child < 0 || world[child].sibling == sibling, "whose child?");
	claim(c, child >= 0 && world[child].vfork &&
	      world[world[child].creator].tgid == world[c->task].tgid,
	      "it does not wait for %ld", pid);
	skip_seconds(c, s);
	claim(c, skip(s, ", until that calls execve(2) or exits"),
	      "until when?");
}

static void judge_survivors(struct claims *c, const char **s)
{
	struct named named = { .task = { false } };
	int i, others = 0, listed = 0;
	__u32 held = 0, mask, seen = ~0u;
	long nr = 0;
	int k;

	claim(c, skip_number(s, &nr) &&
	      (skip(s, " threads: ") || skip(s, " thread: ")), "in whom?");
	do {
		claim(c, parse_item(c, s, &named, TASKSHARE_SIGNAL), "no thread");
	} while (skip(s, ", "));
	for (i = 0; i < nr_world; i++) {
		if (!lives_with(c->task, i))
			continue;
		others++;
		listed += named.task[i];
		seen &= c->seen[i];
		for (k = 0; k < TASKSHARE_NR_KINDS; k++)
			if (CROSSING & (1u << k) && has(i, k))
				held |= 1u << k;
	}
	claim(c, world[c->task].dead && nr == others &&
	      listed + named.threads == others, "%d threads live", others);
	claim(c, skip(s, "; still held: "), "what do they hold?");
	mask = parse_kinds(s);
	claim(c, !(mask & ~held), "it holds less");
	claim(c, !(seen & held & ~mask), "it holds more");
	claim(c, skip(s, "; it cannot be reaped before ") &&
	      skip(s, others == 1 ? "that thread ends" : "these threads end"),
	      "until when?");
}

static void judge_references(struct claims *c, const char **s)
{
	__u32 mask;
	long nr;

	/* A reader of /proc holds the memory for a moment, and nothing else. */
	do {
		claim(c, skip_number(s, &nr) && skip(s, " to "), "to what?");
		mask = parse_kinds(s);
		claim(c, mask == BIT(MM), "all holders are known");
	} while (skip(s, ", "));
}

static void judge_nsproxy_equal(struct claims *c, const char **s)
{
	int other, k;
	long pid;

	other = skip_number(s, &pid) ? find_pid(pid) : -1;
	claim(c, other >= 0 && skip(s, " claims") &&
	      !same(c->task, other, TASKSHARE_NSPROXY), "not that of %ld", pid);
	for (k = TASKSHARE_UTS; other >= 0 && k < TASKSHARE_USER; k++)
		claim(c, same(c->task, other, k), "another %s", kind_text(k));
}

static void judge_waiter(struct claims *c, const char **s)
{
	long pid;
	int child;

	child = skip_number(s, &pid) ? find_pid(pid) : -1;
	claim(c, child >= 0 && world[child].vfork &&
	      world[child].creator == c->task, "it does not wait for %ld", pid);
	c->waits = true;
}

void judge_clause(struct claims *c, const char **s)
{
	if (skip(s, "shares everything"))
		judge_everything(c, s);
	else if (skip(s, "shares each object seen with other tasks of its process") ||
		 skip(s, "shares each object with other tasks of its process") ||
		 skip(s, "shares each other object seen with other tasks of its process") ||
		 skip(s, "shares each other object with other tasks of its process"))
		judge_each(c);
	else if (skip(s, "shares "))
		judge_shared(c, s, false);
	else if (skip(s, "no other task shown holds its "))
		judge_alone(c, s, true);
	else if (skip(s, "has its own ") ||
		 skip(s, "no other task seen holds its "))
		judge_alone(c, s, false);
	else if (skip(s, "has no "))
		judge_none(c, s);
	else if (skip(s, "its nsproxy has the same namespaces as that of "))
		judge_nsproxy_equal(c, s);
	else if (skip(s, "its parent"))
		judge_vfork_child(c, s, true);
	else if (skip(s, "its creator"))
		judge_vfork_child(c, s, false);
	else if (skip(s, "waits") || skip(s, "one of its threads waits"))
		judge_vfork_parent(c, s);
	else if (skip(s, "its process lives on in "))
		judge_survivors(c, s);
	else if (skip(s, "this is the thread that waits for "))
		judge_waiter(c, s);
	else if (judge_content(c, s))
		return;
	else if (skip(s, "references that no task seen accounts for: ") ||
		 skip(s, "references that no task shown accounts for: "))
		judge_references(c, s);
	else
		claim(c, false, "what is that: %s", *s);
}
