// SPDX-License-Identifier: GPL-2.0-only
/* The sentences about the tasks of a process, each as a whole */
#include <stdio.h>
#include <string.h>

#include "record/kinds.h"
#include "tests/claims/judge.h"

static void judge_head(struct claims *c, const char **s)
{
	int nr = count_process(world[c->task].tgid, -1, 0);
	bool leader = world[c->task].pid == world[c->task].tgid;
	long n;

	if (skip(s, "process of one task"))
		claim(c, leader && nr == 1, "of %d tasks", nr);
	else if (skip(s, "leader of "))
		claim(c, leader && skip_number(s, &n) && n == nr &&
		      skip(s, " tasks"), "of %d tasks", nr);
	else if (skip(s, "thread"))
		claim(c, !leader, "it is a leader");
	else if (skip(s, "has exited"))
		claim(c, world[c->task].dead, "it lives");
	else
		claim(c, false, "who is that?");
}

/* The bpf engine reads which thread of a process waits. */
static void judge_waiting(struct claims *c)
{
	int i;

	for (i = 0; i < nr_world && c->engine == &engine_bpf; i++)
		claim(c, !world[i].vfork || world[i].creator != c->task ||
		      c->waits || count_process(world[c->task].tgid, -1, 0) == 1,
		      "it does not say that it waits for %d", world[i].pid);
}

/* In what a task is alone in its process has to be said. */
static void judge_silence(struct claims *c)
{
	int i, k;

	if (world[c->task].dead)
		return;
	judge_waiting(c);
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		bool alone = true, company = false;

		if (!(seen_kinds(c) & (1u << k)) || !has(c->task, k))
			continue;
		for (i = 0; i < nr_world; i++) {
			company |= lives_with(c->task, i);
			alone &= !lives_with(c->task, i) ||
				 !same(c->task, i, k);
		}
		claim(c, !alone || !company || (c->said | c->outside) & 1u << k,
		      "it does not say that it is alone with its %s",
		      kind_text(k));
	}
}

__u32 judge_sentence(struct claims *c, const char *sentence)
{
	const char *s = sentence;

	c->sentence = sentence;
	c->waits = false;
	judge_head(c, &s);
	while (*s && !c->bad) {
		if (!skip(&s, ": ") && !skip(&s, "; "))
			claim(c, false, "what is that: %s", s);
		else
			judge_clause(c, &s);
	}
	if (!c->bad)
		judge_silence(c);
	return c->outside;
}

/* A task says so if it holds an object that crosses its process's border. */
static void judge_crossings(struct claims *c, const __u32 *outside, int task)
{
	int leader = leader_of(task), i, k;

	c->task = task;
	c->sentence = "(all of its process)";
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (!(CROSSING & seen_kinds(c) & (1u << k)) ||
		    outside[task] & (1u << k) ||
		    (same(task, leader, k) && outside[leader] & (1u << k)))
			continue;
		for (i = 0; i < nr_world; i++)
			claim(c, world[i].tgid == world[task].tgid ||
			      !same(task, i, k),
			      "nothing says that %d shares its %s", world[i].pid,
			      kind_text(k));
	}
}

/* A cell for each kind: "." if it was not seen. Returns whether none moves. */
static bool parse_seen(const char **s, __u32 *seen)
{
	bool still = true;
	int k;

	*seen = 0;
	for (k = 0; k < TASKSHARE_NR_KINDS; k++) {
		if (**s != '.')
			*seen |= 1u << k;
		still &= **s != '?';
		*s += strcspn(*s, " ");
		*s += strspn(*s, " ");
	}
	return still;
}

/* Sets for each task what was seen of it, and cuts that off its line. */
static bool parse_rows(struct claims *c, struct line *line, int nr)
{
	const char *s;
	long pid;
	int i, task;

	for (i = 0; i < nr; i++) {
		s = line[i].text;
		task = skip_number(&s, &pid) ? find_pid(pid) : -1;
		if (task < 0 || !skip(&s, " ") ||
		    !parse_seen(&s, &c->seen[task])) {
			printf("# no task, or one that moves: %s\n",
			       line[i].text);
			return false;
		}
		line[i].task = task;
		line[i].sentence = s;
	}
	return true;
}

bool judge_lines(const struct engine *engine, pid_t tgid,
		 struct line *line, int nr)
{
	struct claims c = {
		.engine = engine, .nr = &nr_claims[engine_index(engine)],
		/* Without references it does not know that there are others. */
		.complete = engine != &engine_proc,
	};
	__u32 outside[MAX_WORLD] = { 0 };
	bool bad = false;
	int i;

	if (!parse_rows(&c, line, nr))
		return false;
	for (i = 0; i < nr; i++) {
		c.bad = false;
		c.said = 0;
		c.outside = 0;
		c.task = line[i].task;
		outside[c.task] = judge_sentence(&c, line[i].sentence);
		bad |= c.bad;
	}
	c.bad = false;
	for (i = 0; i < nr_world && c.complete; i++)
		if (world[i].tgid == tgid && !world[i].dead)
			judge_crossings(&c, outside, i);
	return !bad && !c.bad && nr == count_process(tgid, -1, 0);
}
